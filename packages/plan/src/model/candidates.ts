import { QipanError, type Bilingual } from '@qipan/base';
import type { Board, Sites } from '@qipan/territory';
import type { PlanParameters } from './parameters.js';

export interface Candidate {
  readonly id: string;
  readonly name: Bilingual;
  /** Row of the board's sites. */
  readonly row: number;
  /** Index of the place it stands at, −1 for none. */
  readonly place: number;
  readonly siteClass: string;
  readonly region: number;
  readonly lon: number;
  readonly lat: number;
  readonly slots: number;
}

/** The board itself, or, where it lists no candidate sites, the board with one at every place that has a position. */
export function boardWithSites(board: Board, slotsPlace: number): Board {
  if (board.sites.id.length > 0) return board;
  const { places } = board;
  const rows = Int32Array.from(places.id.keys()).filter((i) => !Number.isNaN(places.lon[i]));
  const pick = <X>(column: ArrayLike<X>): X[] => Array.from(rows, (i) => column[i]);
  const blank = pick(places.id).map(() => '');
  const sites: Sites = {
    id: pick(places.id),
    name: pick(places.name),
    nameLatin: pick(places.nameLatin),
    siteClass: blank.map(() => 'other' as const),
    place: rows,
    region: Int32Array.from(pick(places.region)),
    lon: Float64Array.from(pick(places.lon)),
    lat: Float64Array.from(pick(places.lat)),
    positionQuality: pick(places.positionQuality),
    slots: new Int32Array(rows.length).fill(slotsPlace),
    landLeaseYears: new Float64Array(rows.length).fill(NaN),
    landCost: new Float64Array(rows.length).fill(NaN),
    transformer: blank,
    feeder: blank,
    dataLevel: blank.map(() => 'default' as const),
  };
  return { ...board, sites };
}

/**
 * Candidate sites of a board with room for at least one gun: all of them, or those that the parameters name.
 * @throws `UNKNOWN_REFERENCE` for an id that the board does not have, `BAD_INPUT` when nothing is left
 */
export function candidateSites(board: Board, p: PlanParameters): Candidate[] {
  const { sites } = board;
  const candidate = (row: number): Candidate => ({
    id: sites.id[row],
    name: { en: sites.nameLatin[row] || sites.name[row], zh: sites.name[row] },
    row,
    place: sites.place[row],
    siteClass: sites.siteClass[row],
    region: sites.region[row],
    lon: sites.lon[row],
    lat: sites.lat[row],
    slots: sites.slots[row],
  });
  const wanted = p.sites.candidates;
  const rows = wanted === 'board' ? sites.id.map((_, row) => row) : wanted.map((id) => rowOf(sites, id));
  const usable = rows.map(candidate).filter((c) => c.slots > 0);
  if (usable.length === 0)
    throw new QipanError('BAD_INPUT', 'there is no candidate site with room for a gun', {
      field: 'sites.candidates',
      got: rows.length,
      expected: 'at least one candidate site with slots > 0',
    });
  return usable;
}

function rowOf(sites: Sites, id: string): number {
  const row = sites.id.indexOf(id);
  if (row >= 0) return row;
  throw new QipanError('UNKNOWN_REFERENCE', `sites.candidates: the board has no candidate site ${id}`, {
    field: 'sites.candidates',
    got: id,
    expected: 'the id of a candidate site',
  });
}
