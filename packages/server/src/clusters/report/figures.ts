import { QipanError, type Bilingual, type DataLevel, type Row } from '@qipan/base';
import {
  complexity,
  europeanStars,
  rankIntervals,
  shrunkQuotient,
  similarRegions,
  supplierConcentration,
  totals,
  type Panel,
} from '@qipan/clusters';
import type { CodeLabel } from '../../contract.js';
import type { RegionMove } from '../../jobs/study-kind.js';
import type { PanelBody } from '../bodies.js';
import { panelLabels } from '../datasets.js';
import { cardWords } from './words.js';

/** What a report is about and what is at hand; `links` and `moves` are null where there are none. */
export interface ReportInput {
  readonly body: PanelBody;
  readonly name: Bilingual;
  readonly dataset: string;
  readonly dataLevel: DataLevel;
  readonly attribution: Bilingual | string;
  /** Code of the region. */
  readonly region: string;
  /** The last one unless given. */
  readonly year?: number | undefined;
  readonly links: readonly Row[] | null;
  readonly moves: readonly RegionMove[] | null;
  readonly draws?: number;
  readonly seed?: number;
}

export interface AdvantageRow {
  readonly industry: CodeLabel;
  readonly value: number;
  readonly share: number;
  readonly lq: number;
  /** Shrunk quotient with its interval; null where the measure is no count. */
  readonly shrunk: { readonly lq: number; readonly lower: number; readonly upper: number } | null;
  readonly stars: number;
}

export interface ReportFigures {
  readonly region: CodeLabel;
  readonly year: number | null;
  readonly total: number;
  readonly diversity: number;
  readonly eci: number | null;
  readonly rank: { readonly rank: number; readonly lower: number; readonly upper: number; readonly n: number } | null;
  readonly advantages: readonly AdvantageRow[];
  readonly near: readonly {
    readonly industry: CodeLabel;
    readonly density: number;
    readonly lq: number;
    readonly pci: number | null;
  }[];
  readonly similar: readonly { readonly region: CodeLabel; readonly value: number; readonly common: number }[];
  readonly moves: readonly (RegionMove & { readonly industry: CodeLabel })[] | null;
  readonly stress: readonly StressRow[] | null;
  readonly recipe: readonly (readonly [Bilingual, Bilingual])[];
  readonly starRule: { readonly quotient: number; readonly floor: number };
}

export interface StressRow {
  readonly buyer: CodeLabel;
  readonly input: CodeLabel;
  readonly value: number;
  readonly effectiveSuppliers: number;
  readonly largest: CodeLabel;
  readonly largestShare: number;
}

const mostRows = { advantages: 15, near: 10, similar: 8, stress: 12 } as const;
const counted = new Set(['employment', 'firms']);

function panelOf({ body, year }: ReportInput): Panel {
  const panel = year === undefined ? body.panels.at(-1) : body.panels.find((p) => p.year === year);
  if (panel) return panel;
  throw new QipanError('NOT_FOUND', `the panel has no year ${year}`, {
    got: year,
    expected: body.panels.map((p) => p.year).join(', '),
  });
}

/**
 * Everything that the report shows about one region, from the panel and what else is at hand. Deterministic: rank intervals come from
 * `draws` (100) seeded draws. Errors: `UNKNOWN_CODE` for the region, `NOT_FOUND` for the year.
 */
export function reportFigures(input: ReportInput): ReportFigures {
  const panel = panelOf(input);
  const r = panel.regionCode.indexOf(input.region);
  if (r === -1)
    throw new QipanError('UNKNOWN_CODE', `the panel has no region ${input.region}`, {
      got: input.region,
      expected: `one of ${panel.regionCode.slice(0, 5).join(', ')} …`,
    });
  const { regions, industries } = panelLabels(input.body);
  const label = (i: number) => industries[i] as CodeLabel;
  const c = complexity(panel, { preset: 'harvard' });
  const row = c.kept.region.indexOf(r);
  const own = (k: number) => c.lq[r * panel.industries + k] as number;
  const sums = totals(panel);
  const stars = europeanStars(panel);
  const known = (x: number | undefined) => (x === undefined || !Number.isFinite(x) ? null : x);
  return {
    region: regions[r] as CodeLabel,
    year: panel.year,
    total: sums.region[r] as number,
    diversity: row === -1 ? 0 : (c.kept.diversity[row] as number),
    eci: row === -1 ? null : known(c.eci[row]),
    rank: rankOf(panel, r, input),
    advantages: advantages(panel, r, { label, lq: own, total: sums.region[r] as number, stars: stars.stars }),
    near: row === -1 ? [] : near(c, row, { label, lq: own }),
    similar: similarRegions(panel, r, { kind: 'cosine', k: mostRows.similar }).map((s) => ({
      region: regions[s.region] as CodeLabel,
      value: s.value,
      common: commonAdvantages(c.lq, panel.industries, r, s.region),
    })),
    moves:
      input.moves?.flatMap((m) => {
        const industry = industries[panel.industryCode.indexOf(m.industryCode)];
        return industry === undefined ? [] : [{ ...m, industry }];
      }) ?? null,
    stress: input.links === null ? null : stressOf(panel, input, { regions, industries }),
    recipe: recipeOf(input, panel, c.kept.rows),
    starRule: stars.rule,
  };
}

function rankOf(panel: Panel, r: number, { draws = 100, seed = 1 }: ReportInput): ReportFigures['rank'] {
  const scheme = counted.has(panel.measure) ? ({ kind: 'poisson' } as const) : ({ kind: 'industries' } as const);
  const found = rankIntervals(panel, { preset: 'harvard', draws, seed, scheme });
  const k = found.region.indexOf(r);
  if (found.status !== 'ok' || k === -1) return null;
  const [rank, lower, upper] = [found.rank[k], found.lower[k], found.upper[k]] as [number, number, number];
  return [rank, lower, upper].every(Number.isFinite) ? { rank, lower, upper, n: found.region.length } : null;
}

interface Own {
  readonly label: (industry: number) => CodeLabel;
  readonly lq: (industry: number) => number;
}

function advantages(
  panel: Panel,
  r: number,
  o: Own & { readonly total: number; readonly stars: Int8Array },
): readonly AdvantageRow[] {
  const at = r * panel.industries;
  const shrunk = counted.has(panel.measure) ? shrunkQuotient(panel, 0.9, r) : null;
  const rows = Array.from({ length: panel.industries }, (_, i): AdvantageRow => {
    const value = panel.value[at + i] as number;
    const [lq, lower, upper] = [shrunk?.lq[at + i], shrunk?.lower[at + i], shrunk?.upper[at + i]];
    return {
      industry: o.label(i),
      value,
      share: value / o.total,
      lq: o.lq(i),
      shrunk: lq === undefined || Number.isNaN(lq) ? null : { lq, lower: lower as number, upper: upper as number },
      stars: Math.max(0, o.stars[at + i] as number),
    };
  });
  const key = (a: AdvantageRow) => a.shrunk?.lower ?? a.lq;
  return rows
    .filter((a) => a.lq >= 1)
    .sort((a, b) => key(b) - key(a))
    .slice(0, mostRows.advantages);
}

function near(c: ReturnType<typeof complexity>, row: number, o: Own): ReportFigures['near'] {
  const { cols, industry, start, index } = c.kept;
  const present = new Set(index.subarray(start[row], start[row + 1]));
  return Array.from(industry, (i, k) => ({
    k,
    industry: o.label(i),
    lq: o.lq(i),
    density: c.density[row * cols + k] as number,
    pci: Number.isFinite(c.pci[k]) ? (c.pci[k] as number) : null,
  }))
    .filter((x) => !present.has(x.k) && Number.isFinite(x.density))
    .sort((a, b) => b.density - a.density || a.k - b.k)
    .slice(0, mostRows.near)
    .map(({ industry: label, density, lq, pci }) => ({ industry: label, density, lq, pci }));
}

function commonAdvantages(lq: Float64Array, industries: number, a: number, b: number): number {
  let n = 0;
  for (let i = 0; i < industries; i++)
    if ((lq[a * industries + i] as number) >= 1 && (lq[b * industries + i] as number) >= 1) n++;
  return n;
}

function stressOf(
  panel: Panel,
  { links, region }: ReportInput,
  names: { readonly regions: readonly CodeLabel[]; readonly industries: readonly CodeLabel[] },
): readonly StressRow[] {
  const at = (codes: readonly string[]) => new Map(codes.map((code, k) => [code, k]));
  const [regionAt, industryAt] = [at(panel.regionCode), at(panel.industryCode)];
  const own = (links ?? []).filter(
    (l) =>
      l['toRegion'] === region &&
      regionAt.has(l['fromRegion'] as string) &&
      industryAt.has(l['fromIndustry'] as string) &&
      industryAt.has(l['toIndustry'] as string),
  );
  const cells = panel.regions * panel.industries;
  const number = (map: ReadonlyMap<string, number>, name: string) =>
    own.map((l) => map.get(l[name] as string) as number);
  const rows = supplierConcentration({
    regions: panel.regions,
    industries: panel.industries,
    links: {
      fromRegion: number(regionAt, 'fromRegion'),
      fromIndustry: number(industryAt, 'fromIndustry'),
      toRegion: number(regionAt, 'toRegion'),
      toIndustry: number(industryAt, 'toIndustry'),
      value: own.map((l) => (l['value'] as number | null) ?? 0),
    },
    output: new Float64Array(cells),
    valueAdded: new Float64Array(cells),
    spare: new Float64Array(cells),
    coverDays: new Float64Array(panel.industries).fill(Number.NaN),
  });
  return rows.slice(0, mostRows.stress).map((p) => ({
    buyer: names.industries[p.buyer % panel.industries] as CodeLabel,
    input: names.industries[p.input] as CodeLabel,
    value: p.value,
    effectiveSuppliers: p.effectiveSuppliers,
    largest: names.regions[Math.floor(p.largestSupplier / panel.industries)] as CodeLabel,
    largestShare: p.largestShare,
  }));
}

/** Lines of the method card: what it takes to get the same figures again. */
function recipeOf(
  { dataset, draws = 100, seed = 1, body }: ReportInput,
  panel: Panel,
  kept: number,
): ReportFigures['recipe'] {
  const isCount = counted.has(panel.measure);
  const same = (text: string) => ({ en: text, zh: text });
  const filled = (words: Bilingual, fill: { readonly [name: string]: number }) => ({
    en: words.en.replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name])),
    zh: words.zh.replace(/\{(\w+)\}/g, (_, name: string) => String(fill[name])),
  });
  const w = cardWords;
  return [
    [w.dataset, same(dataset)],
    [w.preset, same('harvard (py-ecomplexity)')],
    [w.presence, same('LQ ≥ 1')],
    [w.proximity, same('min{P(i|j), P(j|i)}')],
    [w.benchmark, filled(w.benchmarkIs, { n: panel.regions })],
    [w.kept, same(String(kept))],
    [w.draws, filled(isCount ? w.poisson : w.resampled, { n: draws, seed })],
    [w.quotient, isCount ? w.gamma : w.notCount],
    ...(body.masked ? ([[w.masked, filled(w.maskedIs, body.masked)]] as const) : []),
  ];
}
