import { QipanError, type AnyEvent } from '@qipan/base';
import type { RowWrite } from '../contract.js';
import { checkColumns, type RecordTable } from '../tables.js';

/** One caller's append, as it waits for its commit. */
export interface Item {
  readonly events: readonly AnyEvent[];
  /** `body` of each event as JSON text. */
  readonly bodies: readonly string[];
  readonly writes: readonly RowWrite[];
  readonly bytes: number;
  readonly resolve: (seqs: readonly number[]) => void;
  readonly reject: (e: Error) => void;
}

const whole = (v: unknown): boolean => typeof v === 'number' && Number.isSafeInteger(v);
const isPlace = (v: number | null): boolean => v === null || (whole(v) && Math.abs(v) < 2 ** 31);

function refuse(what: string, got: unknown, expected: string): never {
  throw new QipanError('BAD_INPUT', `${what} = ${String(got)}; expected ${expected}`, { field: what, got, expected });
}

/** What the database would refuse is refused here, so that it cannot make the group of others fail. */
function checkEvent(e: AnyEvent, i: number): void {
  if (typeof e.stationId !== 'string' || e.stationId === '') refuse(`events[${i}].stationId`, e.stationId, 'text');
  if (!whole(e.receivedAtMs)) refuse(`events[${i}].receivedAtMs`, e.receivedAtMs, 'a whole number of milliseconds');
  if (e.atMs !== null && !whole(e.atMs)) refuse(`events[${i}].atMs`, e.atMs, 'a whole number of milliseconds or null');
  if (!isPlace(e.evseId)) refuse(`events[${i}].evseId`, e.evseId, 'a number or null');
  if (!isPlace(e.connectorId)) refuse(`events[${i}].connectorId`, e.connectorId, 'a number or null');
}

function checkWrite(w: RowWrite): void {
  const table: RecordTable = checkColumns(w.table, Object.keys(w.row));
  for (const k of table.key)
    if (w.row[k] === undefined || w.row[k] === null) {
      if (table.columns[k] === 'auto' && !w.remove) continue;
      throw new QipanError('BAD_INPUT', `a write to ${w.table} lacks its key column ${k}`, {
        table: w.table,
        column: k,
      });
    }
}

/** Checks and encodes an append; throws `BAD_INPUT`. */
export function encode(
  events: readonly AnyEvent[],
  writes: readonly RowWrite[],
): Pick<Item, 'events' | 'bodies' | 'writes' | 'bytes'> {
  events.forEach(checkEvent);
  writes.forEach(checkWrite);
  // json keeps escapes as they are: a station's NUL or lone surrogate is stored raw.
  const bodies = events.map((e) => JSON.stringify(e.payload) ?? 'null');
  let bytes = 0;
  for (const b of bodies) bytes += b.length;
  return { events, bodies, writes, bytes };
}
