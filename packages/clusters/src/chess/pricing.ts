import type { FamilyName, RowPlace } from './families.js';
import type { ModelSpec } from './formulation.js';

/** One term of a reduced value: what a family takes from a pair (negative) or adds to it. */
export interface PriceTerm {
  readonly family: FamilyName;
  readonly at: RowPlace;
  /** Coefficient of the pair in the row, and the row's price per unit, in the unit of v. */
  readonly coefficient: number;
  readonly price: number;
  /** `−price · coefficient`. */
  readonly amount: number;
}

/** Value of a pair before anything is charged: p·v, over all stages. */
export function worthOf(spec: ModelSpec, pair: number): number {
  return spec.data.pairs.probability[pair] * spec.data.pairs.value[pair];
}

/**
 * Reduced value of a focus on any pair, with or without a column: `p v − Σ_rows price · coefficient`, and for a wish what
 * its refusal would cost. Boards with stages are not priced. Positive: the pair would raise the value of the relaxation.
 */
export function reducedValues(spec: ModelSpec, rowDual: Float64Array): (pair: number) => number {
  const priced = spec.families.flatMap((family, f) => {
    const [from, to] = [spec.firstRow[f], spec.firstRow[f + 1]];
    return family.name !== 'answer' && rowDual.subarray(from, to).some((y) => y !== 0) ? [{ family, from }] : [];
  });
  const { refusal } = spec.data.weights;
  let value = 0;
  let first = 0;
  const charge = (row: number, c: number) => {
    value -= rowDual[first + row] * c;
  };
  return (pair) => {
    value = worthOf(spec, pair) * (spec.data.pairs.isWish[pair] === 1 ? 1 + refusal : 1);
    for (const { family, from } of priced) {
      first = from;
      family.entries(pair, charge);
    }
    return value;
  };
}

/**
 * Terms of the reduced value of a pair in its last stage, zero terms left out. The answer to a wish is not a price of its
 * own: refusing it costs g, which counts as a gain of granting it.
 */
export function priceTerms(spec: ModelSpec, rowDual: Float64Array, pair: number): PriceTerm[] {
  const out: PriceTerm[] = [];
  spec.families.forEach((family, f) => {
    if (family.name === 'answer' || family.name === 'stages') return;
    family.entries(pair, (row, coefficient, stage = spec.stageCount - 1) => {
      const price = rowDual[spec.firstRow[f] + row];
      if (stage !== spec.stageCount - 1 || Math.abs(price * coefficient) < 1e-9) return;
      out.push({ family: family.name, at: family.rows[row].at, coefficient, price, amount: -price * coefficient });
    });
  });
  const refusal = spec.data.weights.refusal;
  if (spec.data.pairs.isWish[pair] === 1 && refusal > 0) {
    const amount = refusal * worthOf(spec, pair);
    out.push({ family: 'answer', at: { pair }, coefficient: 1, price: -amount, amount });
  }
  return out;
}
