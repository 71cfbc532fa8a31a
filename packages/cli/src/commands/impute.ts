import { writeFileSync } from 'node:fs';
import { QipanError } from '@qipan/base';
import {
  boundsOf,
  imputeBounded,
  imputedQuotients,
  publishedTotals,
  type CellBounds,
  type Imputation,
  type Panel,
  type PublishedYear,
} from '@qipan/clusters';
import { printResult } from '../terminal.js';
import { digits, panelsOf, quoted } from './clusters.js';
import { publishedYears } from './panel-check.js';

export interface ImputeOptions {
  readonly columns: string;
  readonly published?: string;
  readonly dropIndustries?: readonly string[];
  readonly out: string;
  readonly json?: boolean;
}

/** Without totals a filling is the middle of the bounds, so every unknown cell must have an upper one. */
function refuseUnbounded(panel: Panel, bounds: CellBounds): void {
  const k = panel.value.findIndex((x, n) => x !== x && bounds.upper[n] === Infinity);
  if (k < 0) return;
  const region = panel.regionCode[Math.floor(k / panel.industries)];
  const industry = panel.industryCode[k % panel.industries];
  throw new QipanError(
    'SUPPRESSED_USED',
    `${region}, ${industry} is unknown without an upper bound, and no total is published`,
    {
      table: 'panel',
      column: 'upper',
      got: null,
      expected: 'columns lower and upper for every unknown cell, or --published with totals',
    },
  );
}

interface Filled {
  readonly panel: Panel;
  readonly bounds: CellBounds;
  readonly filled: Imputation;
}

function fill(panel: Panel, published: readonly PublishedYear[]): Filled {
  const bounds = boundsOf(panel);
  const year = published.find((p) => p.year === panel.year);
  if (year?.regions === undefined && year?.industries === undefined) refuseUnbounded(panel, bounds);
  return { panel, bounds, filled: imputeBounded(panel, bounds, publishedTotals(panel, year)) };
}

/** A long file that can be read again: what was unknown is `estimated` and stands between its bounds, with the quotient's interval. */
function rowsOf({ panel, bounds, filled }: Filled): string[] {
  const quotient = imputedQuotients(panel, filled, bounds);
  return Array.from(filled.value, (value, k) => {
    const isEstimated = filled.estimated[k] === 1;
    const flag = isEstimated || panel.flag?.[k] === 1 ? 'estimated' : value === 0 ? 'zero' : 'observed';
    const region = panel.regionCode[Math.floor(k / panel.industries)] as string;
    const industry = panel.industryCode[k % panel.industries] as string;
    const ends = isEstimated ? [bounds.lower[k], bounds.upper[k]] : [undefined, undefined];
    return [
      ...(panel.year === null ? [] : [panel.year]),
      quoted(region),
      quoted(industry),
      digits(value),
      flag,
      ...[...ends, quotient.lq[k], quotient.lower[k], quotient.upper[k]].map((x) => (x === undefined ? '' : digits(x))),
    ].join(',');
  });
}

/** `qipan clusters impute`: unknown cells filled inside their bounds; exit code 65 and no file when no filling meets the totals. */
export function impute(file: string, o: ImputeOptions): void {
  const { panels } = panelsOf(file, o);
  const published = o.published === undefined ? [] : publishedYears(o.published);
  const all = panels.map((panel) => fill(panel, published));
  const years = all.map(({ panel, filled }) => ({
    year: panel.year,
    status: filled.status,
    estimated: filled.estimated.reduce((n, e) => n + e, 0),
    miss: filled.miss,
  }));
  const isMet = years.every((y) => y.status === 'ok');
  if (isMet) {
    const year = panels[0]?.year === null ? '' : 'year,';
    const head = `${year}regionCode,industryCode,value,flag,lower,upper,rca,rcaLower,rcaUpper`;
    writeFileSync(o.out, `${[head, ...all.flatMap(rowsOf)].join('\n')}\n`);
  } else process.exitCode = 65;
  printResult(o.json, { status: isMet ? 'ok' : 'infeasible', years, out: isMet ? o.out : null }, () =>
    years.map(({ year, status, estimated, miss }) =>
      status === 'ok'
        ? `${year ?? file}: ${estimated} cells estimated inside their bounds → ${o.out} · 在上下限内估算 ${estimated} 个单元格`
        : `${year ?? file}: no filling inside the bounds meets the published totals; closest miss ${(100 * miss).toFixed(2)} % · 上下限内没有满足公布合计的取值`,
    ),
  );
}
