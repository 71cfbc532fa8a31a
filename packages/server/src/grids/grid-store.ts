import { QipanError, type Bilingual, type DataLevel } from '@qipan/base';
import type { CountyGrid, CountySheet, CountySheets, CountyTransformer } from '@qipan/grid';
import type { Records } from '@qipan/store';
import { sheetRows } from '../board-files.js';
import type { Boards } from '../boards.js';
import type { BoardView, GridImportInput } from '../contract.js';
import type { CountyOrder } from './county-threads.js';

/** A board's grid as it is stored: the tables as they came, or the seed that its villages are made from. */
export type StoredGrid =
  | { readonly kind: 'synthetic'; readonly name: Bilingual; readonly seed: number }
  | {
      readonly kind: 'tables';
      readonly name: Bilingual;
      readonly sheets: CountySheets;
      readonly assume: readonly string[];
    };

/** A transformer with the village it supplies. */
export interface PlacedTransformer {
  readonly transformer: CountyTransformer;
  /** Index into the board's places. */
  readonly place: number | null;
  readonly lon: number | null;
  readonly lat: number | null;
}

export interface ReadGrid {
  readonly stored: StoredGrid;
  readonly board: BoardView;
  readonly dataLevel: DataLevel;
  readonly placed: readonly PlacedTransformer[];
  readonly refused: CountyGrid['refused'];
  readonly issues: CountyGrid['issues'];
}

const key = (boardId: string) => `grid/${boardId}`;
const mostKept = 3;
/** Transformers made before the sockets get a turn. */
const atOnce = 25;

/** The grids of boards, read once and kept. */
export class GridStore {
  readonly #records: Records;
  readonly #boards: Boards;
  readonly #kept = new Map<string, Promise<ReadGrid | null>>();

  constructor(records: Records, boards: Boards) {
    this.#records = records;
    this.#boards = boards;
  }

  /** Null when the board has none. Throws `NOT_FOUND` for the board. */
  read(boardId: string): Promise<ReadGrid | null> {
    const kept = this.#kept.get(boardId);
    if (kept) return kept;
    const reading = this.#read(boardId);
    if (this.#kept.size >= mostKept) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(boardId, reading);
    reading.catch(() => this.#kept.delete(boardId));
    return reading;
  }

  async put(boardId: string, grid: StoredGrid): Promise<void> {
    await this.#boards.view(boardId);
    await this.#records.write([{ table: 'setting', row: { key: key(boardId), value: grid } }]);
    this.#kept.delete(boardId);
  }

  async #read(boardId: string): Promise<ReadGrid | null> {
    const board = await this.#boards.view(boardId);
    const row = await this.#records.get<{ value: StoredGrid | null }>('setting', { key: key(boardId) });
    const stored = row?.value ?? null;
    if (stored === null) return null;
    const { readCounty, syntheticTransformer } = await import('@qipan/grid');
    if (stored.kind === 'tables') {
      const { transformers, refused, issues } = readCounty(stored.sheets, stored);
      const placed = transformers.map((t) => placedAt(t, board));
      return { stored, board, dataLevel: 'official', placed, refused, issues };
    }
    const placed: PlacedTransformer[] = [];
    for (const [place, village] of villagesOf(board).entries()) {
      if (place % atOnce === 0) await new Promise((resolve) => setImmediate(resolve));
      const transformer = syntheticTransformer({ ...village, seed: stored.seed });
      placed.push({ transformer, place, lon: board.place.lon[place] ?? null, lat: board.place.lat[place] ?? null });
    }
    return { stored, board, dataLevel: 'synthetic', placed, refused: [], issues: [] };
  }
}

const villagesOf = (board: BoardView) => board.place.id.map((id, k) => ({ id, name: board.place.name[k] ?? id }));

/** What a study of all of it is given. */
export const sourceOf = ({ stored, board, placed }: ReadGrid): CountyOrder['source'] =>
  stored.kind === 'synthetic'
    ? { kind: 'synthetic', villages: villagesOf(board), seed: stored.seed }
    : { kind: 'given', transformers: placed.map((p) => p.transformer) };

/** By the id of its village, else by a name that only one village has. */
function placedAt(transformer: CountyTransformer, board: BoardView): PlacedTransformer {
  const { id, name, lon, lat } = board.place;
  const said = transformer.place ?? transformer.name ?? '';
  const byId = id.indexOf(said);
  const named = byId >= 0 ? [byId] : name.flatMap((n, k) => (n === said ? [k] : []));
  const place = named.length === 1 ? (named[0] as number) : null;
  return {
    transformer,
    place,
    lon: transformer.lon ?? (place === null ? null : (lon[place] ?? null)),
    lat: transformer.lat ?? (place === null ? null : (lat[place] ?? null)),
  };
}

/** One table of an upload as rows. Throws `UNSUPPORTED_FORMAT`, `BAD_FILE`. */
async function sheetOf(file: GridImportInput['files'][number]): Promise<CountySheet> {
  const bytes = Buffer.from(file.content, 'base64');
  const isBook = /\.xlsx$/i.test(file.name);
  if (!isBook && !/\.(csv|tsv|txt)$/i.test(file.name))
    throw new QipanError('UNSUPPORTED_FORMAT', `${file.name} is of no format that is read`, {
      file: file.name,
      expected: '.csv, .xlsx',
    });
  const { parseCsv } = await import('@qipan/territory');
  const book = isBook ? await sheetRows(file.name, bytes) : null;
  const parsed =
    book && 'rows' in book
      ? { rows: book.rows as readonly (readonly unknown[])[], rowNumbers: null }
      : parseCsv(bytes, file.name);
  const [header = [], ...rows] = parsed.rows as readonly (readonly unknown[])[];
  const rowNumbers = parsed.rowNumbers === null ? {} : { rowNumbers: [...parsed.rowNumbers].slice(1) };
  return { file: file.name, header: header.map(String), rows, ...rowNumbers };
}

/** The tables of an upload, each once. Throws `BAD_INPUT` without transformers or with a table twice. */
export async function sheetsOf(input: GridImportInput): Promise<CountySheets> {
  const found = new Map<string, CountySheet>();
  for (const file of input.files) {
    if (found.has(file.table))
      throw new QipanError('BAD_INPUT', `two files hold ${file.table}`, { field: 'files', got: file.name });
    found.set(file.table, await sheetOf(file));
  }
  const transformers = found.get('transformers');
  if (!transformers)
    throw new QipanError('BAD_INPUT', 'no file holds transformers', { field: 'files', expected: 'transformers' });
  return { transformers, ...Object.fromEntries(found) };
}
