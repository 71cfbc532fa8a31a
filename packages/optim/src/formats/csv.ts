import { QipanError } from '@qipan/base';
import { csrFromTriplets, haversineM, type Csr } from '@qipan/numeric';
import type { PointCost } from '../location/problem.js';
import type { Instance, ReadOptions } from './instance.js';
import { pairsWithin } from './coordinates.js';
import { coverOf } from './orlib.js';

const known = ['id', 'x', 'y', 'lon', 'lat', 'weight', 'fixedCost', 'capacity'] as const;

/**
 * CSV with a header: `id`, then `x,y` (Euclidean) or `lon,lat` (haversine, kilometres), and optionally `weight`
 * (default 1; the demand where there are capacities), `fixedCost`, `capacity`. Every row is a demand point and a
 * candidate site; the cost of serving it is weight × distance. A second file `from,to,distance` (ids) replaces the
 * distances; pairs that it does not name are out of reach.
 * @throws `MISSING_COLUMN`, `BAD_CELL`, `DUPLICATE_ID`, `UNKNOWN_REFERENCE` with file, row, column, got, expected
 */
export function readCsv(text: string, o: ReadOptions): Instance {
  const table = tableOf(text, o.file);
  for (const name of table.header)
    if (!(known as readonly string[]).includes(name))
      throw new QipanError('BAD_FILE', `${o.file}: unknown column "${name}"; expected some of ${known.join(', ')}`, {
        file: o.file,
        column: name,
      });
  const ids = table.column('id');
  if (!ids)
    throw new QipanError('MISSING_COLUMN', `${o.file}: there is no column "id"`, { file: o.file, column: 'id' });
  const place = new Map<string, number>();
  ids.forEach((id, k) => {
    if (id === '' || place.has(id))
      throw new QipanError('DUPLICATE_ID', `${o.file}, row ${k + 2}: id "${id}"; expected each id once, not empty`, {
        file: o.file,
        row: k + 2,
        column: 'id',
        got: id,
      });
    place.set(id, k);
  });
  const n = ids.length;
  const weight = table.numbers('weight', 0) ?? new Float64Array(n).fill(1);
  const capacity = table.numbers('capacity', 0);
  const shared = {
    weight,
    p: null,
    fixedCost: table.numbers('fixedCost', 0),
    capacity: capacity && o.capacity !== undefined ? capacity.map(() => o.capacity as number) : capacity,
    demand: capacity ? weight : null,
    singleSource: false,
    siteId: (j: number) => ids[j],
    warnings: [] as string[],
  };
  if (o.extra) return { ...shared, ...fromDistances(o.extra, place, weight) };
  return { ...shared, ...fromPoints(table, weight) };
}

function fromPoints(table: CsvTable, weight: Float64Array): Pick<Instance, 'costs' | 'distances' | 'cover'> {
  const [x, y] = [table.numbers('x', -Infinity), table.numbers('y', -Infinity)];
  const n = weight.length;
  if (x && y) {
    const costs: PointCost = { form: 'points', metric: 'euclidean', x, y, weight };
    const distance = (i: number, j: number) => Math.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2);
    return {
      costs,
      distances: { form: 'points', metric: 'euclidean', x, y },
      cover: (radius) => pairsWithin(n, { near: (i, j) => Math.abs(x[i] - x[j]) <= radius, distance }, radius),
    };
  }
  const [lon, lat] = [table.numbers('lon', -180, 180), table.numbers('lat', -90, 90)];
  if (!lon || !lat)
    throw new QipanError('MISSING_COLUMN', `${table.file}: there are neither columns "x","y" nor "lon","lat"`, {
      file: table.file,
      column: 'x',
    });
  const costs: PointCost = { form: 'points', metric: 'haversineKm', x: lon, y: lat, weight };
  const distance = (i: number, j: number) => haversineM(lon[i], lat[i], lon[j], lat[j]) / 1000;
  return {
    costs,
    distances: { form: 'points', metric: 'haversineKm', x: lon, y: lat },
    cover: (radius) => pairsWithin(n, { near: () => true, distance }, radius),
  };
}

function fromDistances(
  extra: { file: string; text: string },
  place: ReadonlyMap<string, number>,
  weight: Float64Array,
): Pick<Instance, 'costs' | 'distances' | 'cover'> {
  const table = tableOf(extra.text, extra.file);
  const need = (name: string) => {
    const c = table.column(name);
    if (!c)
      throw new QipanError('MISSING_COLUMN', `${extra.file}: there is no column "${name}"`, {
        file: extra.file,
        column: name,
      });
    return c;
  };
  need('distance');
  const distance = table.numbers('distance', 0) as Float64Array;
  const indexOf = (name: string) =>
    need(name).map((id, k) => {
      const at = place.get(id);
      if (at === undefined)
        throw new QipanError('UNKNOWN_REFERENCE', `${extra.file}, row ${k + 2}: there is no id "${id}"`, {
          file: extra.file,
          row: k + 2,
          column: name,
          got: id,
        });
      return at;
    });
  const [row, col] = [indexOf('from'), indexOf('to')];
  const n = weight.length;
  const plain = csrFromTriplets({ rows: n, cols: n, duplicates: 'keep' }, { row, col, value: distance });
  for (let i = 0; i < n; i++)
    for (let e = plain.start[i] + 1; e < plain.start[i + 1]; e++)
      if (plain.index[e] === plain.index[e - 1])
        throw new QipanError('DUPLICATE_ID', `${extra.file}: a pair of points stands twice`, { file: extra.file });
  const costs: Csr = { ...plain, value: plain.value.slice() };
  for (let i = 0; i < n; i++) for (let e = costs.start[i]; e < costs.start[i + 1]; e++) costs.value[e] *= weight[i];
  return { costs, distances: plain, cover: coverOf(plain) };
}

interface CsvTable {
  readonly file: string;
  readonly header: readonly string[];
  column(name: string): string[] | null;
  /** A column as numbers in low…high; an empty cell is an error. Null when there is no such column. */
  numbers(name: string, low: number, high?: number): Float64Array | null;
}

function tableOf(text: string, file: string): CsvTable {
  const rows = cells(text);
  const header = (rows.shift() ?? []).map((h) => h.trim());
  rows.forEach((row, k) => {
    if (row.length !== header.length)
      throw new QipanError('BAD_FILE', `${file}, row ${k + 2}: ${row.length} cells; expected ${header.length}`, {
        file,
        row: k + 2,
        got: row.length,
        expected: `${header.length} cells`,
      });
  });
  const column = (name: string) => {
    const at = header.indexOf(name);
    return at < 0 ? null : rows.map((row) => row[at].trim());
  };
  return {
    file,
    header,
    column,
    numbers(name, low, high = Infinity) {
      const words = column(name);
      if (!words) return null;
      return Float64Array.from(words, (word, k) => {
        const v = word === '' ? NaN : Number(word);
        if (Number.isFinite(v) && v >= low && v <= high) return v;
        const expected =
          low === -Infinity ? 'a number' : high === Infinity ? `a number ≥ ${low}` : `a number in ${low}…${high}`;
        throw new QipanError('BAD_CELL', `${file}, row ${k + 2}, column ${name}: got "${word}"; expected ${expected}`, {
          file,
          row: k + 2,
          column: name,
          got: word,
          expected,
        });
      });
    },
  };
}

/** RFC 4180: commas, quotes doubled inside quotes, any line ends; lines without any character are passed over. */
function cells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  };
  const clean = text.replace(/^\ufeff/, '');
  for (let k = 0; k < clean.length; k++) {
    const c = clean[k];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (clean[k + 1] === '"') {
        cell += '"';
        k++;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') endCell();
    else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
    else if (clean[k + 1] !== '\n') endRow();
  }
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}
