import type { AnyStoredEvent } from '@qipan/base';
import { applyEvent, newStation, stationSnapshot, type StationState, type Transaction } from '@qipan/operate';
import type { RowWrite, Store } from '@qipan/store';
import { transactionWrite, type StationRegistry } from './registry.js';

const pageEvents = 5_000;
const rowsACommit = 500;

/**
 * Makes `stationState` and `chargingTransaction` again from the log alone, in place of what stands there: projections can be dropped.
 * To be called while no station is connected. Gives the number of events folded.
 */
export async function rebuildProjections(store: Store, registry: StationRegistry): Promise<number> {
  const states = new Map<string, { state: StationState; seq: number }>();
  const transactions = new Map<string, Transaction>();
  const nameOf = (stationId: string, transactionId: string) => JSON.stringify([stationId, transactionId]);
  let after = 0;
  let folded = 0;
  for (;;) {
    const events: readonly AnyStoredEvent[] = await store.log.read({ afterSeq: after, limit: pageEvents });
    for (const event of events) {
      after = event.seq;
      const entry = registry.get(event.stationId);
      if (!entry) continue;
      const before = states.get(event.stationId)?.state ?? newStation(event.stationId);
      const history = (id: string) => transactions.get(nameOf(event.stationId, id)) ?? null;
      const out = applyEvent(before, event, registry.rulesOf(entry), history);
      states.set(event.stationId, { state: out.state, seq: event.seq });
      for (const t of out.transactions) transactions.set(nameOf(t.stationId, t.transactionId), t);
      folded++;
    }
    if (events.length < pageEvents) break;
  }
  const writes: RowWrite[] = [...transactions.values()].map(transactionWrite);
  const updatedAtMs = Date.now();
  for (const [stationId, { state, seq }] of states)
    writes.push({ table: 'stationState', row: { stationId, seq, state: stationSnapshot(state), updatedAtMs } });
  await store.records.transaction(async (r) => {
    await r.sql('delete from "chargingTransaction"');
    await r.sql('delete from "stationState"');
    for (let k = 0; k < writes.length; k += rowsACommit) await r.write(writes.slice(k, k + rowsACommit));
    await r.write([{ table: 'snapshot', row: { id: 'states', seq: after, body: {}, createdAtMs: updatedAtMs } }]);
  });
  return folded;
}
