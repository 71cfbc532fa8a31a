import type { NewEvent } from '@qipan/base';
import { anomaly, type AnomalyEffect } from './effects.js';
import { endKeyOf, fingerprintOf, startKeyOf } from './fingerprint.js';
import { changeEvse, putEvse, putTransaction, type Draft, type Fold } from './fold.js';
import { foldReadings, foldRegister, latestPower } from './meter-values.js';
import { earliestClockMs, type Rules } from './rules.js';
import { addSeq, hasGap, hasSeq } from './seq-set.js';
import type { PendingRemoteStart, StationState } from './station.js';
import { newTransaction, withoutQuality, withQuality, type Transaction } from './transaction.js';

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

function refuse(fold: Fold, t: Transaction, event: TransactionEvent): void {
  const { seqNo } = event.payload;
  const isStop = event.kind === 'transactionEnded' && seqNo === null;
  const isStart = event.kind === 'transactionStarted' && seqNo === null;
  const code = isStop ? 'conflictingStop' : isStart ? 'conflictingStart' : 'conflictingEvent';
  const said = seqNo === null ? event.kind : `sequence number ${seqNo}`;
  fold.effects.push(anomaly(code, `${said} came again with other content`, t.transactionId));
  putTransaction(fold, { ...t, quality: withQuality(t.quality, isStop ? 'conflictingStop' : 'conflictingEvent') });
}

/** What every message of a transaction may bring, whatever its kind. */
function absorb(t: Draft<Transaction>, event: TransactionEvent, fold: TransactionFold): void {
  const p = event.payload;
  const isOffline = p.offline === true;
  t.evseId ??= event.evseId;
  t.connectorId ??= event.connectorId;
  // The token that started it stays; one that comes late fills the gap (plug first, card after).
  t.idToken ??= p.idToken;
  t.remoteStartId ??= p.remoteStartId;
  t.reservationId ??= p.reservationId;
  if (!isOffline && p.chargingState !== null) t.chargingState = p.chargingState;
  if (isOffline) t.quality = withQuality(t.quality, 'offline');
  t.revision++;
  if (p.seqNo !== null) {
    t.seqSeen = addSeq(t.seqSeen, p.seqNo);
    const kept = t.fingerprints.length < 2 * rememberedFingerprints ? t.fingerprints : t.fingerprints.slice(2);
    t.fingerprints = [...kept, p.seqNo, fingerprintOf(event)];
  }
  if (p.readings.length > 0) {
    const limits = { nameplateW: fold.rules.nameplateW, receivedAtMs: event.receivedAtMs };
    foldReadings(t, p.readings, limits, fold.found);
  }
}

/** A fold with the anomalies of its transaction, which come before the change itself in the effects. */
interface TransactionFold extends Fold {
  readonly found: AnomalyEffect[];
}

/** The register that a 1.6 start or stop carries beside its samples. */
function absorbRegister(t: Draft<Transaction>, event: TransactionEvent, atMs: number, fold: TransactionFold): void {
  const { registerMilliWh } = event.payload;
  if (registerMilliWh === null) return;
  const limits = { nameplateW: fold.rules.nameplateW, receivedAtMs: event.receivedAtMs };
  foldRegister(t, { value: registerMilliWh, atMs }, limits, fold.found);
}

/** Takes a closed transaction off its evse. */
function leaveEvse(fold: Fold, t: Transaction): void {
  const evse = t.evseId === null ? undefined : fold.state.evses.get(t.evseId);
  if (evse?.transactionId !== t.transactionId) return;
  changeEvse(fold, evse.evseId, { transactionId: null, powerW: null, powerAtMs: null });
}

/** A transaction that never ended: it ends at its last register. */
export function giveUp(fold: Fold, t: Transaction): void {
  const lost: Transaction = {
    ...t,
    state: 'lost',
    endedAtMs: t.lastRegisterAtMs ?? t.startedAtMs,
    endRegisterMilliWh: t.lastRegisterMilliWh,
    revision: t.revision + 1,
  };
  putTransaction(fold, lost);
  leaveEvse(fold, lost);
  fold.effects.push({ type: 'transaction', change: 'lost', transaction: lost });
}

/** An evse has one transaction at a time: an older open one never said its end. */
function takeEvse(fold: Fold, t: Transaction): void {
  if (t.evseId === null) return;
  const holder = fold.state.evses.get(t.evseId)?.transactionId ?? null;
  if (holder === t.transactionId) return;
  const other = holder === null ? undefined : fold.state.open.get(holder);
  if (other !== undefined) {
    // One that began later already stands there: this one comes late from a queue and will bring its end.
    if ((other.startedAtMs ?? 0) > (t.startedAtMs ?? Infinity)) return;
    const detail = `transaction ${t.transactionId} began on evse ${t.evseId}`;
    fold.effects.push(anomaly('transactionLost', detail, other.transactionId));
    giveUp(fold, other);
  }
  changeEvse(fold, t.evseId, { transactionId: t.transactionId });
}

/** Shows what the transaction of an evse was last measured to draw. */
function showPower(fold: Fold, evseId: number | null, event: TransactionEvent | NewEvent<'metered'>): void {
  const evse = evseId === null ? undefined : fold.state.evses.get(evseId);
  if (evse === undefined || evse.transactionId === null || event.payload.readings.length === 0) return;
  const power = latestPower(event.payload.readings, event.receivedAtMs);
  if (power === null) return;
  // A time in the future is a wrong one: it must not stand before everything that is measured from now on.
  const knownMs = evse.powerAtMs ?? 0;
  if (knownMs > power.atMs && knownMs <= event.receivedAtMs) return;
  const { evseId: id, connectors, transactionId } = evse;
  putEvse(fold, { evseId: id, connectors, transactionId, powerW: power.powerW, powerAtMs: power.atMs });
}

function started(t: Draft<Transaction>, event: TransactionEvent, fold: TransactionFold): void {
  const believed = believedTime(fold.state, event, fold.rules);
  const isSaid = event.payload.registerMilliWh !== null;
  const { firstRegisterAtMs } = t;
  if (!believed.isStation) t.quality = withQuality(t.quality, 'clock');
  t.quality = withoutQuality(t.quality, 'startMissing');
  t.startedAtMs = believed.atMs;
  t.isStartKnown ||= isSaid;
  if (event.payload.seqNo === null) t.startKey = startKeyOf(event as NewEvent<'transactionStarted'>);
  absorbRegister(t, event, believed.atMs, fold);
  absorb(t, event, fold);
  if (!isSaid && t.firstRegisterAtMs === firstRegisterAtMs) return;
  t.isStartKnown = true;
  if (t.lastRegisterMilliWh !== null) t.energyMilliWh ??= 0;
  t.quality = withoutQuality(t.quality, 'startEstimated');
}

function ended(t: Draft<Transaction>, event: TransactionEvent, fold: TransactionFold): void {
  const believed = believedTime(fold.state, event, fold.rules);
  const { seqNo, stoppedReason } = event.payload;
  const isCorrection = t.state === 'lost';
  const isStartMissing = t.startedAtMs === null;
  absorb(t, event, fold);
  absorbRegister(t, event, believed.atMs, fold);
  if (!believed.isStation) t.quality = withQuality(t.quality, 'clock');
  if (isStartMissing) t.quality = withQuality(t.quality, 'startMissing');
  if (isCorrection) t.quality = withQuality(t.quality, 'corrected');
  t.state = isStartMissing && seqNo === null ? 'orphan' : 'ended';
  t.endedAtMs = believed.atMs;
  t.endRegisterMilliWh = t.lastRegisterMilliWh;
  t.stoppedReason = stoppedReason;
  t.chargingState = 'Idle';
  if (seqNo === null) t.endKey = endKeyOf(event as NewEvent<'transactionEnded'>);
}

/** Sequence numbers missing between the first and the last of an ended transaction; filled gaps are forgiven. */
function judgeGap(t: Draft<Transaction>, found: AnomalyEffect[]): void {
  if (t.state === 'open' || t.state === 'lost') return;
  if (!hasGap(t.seqSeen)) {
    t.quality = withoutQuality(t.quality, 'sequenceGap');
    return;
  }
  if (t.quality.includes('sequenceGap')) return;
  found.push(anomaly('sequenceGap', 'messages are missing between start and end', t.transactionId));
  t.quality = withQuality(t.quality, 'sequenceGap');
}

/** Folds a start, an update or an end, in whatever order and however often they come. */
export function transactionChanged(fold: Fold, event: TransactionEvent, history: History): void {
  const { state } = fold;
  const id = event.payload.transactionId;
  const known = state.open.get(id) ?? state.recent.get(id) ?? history(id);
  if (known !== null) {
    const kind = repeat(known, event);
    if (kind === 'same') return;
    if (kind === 'other') return refuse(fold, known, event);
  }
  const before = known ?? newTransaction(state.stationId, id);
  const t: Draft<Transaction> = { ...before };
  const { rules, effects, transactions } = fold;
  const inner: TransactionFold = { state, rules, effects, transactions, found: [] };
  if (event.kind === 'transactionStarted') started(t, event, inner);
  else if (event.kind === 'transactionEnded') ended(t, event, inner);
  else absorb(t, event, inner);
  judgeGap(t, inner.found);
  const link = event.kind === 'transactionEnded' ? undefined : remoteStartOf(fold, t);
  if (link !== undefined) {
    t.commandId = link.commandId;
    t.remoteStartId ??= link.remoteStartId;
    state.remoteStarts = state.remoteStarts.filter((r) => r !== link);
  }
  if (t.state === 'open') takeEvse(fold, t);
  putTransaction(fold, t);
  if (t.state === 'open') {
    if (state.evses.get(t.evseId ?? -1)?.transactionId === id) showPower(fold, t.evseId, event);
  } else {
    leaveEvse(fold, t);
  }
  const change = changeOf(event.kind, before, t);
  fold.effects.push(...inner.found, { type: 'transaction', change, transaction: t });
  if (link !== undefined) {
    fold.effects.push({ type: 'remoteStartLinked', commandId: link.commandId, transactionId: id });
  }
}

type Change = 'started' | 'updated' | 'ended' | 'corrected';

function changeOf(kind: Kind, before: Transaction, after: Transaction): Change {
  if (before.state === 'lost' || (before.state !== 'open' && kind !== 'transactionEnded')) return 'corrected';
  if (after.state !== 'open') return 'ended';
  return kind === 'transactionStarted' ? 'started' : 'updated';
}

/** Which remote start led here: by its number (2.x), or by evse, token and time (1.6). */
function remoteStartOf(fold: Fold, t: Transaction): PendingRemoteStart | undefined {
  const { state, rules } = fold;
  if (t.commandId !== null || state.remoteStarts.length === 0) return undefined;
  const tag = t.idToken?.idToken.toLowerCase() ?? null;
  return state.remoteStarts.find((r) => {
    if (t.remoteStartId !== null) return r.remoteStartId === t.remoteStartId;
    const isNear = t.startedAtMs !== null && Math.abs(t.startedAtMs - r.atMs) <= rules.remoteStartWindowMs;
    const isSameToken = tag !== null && r.idToken?.idToken.toLowerCase() === tag;
    return isNear && isSameToken && t.seqSeen.length === 0 && (r.evseId === null || r.evseId === t.evseId);
  });
}

/** Meter values outside transaction messages: of a transaction when they name it, else of the station. */
export function metered(fold: Fold, event: NewEvent<'metered'>): void {
  const { state, rules } = fold;
  const { transactionId, readings } = event.payload;
  const known = transactionId === null ? undefined : (state.open.get(transactionId) ?? state.recent.get(transactionId));
  showPower(fold, event.evseId ?? known?.evseId ?? null, event);
  if (known === undefined) {
    if (transactionId === null || transactionId === '0') return;
    fold.effects.push(anomaly('unknownTransaction', `meter values for transaction ${transactionId}`, transactionId));
    return;
  }
  if (known.state === 'ended' || known.state === 'orphan') return;
  const t: Draft<Transaction> = { ...known };
  const found: AnomalyEffect[] = [];
  const limits = { nameplateW: rules.nameplateW, receivedAtMs: event.receivedAtMs };
  if (!foldReadings(t, readings, limits, found) && t.evseId !== null) return;
  t.evseId ??= event.evseId;
  t.revision++;
  if (t.state === 'lost') {
    t.endRegisterMilliWh = t.lastRegisterMilliWh;
    t.endedAtMs = t.lastRegisterAtMs;
  }
  putTransaction(fold, t);
  fold.effects.push(...found, { type: 'transaction', change: 'updated', transaction: t });
}
