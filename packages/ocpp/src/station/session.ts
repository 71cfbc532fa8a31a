import { coarseStatus, isOnline, type EndReason, type Station, type VisitFailure } from './context.js';
import { activeFault } from './faults.js';
import { advance, fullAtMs } from './meter.js';
import { enqueue } from './outbox.js';
import { never, type DetailedStatus, type EvseState } from './state.js';
import type { Visit } from './config.js';
import { dropTransactionProfiles, profileEdgeMs } from './profiles.js';
import { variable } from './variables.js';

/** From the end of a transaction until the plug is out and the bay free. */
const unplugMs = 8_000;
/** A refused or remotely stopped driver goes away this soon. */
const goAwayMs = 60_000;

/** Sets the status and tells it, if it is news to the CSMS. */
export function setStatus(s: Station, evse: EvseState, status: DetailedStatus): void {
  if (evse.status !== status) {
    evse.status = status;
    evse.statusAtMs = s.nowMs;
  }
  tellStatus(s, evse);
}

/** 2.x knows only four words, so a finer change is not news there. */
export function tellStatus(s: Station, evse: EvseState, always = false): void {
  if (!isOnline(s)) return;
  const told = evse.toldStatus;
  const same =
    s.config.version === '1.6' || told === null
      ? told === evse.status
      : coarseStatus(told) === coarseStatus(evse.status);
  if (same && !always) return;
  evse.toldStatus = evse.status;
  enqueue(s, 'status', s.wire.status(s, evse), { evseId: evse.evseId });
}

const fail = (s: Station, evse: EvseState, reason: VisitFailure) =>
  s.effects.push({ type: 'visitFailed', evseId: evse.evseId, reason, atMs: s.nowMs });

/** A car comes. A silent connector notices nothing. */
export function plugIn(s: Station, evse: EvseState, visit: Visit): void {
  if (evse.visit || evse.transaction) return void fail(s, evse, 'occupied');
  if (s.state.power !== 'on' || !evse.operative || evse.status !== 'Available')
    return void fail(s, evse, 'unavailable');
  if (activeFault(s.config.faults, 'silentConnector', s.nowMs, evse.evseId)) return void fail(s, evse, 'silent');
  evse.visit = visit;
  evse.deliveredWh = 0;
  evse.advancedAtMs = s.nowMs;
  evse.leaveAtMs = s.nowMs + visit.stayMs;
  setStatus(s, evse, 'Preparing');
  if (evse.awaiting) {
    const { idToken, idTokenType, remoteStartId } = evse.awaiting;
    evse.awaiting = null;
    begin(s, evse, { idToken, idTokenType, remoteStartId });
  } else evse.presentAtMs = s.nowMs + visit.presentAfterMs;
}

/** The driver shows the token. */
export function present(s: Station, evse: EvseState): void {
  evse.presentAtMs = never;
  if (!evse.visit) return;
  if (!isOnline(s)) return authorized(s, evse, offlineWord(s));
  evse.authorizing = true;
  enqueue(s, 'authorize', s.wire.authorize(evse.visit.idToken, evse.visit.idTokenType), { evseId: evse.evseId });
}

const offlineWord = (s: Station) => (variable(s, 'LocalAuthorizeOffline') === 'true' ? 'Accepted' : 'Invalid');

/** The answer to Authorize, or null when none came: then the rule for a lost link holds. */
export function authorized(s: Station, evse: EvseState, status: string | null): void {
  evse.authorizing = false;
  if (!evse.visit || evse.transaction) return;
  if ((status ?? offlineWord(s)) === 'Accepted') {
    const { idToken, idTokenType } = evse.visit;
    return begin(s, evse, { idToken, idTokenType, remoteStartId: null });
  }
  fail(s, evse, 'notAuthorized');
  evse.leaveAtMs = Math.min(evse.leaveAtMs, s.nowMs + goAwayMs);
}

/** Opens the transaction and lets the current flow. */
export function begin(
  s: Station,
  evse: EvseState,
  by: { readonly idToken: string; readonly idTokenType: string; readonly remoteStartId: number | null },
): void {
  const register = startRegister(s, evse);
  const localId = s.state.nextTransaction++;
  evse.transaction = {
    localId,
    transactionId:
      s.config.version === '1.6' ? null : `${s.state.callPrefix}-${s.config.identity}-${localId}`.slice(-36),
    idToken: by.idToken,
    idTokenType: by.idTokenType,
    startedAtMs: s.nowMs,
    startRegisterWh: register,
    remoteStartId: by.remoteStartId,
    seqNo: 0,
  };
  evse.presentAtMs = never;
  evse.advancedAtMs = s.nowMs;
  evse.sampleAtMs = s.nowMs + sampleEveryMs(s);
  evse.status = 'Charging';
  evse.statusAtMs = s.nowMs;
  enqueue(s, 'transaction', s.wire.started(s, evse, evse.transaction), {
    evseId: evse.evseId,
    localTransaction: localId,
  });
  tellStatus(s, evse);
}

function startRegister(s: Station, evse: EvseState): number {
  return Math.max(0, Math.floor((evse.stuckAtWh ?? evse.registerWh) + evse.reportedOffsetWh));
}

function sampleEveryMs(s: Station): number {
  const seconds = Number(variable(s, 'MeterValueSampleInterval'));
  return seconds > 0 ? seconds * 1000 : never;
}

/** One round of readings of a running transaction. */
export function sample(s: Station, evse: EvseState, context: 'periodic' | 'clock' | 'trigger'): void {
  const tx = evse.transaction;
  if (!tx) return;
  enqueue(s, 'transaction', s.wire.metered(s, evse, tx, context), {
    evseId: evse.evseId,
    localTransaction: tx.localId,
  });
}

/** The car has what it came for and takes no more; it stays plugged in. */
function suspend(s: Station, evse: EvseState): void {
  const tx = evse.transaction;
  if (!tx) return;
  setStatus(s, evse, 'SuspendedEV');
  enqueue(s, 'transaction', s.wire.stateChanged(s, evse, tx), { evseId: evse.evseId, localTransaction: tx.localId });
}

/** Closes the transaction; the car stays where it is until it leaves. */
export function end(s: Station, evse: EvseState, reason: EndReason): void {
  const tx = evse.transaction;
  if (!tx) return;
  advance(s, evse);
  evse.status = 'Finishing';
  evse.statusAtMs = s.nowMs;
  enqueue(s, 'transaction', s.wire.ended(s, evse, tx, reason), { evseId: evse.evseId, localTransaction: tx.localId });
  evse.transaction = null;
  dropTransactionProfiles(s, evse);
  evse.sampleAtMs = never;
  tellStatus(s, evse);
  s.effects.push({ type: 'visitEnded', evseId: evse.evseId, energyWh: evse.deliveredWh, atMs: s.nowMs });
  if (reason !== 'Local' && reason !== 'EVDisconnected') evse.leaveAtMs = Math.min(evse.leaveAtMs, s.nowMs + goAwayMs);
}

/** The driver ends it and pulls the plug; a stuck lock holds the car. */
export function leave(s: Station, evse: EvseState): void {
  if (!evse.visit) return;
  evse.leaveAtMs = never;
  evse.presentAtMs = never;
  if (evse.transaction)
    end(s, evse, evse.visit.endsBy === 'token' && evse.visit.idToken !== '' ? 'Local' : 'EVDisconnected');
  evse.unplugAtMs = s.nowMs + unplugMs;
}

function unplug(s: Station, evse: EvseState): void {
  const stuck = activeFault(s.config.faults, 'stuckLock', s.nowMs, evse.evseId);
  if (stuck) {
    evse.unplugAtMs = stuck.toMs;
    return;
  }
  evse.unplugAtMs = never;
  evse.visit = null;
  evse.authorizing = false;
  setStatus(s, evse, evse.operative ? 'Available' : 'Unavailable');
}

/**
 * All that is due on the evses by now, in the order in which it came due. Energy flows on all of them up to each instant: what one
 * begins or ends changes what a shared limit leaves to the others.
 */
export function runEvses(s: Station): void {
  const target = s.nowMs;
  const { evses } = s.state;
  s.nowMs = evses.reduce((a, e) => Math.min(a, e.advancedAtMs), target);
  for (;;) {
    const dueMs = evses.map((evse) => evseDueMs(s, evse));
    const nextMs = Math.min(...dueMs, profileEdgeMs(s));
    if (nextMs > target) break;
    // A driver that wakes the station late must not move what was due earlier.
    s.nowMs = Math.max(nextMs, s.nowMs);
    for (const evse of evses) advance(s, evse);
    const due = evses.find((_, k) => (dueMs[k] as number) <= s.nowMs);
    if (due) runOne(s, due);
  }
  s.nowMs = target;
  for (const evse of evses) advance(s, evse);
}

function runOne(s: Station, evse: EvseState): void {
  const now = s.nowMs;
  if (evse.awaiting && evse.awaiting.untilMs <= now) {
    evse.awaiting = null;
    if (!evse.visit && evse.status === 'Preparing') setStatus(s, evse, 'Available');
  } else if (evse.presentAtMs <= now) present(s, evse);
  else if (evse.sampleAtMs <= now) {
    evse.sampleAtMs = now + sampleEveryMs(s);
    sample(s, evse, 'periodic');
  } else if (evse.leaveAtMs <= now) leave(s, evse);
  else if (evse.unplugAtMs <= now) unplug(s, evse);
  else if (fullAtMs(s, evse) <= now) suspend(s, evse);
}

/** When this evse next has something to do. */
export function evseDueMs(s: Station, evse: EvseState): number {
  return Math.min(
    evse.awaiting?.untilMs ?? never,
    evse.presentAtMs,
    evse.sampleAtMs,
    evse.leaveAtMs,
    evse.unplugAtMs,
    fullAtMs(s, evse),
  );
}
