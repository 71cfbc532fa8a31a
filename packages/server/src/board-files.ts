import { QipanError } from '@qipan/base';
import type { Board, Crs, OsmExtract, TableSource } from '@qipan/territory';
import type { BoardImportInput } from './contract.js';

type UploadedFile = BoardImportInput['files'][number];
type Role = UploadedFile['role'];

/** A workbook that unpacks to more is refused: a megabyte can hold a gigabyte of nothing. */
const mostSheetBytes = 128 * 1024 * 1024;

/**
 * Rows of the first sheet of a workbook, which is named beside the file when there are others; the library is loaded when
 * the first workbook comes. Errors: `BAD_FILE`, and `TOO_LARGE` for one that unpacks to more than 128 MiB.
 */
export async function sheetRows(file: string, bytes: Uint8Array): Promise<TableSource> {
  const { holdsMoreThan } = await import('./zip-size.js');
  if (holdsMoreThan(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), mostSheetBytes))
    throw new QipanError('TOO_LARGE', `${file} unpacks to more than ${mostSheetBytes / 1024 ** 2} MiB`, {
      file,
      expected: `at most ${mostSheetBytes / 1024 ** 2} MiB unpacked; a CSV may be larger`,
    });
  const { default: readSheets } = await import('read-excel-file/node');
  try {
    const [first, ...others] = await readSheets(Buffer.from(bytes));
    if (first === undefined) return { file, rows: [] };
    if (others.length === 0) return { file, rows: first.data };
    return { file: `${file} [${first.sheet}]`, rows: first.data, otherSheets: others.map((o) => o.sheet) };
  } catch (e) {
    throw new QipanError('BAD_FILE', `${file} cannot be read as a workbook`, { file, expected: 'XLSX' }, e);
  }
}

/** Reads an OpenStreetMap PBF file; see `osm-file.ts`, which is loaded when the first one comes. */
export async function readOsmPbf(file: string): Promise<OsmExtract> {
  const { readOsmPbf: read } = await import('./osm-file.js');
  return read(file);
}

async function tableSource({ name, content }: UploadedFile): Promise<TableSource> {
  const bytes = Buffer.from(content, 'base64');
  if (/\.xlsx$/i.test(name)) return sheetRows(name, bytes);
  if (/\.(csv|tsv|txt)$/i.test(name)) return { file: name, bytes };
  throw new QipanError('UNSUPPORTED_FORMAT', `${name} is of no format that is read`, {
    file: name,
    got: name.split('.').at(-1),
    expected: '.csv, .xlsx',
  });
}

function byRole(files: readonly UploadedFile[]): Map<Role, UploadedFile> {
  const found = new Map<Role, UploadedFile>();
  for (const file of files) {
    const before = found.get(file.role);
    if (before)
      throw new QipanError('BAD_INPUT', `${before.name} and ${file.name} both are ${file.role}`, { file: file.name });
    found.set(file.role, file);
  }
  for (const role of ['regions', 'places'] as const)
    if (!found.has(role))
      throw new QipanError('BAD_INPUT', `no file holds ${role}`, {
        field: 'files',
        expected: `a file of role ${role}`,
      });
  return found;
}

/**
 * A board from uploaded files. Everything is read and checked first; a wrong file is named with row, column, got and expected,
 * and nothing of any file is kept. Errors: those of territory's readers, `UNSUPPORTED_FORMAT`, `BAD_FILE`, `UNKNOWN_CRS`.
 */
export async function boardOfUploads(input: BoardImportInput): Promise<Board> {
  const t = await import('@qipan/territory');
  const crs = (input.crs ?? 'wgs84') as Crs;
  if (!t.crsNames.includes(crs))
    throw new QipanError('UNKNOWN_CRS', `the coordinate system ${crs} is not known`, {
      field: 'crs',
      got: crs,
      expected: t.crsNames.join(', '),
    });
  const files = byRole(input.files);
  const source = (role: Role) => tableSource(files.get(role) as UploadedFile);
  const outline = files.get('outline');
  return t.userBoard(
    {
      regions: await source('regions'),
      places: await source('places'),
      ...(files.has('sites') ? { sites: await source('sites') } : {}),
      ...(files.has('stations') ? { stations: await source('stations') } : {}),
      ...(outline ? { outlines: [{ file: outline.name, bytes: Buffer.from(outline.content, 'base64') }] } : {}),
    },
    {
      name: input.name,
      years: input.years,
      populationYear: input.populationYear,
      crs,
      source: { name: input.files.map((f) => f.name).join(', '), licence: 'user', attribution: input.attribution },
    },
  );
}
