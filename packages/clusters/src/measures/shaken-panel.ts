import type { Random } from '@qipan/base';
import { drawMultinomial, poissonField } from '@qipan/numeric';
import type { Measure } from '../advantage.js';
import { keptPresence, type Presence, type PresenceRule } from '../presence.js';

/**
 * How the panel is shaken: `poisson` and `multinomial` (the region's total kept) for counts, `lognormal` with a stated coefficient
 * of variation for money, `industries` resamples industries with replacement (is the rank due to a few of them?).
 */
export type Scheme =
  | { readonly kind: 'poisson' }
  | { readonly kind: 'multinomial' }
  | { readonly kind: 'lognormal'; readonly cv: number }
  | { readonly kind: 'industries' };

/** The cells of a panel that hold something, region by region. */
export interface PositiveCells {
  readonly regions: number;
  readonly industries: number;
  /** regions + 1 offsets. */
  readonly start: Int32Array;
  readonly industry: Int32Array;
  readonly value: Float64Array;
}

/** Unknown and empty cells are left out: a quotient of 0 is never presence. */
export function positiveCells({ value, regions, industries }: Measure): PositiveCells {
  let n = 0;
  for (let k = 0; k < value.length; k++) if (value[k] > 0) n++;
  const cells = { start: new Int32Array(regions + 1), industry: new Int32Array(n), value: new Float64Array(n) };
  let e = 0;
  for (let r = 0, k = 0; r < regions; r++) {
    for (let i = 0; i < industries; i++, k++) {
      if (!(value[k] > 0)) continue;
      cells.industry[e] = i;
      cells.value[e++] = value[k];
    }
    cells.start[r + 1] = e;
  }
  return { regions, industries, ...cells };
}

/** Fills its argument with one draw of the positive cells after another. */
export function shaker(
  cells: PositiveCells,
  scheme: Exclude<Scheme, { readonly kind: 'industries' }>,
  source: Random,
): (out: Float64Array) => void {
  const { start, value } = cells;
  if (scheme.kind === 'poisson') return poissonField(value, source);
  if (scheme.kind === 'multinomial')
    return (out) => {
      for (let r = 0; r < cells.regions; r++) {
        const row = value.subarray(start[r], start[r + 1]);
        const total = Math.round(row.reduce((a, b) => a + b, 0));
        const drawn = out.subarray(start[r], start[r + 1]);
        if (total > 0) drawMultinomial(source, total, row, drawn);
        else drawn.fill(0);
      }
    };
  const variance = Math.log(1 + scheme.cv ** 2);
  const sigma = Math.sqrt(variance);
  return (out) => {
    for (let e = 0; e < value.length; e++) out[e] = value[e] * Math.exp(sigma * source.normal() - variance / 2);
  };
}

/** Room for the work of one draw, used again by the next. */
export interface DrawRoom {
  readonly index: Int32Array;
  readonly region: Float64Array;
  readonly industry: Float64Array;
}

export const drawRoom = (c: PositiveCells): DrawRoom => ({
  index: new Int32Array(c.industry.length),
  region: new Float64Array(c.regions),
  industry: new Float64Array(c.industries),
});

/** Sums of a draw by region and industry, into the room; returns the sum of all. */
function sums({ start, industry, regions }: PositiveCells, x: Float64Array, room: DrawRoom): number {
  room.industry.fill(0);
  let all = 0;
  for (let r = 0; r < regions; r++) {
    let sum = 0;
    for (let e = start[r]; e < start[r + 1]; e++) {
      sum += x[e];
      room.industry[industry[e]] += x[e];
    }
    room.region[r] = sum;
    all += sum;
  }
  return all;
}

/**
 * Presence of a draw: `X_ri·X_.. / X_.i` against `τ X_r.`, without writing the quotients down. The result's entries stand in the
 * room: they hold until the next draw.
 */
export function drawnPresence(
  cells: PositiveCells,
  x: Float64Array,
  rule: Pick<PresenceRule, 'threshold' | 'comparison' | 'floor'>,
  room: DrawRoom,
): Presence {
  const { start, industry, regions } = cells;
  const all = sums(cells, x, room);
  const scale = room.industry;
  for (let i = 0; i < scale.length; i++) scale[i] = scale[i] > 0 ? all / scale[i] : 0;
  const threshold = rule.threshold ?? 1;
  const floor = rule.floor ?? 0;
  const strict = rule.comparison === '>';
  const d = new Int32Array(regions);
  const u = new Int32Array(cells.industries);
  let n = 0;
  for (let r = 0; r < regions; r++) {
    const least = threshold * room.region[r];
    const from = n;
    for (let e = start[r]; e < start[r + 1]; e++) {
      const i = industry[e];
      const y = x[e] * scale[i];
      if (!(x[e] > 0 && y >= least && x[e] >= floor) || (strict && y === least)) continue;
      room.index[n++] = i;
      u[i]++;
    }
    d[r] = n - from;
  }
  return keptPresence({ index: room.index.subarray(0, n), d, u });
}
