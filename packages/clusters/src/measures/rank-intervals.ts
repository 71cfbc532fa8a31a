import { QipanError, random, type Random } from '@qipan/base';
import { locationQuotient, type Measure } from '../advantage.js';
import { presence, presenceText, type Presence, type PresenceRule } from '../presence.js';
import { presetTable, type Preset, type Recipe } from '../recipe.js';
import { components, secondDirection } from '../spectral.js';
import { filterPanel, type FilteredPanel, type RankFilters } from './filters.js';
import { knowledgeComplexity } from './knowledge-complexity.js';
import { reflections } from './reflections.js';
import { drawRoom, drawnPresence, positiveCells, shaker, type Scheme } from './shaken-panel.js';

export interface RankOptions {
  readonly preset: Preset;
  readonly draws: number;
  readonly seed: number;
  readonly scheme: Scheme;
  /** Threshold, comparison and floor; rules with memory or intervals are not drawn. */
  readonly presence?: Pick<PresenceRule, 'threshold' | 'comparison' | 'floor'>;
  /** None unless asked for. */
  readonly filters?: RankFilters;
  /** Size of the top group whose probability is told; default 10. */
  readonly topK?: number;
  readonly board?: string;
  readonly shouldStop?: () => boolean;
}

/** ECI ranks (1 = most complex) with their 90 % intervals; arrays run over `region`, numbers of the panel's regions. */
export interface RankIntervals {
  readonly status: 'ok' | 'ambiguous' | 'stopped';
  readonly recipe: Recipe;
  readonly scheme: Scheme;
  readonly seed: number;
  /** Draws made, and the share of them without a clear second direction, which count nowhere else. */
  readonly draws: number;
  readonly degenerateShare: number;
  readonly filtered: Pick<FilteredPanel, 'removedRegions' | 'removedIndustries'>;
  readonly region: readonly number[];
  readonly rank: Float64Array;
  readonly lower: Float64Array;
  readonly median: Float64Array;
  readonly upper: Float64Array;
  readonly topK: number;
  readonly topShare: Float64Array;
  /** Share of the draws in which a region has nothing left to be ranked by. */
  readonly absentShare: Float64Array;
}

/** ECI before any standardisation, by region kept; null without a clear second direction. */
function rawEci(
  m: Presence,
  preset: Preset,
  guess?: Float64Array,
): { region: Float64Array; industry: Float64Array } | null {
  if (m.rows < 3 || m.cols < 3) return null;
  if (preset === 'econgeo' || preset === 'oec') {
    if (components(m) > 1) return null;
    const k = preset === 'oec' ? reflections(m, 18) : knowledgeComplexity(m);
    return k.region.some((x) => x !== x) ? null : k;
  }
  const s = secondDirection(m, guess ? { tolerance: 1e-6, guess } : {});
  return s.status === 'ok' ? s : null;
}

/** Columns of the base quotients drawn with replacement; which ones come back. */
function resample(base: Float64Array, n: number, r: Random, lq: Float64Array): void {
  const column = Int32Array.from({ length: n }, () => r.below(n));
  for (let row = 0; row < base.length; row += n) for (let i = 0; i < n; i++) lq[row + i] = base[row + column[i]];
}

/** Presence of one draw after another. */
function drawer(base: Measure, lq: Float64Array, o: RankOptions): () => Presence {
  const { scheme, presence: rule = {} } = o;
  const source = random(o.seed);
  if (scheme.kind === 'industries') {
    const x = new Float64Array(lq.length);
    return () => {
      resample(lq, base.industries, source, x);
      return presence(x, base, rule, { value: base.value });
    };
  }
  const cells = positiveCells(base);
  const room = drawRoom(cells);
  const x = new Float64Array(cells.value.length);
  const shake = shaker(cells, scheme, source);
  return () => {
    shake(x);
    return drawnPresence(cells, x, rule, room);
  };
}

const order = (x: Float64Array): Int32Array => Int32Array.from(x.keys()).sort((a, b) => x[b] - x[a] || a - b);

/** Nearest-rank quantile of a sorted list. */
const quantile = (sorted: Float64Array, p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))];

function check(o: RankOptions): void {
  if (!Number.isInteger(o.draws) || o.draws < 20)
    throw new QipanError('OUT_OF_RANGE', `${o.draws} draws give no interval`, {
      field: 'draws',
      got: o.draws,
      expected: '20 or more; 100 to 1,000 are usual',
    });
  const threshold = o.presence?.threshold ?? 1;
  if (!(threshold > 0 || (threshold === 0 && o.presence?.comparison === '>')))
    throw new QipanError('OUT_OF_RANGE', `a threshold of ${threshold} makes empty cells present`, {
      field: 'threshold',
      got: threshold,
      expected: 'above 0',
    });
  if (o.scheme.kind === 'lognormal' && !(o.scheme.cv > 0 && o.scheme.cv < 5))
    throw new QipanError('OUT_OF_RANGE', `a coefficient of variation of ${o.scheme.cv}`, {
      field: 'cv',
      got: o.scheme.cv,
      expected: 'between 0 and 5',
    });
}

/**
 * Intervals of ECI ranks from draws of the panel: X → LQ → M → ECI in every draw, its sign turned to agree with the undrawn run.
 * Filters come first and are listed; a draw whose second direction is unclear counts as degenerate and ranks nobody. The same
 * seed gives the same intervals.
 * @throws OUT_OF_RANGE for fewer than 20 draws, an impossible CV or a threshold that empty cells pass
 */
export function rankIntervals(panel: Measure & { readonly year?: number | null }, o: RankOptions): RankIntervals {
  check(o);
  const rule = o.presence ?? {};
  const kept = filterPanel(panel, o.filters ?? {}, rule);
  const base = kept.panel;
  const { lq } = locationQuotient(base);
  const m = presence(lq, base, rule, { value: base.value });
  const first = rawEci(m, o.preset);
  const ranked = first ? order(first.region) : new Int32Array(0);
  const n = ranked.length;
  const local = Array.from(ranked, (k) => m.region[k]);
  const tally = new Tally(base.regions, local, o.topK ?? 10);
  let status: RankIntervals['status'] = first ? 'ok' : 'ambiguous';
  let made = 0;
  if (first) {
    const reference = spreadOut(first.region, m.region, base.regions);
    const guess = spreadOut(first.industry, m.industry, base.industries);
    const draw = drawer(base, lq, o);
    for (; made < o.draws; made++) {
      if (o.shouldStop?.() === true) {
        status = 'stopped';
        break;
      }
      const p = draw();
      const start = Float64Array.from(p.industry, (i) => (guess[i] === guess[i] ? guess[i] : 0));
      const eci = rawEci(p, o.preset, o.scheme.kind === 'industries' ? undefined : start);
      if (eci) tally.add(aligned(eci.region, p.region, reference), p.region);
    }
  }
  return {
    status,
    recipe: recipeOf(panel.year ?? null, o),
    scheme: o.scheme,
    seed: o.seed,
    draws: made,
    degenerateShare: made === 0 ? Number.NaN : 1 - tally.count / made,
    filtered: { removedRegions: kept.removedRegions, removedIndustries: kept.removedIndustries },
    region: local.map((r) => kept.region[r]),
    rank: Float64Array.from({ length: n }, (_, k) => k + 1),
    ...tally.result(),
    topK: o.topK ?? 10,
  };
}

function recipeOf(year: number | null, o: RankOptions): Recipe {
  const { proximity, diagonal, ddof } = presetTable[o.preset];
  const common = { proximity, diagonal, ddof, benchmark: 'sum of the regions given', year, board: o.board ?? null };
  return { preset: o.preset, presence: presenceText(o.presence), ...common };
}

/** Figures of what is kept under the panel's own numbers, NaN elsewhere. */
function spreadOut(x: Float64Array, at: Int32Array, n: number): Float64Array {
  const out = new Float64Array(n).fill(Number.NaN);
  at.forEach((i, k) => (out[i] = x[k]));
  return out;
}

/** The draw, turned so that it agrees with the base run. */
function aligned(eci: Float64Array, region: Int32Array, reference: Float64Array): Float64Array {
  let [n, sx, sy, sxy] = [0, 0, 0, 0];
  region.forEach((r, k) => {
    const y = reference[r];
    if (y !== y) return;
    n++;
    sx += eci[k];
    sy += y;
    sxy += eci[k] * y;
  });
  return sxy - (sx * sy) / n < 0 ? eci.map((v) => -v) : eci;
}

/** Ranks of the draws, region by region. */
class Tally {
  readonly #local: readonly number[];
  readonly #ranks: readonly number[][];
  readonly #topK: number;
  count = 0;

  constructor(regions: number, local: readonly number[], topK: number) {
    this.#local = local;
    this.#ranks = Array.from({ length: regions }, () => []);
    this.#topK = topK;
  }

  add(eci: Float64Array, region: Int32Array): void {
    this.count++;
    order(eci).forEach((k, position) => this.#ranks[region[k]].push(position + 1));
  }

  result(): Pick<RankIntervals, 'lower' | 'median' | 'upper' | 'topShare' | 'absentShare'> {
    const lists = this.#local.map((r) => Float64Array.from(this.#ranks[r]).sort());
    const over = (f: (list: Float64Array) => number) =>
      Float64Array.from(lists, (list) => (list.length === 0 ? Number.NaN : f(list)));
    return {
      lower: over((l) => quantile(l, 0.05)),
      median: over((l) => quantile(l, 0.5)),
      upper: over((l) => quantile(l, 0.95)),
      topShare: over((l) => l.filter((rank) => rank <= this.#topK).length / this.count),
      absentShare: Float64Array.from(lists, (l) => (this.count === 0 ? Number.NaN : 1 - l.length / this.count)),
    };
  }
}
