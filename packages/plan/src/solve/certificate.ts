import { linkFamilies } from '../families/link-families.js';
import { problemHash } from '../model/canonical.js';
import type { Certificate } from '../model/plan.js';
import type { Lagrangian } from './lagrangian.js';
import type { SolverModel } from './model.js';

const scale = 2 ** 20;

/**
 * The multipliers of the bound, rounded to multiples of 2⁻²⁰, with the bound that the rounded ones prove. That bound is
 * lowered by 1e-9 of the money that goes into it, more than rounding in floating point can have raised it.
 */
export function certify(model: SolverModel, lagrangian: Lagrangian, multipliers: Float64Array): Certificate {
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
