import type { ModelSpec } from './formulation.js';

/**
 * The best full point of the model for given foci: excess, gaps, covered zones, co-locations and refusals follow.
 *
 * @param begin for each pair of the data the stage in which it begins, −1 = no focus
 */
export function completePoint(spec: ModelSpec, begin: Int8Array): Float64Array {
  const { problem, aux, data, chosen, stageCount: T, firstFocus } = spec;
  const x = new Float64Array(problem.numCols);
  chosen.forEach((pair, k) => {
    if (begin[pair] >= 0) x.fill(1, firstFocus + k * T + begin[pair], firstFocus + (k + 1) * T);
  });
  const activity = rowActivity(spec, x);
  const first = (name: string) => spec.firstRow[spec.families.findIndex((f) => f.name === name)];
  const over = first('marketRoom');
  aux.limited.forEach((_, k) => (x[aux.overflow + k] = Math.max(0, activity[over + k] - problem.rowUpper[over + k])));
  const need = first('resilience');
  data.links.code.forEach(
    (_, c) => (x[aux.shortfall + c] = Math.max(0, problem.rowLower[need + c] - activity[need + c])),
  );
  const cover = first('zoneCover');
  const Z = data.zones.length;
  data.links.code.forEach((_, c) => {
    let covered = 0;
    for (let z = 0; z < Z; z++) {
      const row = cover + c * Z + z;
      const y = Math.max(0, Math.min(1, problem.rowUpper[row] - activity[row]));
      x[aux.cover + c * Z + z] = y;
      covered += y;
    }
    x[aux.zoneGap + c] = Math.max(0, data.links.zones[c] - covered);
  });
  const floors = first('equity') + (data.rules.equityShare > 0 ? 1 : 0);
  aux.floored.forEach(
    (_, k) => (x[aux.floorGap + k] = Math.max(0, problem.rowLower[floors + k] - activity[floors + k])),
  );
  const pairs = first('colocation');
  data.colocations.forEach((_, k) => {
    x[aux.together + k] = Math.max(0, Math.min(1, -activity[pairs + 2 * k], -activity[pairs + 2 * k + 1]));
  });
  aux.wishes.forEach((pair, k) => (x[aux.abstain + k] = begin[pair] >= 0 ? 0 : 1));
  return x;
}

function rowActivity({ problem: p }: ModelSpec, x: Float64Array): Float64Array {
  const out = new Float64Array(p.numRows);
  for (let j = 0; j < p.numCols; j++) {
    if (x[j] === 0) continue;
    for (let e = p.aStart[j]; e < p.aStart[j + 1]; e++) out[p.aIndex[e]] += p.aValue[e] * x[j];
  }
  return out;
}

/**
 * Adds foci in the given order as long as each fits beside the others: no row with a limit is passed, market room counted
 * as hard. Changes `begin`; new foci begin in the last stage. Afterwards each pair of the order that is worth something and
 * has no focus is kept out by a row of the board.
 */
export function addWhatFits(spec: ModelSpec, begin: Int8Array, order: readonly number[]): void {
  const activity = useOf(spec, begin);
  // A focus can be what an earlier one of the order was waiting for: its supplier, or a share of the whole.
  for (let added = true; added;) {
    added = false;
    for (const pair of order) {
      if (begin[pair] >= 0 || blockingRows(spec, activity, pair).length > 0) continue;
      forEntries(spec, pair, (row, c) => (activity[row] += c));
      begin[pair] = spec.stageCount - 1;
      added = true;
    }
  }
}

/** Entries of a pair in its last stage, by row of the model. */
export function forEntries(spec: ModelSpec, pair: number, visit: (row: number, coefficient: number) => void): void {
  spec.families.forEach((f, k) => {
    if (f.name === 'answer' || f.name === 'stages') return;
    f.entries(pair, (row, c, t = spec.stageCount - 1) => {
      if (t === spec.stageCount - 1) visit(spec.firstRow[k] + row, c);
    });
  });
}

/** Rows that a focus on the pair would break, given what the foci of a plan use of each row. */
export function blockingRows(spec: ModelSpec, use: Float64Array, pair: number): number[] {
  const { rowLower, rowUpper } = spec.problem;
  const out: number[] = [];
  forEntries(spec, pair, (row, c) => {
    const after = use[row] + c;
    const slack = 1e-7 * Math.max(1, Math.abs(after));
    if ((c > 0 && after > rowUpper[row] + slack) || (c < 0 && after < rowLower[row] - slack)) out.push(row);
  });
  return out;
}

/** What the foci of a plan use of each row, without excess and gaps. */
export function useOf(spec: ModelSpec, begin: Int8Array): Float64Array {
  const x = completePoint(spec, begin);
  x.fill(0, 0, spec.aux.count);
  return rowActivity(spec, x);
}

/** True when the point keeps every row and limit to 1e-6, relative for large rows. */
export function isFeasiblePoint(spec: ModelSpec, x: Float64Array): boolean {
  const { problem: p } = spec;
  for (let j = 0; j < p.numCols; j++) if (x[j] < p.colLower[j] - 1e-6 || x[j] > p.colUpper[j] + 1e-6) return false;
  return rowActivity(spec, x).every((a, r) => {
    const slack = 1e-6 * Math.max(1, Math.abs(a));
    return a >= p.rowLower[r] - slack && a <= p.rowUpper[r] + slack;
  });
}

/** Objective of a point. */
export function pointValue(spec: ModelSpec, x: Float64Array): number {
  let sum = spec.problem.offset ?? 0;
  for (let j = 0; j < x.length; j++) sum += spec.problem.cost[j] * x[j];
  return sum;
}

/** Stage in which each pair of the data begins in a point of the model, −1 = no focus. */
export function beginOf(spec: ModelSpec, x: Float64Array): Int8Array {
  const { chosen, firstFocus, stageCount: T } = spec;
  const begin = new Int8Array(spec.data.pairs.region.length).fill(-1);
  chosen.forEach((pair, k) => {
    for (let t = T - 1; t >= 0 && x[firstFocus + k * T + t] > 0.5; t--) begin[pair] = t;
  });
  return begin;
}
