import { QipanError, checkRows, rowsOrThrow, type Row, type Table } from '@qipan/base';
import {
  longFromWide,
  panelReport,
  panelReportText,
  type KnownCode,
  type LongRows,
  type PublishedYear,
} from '@qipan/clusters';
import { printResult } from '../terminal.js';
import { columnMap, longOf } from './clusters.js';
import { codeTable, publishedTable } from './panel-tables.js';

export interface CheckOptions {
  readonly columns: string;
  readonly dropIndustries?: readonly string[];
  readonly published?: string;
  readonly regions?: string;
  readonly industries?: string;
  /** What the columns of a wide file stand for. */
  readonly wide?: 'year' | 'industry';
  /** Columns of a wide file that stand on every row; default those that `columns` names. */
  readonly keep?: readonly string[];
  readonly language?: 'en' | 'zh';
  readonly json?: boolean;
}

/** Rows of a declared table from a CSV file, every bad cell named. */
export function tableRows(file: string, table: Table): { readonly rows: readonly Row[]; readonly long: LongRows } {
  const long = longOf(file);
  return { long, rows: rowsOrThrow(checkRows(table, long.header, long.rows, long.file, long.rowNumbers)) };
}

const knownCodes = (file: string): readonly KnownCode[] =>
  tableRows(file, codeTable).rows.map(({ code, level, parentCode }) => ({
    code: String(code),
    ...(typeof level === 'string' ? { level } : {}),
    ...(typeof parentCode === 'string' ? { parentCode } : {}),
  }));

/** Totals by year: of all, of a region or of an industry, each told once. */
export function publishedYears(file: string): readonly PublishedYear[] {
  const { rows, long } = tableRows(file, publishedTable);
  const years = new Map<
    number | null,
    { total?: number; regions: Record<string, number>; industries: Record<string, number> }
  >();
  rows.forEach(({ year, region, industry, total }, k) => {
    const at = typeof year === 'number' ? year : null;
    const of = years.get(at) ?? { regions: {}, industries: {} };
    years.set(at, of);
    const row = long.rowNumbers[k] as number;
    const place = `${long.file} row ${row}`;
    if (region !== null && industry !== null)
      throw new QipanError('BAD_CELL', `${place}: a cell of ${region} and ${industry} is no total`, {
        file: long.file,
        row,
        column: 'industry',
        got: industry,
        expected: 'a region or an industry, not both',
      });
    const axis = region !== null ? of.regions : of.industries;
    const name = region ?? industry;
    if (name === null ? of.total !== undefined : Object.hasOwn(axis, String(name)))
      throw new QipanError(
        'DUPLICATE_CELL',
        `${place}: the total of ${name ?? 'all'} in ${at ?? 'the year'} stands twice`,
        {
          file: long.file,
          row,
          column: 'total',
          got: total,
          expected: 'every total once',
        },
      );
    if (name === null) of.total = total as number;
    else axis[String(name)] = total as number;
  });
  return [...years].map(([year, of]) => ({ year, ...of }));
}

/** The file in long form, and which of its columns hold what. */
function longPanel(file: string, o: CheckOptions): { readonly long: LongRows; readonly columns: string } {
  const long = longOf(file);
  if (o.wide === undefined) {
    if (o.keep !== undefined)
      throw new QipanError('BAD_USAGE', '--keep is for a wide file: --wide year or --wide industry', {
        field: '--keep',
        got: o.keep,
        expected: '--wide',
      });
    return { long, columns: o.columns };
  }
  const named = o.columns.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
  if (named.some(([role]) => role === o.wide || role === 'value'))
    throw new QipanError('BAD_USAGE', `--columns ${o.columns}: ${o.wide} and value are the spread columns themselves`, {
      field: '--columns',
      got: o.columns,
      expected: `the columns beside them, such as region=NAME,${o.wide === 'year' ? 'industry' : 'year'}=NAME`,
    });
  const keep = o.keep ?? named.flatMap(([, name]) => (name ? [name] : []));
  return {
    long: longFromWide(long, { keep, spread: o.wide }),
    columns: `${o.columns},${o.wide}=${o.wide},value=value`,
  };
}

/** `qipan clusters check`: the completeness report; exit code 65 when the file has errors. */
export function check(file: string, o: CheckOptions): void {
  const { long, columns } = longPanel(file, o);
  const { report } = panelReport(long, {
    columns: columnMap(columns),
    dropIndustries: o.dropIndustries ?? [],
    ...(o.regions === undefined ? {} : { regions: knownCodes(o.regions) }),
    ...(o.industries === undefined ? {} : { industries: knownCodes(o.industries) }),
    ...(o.published === undefined ? {} : { published: publishedYears(o.published) }),
  });
  const languages = o.language === undefined ? (['en', 'zh'] as const) : ([o.language] as const);
  printResult(o.json, report, () => languages.flatMap((l) => panelReportText(report, l)));
  if (!report.usable) process.exitCode = 65;
}
