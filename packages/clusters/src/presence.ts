import type { Pattern } from '@qipan/numeric';

/** When an industry counts as present in a region. */
export interface PresenceRule {
  /** Default 1. */
  readonly threshold?: number;
  /** `>=` (default) or `>` as EconGeo does. */
  readonly comparison?: '>=' | '>';
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

/**
 * `M_ri = 1` where the quotient reaches the threshold. Regions without any industry and industries without any region are
 * removed (one pass is enough: removing an empty row empties no column) and named.
 */
export function presence(
  lq: Float64Array,
  shape: { regions: number; industries: number },
  rule: PresenceRule = {},
): Presence {
  const { regions, industries } = shape;
  const threshold = rule.threshold ?? 1;
  const strict = rule.comparison === '>';
  const d = new Int32Array(regions);
  const u = new Int32Array(industries);
  const index = new Int32Array(lq.length);
  const start = new Int32Array(regions + 1);
  let n = 0;
  for (let r = 0, k = 0; r < regions; r++) {
    for (let i = 0; i < industries; i++, k++) {
      if (strict ? lq[k] > threshold : lq[k] >= threshold) {
        index[n++] = i;
        u[i]++;
      }
    }
    start[r + 1] = n;
    d[r] = n - start[r];
  }
  const region = Int32Array.from(d.keys()).filter((r) => d[r] > 0);
  const industry = Int32Array.from(u.keys()).filter((i) => u[i] > 0);
  const column = new Int32Array(industries);
  industry.forEach((i, c) => (column[i] = c));
  const kept = index.slice(0, n);
  if (industry.length < industries) for (let e = 0; e < n; e++) kept[e] = column[kept[e]];
  const keptStart = new Int32Array(region.length + 1);
  region.forEach((r, k) => (keptStart[k + 1] = keptStart[k] + d[r]));
  return {
    rows: region.length,
    cols: industry.length,
    start: keptStart,
    index: kept,
    region,
    industry,
    diversity: region.map((r) => d[r]),
    ubiquity: industry.map((i) => u[i]),
    removedRegions: [...d.keys()].filter((r) => d[r] === 0),
    removedIndustries: [...u.keys()].filter((i) => u[i] === 0),
  };
}
