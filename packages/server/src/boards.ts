import { createHash } from 'node:crypto';
import { QipanError } from '@qipan/base';
import type { Records } from '@qipan/store';
import type { Board } from '@qipan/territory';
import type { BoardSummary, BoardView } from './contract.js';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface BoardRow {
  readonly id: string;
  readonly name: BoardSummary['name'];
  /** `text` is `boardToJson`: jsonb would not keep it as it was hashed. */
  readonly body: { readonly summary: BoardSummary; readonly view: BoardView; readonly text: string };
  readonly createdAtMs: number;
}

const orNull = (x: number): number | null => (Number.isNaN(x) ? null : x);

/** Boards, each stored once under its content hash. */
export class Boards {
  readonly #records: Records;
  #summaries: readonly BoardSummary[] | null = null;
  /** Text of the last view that was asked for: pages ask for the same board over and over. */
  #lastView: { id: string; view: BoardView } | null = null;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Stores a board, makes it the default one, and gives its id. A board that is here already is left as it is. */
  async add(board: Board): Promise<string> {
    const { boardToJson } = await import('@qipan/territory');
    const view = boardView(board);
    const row: BoardRow = {
      id: board.id,
      name: board.name,
      body: { summary: boardSummary(board), view, text: boardToJson(board) },
      createdAtMs: Date.now(),
    };
    await this.#records.transaction(async (r) => {
      const known = await r.sql('select 1 from "board" where "id" = $1', [board.id]);
      if (known.length === 0) await r.write([{ table: 'board', row: { ...row } }]);
      await r.write([{ table: 'setting', row: { key: 'defaultBoard', value: board.id } }]);
    });
    this.#summaries = null;
    return board.id;
  }

  async defaultBoard(): Promise<string | null> {
    const row = await this.#records.get<{ value: string | null }>('setting', { key: 'defaultBoard' });
    return row?.value ?? null;
  }

  async summaries(): Promise<readonly BoardSummary[]> {
    this.#summaries ??= (
      await this.#records.sql<{ summary: BoardSummary }>(
        `select "body"->'summary' as "summary" from "board" order by "createdAtMs" desc limit 1000`,
      )
    ).map((r) => r.summary);
    return this.#summaries;
  }

  /** Throws `NOT_FOUND`. */
  async view(id: string): Promise<BoardView> {
    if (this.#lastView?.id === id) return this.#lastView.view;
    const rows = await this.#records.sql<{ view: BoardView }>(
      `select "body"->'view' as "view" from "board" where "id" = $1`,
      [id],
    );
    const view = rows[0]?.view;
    if (!view) throw notFound(id);
    this.#lastView = { id, view };
    return view;
  }

  /** Where a place of the default board is; null without a board or a place of that number. */
  async placePosition(place: number): Promise<{ lon: number; lat: number } | null> {
    const id = await this.defaultBoard();
    if (id === null) return null;
    const { lon, lat } = (await this.view(id)).place;
    const [x, y] = [lon[place], lat[place]];
    return x === undefined || y === undefined ? null : { lon: x, lat: y };
  }

  /** The board as `boardToJson` wrote it. Throws `NOT_FOUND`. */
  async text(id: string): Promise<string> {
    const rows = await this.#records.sql<{ text: string }>(
      `select "body"->>'text' as "text" from "board" where "id" = $1`,
      [id],
    );
    if (!rows[0]) throw notFound(id);
    return rows[0].text;
  }
}

const notFound = (id: string) => new QipanError('NOT_FOUND', `there is no board ${id.slice(0, 100)}`, { got: id });

function boardSummary(board: Board): BoardSummary {
  return {
    id: board.id,
    name: board.name,
    places: board.places.id.length,
    regions: board.regions.id.length,
    population: board.places.population.reduce((sum, p) => sum + (Number.isNaN(p) ? 0 : p), 0),
    attribution: board.sources.map((s) => s.attribution),
  };
}

function boardView(board: Board): BoardView {
  const { regions, places } = board;
  return {
    ...boardSummary(board),
    region: { id: regions.id, name: regions.name, level: regions.level, parent: Array.from(regions.parent) },
    place: {
      id: places.id,
      name: places.name,
      kind: places.kind,
      region: Array.from(places.region),
      lon: Array.from(places.lon),
      lat: Array.from(places.lat),
      population: Array.from(places.population, orNull),
      positionQuality: places.positionQuality,
      dataLevel: places.populationLevel,
    },
    outline: {
      type: 'FeatureCollection',
      features: [
        ...(board.outline?.features ?? []),
        ...regions.shape.flatMap((coordinates, region) =>
          coordinates === null
            ? []
            : [
                {
                  type: 'Feature',
                  properties: { region, level: regions.level[region], shapeLevel: regions.shapeLevel[region] },
                  geometry: { type: 'MultiPolygon', coordinates },
                },
              ],
        ),
      ],
    },
    warnings: board.warnings,
  };
}
