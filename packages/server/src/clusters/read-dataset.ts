import { QipanError, isQipanError, type Bilingual, type Issue, type Row, type Table } from '@qipan/base';
import type { LongRows, MeasureKind, Panel } from '@qipan/clusters';
import type { DatasetCheck, DatasetFile, DatasetInput, DatasetKind, DatasetReport } from '../contract.js';
import type { BodyOf, IndustryColumns, PanelBody, RegionColumns } from './bodies.js';
import { countsOf } from './datasets.js';
import { datasetKinds, type RoleRow } from './dataset-kinds.js';
import { sourceJson, sourceSheet, type SourceSheet } from './source-file.js';
import { panelIndustryTable, panelRegionTable } from './tables.js';

/** Dataset as it was read and checked: ready to be stored. */
export interface ReadDataset {
  readonly kind: DatasetKind;
  readonly body: BodyOf[DatasetKind];
  readonly report: DatasetReport;
}

const measures = ['employment', 'output', 'valueAdded', 'exports', 'firms', 'unspecified'] as const;
const units: Readonly<Record<MeasureKind, string>> = {
  employment: 'persons',
  output: 'currency/yr',
  valueAdded: 'currency/yr',
  exports: 'currency/yr',
  firms: 'firms',
  unspecified: '',
};
/** In a column's place: the headers of all columns that nothing else was mapped to are the codes. */
const everyColumn = '*';
const mostIssues = 100;

/** Collects what is wrong with each part, so that a refusal names everything that was found in every file. */
class Findings {
  readonly issues: Issue[] = [];
  count = 0;

  /** What `work` gives, or null after its complaint was noted. */
  async of<T>(work: () => T | Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (e) {
      if (!isQipanError(e) || e.httpStatus >= 500) throw e;
      const { code, message, details } = e;
      const listed = details.issues ?? [{ code, message, ...placeOf(e) }];
      this.add(listed, Number(details['issueCount'] ?? listed.length));
      return null;
    }
  }

  add(issues: readonly Issue[], count = issues.length): void {
    this.issues.push(...issues.slice(0, mostIssues - this.issues.length));
    this.count += count;
  }

  /** Throws the first with all of them in `details.issues`. */
  settle(): void {
    const [first] = this.issues;
    if (!first) return;
    const more = this.count > 1 ? ` (and ${this.count - 1} more)` : '';
    throw new QipanError(first.code, first.message + more, { ...first, issues: this.issues, issueCount: this.count });
  }
}

function placeOf({ details }: QipanError): Partial<Issue> {
  const { file, row, column, got, expected } = details;
  return {
    ...(file === undefined ? {} : { file }),
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column }),
    ...(got === undefined ? {} : { got }),
    ...(expected === undefined ? {} : { expected }),
  };
}

/** The files of a dataset by role. Errors: `BAD_INPUT` for a role that is missing, unknown or there twice. */
function byRole(input: DatasetInput): ReadonlyMap<string, DatasetFile> {
  const { roles } = datasetKinds[input.kind];
  const found = new Map<string, DatasetFile>();
  for (const file of input.files) {
    const isKnown = roles.some((r) => r.role === file.role);
    if (!isKnown || found.has(file.role))
      throw new QipanError('BAD_INPUT', `${file.name}: ${isKnown ? 'another file is' : 'no file is'} ${file.role}`, {
        file: file.name,
        got: file.role,
        expected: roles.map((r) => r.role).join(', '),
      });
    found.set(file.role, file);
  }
  for (const { role, required } of roles)
    if (required && !found.has(role))
      throw new QipanError('BAD_INPUT', `no file holds ${role}`, {
        field: 'files',
        expected: `a file of role ${role}`,
      });
  return found;
}

/** The declaration with only those names under which the caller has said that the columns stand. */
function mapped(table: Table, columns: DatasetFile['columns']): Table {
  if (columns === undefined) return table;
  return {
    ...table,
    columns: table.columns.map((c) => {
      const own = columns[c.name];
      if (own === undefined) return c;
      return { ...c, aliases: own === '' ? [] : [own] };
    }),
  };
}

const personal = /法人|姓名|身份证|手机|电话|联系人|\b(owner|person|contact|phone|id card)\b/i;

/** Rows of a declared table. Throws what is wrong, all of it. */
async function rowsOf(sheet: SourceSheet, table: Table, file: DatasetFile): Promise<readonly Row[]> {
  const private_ = sheet.header.find((h) => personal.test(h));
  if (table.name === 'firms' && private_ !== undefined)
    throw new QipanError('BAD_INPUT', `${file.name}: column ${private_} looks like personal data, which is not taken`, {
      file: file.name,
      column: private_,
      got: private_,
      expected: 'no names, numbers or contacts of persons',
    });
  const { checkTable } = await import('@qipan/territory');
  const reading = checkTable(mapped(table, file.columns), { file: sheet.file, rows: [sheet.header, ...sheet.rows] });
  if (reading.issueCount === 0) return reading.rows;
  // The reader counted rows without the blank ones and the title above.
  const rowAt = (row: number | undefined) => (row === undefined || row < 2 ? row : (sheet.rowNumbers[row - 2] ?? row));
  const issues = reading.issues.map((i): Issue => {
    const row = rowAt(i.row);
    return row === undefined || row === i.row
      ? i
      : { ...i, row, message: i.message.replace(`row ${i.row}`, `row ${row}`) };
  });
  const [first] = issues as [Issue];
  throw new QipanError(first.code, first.message, { ...first, issues, issueCount: reading.issueCount });
}

/** Long rows of a panel file; a wide one is turned so that each column is a code. */
function longRows(
  sheet: SourceSheet,
  file: DatasetFile,
  mapping: Readonly<Record<string, string>>,
): { readonly long: LongRows; readonly columns: Readonly<Record<string, string>> } {
  if (mapping['industryCode'] !== everyColumn) return { long: sheet, columns: mapping };
  const own = new Set(['regionCode', 'year'].flatMap((name) => (mapping[name] ? [mapping[name]] : [])));
  const wide = sheet.header.flatMap((h, i) => (own.has(h) || h === '' ? [] : [i]));
  const kept = sheet.header.flatMap((h, i) => (own.has(h) ? [i] : []));
  const rows = sheet.rows.flatMap((row) =>
    wide.map((i) => [...kept.map((k) => row[k]), sheet.header[i], row[i] ?? null]),
  );
  return {
    long: {
      file: file.name,
      header: [...kept.map((k) => sheet.header[k] as string), 'industryCode', 'value'],
      rows,
      rowNumbers: sheet.rowNumbers.flatMap((n) => wide.map(() => n)),
    },
    columns: { ...mapping, industryCode: 'industryCode', value: 'value' },
  };
}

async function panelOf(sheet: SourceSheet, file: DatasetFile, input: DatasetInput) {
  const { readPanels, defaultSymbols } = await import('@qipan/clusters');
  const { proposedMapping, columnViews } = await import('./preview.js');
  const mapping = {
    ...proposedMapping(datasetKinds.panel.roles[0]?.table as Table, columnViews(sheet)),
    ...file.columns,
  };
  const measure = (input.measure ?? 'unspecified') as MeasureKind;
  if (!measures.includes(measure))
    throw new QipanError('BAD_INPUT', `there is no measure ${measure}`, {
      got: measure,
      expected: measures.join(', '),
    });
  const { long, columns } = longRows(sheet, file, mapping);
  const name = (declared: string) => columns[declared] ?? declared;
  const optional = (declared: 'year' | 'flag') => (columns[declared] ? { [declared]: columns[declared] } : {});
  return readPanels(long, {
    columns: {
      region: name('regionCode'),
      industry: name('industryCode'),
      value: name('value'),
      ...optional('year'),
      ...optional('flag'),
    },
    measure,
    symbols: { ...defaultSymbols, ...file.symbols },
    dropIndustries: file.dropIndustries ?? [],
  });
}

const textAt = (row: Row | undefined, name: string): string | null => (row?.[name] ?? null) as string | null;
const numberAt = (row: Row | undefined, name: string): number => (row?.[name] as number | null) ?? Number.NaN;

/** Rows put into the order of the panel's codes. Codes of the panel that the file does not have are errors, with their names. */
function inOrder(codes: readonly string[], rows: readonly Row[], file: DatasetFile): readonly Row[] {
  const at = new Map(rows.map((row) => [row['code'] as string, row]));
  const unknown = codes.filter((code) => !at.has(code));
  if (unknown.length > 0) {
    const issues = unknown.slice(0, mostIssues).map((code): Issue => ({
      code: 'UNKNOWN_CODE',
      message: `${file.name} has no row for ${code}, which stands in the panel`,
      file: file.name,
      column: 'code',
      got: code,
      expected: 'a row for every code of the panel',
    }));
    throw new QipanError('UNKNOWN_CODE', issues[0]?.message as string, {
      ...issues[0],
      issues,
      issueCount: unknown.length,
    });
  }
  return codes.map((code) => at.get(code) as Row);
}

function regionColumns(codes: readonly string[], rows: readonly Row[], file: DatasetFile): RegionColumns {
  const ordered = inOrder(codes, rows, file);
  const parent = new Map(rows.map((row) => [row['code'] as string, textAt(row, 'parent')]));
  for (const code of parent.keys()) {
    const passed = new Set<string>();
    for (let at: string | null = code; at !== null; at = parent.get(at) ?? null) {
      if (passed.has(at))
        throw new QipanError('BAD_INPUT', `${file.name}: ${[...passed, at].join(' → ')} goes round in a circle`, {
          file: file.name,
          column: 'parent',
          got: at,
          expected: 'one parent for each region and no circle',
        });
      passed.add(at);
    }
  }
  return {
    code: codes,
    name: ordered.map((r) => r['name'] as string),
    nameZh: ordered.map((r) => textAt(r, 'nameZh')),
    level: ordered.map((r) => textAt(r, 'level')),
    parent: ordered.map((r) => textAt(r, 'parent')),
    lon: Float64Array.from(ordered, (r) => numberAt(r, 'lon')),
    lat: Float64Array.from(ordered, (r) => numberAt(r, 'lat')),
    population: Float64Array.from(ordered, (r) => numberAt(r, 'population')),
    areaKm2: Float64Array.from(ordered, (r) => numberAt(r, 'areaKm2')),
    isLagging: ordered.map((r) => r['isLagging'] as boolean | null),
  };
}

function industryColumns(codes: readonly string[], rows: readonly Row[], file: DatasetFile): IndustryColumns {
  const ordered = inOrder(codes, rows, file);
  const classifications = [...new Set(ordered.flatMap((r) => textAt(r, 'classification') ?? []))];
  if (classifications.length > 1)
    throw new QipanError('LEVEL_MIXED', `${file.name} mixes ${classifications.join(' and ')}`, {
      file: file.name,
      column: 'classification',
      got: classifications,
      expected: 'one classification',
    });
  return {
    code: codes,
    name: ordered.map((r) => r['name'] as string),
    nameZh: ordered.map((r) => textAt(r, 'nameZh')),
    parent: ordered.map((r) => textAt(r, 'parent')),
    classification: classifications[0] ?? 'unknown',
    chainLink: ordered.map((r) => textAt(r, 'chainLink')),
    ioSector: ordered.map((r) => textAt(r, 'ioSector')),
  };
}

type Completeness = DatasetReport['completeness'];

function warningsOf(completeness: Completeness, file: DatasetFile): readonly Bilingual[] {
  const out: Bilingual[] = [];
  const say = (en: string, zh: string) => out.push({ en, zh });
  for (const c of completeness) {
    const year = c.year ?? '';
    const unknown = c.suppressed + c.missing;
    if (unknown > 0)
      say(
        `${year} ${unknown} of ${c.expected} cells are unknown (${c.suppressed} suppressed, ${c.missing} missing); they stay unknown in every figure.`.trim(),
        `${year} ${c.expected} 个单元格中有 ${unknown} 个未知（隐去 ${c.suppressed}，缺失 ${c.missing}），在所有结果中保持未知。`.trim(),
      );
    if (c.emptyRegions.length > 0)
      say(
        `${year} regions without any value: ${c.emptyRegions.slice(0, 10).join(', ')}${c.emptyRegions.length > 10 ? ' …' : ''}`.trim(),
        `${year} 无任何数值的地区：${c.emptyRegions.slice(0, 10).join('、')}${c.emptyRegions.length > 10 ? '……' : ''}`.trim(),
      );
    if (c.emptyIndustries.length > 0)
      say(
        `${year} industries that are nowhere: ${c.emptyIndustries.slice(0, 10).join(', ')}`.trim(),
        `${year} 各地均无的行业：${c.emptyIndustries.slice(0, 10).join('、')}`.trim(),
      );
  }
  const dropped = file.dropIndustries ?? [];
  if (dropped.length > 0) say(`Left out as asked: ${dropped.join(', ')}.`, `按要求剔除：${dropped.join('、')}。`);
  return out;
}

interface ReadPanels {
  readonly panels: readonly Panel[];
  readonly completeness: Completeness;
  readonly masked?: { readonly below: number; readonly cells: number; readonly open: number };
}

/** Masks small cells before anything is stored, so that no page, export or report can tell them. Errors: `OUT_OF_RANGE`. */
async function maskedPanels(read: ReadPanels, below: number | undefined): Promise<ReadPanels> {
  if (below === undefined) return read;
  const { maskSmallCells, maskedCompleteness } = await import('@qipan/clusters');
  const all = read.panels.map((p) => maskSmallCells(p, { below }));
  const sum = (of: (m: (typeof all)[number]) => number) => all.reduce((n, m) => n + of(m), 0);
  return {
    panels: all.map((m) => m.panel),
    completeness: read.completeness.map((c, k) => maskedCompleteness(c, all[k] as (typeof all)[number])),
    masked: { below, cells: sum((m) => m.small.length + m.beside.length), open: sum((m) => m.open.length) },
  };
}

const maskWarning = ({ below, cells, open }: NonNullable<ReadPanels['masked']>): Bilingual => ({
  en: `${cells} cells were masked and are not stored: figures below ${below}, and others beside them so that no total gives them away.${open > 0 ? ` ${open} unknown cells still follow from totals.` : ''}`,
  zh: `已遮蔽 ${cells} 个单元格且不予保存：小于 ${below} 的数值，以及防止由合计推算而一并遮蔽的数值。${open > 0 ? `仍有 ${open} 个未知单元格可由合计推算。` : ''}`,
});

type Sheets = ReadonlyMap<string, { readonly file: DatasetFile; readonly sheet: SourceSheet }>;
type FileLines = DatasetReport['files'];

async function readPanelDataset(
  input: DatasetInput,
  sheets: Sheets,
  files: FileLines,
  found: Findings,
): Promise<ReadDataset> {
  const main = sheets.get('panel');
  const read = main && (await found.of(() => panelOf(main.sheet, main.file, input)));
  const rows = async (role: string, table: Table) => {
    const part = sheets.get(role);
    return part ? found.of(() => rowsOf(part.sheet, table, part.file)) : null;
  };
  const regionRows = await rows('regions', panelRegionTable);
  const industryRows = await rows('industries', panelIndustryTable);
  const first = read?.panels[0] as Panel | undefined;
  const fileOf = (role: string) => sheets.get(role)?.file as DatasetFile;
  const regions =
    first && regionRows ? await found.of(() => regionColumns(first.regionCode, regionRows, fileOf('regions'))) : null;
  const industries =
    first && industryRows
      ? await found.of(() => industryColumns(first.industryCode, industryRows, fileOf('industries')))
      : null;
  found.settle();
  const { panels, completeness, masked } = await maskedPanels(read as NonNullable<typeof read>, input.maskBelow);
  const measure = panels[0]?.measure ?? 'unspecified';
  const body: PanelBody = { measure, unit: units[measure], panels, regions, industries, ...(masked ? { masked } : {}) };
  const warnings = [...warningsOf(completeness, fileOf('panel')), ...(masked ? [maskWarning(masked)] : [])];
  return { kind: 'panel', body, report: { files, completeness, warnings } };
}

/**
 * Reads and checks every file of a dataset whole. Throws the first problem with all that were found, in every file, in
 * `details.issues` (a hundred at most): file, row, column, got, expected. Nothing is stored here.
 */
export async function readDataset(input: DatasetInput): Promise<ReadDataset> {
  const files = byRole(input);
  const { roles } = datasetKinds[input.kind];
  const found = new Findings();
  const [only] = roles as readonly [RoleRow];
  if (only.format === 'json') {
    const file = files.get(only.role) as DatasetFile;
    const line = { role: only.role, name: file.name, encoding: 'utf-8', rows: 1 };
    const body = sourceJson(file);
    if (input.kind === 'chessScenario') (await import('@qipan/clusters')).scenarioFromJson(body, file.name);
    return { kind: input.kind, body, report: { files: [line], completeness: [], warnings: [] } };
  }
  const sheets = new Map<string, { file: DatasetFile; sheet: SourceSheet }>();
  for (const [role, file] of files) {
    const sheet = await found.of(() => sourceSheet(file));
    if (sheet) sheets.set(role, { file, sheet });
  }
  const lines = [...sheets].map(([role, { file, sheet }]) => ({
    role,
    name: file.name,
    encoding: sheet.encoding,
    rows: sheet.rows.length,
  }));
  if (input.kind === 'panel') return readPanelDataset(input, sheets, lines, found);
  const main = sheets.get(only.role);
  const body =
    main &&
    (await found.of(async () =>
      only.table === null ? ioTableOf(main.sheet) : { rows: await rowsOf(main.sheet, only.table, main.file) },
    ));
  found.settle();
  return {
    kind: input.kind,
    body: body as BodyOf[DatasetKind],
    report: { files: lines, completeness: [], warnings: [] },
  };
}

async function ioTableOf(sheet: SourceSheet): Promise<BodyOf['ioTable']> {
  const { checkIoTable, readIoTable } = await import('@qipan/clusters');
  const year = Number(/(?:19|20)\d\d/.exec(sheet.file)?.[0] ?? Number.NaN);
  return checkIoTable(readIoTable(sheet, { ...(Number.isNaN(year) ? {} : { year }), origin: 'published' })).table;
}

/** The full check as a value: the report of what would be stored, or everything that is wrong. */
export async function checkDataset(input: DatasetInput): Promise<DatasetCheck> {
  const found = new Findings();
  const read = await found.of(() => readDataset(input));
  return {
    ok: read !== null,
    issues: found.issues,
    issueCount: found.count,
    counts: read === null ? {} : countsOf(read.kind, read.body).counts,
    report: read?.report ?? null,
  };
}
