import { QipanError } from '@qipan/base';
import { locationQuotient, totals, type Measure } from '../advantage.js';

/** The three marks of the stars, all of them data. */
export interface StarRule {
  /** Share of regions that count as the top, for size and focus. Default 0.1. */
  readonly topShare?: number;
  /** Quotient of the specialisation star. Default 2. */
  readonly quotient?: number;
  /** Employment below which there is no star at all, persons. Default 1,000. */
  readonly floor?: number;
}

/** Stars by cell `[regions × industries]`; −1 where the cell is not known. */
export interface Stars {
  readonly stars: Int8Array;
  readonly size: Uint8Array;
  readonly specialisation: Uint8Array;
  readonly focus: Uint8Array;
  readonly rule: Required<StarRule>;
}

/** Quantile with linear interpolation between order statistics, ends included (Hyndman, Fan 1996, type 7). NaN of nothing. */
export function inclusiveQuantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const [a, b] = [sorted[low], sorted[Math.ceil(at)]];
  return sorted.length === 0 ? Number.NaN : a + (at - low) * (b - a);
}

/** Marks of each industry: the quantile of a figure over the regions that have the industry. */
function tops(m: Measure, figure: (region: number, k: number) => number, share: number): Float64Array {
  return Float64Array.from({ length: m.industries }, (_, i) => {
    const values: number[] = [];
    for (let r = 0; r < m.regions; r++)
      if (m.value[r * m.industries + i] > 0) values.push(figure(r, r * m.industries + i));
    return inclusiveQuantile(values, 1 - share);
  });
}

/**
 * Stars of the European Cluster Observatory, 0 to 3: size (employment in the top share of regions of its industry), specialisation
 * (quotient at least the mark) and focus (share of the industry in the region's employment in the top share), none below the floor.
 * Top shares are taken over regions that have the industry, the border included. The size mark was read at the observatory; the
 * quotient of 2 and the floor of 1,000 are to be checked before they are relied on.
 * @throws OUT_OF_RANGE for a rule that makes no sense; what `locationQuotient` throws
 */
export function europeanStars(m: Measure, o: StarRule & { readonly benchmark?: Float64Array } = {}): Stars {
  const { benchmark, ...given } = o;
  const rule = { topShare: 0.1, quotient: 2, floor: 1000, ...given };
  if (!(rule.topShare > 0 && rule.topShare < 1) || !(rule.quotient > 0) || !(rule.floor >= 0))
    throw new QipanError('OUT_OF_RANGE', 'the rule of the stars', {
      got: rule,
      expected: '0 < topShare < 1, quotient > 0, floor ≥ 0',
    });
  const { lq, undefinedMask } = locationQuotient(m, benchmark ? { benchmark } : {});
  const region = totals(m).region;
  const share = (r: number, k: number) => m.value[k] / region[r];
  const sizeMark = tops(m, (_, k) => m.value[k], rule.topShare);
  const focusMark = tops(m, share, rule.topShare);
  const cells = m.value.length;
  const out = {
    stars: new Int8Array(cells),
    size: new Uint8Array(cells),
    specialisation: new Uint8Array(cells),
    focus: new Uint8Array(cells),
    rule,
  };
  for (let r = 0, k = 0; r < m.regions; r++) {
    for (let i = 0; i < m.industries; i++, k++) {
      if (Number.isNaN(m.value[k])) {
        out.stars[k] = -1;
        continue;
      }
      if (undefinedMask[k] === 1 || m.value[k] === 0 || m.value[k] < rule.floor) continue;
      out.size[k] = Number(m.value[k] >= sizeMark[i]);
      out.specialisation[k] = Number(lq[k] >= rule.quotient);
      out.focus[k] = Number(share(r, k) >= focusMark[i]);
      out.stars[k] = out.size[k] + out.specialisation[k] + out.focus[k];
    }
  }
  return out;
}

/** Third of each value among the known ones: 1 low, 2 middle, 3 high, borders upwards; 0 where not known. */
export function terciles(values: Float64Array): Int8Array {
  const known = [...values].filter((v) => !Number.isNaN(v));
  const [low, high] = [inclusiveQuantile(known, 1 / 3), inclusiveQuantile(known, 2 / 3)];
  return Int8Array.from(values, (v) => (Number.isNaN(v) ? 0 : v >= high ? 3 : v >= low ? 2 : 1));
}

/**
 * Strong clusters in the style of the US Cluster Mapping Project: traded industries whose quotient is in the top quarter of regions that
 * have the industry, above a floor. Share and floor are arguments: the project's own floors are to be checked.
 * @returns 1 strong, 0 not, −1 not known or an industry that is not traded
 */
export function strongClusters(
  m: Measure,
  o: { readonly traded: Uint8Array; readonly topShare?: number; readonly floor?: number },
): Int8Array {
  const { lq } = locationQuotient(m);
  const mark = tops(m, (_, k) => lq[k], o.topShare ?? 0.25);
  return Int8Array.from(m.value, (v, k) => {
    const i = k % m.industries;
    if (Number.isNaN(v) || o.traded[i] !== 1) return -1;
    return Number(v > 0 && v >= (o.floor ?? 0) && lq[k] >= mark[i]);
  });
}
