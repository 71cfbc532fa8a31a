import type { AnyStoredEvent } from '@qipan/base';
import type { EvseView } from '@qipan/server/contract';
import { evseShowing, type Showing } from '../../stations/state.js';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly showing: Showing;
}

/** A status that an event says about one EVSE. */
export function showingOfStatus(payload: {
  readonly status: EvseView['status'];
  readonly detail: string | null;
}): Showing {
  return evseShowing({
    evseId: 0,
    connectorId: null,
    status: payload.status,
    detail: payload.detail,
    statusSinceMs: null,
    errorCode: null,
    powerW: null,
    powerAtMs: null,
    transactionId: null,
    energyWh: null,
  });
}

/**
 * Stretches of one state of an EVSE between two moments, from the station's own reports by our clock. Before its first report in
 * the log nothing is drawn. A lost connection makes the rest offline until the next report or connection.
 */
export function spansOf(
  events: readonly AnyStoredEvent[],
  evseId: number,
  fromMs: number,
  toMs: number,
): readonly Span[] {
  const spans: Span[] = [];
  let said: Showing | null = null;
  let shown: Showing | null = null;
  let sinceMs = fromMs;
  const change = (atMs: number, next: Showing | null) => {
    if (shown !== null && atMs > Math.max(sinceMs, fromMs))
      spans.push({ fromMs: Math.max(sinceMs, fromMs), toMs: Math.min(atMs, toMs), showing: shown });
    shown = next;
    sinceMs = atMs;
  };
  for (const e of [...events].sort((a, b) => a.seq - b.seq)) {
    if (e.receivedAtMs > toMs) break;
    if (e.kind === 'statusChanged' && e.evseId === evseId) {
      said = showingOfStatus(e.payload);
      change(e.receivedAtMs, said);
    } else if (e.kind === 'disconnected') change(e.receivedAtMs, 'Offline');
    else if (e.kind === 'connected') change(e.receivedAtMs, said);
  }
  change(toMs, null);
  return spans.filter((s) => s.toMs > s.fromMs);
}
