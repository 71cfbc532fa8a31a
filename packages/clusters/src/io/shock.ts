import { QipanError } from '@qipan/base';
import { luFactor, luSolve } from '@qipan/numeric';
import { allocation, named, type IoTable } from './table.js';
import { identityMinus } from './leontief.js';

/** Inoperability of every sector: the share of its output that is lost. */
export interface Inoperability {
  readonly q: Float64Array;
  /** Output lost, in the table's unit. */
  readonly loss: Float64Array;
  /** Sectors whose share left 0…1 and was cut back, by number: the linear model no longer holds there. */
  readonly clipped: readonly number[];
}

/** The interdependency matrix `A* = x̂⁻¹ A x̂`. Its numbers are those of the allocation coefficients; its meaning is not Ghosh's. */
const interdependency = allocation;

function checkShares(t: IoTable, shares: Float64Array, what: string): void {
  if (shares.length !== t.n) throw new QipanError('SHAPE_MISMATCH', `${shares.length} ${what} for ${t.n} sectors`);
  const bad = shares.findIndex((v) => !(v >= 0 && v <= 1));
  if (bad >= 0)
    throw new QipanError('OUT_OF_RANGE', `${what} of ${named(t, bad)} is ${shares[bad]}; expected 0…1`, {
      got: shares[bad],
      expected: '0…1',
      sector: t.code[bad],
    });
}

function outcome(t: IoTable, raw: Float64Array): Inoperability {
  const clipped = [...raw.keys()].filter((i) => raw[i] > 1 + 1e-12 || raw[i] < -1e-12);
  const q = raw.map((v) => Math.min(1, Math.max(0, v)));
  return { q, loss: q.map((v, i) => v * t.x[i]), clipped };
}

/**
 * Static demand-side inoperability `q = A*q + c*` (Haimes, Jiang 2001; Santos, Haimes 2004): `c*` is the share of output by
 * which the final demand of each sector falls. Shares past 0…1 are cut back and listed.
 * @throws `OUT_OF_RANGE` for a share outside 0…1
 */
export function inoperability(t: IoTable, demandDrop: Float64Array): Inoperability {
  checkShares(t, demandDrop, 'demand drop');
  const factors = luFactor(identityMinus(interdependency(t), t.n), t.n);
  if (!factors) throw new QipanError('NOT_PRODUCTIVE', 'I − A* is singular', { expected: 'ρ(A) < 1' });
  return outcome(t, luSolve(factors, demandDrop));
}

export interface RecoveryOptions {
  /** Inoperability at day 0, an entry a sector. */
  readonly start: Float64Array;
  /** Lasting drop of final demand as a share of output; default none. */
  readonly demandDrop?: Float64Array;
  /** Days until each sector alone is back at `residual` of its start. */
  readonly recoveryDays: Float64Array;
  /** Default 0.01. */
  readonly residual?: number;
  readonly days: number;
}

/**
 * Dynamic inoperability `q(t+1) = q(t) + K(A*q(t) + c* − q(t))` a day, with `k_i = −ln(residual) / days_i / (1 − a*_ii)`
 * (Lian, Haimes 2006, eq. 13), at most 1. Row d of `path` is day d; `lossOverTime` adds a 365th of yearly output for each.
 * @throws `OUT_OF_RANGE`, `SHAPE_MISMATCH`
 */
export function recoveryPath(
  t: IoTable,
  o: RecoveryOptions,
): {
  readonly path: Float64Array;
  readonly days: number;
  readonly lossOverTime: Float64Array;
  readonly isClipped: boolean;
} {
  const { n } = t;
  const drop = o.demandDrop ?? new Float64Array(n);
  checkShares(t, o.start, 'inoperability at the start');
  checkShares(t, drop, 'demand drop');
  if (o.recoveryDays.length !== n || o.recoveryDays.some((d) => !(d > 0)))
    throw new QipanError('OUT_OF_RANGE', 'recovery takes a number of days > 0 for every sector', { expected: '> 0' });
  const a = interdependency(t);
  const k = o.recoveryDays.map((d, i) => Math.min(1, -Math.log(o.residual ?? 0.01) / d / (1 - a[i * n + i])));
  const path = new Float64Array((o.days + 1) * n);
  path.set(o.start);
  const lossOverTime = new Float64Array(n);
  let isClipped = false;
  for (let d = 0; d < o.days; d++) {
    const now = path.subarray(d * n, (d + 1) * n);
    for (let i = 0; i < n; i++) {
      let s = drop[i] - now[i];
      for (let j = 0; j < n; j++) s += a[i * n + j] * now[j];
      const next = now[i] + k[i] * s;
      if (next < -1e-12 || next > 1 + 1e-12) isClipped = true;
      path[(d + 1) * n + i] = Math.min(1, Math.max(0, next));
      lossOverTime[i] += (now[i] * t.x[i]) / 365;
    }
  }
  return { path, days: o.days, lossOverTime, isClipped };
}
