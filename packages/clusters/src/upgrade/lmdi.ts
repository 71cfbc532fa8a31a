import { QipanError } from '@qipan/base';

/** Activity and use (energy, CO2 …) of each industry on a date. */
export interface ActivityUse {
  readonly activity: Float64Array;
  readonly use: Float64Array;
}

/** Parts of a change; they add up to it. */
export interface LmdiParts {
  readonly change: number;
  /** Of a larger total activity at the same mix and intensity. */
  readonly activity: number;
  /** Of another mix of industries. */
  readonly structure: number;
  /** Of another use per activity inside the industries. */
  readonly intensity: number;
}

/** Logarithmic mean `(a − b) / ln(a/b)`. */
function logMean(a: number, b: number): number {
  const d = Math.log(a / b);
  return Math.abs(d) < 1e-8 ? (a + b) / 2 : (a - b) / d;
}

/**
 * Additive LMDI-I: `ΔE = Σ L(E1, E0) · [ln(Q1/Q0) + ln(S1/S0) + ln(I1/I0)]` over industries, residual 0 (Ang 2004). Industries that come
 * or go count as structure, uses that come or go in a living industry as intensity (limits of Ang, Liu 2007).
 * @throws SHAPE_MISMATCH; VALUE_NEGATIVE; DEGENERATE_INPUT (no activity at all, or a use without activity)
 */
export function lmdi(before: ActivityUse, after: ActivityUse): LmdiParts {
  const n = before.activity.length;
  for (const x of [before.use, after.activity, after.use])
    if (x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${x.length} industries for ${n}`, { got: x.length, expected: `${n}` });
  for (const date of [before, after])
    for (let i = 0; i < n; i++) {
      const [q, e] = [date.activity[i], date.use[i]];
      if (!(q >= 0) || !(e >= 0))
        throw new QipanError('VALUE_NEGATIVE', `industry ${i}: activity ${q}, use ${e}`, {
          row: i,
          got: [q, e],
          expected: '≥ 0',
        });
      if (q === 0 && e > 0)
        throw new QipanError('DEGENERATE_INPUT', `industry ${i} uses ${e} without activity`, {
          row: i,
          got: e,
          expected: '0',
        });
    }
  const total = (d: ActivityUse) => d.activity.reduce((a, b) => a + b, 0);
  const [q0, q1] = [total(before), total(after)];
  if (q0 === 0 || q1 === 0)
    throw new QipanError('DEGENERATE_INPUT', 'no activity at all on one of the dates', { got: [q0, q1] });
  const parts = { change: 0, activity: 0, structure: 0, intensity: 0 };
  for (let i = 0; i < n; i++) {
    const [e0, e1] = [before.use[i], after.use[i]];
    parts.change += e1 - e0;
    if (e0 === 0 || e1 === 0) {
      const gone = e0 > 0 ? after.activity[i] === 0 : before.activity[i] === 0;
      parts[gone ? 'structure' : 'intensity'] += e1 - e0;
      continue;
    }
    const weight = logMean(e1, e0);
    const activity = Math.log(q1 / q0);
    const own = Math.log(after.activity[i] / before.activity[i]);
    parts.activity += weight * activity;
    parts.structure += weight * (own - activity);
    parts.intensity += weight * (Math.log(e1 / e0) - own);
  }
  return parts;
}
