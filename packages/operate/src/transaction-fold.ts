import type { NewEvent } from '@qipan/base';
import { nothing, type Folded } from './availability.js';
import { anomaly, type AnomalyEffect, type Effect } from './effects.js';
import { endKeyOf, fingerprintOf, startKeyOf } from './fingerprint.js';
import { latestPower, meterValues, registerStep } from './meter-values.js';
import { earliestClockMs, type Rules } from './rules.js';
import { addSeq, hasGap, hasSeq } from './seq-set.js';
import { mapWith, mapWithout, withEvse, type StationState } from './station.js';
import { newTransaction, withoutQuality, withQuality, type Quality, type Transaction } from './transaction.js';

type Kind = 'transactionStarted' | 'transactionUpdated' | 'transactionEnded';
type TransactionEvent = NewEvent<Kind>;

/** A closed transaction that has left the station's state; null when there is none of that id. */
export type History = (transactionId: string) => Transaction | null;
export const noHistory: History = () => null;

const rememberedFingerprints = 16;

/** Station time if its clock is believed and it is not in the future, else our time of receipt. */
function believedTime(
  state: StationState,
  event: TransactionEvent,
  rules: Rules,
): { atMs: number; isStation: boolean } {
  const { atMs, receivedAtMs } = event;
  const skew = Math.abs(state.clockSkewMs ?? 0);
  const isStation =
    atMs !== null &&
    atMs >= earliestClockMs &&
    skew <= rules.clockToleranceMs &&
    atMs <= receivedAtMs + rules.clockToleranceMs;
  return isStation ? { atMs, isStation } : { atMs: receivedAtMs, isStation };
}

/** A message seen before: with the same content nothing happens, with other content the first is kept. */
function repeat(t: Transaction, event: TransactionEvent): 'new' | 'same' | 'other' {
  const { seqNo } = event.payload;
  if (seqNo === null) {
    if (event.kind === 'transactionStarted' && t.startKey !== null) {
      return t.startKey === startKeyOf(event as NewEvent<'transactionStarted'>) ? 'same' : 'other';
    }
    if (event.kind === 'transactionEnded' && t.endKey !== null) {
      return t.endKey === endKeyOf(event as NewEvent<'transactionEnded'>) ? 'same' : 'other';
    }
    return 'new';
  }
  if (!hasSeq(t.seqSeen, seqNo)) return 'new';
  const fingerprint = fingerprintOf(event);
  for (let i = 0; i < t.fingerprints.length; i += 2) {
    if (t.fingerprints[i] === seqNo) return t.fingerprints[i + 1] === fingerprint ? 'same' : 'other';
  }
  return 'same';
}

function refused(state: StationState, t: Transaction, event: TransactionEvent): Folded {
  const isStop = event.kind === 'transactionEnded' && event.payload.seqNo === null;
  const isStart = event.kind === 'transactionStarted' && event.payload.seqNo === null;
  const code = isStop ? 'conflictingStop' : isStart ? 'conflictingStart' : 'conflictingEvent';
  const said = event.payload.seqNo === null ? event.kind : `sequence number ${event.payload.seqNo}`;
  const flagged = { ...t, quality: withQuality(t.quality, isStop ? 'conflictingStop' : 'conflictingEvent') };
  const effects: Effect[] = [anomaly(code, `${said} came again with other content`, t.transactionId)];
  return { state: put(state, flagged), effects, transactions: [flagged] };
}

/** What every message of a transaction may bring, whatever its kind. */
function absorb(t: Transaction, event: TransactionEvent, rules: Rules, effects: AnomalyEffect[]): Transaction {
  const p = event.payload;
  const isOffline = p.offline === true;
  let next: Transaction = {
    ...t,
    evseId: t.evseId ?? event.evseId,
    connectorId: t.connectorId ?? event.connectorId,
    // The token that started it stays; one that comes late fills the gap (plug first, card after).
    idToken: t.idToken ?? p.idToken,
    chargingState: isOffline || p.chargingState === null ? t.chargingState : p.chargingState,
    remoteStartId: t.remoteStartId ?? p.remoteStartId,
    reservationId: t.reservationId ?? p.reservationId,
    quality: isOffline ? withQuality(t.quality, 'offline') : t.quality,
    revision: t.revision + 1,
  };
  if (p.seqNo !== null) {
    const fingerprints = [...t.fingerprints, p.seqNo, fingerprintOf(event)];
    next = {
      ...next,
      seqSeen: addSeq(t.seqSeen, p.seqNo),
      fingerprints: fingerprints.slice(-2 * rememberedFingerprints),
    };
  }
  if (p.readings.length > 0) {
    const limits = { nameplateW: rules.nameplateW, receivedAtMs: event.receivedAtMs };
    const folded = meterValues(next, p.readings, limits);
    effects.push(...folded.effects);
    next = folded.transaction;
  }
  return next;
}

/** The register that a 1.6 start or stop carries beside its samples. */
function withRegister(
  t: Transaction,
  event: TransactionEvent,
  atMs: number,
  fold: { readonly rules: Rules; readonly effects: AnomalyEffect[] },
): Transaction {
  const { registerMilliWh } = event.payload;
  if (registerMilliWh === null) return t;
  const limits = { nameplateW: fold.rules.nameplateW, receivedAtMs: event.receivedAtMs };
  const folded = registerStep(t, { value: registerMilliWh, atMs }, limits);
  fold.effects.push(...folded.effects);
  return folded.transaction;
}

/** Stores a transaction among the open or the recently closed ones. */
export function put(state: StationState, t: Transaction, keep = Infinity): StationState {
  const id = t.transactionId;
  if (t.state === 'open') {
    return { ...state, open: mapWith(state.open, id, t), recent: mapWithout(state.recent, id) };
  }
  const recent = new Map(state.recent);
  if (!recent.has(id))
    while (recent.size >= keep && recent.size > 0) recent.delete(recent.keys().next().value as string);
  recent.set(id, t);
  return { ...state, open: mapWithout(state.open, id), recent };
}

/** Takes a closed transaction off its evse. */
function leave(state: StationState, t: Transaction): StationState {
  const evse = t.evseId === null ? undefined : state.evses.get(t.evseId);
  if (evse?.transactionId !== t.transactionId) return state;
  return withEvse(state, evse.evseId, () => ({ transactionId: null, powerW: null, powerAtMs: null }));
}

/** A transaction that never ended: it ends at its last register. */
export function giveUp(state: StationState, t: Transaction, rules: Rules, reason: string): Folded {
  const lost: Transaction = {
    ...t,
    state: 'lost',
    endedAtMs: t.lastRegisterAtMs ?? t.startedAtMs,
    endRegisterMilliWh: t.lastRegisterMilliWh,
    revision: t.revision + 1,
  };
  return {
    state: leave(put(state, lost, rules.recentTransactions), lost),
    effects: [
      anomaly('transactionLost', reason, t.transactionId),
      { type: 'transaction', change: 'lost', transaction: lost },
    ],
    transactions: [lost],
  };
}

/** An evse has one transaction at a time: an older open one never said its end. */
function takeEvse(state: StationState, t: Transaction, rules: Rules): Folded {
  if (t.evseId === null) return { state, effects: nothing, transactions: nothing };
  const other = state.open.get(state.evses.get(t.evseId)?.transactionId ?? '');
  let next: Folded = { state, effects: nothing, transactions: nothing };
  if (other !== undefined && other.transactionId !== t.transactionId) {
    // One that began later already stands there: this one comes late from a queue and will bring its end.
    if ((other.startedAtMs ?? 0) > (t.startedAtMs ?? Infinity)) return next;
    next = giveUp(state, other, rules, `transaction ${t.transactionId} began on evse ${t.evseId}`);
  }
  if (next.state.evses.get(t.evseId)?.transactionId === t.transactionId) return next;
  const taken = withEvse(next.state, t.evseId, () => ({ transactionId: t.transactionId }));
  return { ...next, state: taken };
}

/** Shows what runs on the evse: power as last measured. */
function showPower(state: StationState, t: Transaction, event: TransactionEvent): StationState {
  if (t.evseId === null || event.payload.readings.length === 0) return state;
  const power = latestPower(event.payload.readings, event.receivedAtMs);
  if (power === null) return state;
  const { powerW, atMs } = power;
  const shown = state.evses.get(t.evseId);
  if (shown?.transactionId !== t.transactionId || (shown.powerAtMs ?? 0) > atMs) return state;
  return withEvse(state, t.evseId, () => ({ powerW, powerAtMs: atMs }));
}

function started(t: Transaction, event: TransactionEvent, state: StationState, fold: FoldArgs): Transaction {
  const believed = believedTime(state, event, fold.rules);
  const quality: readonly Quality[] = believed.isStation ? t.quality : withQuality(t.quality, 'clock');
  const isSaid = event.payload.registerMilliWh !== null;
  let next: Transaction = {
    ...t,
    quality: withoutQuality(quality, 'startMissing'),
    startedAtMs: believed.atMs,
    isStartKnown: t.isStartKnown || isSaid,
    startKey: event.payload.seqNo === null ? startKeyOf(event as NewEvent<'transactionStarted'>) : null,
  };
  next = withRegister(next, event, believed.atMs, fold);
  next = absorb(next, event, fold.rules, fold.effects);
  const hasRegister = isSaid || next.firstRegisterAtMs !== t.firstRegisterAtMs;
  if (!hasRegister) return next;
  return {
    ...next,
    isStartKnown: true,
    energyMilliWh: next.lastRegisterMilliWh === null ? null : (next.energyMilliWh ?? 0),
    quality: withoutQuality(next.quality, 'startEstimated'),
  };
}

function ended(t: Transaction, event: TransactionEvent, state: StationState, fold: FoldArgs): Transaction {
  const believed = believedTime(state, event, fold.rules);
  const p = event.payload;
  const isCorrection = t.state === 'lost';
  const isOrphan = t.startedAtMs === null && p.seqNo === null;
  let next = absorb({ ...t, state: 'open' }, event, fold.rules, fold.effects);
  next = withRegister(next, event, believed.atMs, fold);
  let { quality } = next;
  if (!believed.isStation) quality = withQuality(quality, 'clock');
  if (t.startedAtMs === null) quality = withQuality(quality, 'startMissing');
  if (isCorrection) quality = withQuality(quality, 'corrected');
  return {
    ...next,
    quality,
    state: isOrphan ? 'orphan' : 'ended',
    endedAtMs: believed.atMs,
    endRegisterMilliWh: next.lastRegisterMilliWh,
    stoppedReason: p.stoppedReason,
    chargingState: 'Idle',
    endKey: p.seqNo === null ? endKeyOf(event as NewEvent<'transactionEnded'>) : null,
  };
}

interface FoldArgs {
  readonly rules: Rules;
  readonly effects: AnomalyEffect[];
}

/** Sequence numbers missing between the first and the last of an ended transaction; filled gaps are forgiven. */
function judgeGap(t: Transaction, effects: AnomalyEffect[]): Transaction {
  if (t.state === 'open' || t.state === 'lost') return t;
  if (!hasGap(t.seqSeen)) return { ...t, quality: withoutQuality(t.quality, 'sequenceGap') };
  if (!t.quality.includes('sequenceGap')) {
    effects.push(anomaly('sequenceGap', 'messages are missing between start and end', t.transactionId));
  }
  return { ...t, quality: withQuality(t.quality, 'sequenceGap') };
}

/** Folds a start, an update or an end, in whatever order and however often they come. */
export function transactionChanged(
  state: StationState,
  event: TransactionEvent,
  rules: Rules,
  history: History,
): Folded {
  const id = event.payload.transactionId;
  const known = state.open.get(id) ?? state.recent.get(id) ?? history(id);
  const before = known ?? newTransaction(state.stationId, id);
  if (known !== null) {
    const kind = repeat(known, event);
    if (kind === 'same') return { state, effects: nothing, transactions: nothing };
    if (kind === 'other') return refused(state, known, event);
  }
  const fold: FoldArgs = { rules, effects: [] };
  let t: Transaction;
  if (event.kind === 'transactionStarted') t = started(before, event, state, fold);
  else if (event.kind === 'transactionEnded') t = ended(before, event, state, fold);
  else t = { ...absorb(before, event, rules, fold.effects) };
  t = judgeGap(t, fold.effects);
  const linked = event.kind === 'transactionEnded' ? null : linkRemoteStart(state, t, rules);
  if (linked !== null) t = { ...t, commandId: linked.commandId, remoteStartId: linked.remoteStartId };
  const change = changeOf(event.kind, before, t);
  const taken = t.state === 'open' ? takeEvse(state, t, rules) : { state, effects: nothing, transactions: nothing };
  let next = put(
    linked === null ? taken.state : { ...taken.state, remoteStarts: linked.rest },
    t,
    rules.recentTransactions,
  );
  next = t.state === 'open' ? showPower(next, t, event) : leave(next, t);
  const effects: Effect[] = [...taken.effects, ...fold.effects, { type: 'transaction', change, transaction: t }];
  if (linked !== null) {
    effects.push({ type: 'remoteStartLinked', commandId: linked.commandId, transactionId: id });
  }
  return { state: next, effects, transactions: [...taken.transactions, t] };
}

type Change = 'started' | 'updated' | 'ended' | 'corrected';

function changeOf(kind: Kind, before: Transaction, after: Transaction): Change {
  if (before.state === 'lost' || (before.state !== 'open' && kind !== 'transactionEnded')) return 'corrected';
  if (after.state !== 'open') return 'ended';
  return kind === 'transactionStarted' ? 'started' : 'updated';
}

/** Which remote start led here: by its number (2.x), or by evse, token and time (1.6). */
function linkRemoteStart(
  state: StationState,
  t: Transaction,
  rules: Rules,
): { commandId: string; remoteStartId: number | null; rest: StationState['remoteStarts'] } | null {
  if (t.commandId !== null || state.remoteStarts.length === 0) return null;
  const tag = t.idToken?.idToken.toLowerCase() ?? null;
  const found = state.remoteStarts.find((r) => {
    if (t.remoteStartId !== null) return r.remoteStartId === t.remoteStartId;
    const isNear = t.startedAtMs !== null && Math.abs(t.startedAtMs - r.atMs) <= rules.remoteStartWindowMs;
    const isSameToken = tag !== null && r.idToken?.idToken.toLowerCase() === tag;
    return isNear && isSameToken && t.seqSeen.length === 0 && (r.evseId === null || r.evseId === t.evseId);
  });
  if (found === undefined) return null;
  return {
    commandId: found.commandId,
    remoteStartId: t.remoteStartId ?? found.remoteStartId,
    rest: state.remoteStarts.filter((r) => r !== found),
  };
}

/** Meter values outside transaction messages: of a transaction when they name it, else of the station. */
export function metered(state: StationState, event: NewEvent<'metered'>, rules: Rules): Folded {
  const { transactionId, readings } = event.payload;
  const t = transactionId === null ? undefined : (state.open.get(transactionId) ?? state.recent.get(transactionId));
  const evseId = event.evseId ?? t?.evseId ?? null;
  const shown = evseId === null ? state : shownPower(state, evseId, event);
  if (t === undefined) {
    const effects =
      transactionId === null || transactionId === '0'
        ? nothing
        : [anomaly('unknownTransaction', `meter values for transaction ${transactionId}`, transactionId)];
    return { state: shown, effects, transactions: nothing };
  }
  if (t.state === 'ended' || t.state === 'orphan') return { state: shown, effects: nothing, transactions: nothing };
  const folded = meterValues(t, readings, { nameplateW: rules.nameplateW, receivedAtMs: event.receivedAtMs });
  let next = folded.transaction;
  if (next === t && t.evseId !== null) return { state: shown, effects: nothing, transactions: nothing };
  next = { ...next, evseId: next.evseId ?? event.evseId, revision: t.revision + 1 };
  if (next.state === 'lost') {
    next = { ...next, endRegisterMilliWh: next.lastRegisterMilliWh, endedAtMs: next.lastRegisterAtMs };
  }
  return {
    state: put(shown, next, rules.recentTransactions),
    effects: [...folded.effects, { type: 'transaction', change: 'updated', transaction: next }],
    transactions: [next],
  };
}

function shownPower(state: StationState, evseId: number, event: NewEvent<'metered'>): StationState {
  const power = latestPower(event.payload.readings, event.receivedAtMs);
  const evse = state.evses.get(evseId);
  if (power === null || evse === undefined || evse.transactionId === null || (evse.powerAtMs ?? 0) > power.atMs)
    return state;
  return withEvse(state, evseId, () => ({ powerW: power.powerW, powerAtMs: power.atMs }));
}
