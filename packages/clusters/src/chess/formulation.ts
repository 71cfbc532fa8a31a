import type { MilpProblem } from '@qipan/optim';
import { auxColumns, type AuxColumns } from './columns.js';
import type { ChessData, ChessWeights } from './data.js';
import {
  answer,
  budget,
  colocation,
  equity,
  footprint,
  marketRoom,
  prerequisite,
  resilience,
  slots,
  stages,
  zoneCover,
  zoneShare,
  type Family,
  type FamilyName,
  type FamilyRow,
} from './families.js';

/** The families in the order of their rows; the last two depend on which pairs have columns. */
export const chessFamilies = [
  slots,
  answer,
  marketRoom,
  resilience,
  zoneCover,
  zoneShare,
  budget,
  equity,
  footprint,
  colocation,
  prerequisite,
  stages,
] as const;

/** The coordination model over some of the pairs, in the arrays an engine takes, with what each row and column means. */
export interface ModelSpec {
  readonly problem: MilpProblem;
  readonly data: ChessData;
  readonly aux: AuxColumns;
  /** Pairs that have columns. */
  readonly chosen: Int32Array;
  readonly families: readonly Family[];
  /** First row of each family, and the number of rows. */
  readonly firstRow: Int32Array;
  /** Column of x of the chosen pair at place k in stage t: `firstFocus + k · stages + t`. */
  readonly firstFocus: number;
  readonly stageCount: number;
  readonly rowFamily: (row: number) => { readonly family: FamilyName; readonly row: FamilyRow };
}

interface AuxLimits {
  readonly cost: Float64Array;
  readonly upper: Float64Array;
}

function auxLimits(data: ChessData, aux: AuxColumns, w: ChessWeights, isAnswerImplicit: boolean): AuxLimits {
  const cost = new Float64Array(aux.count);
  const upper = new Float64Array(aux.count).fill(Infinity);
  const soft = (first: number, count: number, weight: number) => {
    for (let k = first; k < first + count; k++) {
      cost[k] = weight === Infinity ? 0 : -weight;
      if (weight === Infinity) upper[k] = 0;
    }
  };
  soft(aux.overflow, aux.limited.length, w.overflow);
  soft(aux.shortfall, data.links.code.length, w.shortfall);
  soft(aux.zoneGap, data.links.code.length, w.zoneGap);
  soft(aux.floorGap, aux.floored.length, w.floorGap);
  upper.fill(1, aux.cover, aux.floorGap);
  upper.fill(1, aux.together);
  data.colocations.forEach((c, k) => (cost[aux.together + k] = c.bonus));
  aux.wishes.forEach((pair, k) => {
    cost[aux.abstain + k] = isAnswerImplicit ? 0 : -w.refusal * data.pairs.probability[pair] * data.pairs.value[pair];
  });
  return { cost, upper };
}

/**
 * The model of the whole board: max Σ p v x − λo Σo − λu Σu − λq Σq − λd Σd + Σ γ m − Σ g a under the twelve families.
 *
 * @param options.chosen the pairs that get a column; default all. Every wish must be among them.
 * @param options.isAnswerImplicit leaves out the rows of `answer` and counts the refusals in the objective: same optimum
 */
export function coordinationModel(
  data: ChessData,
  weights: ChessWeights = data.weights,
  options: { readonly chosen?: Int32Array; readonly isAnswerImplicit?: boolean } = {},
): ModelSpec {
  const { chosen = Int32Array.from(data.pairs.region, (_, k) => k), isAnswerImplicit = false } = options;
  const aux = auxColumns(data);
  const families = chessFamilies.map((family) => family({ data, aux, chosen, isAnswerImplicit }));
  const firstRow = new Int32Array(families.length + 1);
  families.forEach((f, k) => (firstRow[k + 1] = firstRow[k] + f.rows.length));
  const stageCount = data.rules.stages.length;
  const limits = auxLimits(data, aux, weights, isAnswerImplicit);
  const numCols = aux.count + chosen.length * stageCount;
  const numRows = firstRow[families.length];
  const cost = new Float64Array(numCols);
  cost.set(limits.cost);
  const colUpper = new Float64Array(numCols).fill(1);
  colUpper.set(limits.upper);
  const integrality = new Uint8Array(numCols).fill(1, aux.count);
  let offset = 0;
  chosen.forEach((pair, k) => {
    const worth = data.pairs.probability[pair] * data.pairs.value[pair];
    for (let t = 0; t < stageCount; t++) cost[aux.count + k * stageCount + t] = worth * data.rules.stages[t].share;
    if (!isAnswerImplicit || data.pairs.isWish[pair] === 0) return;
    cost[aux.count + (k + 1) * stageCount - 1] += weights.refusal * worth;
    offset -= weights.refusal * worth;
  });
  const rowOf = (row: number) => {
    let f = 0;
    while (firstRow[f + 1] <= row) f++;
    return { family: families[f].name, row: families[f].rows[row - firstRow[f]] };
  };
  const rows = families.flatMap((f) => f.rows);
  return {
    problem: {
      numCols,
      numRows,
      sense: 'maximise',
      offset,
      cost,
      colLower: new Float64Array(numCols),
      colUpper,
      integrality,
      rowLower: Float64Array.from(rows, (r) => r.lower),
      rowUpper: Float64Array.from(rows, (r) => r.upper),
      ...matrix({ aux, families, firstRow, chosen, stageCount, numCols }),
    },
    data,
    aux,
    chosen,
    families,
    firstRow,
    firstFocus: aux.count,
    stageCount,
    rowFamily: rowOf,
  };
}

interface MatrixParts {
  readonly aux: AuxColumns;
  readonly families: readonly Family[];
  readonly firstRow: Int32Array;
  readonly chosen: Int32Array;
  readonly stageCount: number;
  readonly numCols: number;
}

/** The matrix by column: first the columns without a pair, then those of the pairs. */
function matrix(m: MatrixParts): { aStart: Int32Array; aIndex: Int32Array; aValue: Float64Array } {
  const start = new Int32Array(m.numCols + 1);
  const index: number[] = [];
  const value: number[] = [];
  const lists: [number, number][][] = Array.from({ length: m.aux.count }, () => []);
  m.families.forEach((f, at) =>
    f.rows.forEach((row, k) => row.aux.forEach(([column, c]) => lists[column].push([m.firstRow[at] + k, c]))),
  );
  lists.forEach((list, column) => {
    for (const [row, c] of list) {
      index.push(row);
      value.push(c);
    }
    start[column + 1] = index.length;
  });
  const T = m.stageCount;
  const ofStage: [number, number][][] = Array.from({ length: T }, () => []);
  m.chosen.forEach((pair, k) => {
    m.families.forEach((f, at) =>
      f.entries(pair, (row, c, t = T - 1) => {
        if (c !== 0) ofStage[t].push([m.firstRow[at] + row, c]);
      }),
    );
    for (let t = 0; t < T; t++) {
      for (const [row, c] of ofStage[t]) {
        index.push(row);
        value.push(c);
      }
      ofStage[t].length = 0;
      start[m.aux.count + k * T + t + 1] = index.length;
    }
  });
  return { aStart: start, aIndex: Int32Array.from(index), aValue: Float64Array.from(value) };
}
