import { QipanError } from '@qipan/base';
import type { MilpProblem } from './engine.js';

/**
 * Refuses arrays that do not describe a model.
 * @throws `SHAPE_MISMATCH` for a wrong length or offsets that do not fit, `OUT_OF_RANGE` for an index outside the model,
 * a repeated index, NaN anywhere, or a lower limit above the upper one
 */
export function checkMilpProblem(p: MilpProblem): void {
  const length = (name: string, got: number, expected: number) => {
    if (got !== expected)
      throw new QipanError('SHAPE_MISMATCH', `${name} has ${got} entries; expected ${expected}`, {
        field: name,
        got,
        expected: String(expected),
      });
  };
  length('cost', p.cost.length, p.numCols);
  length('colLower', p.colLower.length, p.numCols);
  length('colUpper', p.colUpper.length, p.numCols);
  if (p.integrality) length('integrality', p.integrality.length, p.numCols);
  length('rowLower', p.rowLower.length, p.numRows);
  length('rowUpper', p.rowUpper.length, p.numRows);
  const [major, minor] = p.layout === 'rows' ? [p.numRows, p.numCols] : [p.numCols, p.numRows];
  length('aStart', p.aStart.length, major + 1);
  length('aIndex', p.aIndex.length, p.aStart[major]);
  length('aValue', p.aValue.length, p.aStart[major]);
  limits('col', p.colLower, p.colUpper);
  limits('row', p.rowLower, p.rowUpper);
  for (let j = 0; j < p.numCols; j++) if (!Number.isFinite(p.cost[j])) outOfRange(`cost[${j}]`, p.cost[j], 'finite');
  const seenIn = new Int32Array(minor).fill(-1);
  for (let k = 0; k < major; k++) {
    if (p.aStart[k + 1] < p.aStart[k]) throw new QipanError('SHAPE_MISMATCH', `aStart[${k + 1}] is below aStart[${k}]`);
    for (let e = p.aStart[k]; e < p.aStart[k + 1]; e++) {
      const at = p.aIndex[e];
      if (!(at >= 0 && at < minor)) outOfRange(`aIndex[${e}]`, at, `0…${minor - 1}`);
      if (seenIn[at] === k) outOfRange(`aIndex[${e}]`, at, `each index once in ${p.layout ?? 'columns'} ${k}`);
      seenIn[at] = k;
      if (!Number.isFinite(p.aValue[e])) outOfRange(`aValue[${e}]`, p.aValue[e], 'finite');
    }
  }
}

function limits(name: string, lower: Float64Array, upper: Float64Array): void {
  for (let k = 0; k < lower.length; k++)
    if (!(lower[k] <= upper[k])) outOfRange(`${name}Lower[${k}]`, lower[k], `≤ ${name}Upper = ${upper[k]}`);
}

function outOfRange(field: string, got: number, expected: string): never {
  throw new QipanError('OUT_OF_RANGE', `${field} = ${got}; expected ${expected}`, { field, got, expected });
}
