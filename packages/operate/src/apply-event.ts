import type { AnyEvent, NewEvent } from '@qipan/base';
import { nothing, statusChanged, type Folded } from './availability.js';
import { anomaly, type Effect } from './effects.js';
import { earliestClockMs, type Rules } from './rules.js';
import type { PendingRemoteStart, StationState } from './station.js';
import { giveUp, metered, noHistory, put, transactionChanged, type History } from './transaction-fold.js';
import { withQuality, type Transaction } from './transaction.js';

const skewWindow = 9;
const skewQuorum = 3;
const keptRemoteStarts = 8;

/** Events that our side made: they do not show that the station lives. */
const ours: ReadonlySet<string> = new Set([
  'commandSent',
  'commandAnswered',
  'configured',
  'anomaly',
  'disconnected',
  'connected',
]);

/**
 * Folds one event into its station: the same function live and on rebuilding from the log, so both give the same state.
 * Pure; the given state is not changed. `history` finds closed transactions that left the state.
 */
export function applyEvent(state: StationState, event: AnyEvent, rules: Rules, history: History = noHistory): Folded {
  if (ours.has(event.kind)) return folded(state, event, rules, history);
  const seen = heard(state, event, rules);
  const out = folded(seen.state, event, rules, history);
  return seen.effects.length === 0 ? out : { ...out, effects: [...seen.effects, ...out.effects] };
}

const only = (state: StationState): Folded => ({ state, effects: nothing, transactions: nothing });

function folded(state: StationState, event: AnyEvent, rules: Rules, history: History): Folded {
  switch (event.kind) {
    case 'metered':
      return metered(state, event, rules);
    case 'transactionStarted':
    case 'transactionUpdated':
    case 'transactionEnded':
      return transactionChanged(state, event, rules, history);
    case 'statusChanged':
      return statusChanged(state, event, rules);
    case 'booted':
      return only(booted(state, event));
    case 'connected': {
      const { remoteAddress, securityProfile, version } = event.payload;
      return only({
        ...state,
        isConnected: true,
        connectionSinceMs: event.receivedAtMs,
        remoteAddress,
        securityProfile,
        version: version ?? state.version,
      });
    }
    case 'disconnected':
      return only({ ...state, isConnected: false, connectionSinceMs: event.receivedAtMs });
    case 'firmwareChanged':
      return only({ ...state, firmwareStatus: event.payload.status });
    case 'logChanged':
      return only({ ...state, logStatus: event.payload.status });
    case 'commandSent':
      return only(remoteStartSent(state, event));
    case 'anomaly':
      return fromAnomaly(state, event, rules);
    case 'heartbeat':
    case 'authorized':
    case 'profileChanged':
    case 'limitNotified':
    case 'reservationChanged':
    case 'reportPart':
    case 'variableChanged':
    case 'monitorFired':
    case 'certificateRequested':
    case 'securityEvent':
    case 'displayMessage':
    case 'costReported':
    case 'batterySwapped':
    case 'derReported':
    case 'dataTransferred':
    case 'commandAnswered':
    case 'configured':
      return only(state);
  }
}

/** After a boot nothing is measured any more; open transactions wait for their end or are given up. */
function booted(state: StationState, event: NewEvent<'booted'>): StationState {
  const { vendorName, model, serialNumber, firmwareVersion, iccid, registration, reason } = event.payload;
  const evses = new Map(
    [...state.evses].map(([id, evse]) => [
      id,
      evse.powerW === null ? evse : { ...evse, powerW: null, powerAtMs: null },
    ]),
  );
  return {
    ...state,
    evses,
    vendorName,
    model,
    serialNumber,
    firmwareVersion,
    iccid,
    registration,
    bootReason: reason,
    bootedAtMs: event.receivedAtMs,
    version: event.payload.version ?? state.version,
  };
}

/**
 * Messages that tell the time of sending: a status, and a 2.x transaction event that does not say it comes from the
 * queue. 1.6 transaction messages and meter values are queued for days without saying so.
 */
function tellsClock(event: AnyEvent): boolean {
  if (event.atMs === null || event.payload.offline === true) return false;
  if (event.kind === 'statusChanged') return true;
  const isTransaction =
    event.kind === 'transactionStarted' || event.kind === 'transactionUpdated' || event.kind === 'transactionEnded';
  return isTransaction && event.payload.seqNo !== null;
}

/** Last seen, and the skew of the station's clock: median of what recent live messages say. */
function heard(
  state: StationState,
  event: AnyEvent,
  rules: Rules,
): { state: StationState; effects: readonly Effect[] } {
  const lastSeenMs = Math.max(state.lastSeenMs ?? 0, event.receivedAtMs);
  if (event.atMs === null || !tellsClock(event)) {
    return { state: { ...state, lastSeenMs }, effects: nothing };
  }
  const skewSamples = [...state.skewSamples.slice(1 - skewWindow), event.receivedAtMs - event.atMs];
  const sorted = [...skewSamples].sort((a, b) => a - b);
  const clockSkewMs = sorted[(sorted.length - 1) >> 1] as number;
  const isFar = (skew: number | null): boolean => skew !== null && Math.abs(skew) > rules.clockToleranceMs;
  const next = { ...state, lastSeenMs, skewSamples, clockSkewMs };
  if (skewSamples.length < skewQuorum || !isFar(clockSkewMs)) return { state: next, effects: nothing };
  const wasFar = state.skewSamples.length >= skewQuorum && isFar(state.clockSkewMs);
  if (wasFar) return { state: next, effects: nothing };
  const absurd = event.atMs < earliestClockMs ? ', its clock has lost its battery' : '';
  const effects = [anomaly('clock', `the station's clock is off by ${Math.round(clockSkewMs / 1000)} s${absurd}`)];
  return { state: next, effects };
}

function remoteStartSent(state: StationState, event: NewEvent<'commandSent'>): StationState {
  const { action, payload, commandId } = event.payload;
  if (action !== 'RequestStartTransaction') return state;
  const p = payload as Partial<Omit<PendingRemoteStart, 'commandId' | 'atMs'>>;
  const pending: PendingRemoteStart = {
    commandId,
    evseId: p.evseId ?? event.evseId,
    idToken: p.idToken ?? null,
    remoteStartId: p.remoteStartId ?? null,
    atMs: event.receivedAtMs,
  };
  return { ...state, remoteStarts: [...state.remoteStarts.slice(1 - keptRemoteStarts), pending] };
}

/**
 * Most anomalies only tell. What `lostTransactions` found closes a transaction (the event is the truth, so that a rebuild
 * needs no clock), and a stop without a usable id marks the transaction it was put to.
 */
function fromAnomaly(state: StationState, event: NewEvent<'anomaly'>, rules: Rules): Folded {
  const { code, transactionId, detail } = event.payload;
  if (transactionId === undefined) return only(state);
  if (code === 'unknownTransaction') {
    const t = state.recent.get(transactionId);
    if (t === undefined || t.state === 'orphan' || t.quality.includes('attached')) return only(state);
    const attached: Transaction = { ...t, quality: withQuality(t.quality, 'attached') };
    return { state: put(state, attached), effects: nothing, transactions: [attached] };
  }
  const t = code === 'transactionLost' ? state.open.get(transactionId) : undefined;
  if (t === undefined) return only(state);
  const given = giveUp(state, t, rules, detail);
  return { ...given, effects: given.effects.filter((e) => e.type !== 'anomaly') };
}

/**
 * Transactions that nobody will end: their connector has been Available for the rule's time while the station was
 * connected. Comes back as events to append and fold; call it about once a minute.
 */
export function lostTransactions(state: StationState, nowMs: number, rules: Rules): readonly NewEvent<'anomaly'>[] {
  if (!state.isConnected || state.open.size === 0) return nothing;
  const out: NewEvent<'anomaly'>[] = [];
  for (const t of state.open.values()) {
    const evse = t.evseId === null ? undefined : state.evses.get(t.evseId);
    const connectors = [...(evse?.connectors.entries() ?? [])]
      .filter(([id]) => t.connectorId === null || id === t.connectorId)
      .map(([, c]) => c);
    const isFree = (since: number): boolean =>
      nowMs - Math.max(since, state.connectionSinceMs ?? since) >= rules.lostAfterAvailableMs;
    const isAvailable = connectors.length > 0 && connectors.every((c) => c.status === 'Available' && isFree(c.sinceMs));
    if (!isAvailable) continue;
    const minutes = Math.round(rules.lostAfterAvailableMs / 60_000);
    out.push({
      stationId: state.stationId,
      kind: 'anomaly',
      atMs: null,
      receivedAtMs: nowMs,
      evseId: t.evseId,
      connectorId: t.connectorId,
      payload: {
        code: 'transactionLost',
        detail: `the connector has been Available for ${minutes} min`,
        transactionId: t.transactionId,
      },
    });
  }
  return out;
}

/** Folds a whole log of one station. Transactions that left the state are found again among those folded so far. */
export function rebuildStation(
  state: StationState,
  events: Iterable<AnyEvent>,
  rules: Rules,
): { readonly state: StationState; readonly transactions: ReadonlyMap<string, Transaction> } {
  const all = new Map<string, Transaction>();
  const history: History = (id) => all.get(id) ?? null;
  let current = state;
  for (const event of events) {
    const out = applyEvent(current, event, rules, history);
    current = out.state;
    for (const t of out.transactions) all.set(t.transactionId, t);
  }
  return { state: current, transactions: all };
}
