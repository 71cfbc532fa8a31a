import type { AnyEvent, NewEvent } from '@qipan/base';
import { statusChanged } from './availability.js';
import { anomaly } from './effects.js';
import { putTransaction, type Draft, type Fold, type Folded } from './fold.js';
import { earliestClockMs, type Rules } from './rules.js';
import type { EvseState, PendingRemoteStart, StationState } from './station.js';
import { giveUp, metered, noHistory, transactionChanged, type History } from './transaction-fold.js';
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
  const fold: Fold = { state: { ...state }, rules, effects: [], transactions: [] };
  if (!ours.has(event.kind)) heard(fold, event);
  foldEvent(fold, event, history);
  return fold;
}

function foldEvent(fold: Fold, event: AnyEvent, history: History): void {
  const { state } = fold;
  switch (event.kind) {
    case 'metered':
      return metered(fold, event);
    case 'transactionStarted':
    case 'transactionUpdated':
    case 'transactionEnded':
      return transactionChanged(fold, event, history);
    case 'statusChanged':
      return statusChanged(fold, event);
    case 'booted':
      return booted(state, event);
    case 'connected':
      state.isConnected = true;
      state.connectionSinceMs = event.receivedAtMs;
      state.remoteAddress = event.payload.remoteAddress;
      state.securityProfile = event.payload.securityProfile;
      state.version = event.payload.version ?? state.version;
      return;
    case 'disconnected':
      state.isConnected = false;
      state.connectionSinceMs = event.receivedAtMs;
      return;
    case 'firmwareChanged':
      state.firmwareStatus = event.payload.status;
      return;
    case 'logChanged':
      state.logStatus = event.payload.status;
      return;
    case 'commandSent':
      return remoteStartSent(state, event);
    case 'anomaly':
      return fromAnomaly(fold, event);
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
      return;
  }
}

/** After a boot nothing is measured any more; open transactions wait for their end or are given up. */
function booted(state: Draft<StationState>, event: NewEvent<'booted'>): void {
  const { vendorName, model, serialNumber, firmwareVersion, iccid, registration, reason, version } = event.payload;
  const unmeasured = (evse: EvseState): EvseState =>
    evse.powerW === null ? evse : { ...evse, powerW: null, powerAtMs: null };
  state.evses = new Map([...state.evses].map(([id, evse]) => [id, unmeasured(evse)]));
  const said = { vendorName, model, serialNumber, firmwareVersion, iccid, registration };
  Object.assign(state, said, { bootReason: reason, bootedAtMs: event.receivedAtMs, version: version ?? state.version });
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
function heard(fold: Fold, event: AnyEvent): void {
  const { state, rules } = fold;
  state.lastSeenMs = Math.max(state.lastSeenMs ?? 0, event.receivedAtMs);
  if (event.atMs === null || !tellsClock(event)) return;
  const isFar = (): boolean =>
    state.skewSamples.length >= skewQuorum && Math.abs(state.clockSkewMs ?? 0) > rules.clockToleranceMs;
  const wasFar = isFar();
  const samples = [...state.skewSamples, event.receivedAtMs - event.atMs];
  if (samples.length > skewWindow) samples.shift();
  state.skewSamples = samples;
  state.clockSkewMs = [...samples].sort((a, b) => a - b)[(samples.length - 1) >> 1] as number;
  if (wasFar || !isFar()) return;
  const absurd = event.atMs < earliestClockMs ? ', its clock has lost its battery' : '';
  const detail = `the station's clock is off by ${Math.round(state.clockSkewMs / 1000)} s${absurd}`;
  fold.effects.push(anomaly('clock', detail));
}

function remoteStartSent(state: Draft<StationState>, event: NewEvent<'commandSent'>): void {
  const { action, payload, commandId } = event.payload;
  if (action !== 'RequestStartTransaction') return;
  const p = payload as Partial<Omit<PendingRemoteStart, 'commandId' | 'atMs'>>;
  const pending: PendingRemoteStart = {
    commandId,
    evseId: p.evseId ?? event.evseId,
    idToken: p.idToken ?? null,
    remoteStartId: p.remoteStartId ?? null,
    atMs: event.receivedAtMs,
  };
  state.remoteStarts = [...state.remoteStarts.slice(1 - keptRemoteStarts), pending];
}

/**
 * Most anomalies only tell. What `lostTransactions` found closes a transaction (the event is the truth, so that a rebuild
 * needs no clock), and a stop without a usable id marks the transaction it was put to.
 */
function fromAnomaly(fold: Fold, event: NewEvent<'anomaly'>): void {
  const { code, transactionId } = event.payload;
  if (transactionId === undefined) return;
  if (code === 'transactionLost') {
    const t = fold.state.open.get(transactionId);
    if (t !== undefined) giveUp(fold, t);
  } else if (code === 'unknownTransaction') {
    const t = fold.state.recent.get(transactionId);
    if (t === undefined || t.state === 'orphan' || t.quality.includes('attached')) return;
    putTransaction(fold, { ...t, quality: withQuality(t.quality, 'attached') });
  }
}

/**
 * Transactions that nobody will end: their connector has been Available for the rule's time while the station was
 * connected. Comes back as events to append and fold; call it about once a minute.
 */
export function lostTransactions(state: StationState, nowMs: number, rules: Rules): readonly NewEvent<'anomaly'>[] {
  if (!state.isConnected || state.open.size === 0) return [];
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
