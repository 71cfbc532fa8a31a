import { QipanError } from '@qipan/base';
import type { Pattern } from '@qipan/numeric';

/** When an industry counts as present in a region. */
export interface PresenceRule {
  /** Default 1. */
  readonly threshold?: number;
  /** `>=` (default) or `>`. */
  readonly comparison?: '>=' | '>';
  /** Least value of the measure itself, so that a few jobs in a small place are no industry. */
  readonly floor?: number;
  /** Enter at `enter` or more, leave below `leave`; in between it stays as it was (`evidence.before`). Replaces the threshold. */
  readonly hysteresis?: { readonly enter: number; readonly leave: number };
  /** The lower bound of the quotient's interval must pass, not the quotient (`evidence.lower`). */
  readonly lowerBound?: boolean;
}

/** What a rule may look at beside the quotient; all `[regions × industries]`. */
export interface PresenceEvidence {
  readonly value?: Float64Array;
  /** 1 where it was present before. */
  readonly before?: Uint8Array;
  readonly lower?: Float64Array;
}

/** Presence `M` after empty rows and columns are gone: dense numbers of what is left, and what was removed. */
export interface Presence extends Pattern {
  /** Region and industry numbers (in the panel) of the rows and columns kept. */
  readonly region: Int32Array;
  readonly industry: Int32Array;
  readonly diversity: Int32Array;
  readonly ubiquity: Int32Array;
  readonly removedRegions: readonly number[];
  readonly removedIndustries: readonly number[];
}

/** The rule in words, as recipes carry it. */
export function presenceText(rule: PresenceRule = {}): string {
  const what = rule.lowerBound === true ? 'lower bound of LQ' : 'LQ';
  const main = rule.hysteresis
    ? `${what} >= ${rule.hysteresis.enter} to enter, < ${rule.hysteresis.leave} to leave`
    : `${what} ${rule.comparison ?? '>='} ${rule.threshold ?? 1}`;
  return rule.floor === undefined ? main : `${main}, value >= ${rule.floor}`;
}

function needed<T extends { readonly length: number }>(x: T | undefined, n: number, name: string): T {
  if (x === undefined || x.length !== n)
    throw new QipanError('SHAPE_MISMATCH', `this rule of presence needs ${name} for ${n} cells`, {
      field: name,
      got: x?.length ?? null,
      expected: `${n}`,
    });
  return x;
}

/** The test of one cell. */
function cellTest(lq: Float64Array, rule: PresenceRule, e: PresenceEvidence): (k: number) => boolean {
  const x = rule.lowerBound === true ? needed(e.lower, lq.length, 'lower') : lq;
  const threshold = rule.threshold ?? 1;
  let passes: (k: number) => boolean = rule.comparison === '>' ? (k) => x[k] > threshold : (k) => x[k] >= threshold;
  if (rule.hysteresis) {
    const { enter, leave } = rule.hysteresis;
    if (!(leave <= enter))
      throw new QipanError('OUT_OF_RANGE', `hysteresis leaves at ${leave}, above its entry at ${enter}`, {
        field: 'hysteresis',
        got: rule.hysteresis,
        expected: 'leave <= enter',
      });
    const before = needed(e.before, lq.length, 'before');
    passes = (k) => x[k] >= (before[k] === 1 ? leave : enter);
  }
  if (rule.floor === undefined) return passes;
  const value = needed(e.value, lq.length, 'value');
  const floor = rule.floor;
  const bare = passes;
  return (k) => value[k] >= floor && bare(k);
}

/**
 * `M_ri = 1` where the rule holds. Regions without any industry and industries without any region are
 * removed (one pass is enough: removing an empty row empties no column) and named.
 * @throws SHAPE_MISMATCH when the rule needs evidence that was not given; OUT_OF_RANGE
 */
export function presence(
  lq: Float64Array,
  shape: { regions: number; industries: number },
  rule: PresenceRule = {},
  evidence: PresenceEvidence = {},
): Presence {
  const plain = rule.floor === undefined && !rule.hysteresis && rule.lowerBound !== true && rule.comparison !== '>';
  const threshold = rule.threshold ?? 1;
  return plain ? presenceWhere(shape, (k) => lq[k] >= threshold) : presenceWhere(shape, cellTest(lq, rule, evidence));
}

/** `M_ri = 1` where a test of the cell's number `k` (row-major) and its place holds; empty rows and columns are taken out and named. */
export function presenceWhere(
  shape: { readonly regions: number; readonly industries: number },
  test: (k: number, r: number, i: number) => boolean,
): Presence {
  const { regions, industries } = shape;
  const d = new Int32Array(regions);
  const u = new Int32Array(industries);
  // A panel is seldom more than a third full: room for all cells would be most of the memory in use.
  let index = new Int32Array(Math.max(64, (regions * industries) >> 2));
  let n = 0;
  for (let r = 0, k = 0; r < regions; r++) {
    if (n + industries > index.length) {
      const wider = new Int32Array(index.length * 2 + industries);
      wider.set(index);
      index = wider;
    }
    const from = n;
    for (let i = 0; i < industries; i++, k++) {
      if (test(k, r, i)) {
        index[n++] = i;
        u[i]++;
      }
    }
    d[r] = n - from;
  }
  return keptPresence({ index: index.slice(0, n), d, u });
}

/**
 * Presence from the entries of all regions one after the other, with diversity and ubiquity of the whole panel. Takes the empty
 * rows and columns out, and renumbers `index` in place.
 */
export function keptPresence(p: { index: Int32Array; d: Int32Array; u: Int32Array }): Presence {
  const { d, u, index } = p;
  const region = Int32Array.from(d.keys()).filter((r) => d[r] > 0);
  const industry = Int32Array.from(u.keys()).filter((i) => u[i] > 0);
  const column = new Int32Array(u.length);
  industry.forEach((i, c) => (column[i] = c));
  if (industry.length < u.length) for (let e = 0; e < index.length; e++) index[e] = column[index[e]];
  const keptStart = new Int32Array(region.length + 1);
  region.forEach((r, k) => (keptStart[k + 1] = keptStart[k] + d[r]));
  return {
    rows: region.length,
    cols: industry.length,
    start: keptStart,
    index,
    region,
    industry,
    diversity: region.map((r) => d[r]),
    ubiquity: industry.map((i) => u[i]),
    removedRegions: [...d.keys()].filter((r) => d[r] === 0),
    removedIndustries: [...u.keys()].filter((i) => u[i] === 0),
  };
}

/** Presence as a dense 0/1 matrix of the panel's shape, removed rows and columns 0. */
export function presenceMatrix(m: Presence, shape: { regions: number; industries: number }): Uint8Array {
  const out = new Uint8Array(shape.regions * shape.industries);
  for (let r = 0; r < m.rows; r++)
    for (let e = m.start[r]; e < m.start[r + 1]; e++) out[m.region[r] * shape.industries + m.industry[m.index[e]]] = 1;
  return out;
}
