import type { AnyStoredEvent } from '@qipan/base';
import type { EvseView } from '@qipan/server/contract';
import { evseShowing, type Showing } from '../../stations/state.js';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly showing: Showing;
}

/** A status that an event says about one EVSE. */
function showingOfStatus(payload: { readonly status: EvseView['status']; readonly detail: string | null }): Showing {
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

/** The stretch of time that is drawn, and what the station's present view says of the EVSE. */
export interface SpanQuestion {
  readonly evseId: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** State and since when; it fills in where the report itself is older than the events at hand. */
  readonly present: { readonly showing: Showing; readonly sinceMs: number } | null;
}

/** What an event says about the EVSE: a state, `lost` or `back` of the connection, or nothing. */
type Said = Showing | 'lost' | 'back' | null;

/** 2.x stations report Occupied once and tell by their transaction events whether energy flows. */
function chargingShowing(e: AnyStoredEvent): Showing | null {
  if (e.kind === 'transactionEnded') return 'Occupied';
  if (e.kind !== 'transactionStarted' && e.kind !== 'transactionUpdated') return null;
  if (e.payload.chargingState === null) return null;
  return e.payload.chargingState === 'Charging' ? 'Charging' : 'Occupied';
}

function said(e: AnyStoredEvent, evseId: number, now: Showing | null): Said {
  if (e.kind === 'disconnected') return 'lost';
  if (e.kind === 'connected') return 'back';
  if (e.evseId !== evseId) return null;
  if (e.kind === 'statusChanged') {
    const showing = showingOfStatus(e.payload);
    // Said again without detail while energy flows: it still does.
    return showing === 'Occupied' && e.payload.detail === null && now === 'Charging' ? 'Charging' : showing;
  }
  const charging = chargingShowing(e);
  return charging !== null && (now === 'Charging' || now === 'Occupied') ? charging : null;
}

/**
 * Stretches of one state of an EVSE between two moments, from the station's own reports by our clock. Before its first report
 * nothing is drawn. A lost connection makes the rest offline until the next report or connection.
 */
export function spansOf(events: readonly AnyStoredEvent[], question: SpanQuestion): readonly Span[] {
  const { evseId, fromMs, toMs, present } = question;
  const spans: Span[] = [];
  let known: Showing | null = null;
  let shown: Showing | null = null;
  let sinceMs = fromMs;
  const change = (atMs: number, next: Showing | null) => {
    if (next === shown) return;
    if (shown !== null && atMs > Math.max(sinceMs, fromMs))
      spans.push({ fromMs: Math.max(sinceMs, fromMs), toMs: Math.min(atMs, toMs), showing: shown });
    shown = next;
    sinceMs = atMs;
  };
  const inOrder = [...events].sort((a, b) => a.seq - b.seq);
  const isReported = inOrder.some((e) => e.kind === 'statusChanged' && e.evseId === evseId);
  if (!isReported && present !== null && present.sinceMs < toMs) {
    known = present.showing;
    change(Math.max(fromMs, present.sinceMs), known);
  }
  for (const e of inOrder) {
    if (e.receivedAtMs > toMs) break;
    const says = said(e, evseId, known);
    if (says === null) continue;
    if (says !== 'lost' && says !== 'back') known = says;
    change(e.receivedAtMs, says === 'lost' ? 'Offline' : known);
  }
  change(toMs, null);
  return spans.filter((s) => s.toMs > s.fromMs);
}
