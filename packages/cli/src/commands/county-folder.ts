import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import { readCounty, type CountyGrid, type CountySheet, type CountySheets } from '@qipan/grid';
import { parseCsv } from '@qipan/territory';

function sheet(folder: string, name: string): CountySheet | undefined {
  const file = `${name}.csv`;
  const full = path.join(folder, file);
  if (!existsSync(full)) return undefined;
  const { rows, rowNumbers } = parseCsv(readFileSync(full), file);
  const [header, ...cells] = rows;
  return { file, header: (header ?? []).map(String), rows: cells, rowNumbers: rowNumbers.slice(1) };
}

/** Reads a folder with `transformers.csv` and, where known, `sections.csv`, `nodes.csv`, `lines.csv`, `customers.csv`. */
export function countyFolder(folder: string, assume: readonly string[]): CountyGrid {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new QipanError('NOT_FOUND', `${folder}: no such folder`, {
      file: folder,
      expected: 'a folder with transformers.csv',
    });
  const transformers = sheet(folder, 'transformers');
  if (!transformers)
    throw new QipanError('NOT_FOUND', `${folder}: there is no transformers.csv`, {
      file: path.join(folder, 'transformers.csv'),
      expected: 'transformers.csv, and sections.csv, nodes.csv, lines.csv, customers.csv where known',
    });
  const more = ['sections', 'nodes', 'lines', 'customers'].flatMap((name) => {
    const found = sheet(folder, name);
    return found ? [[name, found] as const] : [];
  });
  const sheets: CountySheets = { transformers, ...Object.fromEntries(more) };
  return readCounty(sheets, { assume });
}

/** When not one transformer can be answered for: the first problem, with all of them. */
export function refuseEmpty(county: CountyGrid): void {
  const first = county.issues[0];
  if (county.transformers.length > 0) return;
  if (!first)
    throw new QipanError('BAD_FILE', 'transformers.csv has no row', { file: 'transformers.csv', expected: 'a row' });
  const more = county.issues.length > 1 ? ` (and ${county.issues.length - 1} more)` : '';
  throw new QipanError(first.code, first.message + more, { ...first, issues: county.issues });
}
