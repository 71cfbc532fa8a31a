import type { CommandOutcome, Station } from './context.js';
import { activeFault } from './faults.js';
import { enqueue } from './outbox.js';
import { clearProfiles, keepProfile, readProfile, type ClearedProfiles } from './profiles.js';
import { begin, end, setStatus, tellStatus } from './session.js';
import { never, type EvseState } from './state.js';
import { variable } from './variables.js';

/** What commands of every version come to. Each gives the outcome and, apart, what is done after the answer has gone. */

export const evseOf = (s: Station, id: unknown): EvseState | null => s.state.evses.find((e) => e.evseId === id) ?? null;

export interface RemoteStart {
  readonly idToken: string;
  readonly idTokenType: string;
  readonly remoteStartId: number | null;
}

/** The evse a remote start goes to: the named one, or the first that is free; null when it cannot be. */
export function startable(s: Station, evseId: unknown): EvseState | null {
  const fits = (e: EvseState) =>
    e.operative &&
    e.transaction === null &&
    e.awaiting === null &&
    (e.status === 'Available' || e.status === 'Preparing');
  if (evseId !== undefined && evseId !== null) {
    const named = evseOf(s, evseId);
    return named && fits(named) ? named : null;
  }
  return s.state.evses.find(fits) ?? null;
}

/** With a car plugged in the transaction begins; without one the connector waits for the plug. */
export function remoteStart(s: Station, evse: EvseState, by: RemoteStart): void {
  if (evse.visit) {
    if (!evse.transaction) begin(s, evse, by);
    return;
  }
  const untilMs = s.nowMs + Number(variable(s, 'ConnectionTimeOut')) * 1000;
  evse.awaiting = { ...by, untilMs };
  s.effects.push({ type: 'awaitingPlug', evseId: evse.evseId, untilMs });
}

export function remoteStop(s: Station, evse: EvseState): void {
  end(s, evse, 'Remote');
}

/** Stops what runs, then goes through a reboot; queued transaction messages survive it. */
export function reset(s: Station, how: 'HardReset' | 'SoftReset'): void {
  for (const evse of s.state.evses) end(s, evse, how);
  s.state.resetAtMs = s.nowMs + 1000;
  s.state.resetWhenIdle = false;
}

/** `evse` null means the whole station. A running transaction is not cut off: the change then waits. */
export function changeAvailability(s: Station, evse: EvseState | null): 'Accepted' | 'Scheduled' {
  const concerned = evse ? [evse] : s.state.evses;
  return concerned.some((e) => e.transaction !== null) ? 'Scheduled' : 'Accepted';
}

export function applyAvailability(s: Station, evse: EvseState | null, operative: boolean): void {
  for (const e of evse ? [evse] : s.state.evses) {
    e.operative = operative;
    if (!e.visit && e.status !== 'Faulted') setStatus(s, e, operative ? 'Available' : 'Unavailable');
  }
}

/** Opens the connector: a running transaction ends, a car that stands there is let go. */
export function unlock(s: Station, evse: EvseState): void {
  if (evse.transaction) end(s, evse, 'UnlockCommand');
  if (evse.visit) {
    evse.leaveAtMs = never;
    evse.unplugAtMs = s.nowMs;
  }
}

export function triggerBoot(s: Station): void {
  enqueue(s, 'boot', s.wire.boot(s));
}

export function triggerStatus(s: Station, evse: EvseState | null): void {
  for (const e of evse ? [evse] : s.state.evses) tellStatus(s, e, true);
}

export function triggerHeartbeat(s: Station): void {
  enqueue(s, 'heartbeat', { action: 'Heartbeat', payload: {} });
}

/** Readings asked for: within the transaction where one runs, else those of the idle outlet. */
export function triggerMeter(s: Station, evse: EvseState | null): void {
  for (const e of evse ? [evse] : s.state.evses) {
    const tx = e.transaction;
    if (tx)
      enqueue(s, 'transaction', s.wire.metered(s, e, tx, 'trigger'), {
        evseId: e.evseId,
        localTransaction: tx.localId,
      });
    else enqueue(s, 'report', s.wire.metered(s, e, null, 'trigger'), { evseId: e.evseId });
  }
}

export const isLockStuck = (s: Station, evse: EvseState): boolean =>
  activeFault(s.config.faults, 'stuckLock', s.nowMs, evse.evseId) !== null;

/** Keeps a charging profile and obeys it from now on. */
export function setProfile(s: Station, evseId: unknown, wire: unknown): CommandOutcome {
  const isPlace = evseId === 0 || evseOf(s, evseId) !== null;
  const profile = isPlace ? readProfile(s, evseId as number, wire) : null;
  if (!profile) return { answer: { status: 'Rejected' } };
  return { answer: { status: 'Accepted' }, afterwards: () => keepProfile(s, profile) };
}

export function forgetProfiles(s: Station, which: ClearedProfiles): CommandOutcome {
  return { answer: { status: clearProfiles(s, which) ? 'Accepted' : 'Unknown' } };
}
