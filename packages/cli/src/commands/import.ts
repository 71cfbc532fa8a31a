import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import { crsNames, type Board, type Crs } from '@qipan/territory';
import { boardOfFiles } from '../board-files.js';
import { openDataStore, type DataOptions } from '../data-store.js';
import { both, printResult, Terminal } from '../terminal.js';
import { keyMissing } from './export.js';
import { unpackers } from '../unpack.js';

export interface ImportOptions extends DataOptions {
  readonly name?: string;
  readonly out?: string;
  readonly crs: string;
  readonly years: string;
  readonly populationYear?: number;
  readonly source?: string;
  readonly json?: boolean;
}

/** `2026-2030` or `2026,2028,2030`. */
export function parseYears(text: string): readonly number[] {
  const range = /^(\d{4})-(\d{4})$/.exec(text);
  const years = range
    ? Array.from({ length: Math.max(0, Number(range[2]) - Number(range[1]) + 1) }, (_, i) => Number(range[1]) + i)
    : text.split(',').map(Number);
  if (
    years.length > 0 &&
    years.length <= 50 &&
    years.every((y, i) => Number.isInteger(y) && y > 1900 && y < 2200 && y > (years[i - 1] ?? 0))
  )
    return years;
  throw new QipanError('BAD_USAGE', `${text} are no years`, { got: text, expected: '2026-2030 or 2026,2028,2030' });
}

function crsOf(text: string): Crs {
  const crs = crsNames.find((c) => c === text);
  if (crs) return crs;
  throw new QipanError('UNKNOWN_CRS', `the coordinate system ${text} is not known`, {
    got: text,
    expected: crsNames.join(', '),
  });
}

/** `qipan import`: files of one board, or a folder that `qipan export` wrote. Nothing is loaded when anything is wrong. */
export async function importFiles(files: readonly string[], o: ImportOptions): Promise<void> {
  for (const file of files)
    if (!existsSync(file)) throw new QipanError('NOT_FOUND', `there is no file ${file}`, { file });
  const [first = ''] = files;
  if (files.length === 1 && statSync(first).isDirectory()) return importArchive(first, o);
  const terminal = new Terminal();
  const years = parseYears(o.years);
  const name = o.name ?? path.basename(first).replace(/\..*$/, '');
  const board = await boardOfFiles(
    files,
    { name, years, crs: crsOf(o.crs), populationYear: o.populationYear ?? years[0] ?? 2020, source: o.source ?? name },
    unpackers,
  );
  for (const warning of board.warnings) terminal.line(`! ${both(warning)}`);
  const where = o.out === undefined ? await intoDatabase(board, o, terminal) : await intoFile(board, o.out);
  const known = board.places.population.filter((p) => !Number.isNaN(p));
  const result = {
    board: board.id,
    name,
    regions: board.regions.id.length,
    places: board.places.id.length,
    sites: board.sites.id.length,
    population: known.length === 0 ? null : known.reduce((sum, p) => sum + p, 0),
    where,
  };
  const people = result.population === null ? 'population unknown' : `${result.population} people`;
  printResult(o.json, result, () => [
    `${name}: ${result.regions} regions, ${result.places} places, ${result.sites} candidate sites, ${people}`,
    `${where} · ${board.id.slice(0, 16)}`,
  ]);
}

async function intoFile(board: Board, out: string): Promise<string> {
  const { boardToJson } = await import('@qipan/territory');
  writeFileSync(out, boardToJson(board));
  return path.resolve(out);
}

async function intoDatabase(board: Board, o: DataOptions, terminal: Terminal): Promise<string> {
  const { Boards } = await import('@qipan/server');
  const store = await openDataStore(o, terminal);
  try {
    await new Boards(store.records).add(board);
    return o.databaseUrl === undefined ? path.resolve(o.dataFolder) : 'DATABASE_URL';
  } finally {
    await store.close();
  }
}

async function importArchive(folder: string, o: ImportOptions): Promise<void> {
  const { importAll } = await import('@qipan/store');
  const terminal = new Terminal();
  const store = await openDataStore(o, terminal);
  try {
    const bar = terminal.progress({ en: 'importing', zh: '导入' });
    const manifest = await importAll(store, path.resolve(folder), (table, rows) =>
      bar.update(null, `${table} ${rows}`),
    );
    const rows = manifest.tables.reduce((sum, t) => sum + t.rows, 0);
    bar.done(`${rows} rows of ${manifest.tables.length} tables`);
    const { copyServerKey } = await import('@qipan/server');
    if (!copyServerKey(path.resolve(folder), path.resolve(o.dataFolder))) terminal.line(`! ${both(keyMissing)}`);
    printResult(o.json, { folder: path.resolve(folder), rows, lastSeq: manifest.lastSeq }, () => [
      `${rows} rows, log up to ${manifest.lastSeq}`,
    ]);
  } finally {
    await store.close();
  }
}
