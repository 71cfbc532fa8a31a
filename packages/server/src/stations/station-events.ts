import type { AnomalyCode, AnyEvent, EventKind, EventPayloads } from '@qipan/base';
import type { Note } from '@qipan/ocpp';
import type { StationLink } from '../sockets/gateway.js';
import type { StationEntry } from './entry.js';

/** An event that our own side makes about a station. */
function ownEvent<K extends EventKind>(
  entry: StationEntry,
  nowMs: number,
  kind: K,
  payload: EventPayloads[K],
): AnyEvent {
  return {
    stationId: entry.id,
    kind,
    atMs: null,
    receivedAtMs: nowMs,
    evseId: null,
    connectorId: null,
    payload,
  } as unknown as AnyEvent;
}

export const connectedEvent = (entry: StationEntry, nowMs: number, link: StationLink): AnyEvent =>
  ownEvent(entry, nowMs, 'connected', {
    version: link.version,
    remoteAddress: link.remoteAddress,
    securityProfile: link.securityProfile,
  });

export const disconnectedEvent = (
  entry: StationEntry,
  nowMs: number,
  why: { readonly code: number; readonly reason: string },
): AnyEvent => ownEvent(entry, nowMs, 'disconnected', why);

export const anomalyEvent = (entry: StationEntry, nowMs: number, code: AnomalyCode, detail: string): AnyEvent =>
  ownEvent(entry, nowMs, 'anomaly', { code, detail });

export const commandSentEvent = (entry: StationEntry, nowMs: number, payload: EventPayloads['commandSent']): AnyEvent =>
  ownEvent(entry, nowMs, 'commandSent', payload);

export const commandAnsweredEvent = (
  entry: StationEntry,
  nowMs: number,
  payload: EventPayloads['commandAnswered'],
): AnyEvent => ownEvent(entry, nowMs, 'commandAnswered', payload);

const keptTextLength = 1_000;
const mostRules = 200;

/**
 * Counts what a station does against its standard. The first time of a kind, and every thousandth after, it becomes an event with
 * the raw frame, so that the log shows an example and cannot be filled by it.
 */
export function noteAnomaly(entry: StationEntry, nowMs: number, note: Note): AnyEvent | null {
  if (note.note === 'repeated') return null;
  const rules = note.repairs.length > 0 ? note.repairs.map((r) => `${r.rule} ${r.path}`) : [note.note];
  let isWorthTelling = false;
  for (const rule of rules) {
    const key = `${rule}|${note.action ?? ''}`;
    const count = entry.violations.get(key);
    if (count === undefined && entry.violations.size >= mostRules) continue;
    entry.violations.set(key, (count ?? 0) + 1);
    isWorthTelling ||= (count ?? 0) % 1000 === 0;
  }
  if (!isWorthTelling) return null;
  const frame = note.text === null ? '' : ` · ${note.text.slice(0, keptTextLength)}`;
  const detail = `${note.note} ${note.action ?? ''} ${note.detail || rules.join(', ')}${frame}`;
  const code: AnomalyCode = note.note === 'messageIdReused' ? 'messageIdReused' : 'schema';
  return anomalyEvent(entry, nowMs, code, detail);
}
