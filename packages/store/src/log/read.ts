import type pg from 'pg';
import type { AnyStoredEvent, EventKind } from '@qipan/base';
import type { LogQuery } from '../contract.js';
import { asQipanError } from '../database/failure.js';

/** Kinds that make up nearly all of the log; the others have an index of their own (migration 1, `logRareKind`). */
const frequentKinds: ReadonlySet<EventKind> = new Set(['metered', 'transactionUpdated', 'heartbeat', 'statusChanged']);
const rareKindsOnly = `"kind" <> all (array['metered', 'transactionUpdated', 'heartbeat', 'statusChanged'])`;

const columns = '"seq", "stationId", "kind", "atMs", "receivedAtMs", "evseId", "connectorId", "body"';

function queryText(q: LogQuery): { text: string; values: readonly unknown[] } {
  const values: unknown[] = [];
  const place = (v: unknown) => `$${values.push(v)}`;
  const conditions: string[] = [];
  if (q.afterSeq !== undefined) conditions.push(`"seq" > ${place(q.afterSeq)}`);
  if (q.beforeSeq !== undefined) conditions.push(`"seq" < ${place(q.beforeSeq)}`);
  if (q.stationId !== undefined) conditions.push(`"stationId" = ${place(q.stationId)}`);
  if (q.kinds !== undefined) {
    conditions.push(`"kind" = any (${place(q.kinds)}::text[])`);
    if (!q.kinds.some((k) => frequentKinds.has(k))) conditions.push(rareKindsOnly);
  }
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const order = `order by "seq" ${q.descending ? 'desc' : 'asc'} limit ${place(q.limit ?? 1_000)}`;
  return { text: `select ${columns} from "log" ${where} ${order}`, values };
}

type Cells = [
  seq: number,
  stationId: string,
  kind: EventKind,
  atMs: number | null,
  receivedAtMs: number,
  evseId: number | null,
  connectorId: number | null,
  payload: unknown,
];

/** Reads events of the log by a query on `seq`, station and kind. */
export async function readLog(pool: pg.Pool | pg.Client, q: LogQuery): Promise<readonly AnyStoredEvent[]> {
  try {
    const { text, values } = queryText(q);
    const { rows } = await pool.query<Cells>({ text, values: [...values], rowMode: 'array' });
    return rows.map(
      ([seq, stationId, kind, atMs, receivedAtMs, evseId, connectorId, payload]) =>
        ({ seq, stationId, kind, atMs, receivedAtMs, evseId, connectorId, payload }) as AnyStoredEvent,
    );
  } catch (e) {
    throw asQipanError(e, 'the log could not be read');
  }
}
