import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { QipanError, type Bilingual, type Table } from '@qipan/base';
import {
  candidateSiteTable,
  decodeText,
  demandPointTable,
  emptyFile,
  existingStationTable,
  regionTable,
  userBoard,
  type Board,
  type Crs,
  type RoadGraph,
  type TableSource,
} from '@qipan/territory';

/** Turns the bytes of formats that need a library into rows or roads. */
export interface Unpackers {
  sheet(file: string, bytes: Uint8Array): Promise<TableSource>;
  roads(file: string): Promise<{ readonly roads: RoadGraph; readonly warnings: readonly Bilingual[] }>;
}

export interface BoardFileOptions {
  readonly name: string;
  readonly years: readonly number[];
  readonly populationYear: number;
  readonly crs: Crs;
  /** The line of attribution to print wherever the data are shown. */
  readonly source: string;
}

type Role = 'regions' | 'places' | 'sites' | 'stations';

/** Columns that tell a table apart from the others, asked in this order. */
const marks: readonly (readonly [Role, Table, readonly string[]])[] = [
  ['regions', regionTable, ['level']],
  ['sites', candidateSiteTable, ['slots']],
  ['stations', existingStationTable, ['guns', 'maxPowerKw', 'connections', 'commissionedYear']],
  ['places', demandPointTable(), ['region']],
];

/** Rows in which a header may stand below titles and notes. */
const headerRows = 12;

function cellsOf(source: TableSource): readonly string[] {
  if ('rows' in source) return source.rows.slice(0, headerRows).flat().map(String);
  const { text } = decodeText(source.bytes, source.file);
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/, headerRows)
    .flatMap((line) => line.split(/[,;\t]/));
}

/** The columns that a role is known by, with the headers that they may stand under. */
const wanted = (role: Role): string =>
  marks
    .filter(([r]) => r === role)
    .flatMap(([, table, columns]) => table.columns.filter((c) => columns.includes(c.name)))
    .map((c) => [c.name, ...(c.aliases ?? [])].join(' / '))
    .join(' or ');

/** What a table holds, by the names of its columns. */
export function roleOf(source: TableSource): Role {
  const found = new Set(
    cellsOf(source).map((c) =>
      c
        .replace(/^"|"$/g, '')
        .replace(/\s*[([（【［].*$/, '')
        .trim()
        .toLowerCase(),
    ),
  );
  found.delete('');
  if (found.size === 0) throw emptyFile(source.file);
  for (const [role, table, columns] of marks) {
    const names = table.columns.filter((c) => columns.includes(c.name)).flatMap((c) => [c.name, ...(c.aliases ?? [])]);
    if (names.some((n) => found.has(n.toLowerCase()))) return role;
  }
  throw new QipanError('MISSING_COLUMN', `${source.file}: the columns do not say what the table holds`, {
    file: source.file,
    row: 1,
    got: [...found].slice(0, 20).join(', '),
    expected: marks.map(([role]) => `${role}: ${wanted(role)}`).join('; '),
  });
}

interface Sorted {
  readonly tables: Map<Role, TableSource>;
  readonly outlines: { readonly file: string; readonly bytes: Uint8Array }[];
  roads: Awaited<ReturnType<Unpackers['roads']>> | null;
}

async function sortFiles(files: readonly string[], unpack: Unpackers): Promise<Sorted> {
  const sorted: Sorted = { tables: new Map(), outlines: [], roads: null };
  for (const full of files) {
    if (statSync(full).isDirectory())
      throw new QipanError('BAD_INPUT', `${full} is a folder`, { file: full, expected: 'a file' });
    const file = path.basename(full);
    const ending = path.extname(file).toLowerCase();
    if (ending === '.pbf') {
      if (sorted.roads !== null) throw new QipanError('BAD_INPUT', `${file}: roads are given twice`, { file });
      sorted.roads = await unpack.roads(full);
      continue;
    }
    const bytes = readFileSync(full);
    if (ending === '.geojson' || ending === '.json') {
      sorted.outlines.push({ file, bytes });
      continue;
    }
    if (!['.csv', '.tsv', '.txt', '.xlsx'].includes(ending))
      throw new QipanError('UNSUPPORTED_FORMAT', `${file} is of no format that is read`, {
        file,
        got: ending,
        expected: '.csv, .xlsx, .geojson, .pbf',
      });
    const source = ending === '.xlsx' ? await unpack.sheet(file, bytes) : { file, bytes };
    const role = roleOf(source);
    const before = sorted.tables.get(role);
    if (before) throw new QipanError('BAD_INPUT', `${file} and ${before.file} both hold ${role}`, { file, got: role });
    sorted.tables.set(role, source);
  }
  return sorted;
}

/**
 * One board from the files of a user: what a table holds is known by its columns. All files are read and checked before
 * anything is given; a wrong one is named with row, column, got and expected.
 * @throws `MISSING_COLUMN`, `BAD_CELL`, `INCOMPLETE_TABLE`, `UNKNOWN_REFERENCE`, `UNSUPPORTED_FORMAT` … and nothing is loaded
 */
export async function boardOfFiles(
  files: readonly string[],
  options: BoardFileOptions,
  unpack: Unpackers,
): Promise<Board> {
  const { tables, outlines, roads } = await sortFiles(files, unpack);
  const source = (role: Role): TableSource => {
    const found = tables.get(role);
    if (found) return found;
    throw new QipanError('BAD_INPUT', `no file holds ${role}`, {
      got: files.map((f) => path.basename(f)).join(', '),
      expected: `a table of ${role}, told by its columns: ${wanted(role)}`,
    });
  };
  const [sites, stations] = [tables.get('sites'), tables.get('stations')];
  return userBoard(
    {
      regions: source('regions'),
      places: source('places'),
      ...(sites ? { sites } : {}),
      ...(stations ? { stations } : {}),
      outlines,
      ...(roads ? { roads } : {}),
    },
    {
      name: { en: options.name, zh: options.name },
      years: options.years,
      populationYear: options.populationYear,
      crs: options.crs,
      source: { name: files.map((f) => path.basename(f)).join(', '), licence: 'user', attribution: options.source },
    },
  );
}
