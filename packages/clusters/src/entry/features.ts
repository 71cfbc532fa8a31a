import { QipanError } from '@qipan/base';
import type { Csr } from '@qipan/numeric';
import { totals } from '../advantage.js';
import { complexity } from '../complexity.js';
import type { EventKind, MatchedPanels } from './events.js';

/**
 * What may foretell an entry: `relatedness` z of relatedness density inside the region, over its absent industries (for exits, its
 * present ones) · `complexity` PCI · `regionSize`, `industrySize` ln of the totals · `advantage` ln(LQ + 0.1), where the cell starts ·
 * `neighbours` weighted share of neighbouring regions that have the industry · `nationalGrowth` yearly log growth of the industry
 * before the date · `suppliers` share of the industry's inputs, by coefficient, whose makers are present · `sameParent` share of the
 * other industries of its group that are present.
 */
export type FeatureName =
  | 'relatedness'
  | 'complexity'
  | 'regionSize'
  | 'industrySize'
  | 'advantage'
  | 'neighbours'
  | 'nationalGrowth'
  | 'suppliers'
  | 'sameParent';

/**
 * The features used unless others are named. `advantage` is not among them: a cell that starts near the threshold crosses it by chance
 * more often, so it stands beside the model as a rule to be beaten; name it to have it inside.
 */
export const featureNames: readonly FeatureName[] = [
  'relatedness',
  'complexity',
  'regionSize',
  'industrySize',
  'neighbours',
  'nationalGrowth',
  'suppliers',
  'sameParent',
];

/** What is known beside the panels; a feature whose table is not given is left out and named. */
export interface EntryContext {
  /** Weights between the regions of the panels as given; rows are scaled to 1 over the regions kept. */
  readonly neighbours?: Csr;
  /** Input coefficients `a_ji`, seller j in row, buyer i in column, `[industries × industries]`. */
  readonly inputs?: Float64Array;
  /** Group number of each industry. */
  readonly parentOf?: Int32Array;
  /** Yearly log growth of each industry known at each panel's date; default from the panels, where an earlier one stands. */
  readonly growth?: readonly (Float64Array | null)[];
}

/** One date: what stands there, and the network seen from there. Nothing in it is later than its date. */
export interface DateState {
  readonly regions: number;
  readonly industries: number;
  readonly lq: Float64Array;
  /** 1 where present, `[regions × industries]`. */
  readonly present: Uint8Array;
  /** Relatedness density, NaN in industries that nobody has. */
  readonly density: Float64Array;
  /** PCI of the `harvard` recipe, NaN in industries that nobody has; null when the second direction is ambiguous. */
  readonly pci: Float64Array | null;
  /** Proximity between industries, `[industries × industries]`, 0 for industries that nobody has. */
  readonly proximity: Float64Array;
  readonly regionLog: Float64Array;
  readonly industryLog: Float64Array;
  readonly growth: Float64Array | null;
}

const logOf = (x: Float64Array): Float64Array => x.map((v) => Math.log(Math.max(v, Number.MIN_VALUE)));

/** Reads the state of the panel at `index`, its growth from the panel before. */
export function dateState(
  matched: MatchedPanels,
  index: number,
  o: { present: number; growth?: Float64Array | null },
): DateState {
  const panel = matched.panels[index];
  const { lq } = matched.quotient[index];
  const { regions, industries } = panel;
  const sums = totals(panel);
  const present = Uint8Array.from(lq, (v) => Number(v >= o.present));
  const c = complexity(panel, {
    preset: 'harvard',
    presence: { threshold: o.present },
    benchmark: matched.benchmark[index],
  });
  const density = new Float64Array(regions * industries).fill(Number.NaN);
  const proximity = new Float64Array(industries * industries);
  const pci = new Float64Array(industries).fill(Number.NaN);
  c.kept.industry.forEach((i, a) => {
    pci[i] = c.pci[a];
    for (let r = 0; r < regions; r++) density[r * industries + i] = 0;
    c.kept.region.forEach((r, row) => (density[r * industries + i] = c.density[row * c.kept.cols + a]));
    c.kept.industry.forEach((j, b) => (proximity[i * industries + j] = c.proximity[a * c.kept.cols + b]));
  });
  const before = matched.panels[index - 1];
  const years = before ? (panel.year as number) - (before.year as number) : 0;
  const growth =
    o.growth ??
    (before
      ? logOf(sums.industry).map((v, i) => (v - Math.log(Math.max(totals(before).industry[i], 0.5))) / years)
      : null);
  return {
    regions,
    industries,
    lq,
    present,
    density,
    pci: c.status === 'ok' ? pci : null,
    proximity,
    regionLog: logOf(sums.region),
    industryLog: sums.industry.map((v) => Math.log(Math.max(v, 0.5))),
    growth,
  };
}

/** Features that can be had at every one of the dates, and why the others cannot. */
export function availableFeatures(
  states: readonly DateState[],
  context: EntryContext,
  wanted: readonly FeatureName[] = featureNames,
): {
  readonly features: readonly FeatureName[];
  readonly leftOut: readonly { feature: FeatureName; reason: { en: string; zh: string } }[];
} {
  const reasonAgainst = (name: FeatureName): { en: string; zh: string } | null => {
    if (name === 'complexity' && states.some((s) => s.pci === null))
      return { en: 'the second direction is ambiguous at one of the dates', zh: '有一个时点的第二特征方向不明确' };
    if (name === 'neighbours' && !context.neighbours) return { en: 'no spatial weights given', zh: '未提供空间权重' };
    if (name === 'suppliers' && !context.inputs) return { en: 'no input coefficients given', zh: '未提供投入系数' };
    if (name === 'sameParent' && !context.parentOf) return { en: 'no industry groups given', zh: '未提供行业分组' };
    if (name === 'nationalGrowth' && states.some((s) => s.growth === null))
      return {
        en: 'no year before the first date; growth during the step itself would be hindsight',
        zh: '首个时点之前没有年份；用当期增长属于“事后诸葛”',
      };
    return null;
  };
  const leftOut = wanted.flatMap((feature) => {
    const reason = reasonAgainst(feature);
    return reason ? [{ feature, reason }] : [];
  });
  const gone = new Set(leftOut.map((l) => l.feature));
  return { features: wanted.filter((f) => !gone.has(f)), leftOut };
}

/** Mean and deviation of the densities of a region over the industries of its pool; deviation 0 where there is no spread. */
function densitySpread(density: Float64Array, pool: (industry: number) => boolean): { mean: number; sd: number } {
  const known = density.filter((w, i) => !Number.isNaN(w) && pool(i));
  const mean = known.reduce((a, w) => a + w, 0) / known.length;
  // In two passes: the mean of squares less the squared mean would leave a spread of 1e-9 where there is none.
  const sd = Math.sqrt(known.reduce((a, w) => a + (w - mean) * (w - mean), 0) / known.length);
  return { mean, sd: known.length > 1 && sd > 1e-12 ? sd : 0 };
}

/** Weights between the regions kept, each row scaled to 1; a region without a neighbour has an empty row. */
export function keptWeights(weights: Csr, region: Int32Array): Csr {
  const at = new Map(Array.from(region, (r, k) => [r, k] as const));
  const start = new Int32Array(region.length + 1);
  const index: number[] = [];
  const value: number[] = [];
  region.forEach((r, k) => {
    if (r >= weights.rows)
      throw new QipanError('SHAPE_MISMATCH', `weights of ${weights.rows} regions`, {
        got: weights.rows,
        expected: `> ${r}`,
      });
    const from = index.length;
    let sum = 0;
    for (let e = weights.start[r]; e < weights.start[r + 1]; e++) {
      const neighbour = at.get(weights.index[e]);
      if (neighbour === undefined || neighbour === k) continue;
      index.push(neighbour);
      value.push(weights.value[e]);
      sum += weights.value[e];
    }
    for (let e = from; e < value.length; e++) value[e] /= sum;
    start[k + 1] = index.length;
  });
  return {
    rows: region.length,
    cols: region.length,
    start,
    index: Int32Array.from(index),
    value: Float64Array.from(value),
  };
}

/** A region as it stands, or as it would with industries added: its presence row and its densities. */
export interface RegionRow {
  readonly present: Uint8Array;
  readonly density: Float64Array;
}

/** The region's row of a state. */
export const rowOf = (s: DateState, r: number): RegionRow => ({
  present: s.present.subarray(r * s.industries, (r + 1) * s.industries),
  density: s.density.subarray(r * s.industries, (r + 1) * s.industries),
});

/** The row after some industries were added: densities `Σ_i M_i φ_ij / Σ_i φ_ij` anew, proximities as they were. */
export function rowWith(s: DateState, r: number, added: readonly number[]): RegionRow {
  const n = s.industries;
  const present = rowOf(s, r).present.slice();
  for (const i of added) present[i] = 1;
  const density = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let all = 0;
    let own = 0;
    for (let i = 0; i < n; i++) {
      all += s.proximity[i * n + j];
      if (present[i]) own += s.proximity[i * n + j];
    }
    density[j] = all > 0 ? own / all : Number.NaN;
  }
  return { present, density };
}

/**
 * Fills the features of the industries asked for in one region into `out` from `at` on, one row an industry. A row holds NaN where the
 * industry is nobody's (no density, no complexity): the caller leaves it out and counts it.
 */
export function regionFeatures(
  s: DateState,
  ask: {
    readonly region: number;
    readonly industries: ArrayLike<number>;
    readonly features: readonly FeatureName[];
    readonly kind: EventKind;
    readonly context: EntryContext;
    readonly row?: RegionRow;
  },
  out: Float64Array,
  at = 0,
): void {
  const { region: r, features, context } = ask;
  const row = ask.row ?? rowOf(s, r);
  const pool = ask.kind === 'entry' ? (i: number) => row.present[i] === 0 : (i: number) => row.present[i] === 1;
  const spread = densitySpread(row.density, pool);
  const one = (name: FeatureName, i: number): number => {
    switch (name) {
      case 'relatedness':
        return Number.isNaN(row.density[i])
          ? Number.NaN
          : spread.sd === 0
            ? 0
            : (row.density[i] - spread.mean) / spread.sd;
      case 'complexity':
        return (s.pci as Float64Array)[i];
      case 'regionSize':
        return s.regionLog[r];
      case 'industrySize':
        return s.industryLog[i];
      case 'advantage':
        return Math.log(s.lq[r * s.industries + i] + 0.1);
      case 'neighbours':
        return neighbourShare(s, context.neighbours as Csr, { region: r, industry: i });
      case 'nationalGrowth':
        return (s.growth as Float64Array)[i];
      case 'suppliers':
        return supplierShare(row.present, context.inputs as Float64Array, i);
      case 'sameParent':
        return siblingShare(row.present, context.parentOf as Int32Array, i);
    }
  };
  for (let k = 0; k < ask.industries.length; k++)
    features.forEach((name, f) => (out[at + k * features.length + f] = one(name, ask.industries[k])));
}

function neighbourShare(s: DateState, w: Csr, cell: { region: number; industry: number }): number {
  let sum = 0;
  for (let e = w.start[cell.region]; e < w.start[cell.region + 1]; e++)
    sum += w.value[e] * s.present[w.index[e] * s.industries + cell.industry];
  return sum;
}

/** Share of the inputs of industry `i`, itself left out, whose makers are present; 0 for an industry that buys from none. */
function supplierShare(present: Uint8Array, inputs: Float64Array, i: number): number {
  const n = present.length;
  let all = 0;
  let here = 0;
  for (let j = 0; j < n; j++) {
    if (j === i) continue;
    all += inputs[j * n + i];
    if (present[j]) here += inputs[j * n + i];
  }
  return all > 0 ? here / all : 0;
}

function siblingShare(present: Uint8Array, parentOf: Int32Array, i: number): number {
  let all = 0;
  let here = 0;
  for (let j = 0; j < present.length; j++) {
    if (j === i || parentOf[j] !== parentOf[i]) continue;
    all++;
    here += present[j];
  }
  return all > 0 ? here / all : 0;
}
