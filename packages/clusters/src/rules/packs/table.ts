import type { RuleCriterion, RuleOperator, RuleWindow } from '../pack.js';

/** Cells of a table in a text: a row a line, cells between bars. */
export const tableRows = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));

/**
 * Criteria written as a table: `id | dimension | metric | window | operator value | unit | English | Chinese | seen in`. A window is
 * `last`, or a kind with its years, as `each 3`. No criterion of such a table is confirmed: the documents were not at hand.
 */
export function criteriaTable(text: string, evidence: string): readonly RuleCriterion[] {
  return tableRows(text).map(([id, dimension, metric, window, mark, unit, en, zh, seenIn]): RuleCriterion => {
    const [of, years] = window.split(' ');
    const [op, value] = mark.split(' ');
    return {
      id,
      dimension,
      metric,
      window: { years: Number(years ?? 1), of: of as RuleWindow['of'] },
      op: op as RuleOperator,
      value: Number(value),
      unit,
      name: { en, zh },
      evidence,
      confirmed: false,
      ...(seenIn ? { seenIn } : {}),
    };
  });
}
