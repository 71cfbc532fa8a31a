import { QipanError } from '@qipan/base';
import { logistic, ridgeLogit, type LogitFit } from '@qipan/numeric';
import { eventRule, eventsBetween, type EventKind, type EventRule, type MatchedPanels } from './events.js';
import {
  availableFeatures,
  dateState,
  keptWeights,
  regionFeatures,
  rowWith,
  type DateState,
  type EntryContext,
  type FeatureName,
} from './features.js';

export interface ModelOptions extends EntryContext {
  readonly kind?: EventKind;
  readonly rule?: EventRule;
  readonly features?: readonly FeatureName[];
  /** λ on coefficients of standardised features. Default 1. */
  readonly ridge?: number;
  /** Group of each region of the panels as given, and of each industry: each group gets a penalised effect of its own. */
  readonly regionGroup?: Int32Array;
  readonly industryGroup?: Int32Array;
}

/** Rows of the model: cells at risk with features and outcome. */
export interface EntryRows {
  readonly x: Float64Array;
  readonly cols: number;
  readonly y: Uint8Array;
  readonly region: Int32Array;
  readonly industry: Int32Array;
  /** Density and quotient at the start, for the rules the model is compared with. */
  readonly density: Float64Array;
  readonly lq: Float64Array;
  readonly pciRank: Float64Array;
  readonly from: number | null;
  readonly to: number | null;
  readonly unknown: number;
  /** Cells at risk in industries that no region has: without density or complexity. */
  readonly noNetwork: number;
}

/** Two dates, by position, and a third that confirms. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly confirm?: number;
}

/** Everything that rows are made from, computed once. */
export interface EntryData {
  readonly matched: MatchedPanels;
  readonly kind: EventKind;
  readonly rule: Required<EventRule>;
  readonly context: EntryContext;
  readonly states: readonly DateState[];
  readonly features: readonly FeatureName[];
  readonly leftOut: ReturnType<typeof availableFeatures>['leftOut'];
  readonly periods: readonly Period[];
  readonly regionGroup: Int32Array | null;
  readonly industryGroup: Int32Array | null;
}

/** Prepares dates, periods and the list of features; the last date has a state too: predictions start there. */
export function entryData(matched: MatchedPanels, o: ModelOptions): EntryData {
  const rule = eventRule(o.rule);
  const context: EntryContext = {
    ...(o.inputs ? { inputs: o.inputs } : {}),
    ...(o.parentOf ? { parentOf: o.parentOf } : {}),
    ...(o.neighbours ? { neighbours: keptWeights(o.neighbours, matched.region) } : {}),
  };
  const { industries } = matched.panels[0];
  const sized = (what: string, x: { length: number } | undefined, n: number) => {
    if (x && x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${what}: ${x.length}`, { field: what, got: x.length, expected: `${n}` });
  };
  sized('inputs', o.inputs, industries * industries);
  sized('parentOf', o.parentOf, industries);
  sized('industryGroup', o.industryGroup, industries);
  const states = matched.panels.map((_, k) =>
    dateState(matched, k, { present: rule.present, growth: o.growth?.[k] ?? null }),
  );
  const last = states.length - 1;
  const periods = states.slice(0, -1).flatMap((_, from): Period[] => {
    if (!rule.persistence || last === 1) return [{ from, to: from + 1 }];
    return from + 2 <= last ? [{ from, to: from + 1, confirm: from + 2 }] : [];
  });
  const { features, leftOut } = availableFeatures(states, context, o.features);
  return {
    matched,
    kind: o.kind ?? 'entry',
    rule,
    context,
    states,
    features,
    leftOut,
    periods,
    regionGroup: o.regionGroup ? Int32Array.from(matched.region, (r) => (o.regionGroup as Int32Array)[r]) : null,
    industryGroup: o.industryGroup ?? null,
  };
}

/** Share of industries with a lower PCI, ties half; NaN without a PCI. */
function rankShare(pci: Float64Array | null, industries: number): Float64Array {
  const known = pci ? [...pci].filter((v) => !Number.isNaN(v)) : [];
  return Float64Array.from({ length: industries }, (_, i) => {
    const own = pci ? pci[i] : Number.NaN;
    if (Number.isNaN(own)) return Number.NaN;
    return known.reduce((s, v) => s + (v < own ? 1 : v === own ? 0.5 : 0), 0) / known.length;
  });
}

/** Rows of one period. */
export function entryRows(d: EntryData, period: Period): EntryRows {
  const { quotient, panels } = d.matched;
  const at = {
    before: quotient[period.from],
    after: quotient[period.to],
    ...(period.confirm === undefined ? {} : { confirm: quotient[period.confirm] }),
  };
  const events = eventsBetween(d.kind, at, d.rule);
  const s = d.states[period.from];
  const cols = d.features.length;
  const x = new Float64Array(events.cell.length * cols);
  const n = s.industries;
  for (let e = 0; e < events.cell.length;) {
    const region = Math.floor(events.cell[e] / n);
    const first = e;
    while (e < events.cell.length && Math.floor(events.cell[e] / n) === region) e++;
    const industries = events.cell.subarray(first, e).map((cell) => cell - region * n);
    regionFeatures(s, { region, industries, features: d.features, kind: d.kind, context: d.context }, x, first * cols);
  }
  const pciRank = rankShare(s.pci, n);
  const bad = Uint8Array.from(events.cell, (cell, e) =>
    Number(Number.isNaN(s.density[cell]) || x.subarray(e * cols, (e + 1) * cols).some(Number.isNaN)),
  );
  const rows: EntryRows = {
    x,
    cols,
    y: events.outcome,
    // A row that is left out goes by an impossible region.
    region: events.cell.map((cell, e) => (bad[e] ? -1 : Math.floor(cell / n))),
    industry: events.cell.map((cell) => cell % n),
    density: Float64Array.from(events.cell, (cell) => s.density[cell]),
    lq: Float64Array.from(events.cell, (cell) => s.lq[cell]),
    pciRank: Float64Array.from(events.cell, (cell) => pciRank[cell % n]),
    from: panels[period.from].year,
    to: panels[period.to].year,
    unknown: events.unknown,
    noNetwork: bad.reduce((a, b) => a + b, 0),
  };
  return joinRows([rows], (region) => region >= 0);
}

/** A fitted model of entry or exit: features are standardised by `mean` and `scale`, then come the group effects. */
export interface EntryModel {
  readonly kind: EventKind;
  readonly features: readonly FeatureName[];
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  readonly regionGroups: readonly number[];
  readonly industryGroups: readonly number[];
  readonly ridge: number;
  readonly fit: LogitFit;
  readonly rows: number;
  readonly events: number;
}

/** Rows as the logit takes them: standardised features and one column for each group. */
function designOf(
  m: Pick<EntryModel, 'mean' | 'scale' | 'regionGroups' | 'industryGroups'>,
  rows: Pick<EntryRows, 'x' | 'cols' | 'region' | 'industry'>,
  d: Pick<EntryData, 'regionGroup' | 'industryGroup'>,
): { x: Float64Array; cols: number } {
  const n = rows.region.length;
  const cols = rows.cols + m.regionGroups.length + m.industryGroups.length;
  const x = new Float64Array(n * cols);
  for (let k = 0; k < n; k++) {
    for (let c = 0; c < rows.cols; c++) x[k * cols + c] = (rows.x[k * rows.cols + c] - m.mean[c]) / m.scale[c];
    if (d.regionGroup) {
      const g = m.regionGroups.indexOf(d.regionGroup[rows.region[k]]);
      if (g >= 0) x[k * cols + rows.cols + g] = 1;
    }
    if (d.industryGroup) {
      const g = m.industryGroups.indexOf(d.industryGroup[rows.industry[k]]);
      if (g >= 0) x[k * cols + rows.cols + m.regionGroups.length + g] = 1;
    }
  }
  return { x, cols };
}

/** Rows of several periods one after another; `wanted` keeps those of some regions only. */
export function joinRows(parts: readonly EntryRows[], wanted: (region: number) => boolean = () => true): EntryRows {
  const { cols, from } = parts[0];
  const at = parts.map((p) => [...p.y.keys()].filter((k) => wanted(p.region[k])));
  const n = at.reduce((sum, rows) => sum + rows.length, 0);
  const out = {
    x: new Float64Array(n * cols),
    y: new Uint8Array(n),
    region: new Int32Array(n),
    industry: new Int32Array(n),
    density: new Float64Array(n),
    lq: new Float64Array(n),
    pciRank: new Float64Array(n),
  };
  let row = 0;
  parts.forEach((p, part) => {
    for (const k of at[part]) {
      out.x.set(p.x.subarray(k * cols, (k + 1) * cols), row * cols);
      for (const key of ['y', 'region', 'industry', 'density', 'lq', 'pciRank'] as const) out[key][row] = p[key][k];
      row++;
    }
  });
  const sum = (key: 'unknown' | 'noNetwork') => parts.reduce((s, p) => s + p[key], 0);
  const { to } = parts.at(-1) as EntryRows;
  return { ...out, cols, from, to, unknown: sum('unknown'), noNetwork: sum('noNetwork') };
}

/** Fits the ridge logit on rows; standard errors are clustered by region. */
export function fitEntry(d: EntryData, rows: EntryRows, ridge = 1): EntryModel {
  const n = rows.y.length;
  const mean = new Float64Array(rows.cols);
  const scale = new Float64Array(rows.cols);
  for (let c = 0; c < rows.cols; c++) {
    for (let k = 0; k < n; k++) mean[c] += rows.x[k * rows.cols + c] / n;
    for (let k = 0; k < n; k++) scale[c] += (rows.x[k * rows.cols + c] - mean[c]) ** 2 / n;
    scale[c] = Math.sqrt(scale[c]) || 1;
  }
  const groups = (of: Int32Array | null, at: Int32Array) =>
    of ? [...new Set(Array.from(at, (k) => of[k]))].sort((a, b) => a - b) : [];
  const shape = {
    mean,
    scale,
    regionGroups: groups(d.regionGroup, rows.region),
    industryGroups: groups(d.industryGroup, rows.industry),
  };
  const { x, cols } = designOf(shape, rows, d);
  const fit = ridgeLogit({ x, y: rows.y, rows: n, cols, ridge, cluster: rows.region });
  return {
    ...shape,
    kind: d.kind,
    features: d.features,
    ridge,
    fit,
    rows: n,
    events: rows.y.reduce((a, b) => a + b, 0),
  };
}

/** Probability of each row with its 90 % interval from the coefficients' covariance (delta method on the logit). */
export function rowProbability(
  m: EntryModel,
  rows: Pick<EntryRows, 'x' | 'cols' | 'region' | 'industry'>,
  d: Pick<EntryData, 'regionGroup' | 'industryGroup'>,
): { readonly p: Float64Array; readonly lower: Float64Array; readonly upper: Float64Array } {
  const { x, cols } = designOf(m, rows, d);
  const n = rows.region.length;
  const out = { p: new Float64Array(n), lower: new Float64Array(n), upper: new Float64Array(n) };
  const row = new Float64Array(cols + 1).fill(1);
  const { coefficient, covariance } = m.fit;
  for (let k = 0; k < n; k++) {
    row.set(x.subarray(k * cols, (k + 1) * cols), 1);
    let t = 0;
    let variance = 0;
    for (let i = 0; i <= cols; i++) {
      t += coefficient[i] * row[i];
      for (let j = 0; j <= cols; j++) variance += row[i] * covariance[i * (cols + 1) + j] * row[j];
    }
    const half = 1.6448536269514722 * Math.sqrt(Math.max(0, variance));
    out.p[k] = logistic(t);
    out.lower[k] = logistic(t - half);
    out.upper[k] = logistic(t + half);
  }
  return out;
}

/** Probabilities from the last date on, `[regions kept × industries]`; NaN where the event cannot happen or cannot be told. */
export function predictEvents(
  m: EntryModel,
  d: EntryData,
): { readonly p: Float64Array; readonly lower: Float64Array; readonly upper: Float64Array } {
  const index = d.states.length - 1;
  const s = d.states[index];
  const { undefinedMask } = d.matched.quotient[index];
  const n = s.industries;
  const nan = () => new Float64Array(s.regions * n).fill(Number.NaN);
  const out = { p: nan(), lower: nan(), upper: nan() };
  for (let r = 0; r < s.regions; r++) {
    const industries: number[] = [];
    for (let i = 0; i < n; i++) {
      const k = r * n + i;
      const atRisk = d.kind === 'entry' ? s.present[k] === 0 : s.present[k] === 1;
      if (atRisk && undefinedMask[k] === 0 && !Number.isNaN(s.density[k])) industries.push(i);
    }
    const q = predictIn(m, d, { region: r, industries });
    industries.forEach((i, k) => {
      out.p[r * n + i] = q.p[k];
      out.lower[r * n + i] = q.lower[k];
      out.upper[r * n + i] = q.upper[k];
    });
  }
  return out;
}

/** Probabilities of some industries in one region from the last date on, as it stands or with industries `added` first. */
export function predictIn(
  m: EntryModel,
  d: EntryData,
  ask: { readonly region: number; readonly industries: readonly number[]; readonly added?: readonly number[] },
): { readonly p: Float64Array; readonly lower: Float64Array; readonly upper: Float64Array } {
  const s = d.states[d.states.length - 1];
  const { industries, region } = ask;
  const cols = m.features.length;
  const x = new Float64Array(industries.length * cols);
  const row = ask.added && ask.added.length > 0 ? { row: rowWith(s, region, ask.added) } : {};
  regionFeatures(s, { region, industries, features: m.features, kind: m.kind, context: d.context, ...row }, x);
  const rows = {
    x,
    cols,
    region: new Int32Array(industries.length).fill(region),
    industry: Int32Array.from(industries),
  };
  return rowProbability(m, rows, d);
}
