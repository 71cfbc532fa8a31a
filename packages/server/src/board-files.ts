import { QipanError } from '@qipan/base';
import type { Board, Crs, OsmExtract, TableSource } from '@qipan/territory';
import type { BoardImportInput } from './contract.js';

type UploadedFile = BoardImportInput['files'][number];
type Role = UploadedFile['role'];

/** A workbook that unpacks to more is refused: a megabyte can hold a gigabyte of nothing. */
const mostSheetBytes = 128 * 1024 * 1024;

/**
 * Rows of the first sheet of a workbook; the library is loaded when the first workbook comes. Errors: `BAD_FILE`, and `TOO_LARGE`
 * for one that unpacks to more than 128 MiB.
 */
export async function sheetRows(file: string, bytes: Uint8Array): Promise<TableSource> {
  const { holdsMoreThan } = await import('./zip-size.js');
  if (holdsMoreThan(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), mostSheetBytes))
    throw new QipanError('TOO_LARGE', `${file} unpacks to more than ${mostSheetBytes / 1024 ** 2} MiB`, {
      file,
      expected: `at most ${mostSheetBytes / 1024 ** 2} MiB unpacked; a CSV may be larger`,
    });
  const { readSheet } = await import('read-excel-file/node');
  try {
    return { file, rows: await readSheet(Buffer.from(bytes)) };
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
  const points = { crs };
  const { regions, warnings } = t.readRegions(await source('regions'));
  const places = t.readPlaces(await source('places'), regions, { ...points, years: input.years });
  const sites = files.has('sites')
    ? t.readSites(await source('sites'), { regions, places: places.places }, points)
    : null;
  const stations = files.has('stations') ? t.readStations(await source('stations'), regions, points) : null;
  const outlineFile = files.get('outline');
  const outline = outlineFile ? t.readGeoJson(Buffer.from(outlineFile.content, 'base64'), outlineFile.name) : null;
  return t.boardFromTables({
    name: input.name,
    regions,
    places: places.places,
    ...(sites ? { sites: sites.sites } : {}),
    ...(stations ? { stations: stations.stations } : {}),
    ...(outline ? { outline: outline.collection } : {}),
    years: input.years,
    populationYear: input.populationYear,
    sources: [{ name: input.files.map((f) => f.name).join(', '), licence: 'user', attribution: input.attribution }],
    warnings: [
      ...warnings,
      ...places.warnings,
      ...(sites?.warnings ?? []),
      ...(stations?.warnings ?? []),
      ...(outline?.warnings ?? []),
    ],
  });
}
