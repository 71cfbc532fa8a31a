import { linkFamilies } from '../families/link-families.js';
import { problemHash } from '../model/canonical.js';
import type { Certificate } from '../model/plan.js';
import type { Lagrangian } from './lagrangian.js';
import type { SolverModel } from './model.js';

/** 2²⁰, or less where money has so many digits that the largest multiplier would be no safe integer: always a power of two. */
function scaleOf(multipliers: Float64Array): number {
  const most = multipliers.reduce((a, m) => Math.max(a, Math.abs(m)), 0);
  let scale = 2 ** 20;
  while (most * scale > Number.MAX_SAFE_INTEGER) scale /= 2;
  return scale;
}

/**
 * The multipliers of the bound, rounded to multiples of 1/scale (2⁻²⁰ as a rule), with the bound that the rounded ones prove. That bound is
 * lowered by 1e-9 of the money that goes into it, more than rounding in floating point can have raised it.
 */
export function certify(model: SolverModel, lagrangian: Lagrangian, multipliers: Float64Array): Certificate {
  const scale = scaleOf(multipliers);
  // Downwards, so that no price passes the price of its slack.
  const integers = Float64Array.from(multipliers, (m) => Math.floor(m * scale));
  const rounded = integers.map((m) => m / scale);
  const { layout } = lagrangian;
  const rows: Record<string, number[]> = {};
  linkFamilies.forEach((family, f) => {
    rows[family.name] = model.rows.flatMap((_, r) => (model.rowFamily[r] === f ? [integers[layout.rows + r]] : []));
  });
  rows['coverage'] = Array.from(integers.subarray(layout.county, layout.cover));
  rows['covered'] = Array.from(integers.subarray(layout.cover, layout.size));
  const bound = lagrangian.evaluate(rounded);
  let money = Math.abs(model.constant);
  for (let e = 0; e < layout.rows; e++) money += Math.abs(rounded[e]);
  return {
    format: 'qipan.planCertificate/1',
    inputHash: problemHash(model.problem),
    scale,
    serve: Array.from(integers.subarray(0, layout.rows)),
    rows,
    bound: bound - 1e-9 * money,
  };
}
