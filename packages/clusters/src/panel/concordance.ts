import { QipanError } from '@qipan/base';
import type { Panel } from './types.js';

/** One row of a concordance between classifications. */
export interface ConcordanceRow {
  readonly fromCode: string;
  readonly toCode: string;
  readonly weight: number;
}

/**
 * A panel in another industry classification: `X_r,to = Σ weight · X_r,from`. An unknown cell makes what it flows into unknown.
 * @throws CONCORDANCE_WEIGHTS when the weights of a code do not sum to 1 ± 1e-9 or one is negative; UNKNOWN_CODE for an industry
 * of the panel that the concordance lacks
 */
export function applyConcordance(panel: Panel, rows: readonly ConcordanceRow[]): Panel {
  const by = new Map<string, ConcordanceRow[]>();
  rows.forEach((row, k) => {
    if (!(row.weight >= 0))
      throw new QipanError(
        'CONCORDANCE_WEIGHTS',
        `concordance row ${k + 1}: ${row.fromCode} has weight ${row.weight}`,
        {
          table: 'concordance',
          row: k + 1,
          got: row.weight,
          expected: '0 to 1',
        },
      );
    const list = by.get(row.fromCode) ?? [];
    by.set(row.fromCode, list);
    list.push(row);
  });
  for (const [code, list] of by) {
    const sum = list.reduce((s, r) => s + r.weight, 0);
    if (Math.abs(sum - 1) > 1e-9)
      throw new QipanError('CONCORDANCE_WEIGHTS', `weights of ${code} sum to ${sum}`, {
        table: 'concordance',
        row: rows.indexOf(list[0]) + 1,
        column: code,
        got: sum,
        expected: '1 ± 1e-9',
      });
  }
  const industryCode = [...new Set(rows.map((r) => r.toCode))].sort();
  const at = new Map(industryCode.map((c, k) => [c, k]));
  const value = new Float64Array(panel.regions * industryCode.length);
  panel.industryCode.forEach((code, i) => {
    const list = by.get(code);
    if (!list)
      throw new QipanError('UNKNOWN_CODE', `industry ${code} is not in the concordance`, {
        table: 'concordance',
        row: i,
        column: 'fromCode',
        got: code,
        expected: 'a row for every industry of the panel',
      });
    for (const { toCode, weight } of list) {
      if (weight === 0) continue;
      const to = at.get(toCode) as number;
      for (let r = 0; r < panel.regions; r++)
        value[r * industryCode.length + to] += weight * panel.value[r * panel.industries + i];
    }
  });
  const { bounds: _bounds, flag: _flag, ...rest } = panel;
  return { ...rest, value, industries: industryCode.length, industryCode };
}
