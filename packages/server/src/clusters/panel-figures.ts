import { QipanError } from '@qipan/base';
import type { ComplexityResult, Panel, RankIntervals, ShrunkQuotient } from '@qipan/clusters';
import type { CodeLabel, MeasureRecipe, QuotientView, RankView } from '../contract.js';
import type { PanelBody } from './bodies.js';
import { panelLabels, type Datasets } from './datasets.js';

/** Draws behind a rank on a page; a page must not keep the server busy for long. */
const draws = 100;
const counts: ReadonlySet<string> = new Set(['employment', 'firms']);

export interface PanelQuery {
  readonly dataset: string;
  /** Of the panel; the last one unless given. */
  readonly year?: number | undefined;
}

/** Figures of one year of a panel that several pages show; computed once. */
export interface PanelFigures {
  readonly body: PanelBody;
  readonly panel: Panel;
  readonly before: Panel | null;
  readonly labels: { readonly regions: readonly CodeLabel[]; readonly industries: readonly CodeLabel[] };
  readonly complexity: ComplexityResult;
  /** Row and column of what is kept, by number in the panel; −1 where removed. */
  readonly row: Int32Array;
  readonly col: Int32Array;
  readonly present: Uint8Array;
  /** Quotients of a count may be drawn towards 1 and have an interval; others have none. */
  readonly isCount: boolean;
  readonly ranks: RankIntervals;
}

export const known = (x: number | undefined): number | null => (x === undefined || !Number.isFinite(x) ? null : x);

/** The last few panels asked about, most recent last. */
const kept = new Map<string, Promise<PanelFigures>>();
const mostKept = 4;

/** Figures of a year of a panel. Errors: `NOT_FOUND`. */
export function panelFigures(datasets: Datasets, query: PanelQuery): Promise<PanelFigures> {
  const key = `${query.dataset} ${query.year ?? 'last'}`;
  const found = kept.get(key);
  const made = found ?? compute(datasets, query);
  kept.delete(key);
  kept.set(key, made);
  if (kept.size > mostKept) kept.delete(kept.keys().next().value as string);
  // A failure is told, not kept.
  made.catch(() => kept.delete(key));
  return made;
}

async function compute(datasets: Datasets, query: PanelQuery): Promise<PanelFigures> {
  const clusters = await import('@qipan/clusters');
  const body = await datasets.load(query.dataset, 'panel');
  const at = query.year === undefined ? body.panels.length - 1 : body.panels.findIndex((p) => p.year === query.year);
  const panel = body.panels[at];
  if (!panel)
    throw new QipanError('NOT_FOUND', `the panel has no year ${query.year}`, {
      got: query.year,
      expected: body.panels.map((p) => p.year).join(', '),
    });
  const isCount = counts.has(panel.measure);
  const complexity = clusters.complexity(panel, { preset: 'harvard', board: query.dataset });
  const row = new Int32Array(panel.regions).fill(-1);
  const col = new Int32Array(panel.industries).fill(-1);
  complexity.kept.region.forEach((r, k) => (row[r] = k));
  complexity.kept.industry.forEach((i, k) => (col[i] = k));
  return {
    body,
    panel,
    before: body.panels[at - 1] ?? null,
    labels: panelLabels(body),
    complexity,
    row,
    col,
    present: clusters.presenceMatrix(complexity.kept, panel),
    isCount,
    ranks: clusters.rankIntervals(panel, {
      preset: 'harvard',
      draws,
      seed: 1,
      scheme: { kind: isCount ? 'poisson' : 'industries' },
      board: query.dataset,
    }),
  };
}

/** The number of a code. @throws UNKNOWN_CODE */
export function numberOf(labels: readonly CodeLabel[], code: string, what: string): number {
  const at = labels.findIndex((l) => l.code === code);
  if (at === -1) throw new QipanError('UNKNOWN_CODE', `the panel has no ${what} ${code}`, { got: code });
  return at;
}

/** What all these pages say of the panel. */
export function headOf(f: PanelFigures, dataset: string) {
  const { recipe, status } = f.complexity;
  return {
    dataset,
    year: f.panel.year,
    years: f.body.panels.flatMap((p) => (p.year === null ? [] : [p.year])),
    measure: f.panel.measure,
    unit: f.body.unit,
    status,
    recipe: recipe as MeasureRecipe,
    hasIntervals: f.isCount,
  };
}

/** Intervals of the quotients of one region or one industry; null when the measure is no count. */
export async function intervalsOf(
  f: PanelFigures,
  only: { readonly region?: number; readonly industry?: number },
): Promise<ShrunkQuotient | null> {
  return f.isCount ? (await import('@qipan/clusters')).shrunkQuotient(f.panel, 0.9, only.region, only.industry) : null;
}

export function quotientOf(f: PanelFigures, k: number, shrunk: ShrunkQuotient | null): QuotientView {
  return {
    value: known(f.panel.value[k]),
    lq: f.complexity.undefinedMask[k] === 1 ? null : known(f.complexity.lq[k]),
    lower: known(shrunk?.lower[k]),
    upper: known(shrunk?.upper[k]),
    isPresent: f.present[k] === 1,
  };
}

export function rankOf(f: PanelFigures, r: number): RankView | null {
  const { ranks } = f;
  const k = ranks.region.indexOf(r);
  const [lower, median, upper] = [known(ranks.lower[k]), known(ranks.median[k]), known(ranks.upper[k])];
  if (k === -1 || lower === null || median === null || upper === null) return null;
  return {
    rank: k + 1,
    lower,
    median,
    upper,
    of: ranks.region.length,
    draws: ranks.draws,
    scheme: ranks.scheme.kind,
    degenerateShare: ranks.degenerateShare,
  };
}
