import type { Random } from '@qipan/base';
import type { StationConfig } from './config.js';
import { isOnline, type Station, type StationEffect, type StationInput } from './context.js';
import { faultEffects, runFaults } from './fault-effects.js';
import { nextFaultEdge } from './faults.js';
import { advance, powerNow } from './meter.js';
import { dropPassing, enqueue, flush, postpone, takeAnswered, transmit } from './outbox.js';
import { evseLimitW, profileEdgeMs } from './profiles.js';
import * as session from './session.js';
import { initialState, never, type EvseState, type OutCall, type StationState } from './state.js';
import { nextAlignedMs, variable } from './variables.js';
import { wire16 } from './wire-16.js';
import { wire20 } from './wire-20.js';

/** Unanswered CALLs in a row after which the link is taken for dead. */
const timeoutsForDeadLink = 2;
/** The wait before a reconnection doubles this many times at most. */
const longestBackoff = 5;

/**
 * A charging station as the CSMS sees it, OCPP 1.6, 2.0.1 or 2.1: boots, beats, tells its status, charges, queues what it cannot
 * send, obeys commands, and misbehaves where a fault is injected. It owns its memory; time and chance are handed in, and what it
 * wants done comes back as effects.
 */
export class StationMachine {
  readonly config: StationConfig;
  private readonly s: Station;

  /** `state` is what an earlier machine of the same station gave by `snapshot()`. */
  constructor(config: StationConfig, random: Random, nowMs: number, state?: StationState) {
    this.config = config;
    this.s = {
      config,
      state: state ?? initialState(config, nowMs),
      wire: config.version === '1.6' ? wire16 : wire20,
      random,
      nowMs,
      effects: [],
    };
    if (state) this.wakeAgain(nowMs);
  }

  /** The power was off since the memory was written: what ran then ended then, and the cars are gone. */
  private wakeAgain(nowMs: number): void {
    const { s } = this;
    dropPassing(s);
    s.state.link = 'down';
    for (const evse of s.state.evses) {
      s.nowMs = evse.advancedAtMs;
      session.end(s, evse, 'PowerLoss');
      Object.assign(evse, { visit: null, leaveAtMs: never, unplugAtMs: never, presentAtMs: never, sampleAtMs: never });
      evse.status = evse.operative ? 'Available' : 'Unavailable';
      evse.advancedAtMs = nowMs;
    }
    s.nowMs = nowMs;
    powerUp(s, 'PowerUp', nowMs);
  }

  /** Tells the station what happened at `nowMs` (≥ every instant before); gives what it wants done, in order. */
  step(input: StationInput, nowMs: number): readonly StationEffect[] {
    const { s } = this;
    s.nowMs = nowMs;
    s.effects = [];
    faultEffects(s);
    session.runEvses(s);
    take(s, input);
    runTimers(s);
    flush(s);
    return s.effects;
  }

  /** The instant at which `step({type: 'wake'})` is due next, on the same clock as `nowMs`. */
  get nextWakeMs(): number {
    const { s } = this;
    const { state } = s;
    let next = Math.min(nextFaultEdge(s.config.faults, s.nowMs), state.faultTickMs, state.resetAtMs, profileEdgeMs(s));
    for (const evse of state.evses) next = Math.min(next, session.evseDueMs(s, evse));
    if (state.power === 'booting') return Math.min(next, state.bootAtMs);
    if (state.link === 'down') return Math.min(next, state.connectAtMs);
    if (state.link !== 'open') return next;
    next = Math.min(next, state.heartbeatAtMs, state.alignedAtMs, state.inFlight?.deadlineMs ?? never);
    if (state.inFlight === null) {
      const boot = state.passing.find((c) => c.kind === 'boot');
      next = Math.min(
        next,
        boot?.notBeforeMs ?? never,
        isOnline(s) ? (state.transactional[0]?.notBeforeMs ?? never) : never,
      );
    }
    return next;
  }

  /** What an evse does at this instant, for whoever plays the drivers. */
  evse(evseId: number): Readonly<EvseState> | undefined {
    return this.s.state.evses.find((e) => e.evseId === evseId);
  }

  /** Power that each evse draws at the instant of the last step, W, and what its profiles allow it (null = anything). */
  power(): readonly { readonly evseId: number; readonly powerW: number; readonly limitW: number | null }[] {
    const { s } = this;
    return s.state.evses.map((e) => {
      const limitW = evseLimitW(s, e, s.nowMs);
      return { evseId: e.evseId, powerW: powerNow(s, e), limitW: Number.isFinite(limitW) ? limitW : null };
    });
  }

  get state(): Readonly<StationState> {
    return this.s.state;
  }

  /** The station's memory as a plain value of its own. */
  snapshot(): StationState {
    return structuredClone(this.s.state);
  }
}

function take(s: Station, input: StationInput): void {
  const { state } = s;
  switch (input.type) {
    case 'wake':
      return;
    case 'opened':
      return opened(s);
    case 'closed':
      return closed(s);
    case 'frame':
      return frame(s, input.text);
    case 'plugIn':
      return session.plugIn(s, evseOf(s, input.evseId), input.visit);
    case 'leave':
      return session.leave(s, evseOf(s, input.evseId));
    case 'faulted': {
      const evse = evseOf(s, input.evseId);
      if (input.on) session.end(s, evse, 'PowerLoss');
      return session.setStatus(s, evse, input.on ? 'Faulted' : state.power === 'on' ? 'Available' : 'Unavailable');
    }
  }
}

function evseOf(s: Station, evseId: number): EvseState {
  const evse = s.state.evses.find((e) => e.evseId === evseId);
  if (!evse) throw new Error(`station ${s.config.identity} has no evse ${evseId}`);
  return evse;
}

/** Off and on again: what was not written down is forgotten, and the CSMS is greeted anew. */
export function powerUp(s: Station, reason: string, atMs: number): void {
  const { state } = s;
  dropPassing(s);
  Object.assign(state, {
    power: 'booting',
    link: 'down',
    registration: 'none',
    bootReason: reason,
    bootAtMs: atMs,
    heartbeatAtMs: never,
    alignedAtMs: never,
    resetAtMs: never,
    timeouts: 0,
    connectTries: 0,
    callPrefix: Math.floor(s.nowMs).toString(36),
  });
  for (const evse of state.evses) {
    evse.toldStatus = null;
    evse.authorizing = false;
    evse.awaiting = null;
  }
}

function runTimers(s: Station): void {
  const { state } = s;
  runFaults(s, powerUp);
  if (state.resetWhenIdle && state.evses.every((e) => !e.transaction))
    state.resetAtMs = Math.min(state.resetAtMs, s.nowMs);
  if (state.resetAtMs <= s.nowMs) {
    state.resetWhenIdle = false;
    if (state.link !== 'down') s.effects.push({ type: 'disconnect' });
    powerUp(s, 'RemoteReset', s.nowMs + s.config.rebootS * 1000);
  }
  if (state.power === 'booting' && state.bootAtMs <= s.nowMs) {
    state.power = 'on';
    state.connectAtMs = s.nowMs;
  }
  if (state.power === 'on' && state.link === 'down' && state.connectAtMs <= s.nowMs) {
    state.link = 'connecting';
    s.effects.push({ type: 'connect' });
  }
  if (state.link !== 'open') return;
  if (state.inFlight && state.inFlight.deadlineMs <= s.nowMs) unanswered(s, state.inFlight);
  if (state.heartbeatAtMs <= s.nowMs) {
    state.heartbeatAtMs = s.nowMs + state.heartbeatS * 1000;
    if (isOnline(s)) enqueue(s, 'heartbeat', { action: 'Heartbeat', payload: {} });
  }
  if (state.alignedAtMs <= s.nowMs) {
    for (const evse of state.evses) session.sample(s, evse, 'clock');
    state.alignedAtMs = nextAlignedMs(s);
  }
}

function opened(s: Station): void {
  s.state.link = 'open';
  s.state.connectTries = 0;
  s.state.timeouts = 0;
  s.state.inFlight = null;
  if (s.state.registration !== 'Accepted') return enqueue(s, 'boot', s.wire.boot(s));
  // A station that was accepted before may go straight on.
  afterAcceptance(s);
}

function closed(s: Station): void {
  const { state } = s;
  if (state.link === 'down') return;
  const asking = state.evses.filter((e) => e.authorizing);
  state.link = 'down';
  dropPassing(s);
  state.heartbeatAtMs = never;
  const backoff = 2 ** Math.min(longestBackoff, state.connectTries++);
  state.connectAtMs = s.nowMs + s.config.reconnectS * 1000 * backoff * (0.5 + s.random.next());
  for (const evse of asking) session.authorized(s, evse, null);
}

function afterAcceptance(s: Station): void {
  for (const evse of s.state.evses) session.tellStatus(s, evse, evse.toldStatus === null);
  s.state.heartbeatAtMs = s.nowMs + s.state.heartbeatS * 1000;
  s.state.alignedAtMs = nextAlignedMs(s);
}

function unanswered(s: Station, call: OutCall): void {
  postpone(s, call);
  if (call.kind === 'boot') enqueue(s, 'boot', s.wire.boot(s));
  if (call.kind === 'authorize' && call.evseId !== null) session.authorized(s, evseOf(s, call.evseId), null);
  if (call.kind === 'status' && call.evseId !== null) session.tellStatus(s, evseOf(s, call.evseId), true);
  if (++s.state.timeouts < timeoutsForDeadLink) return;
  s.effects.push({ type: 'disconnect' });
  closed(s);
}

function frame(s: Station, text: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  if (!Array.isArray(parsed)) return;
  const [kind, id, third, fourth] = parsed as unknown[];
  const payload = (v: unknown) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>) : {});
  if (kind === 2 && typeof third === 'string') return commanded(s, String(id), third, payload(fourth));
  if (kind !== 3 && kind !== 4) return;
  const call = takeAnswered(s, String(id));
  if (!call) return;
  s.state.timeouts = 0;
  if (kind === 3) return answered(s, call, payload(third));
  refused(s, call, String(third));
}

function commanded(s: Station, id: string, action: string, payload: Record<string, unknown>): void {
  const outcome = s.wire.command(s, action, payload);
  if (outcome.answer) transmit(s, JSON.stringify([3, id, outcome.answer]));
  else transmit(s, JSON.stringify([4, id, outcome.error ?? 'NotImplemented', '', {}]));
  outcome.afterwards?.();
}

/** A refused transaction message is sent again, for it may not be dropped; the rest is taken as unanswered. */
function refused(s: Station, call: OutCall, code: string): void {
  s.effects.push({ type: 'refused', call, code, atMs: s.nowMs });
  if (call.kind === 'transaction') s.state.transactional.unshift(call);
  postpone(s, call);
  if (call.kind === 'authorize' && call.evseId !== null) session.authorized(s, evseOf(s, call.evseId), 'Invalid');
  if (call.kind === 'boot') bootLater(s, 60);
}

function bootLater(s: Station, seconds: number): void {
  enqueue(s, 'boot', s.wire.boot(s));
  const boot = s.state.passing.find((c) => c.kind === 'boot');
  if (boot) boot.notBeforeMs = s.nowMs + seconds * 1000;
}

function answered(s: Station, call: OutCall, answer: Record<string, unknown>): void {
  s.effects.push({ type: 'answered', call, answer, atMs: s.nowMs });
  if (call.kind === 'boot') return booted(s, answer);
  if (call.kind === 'heartbeat') return setClock(s, answer['currentTime']);
  if (call.kind === 'authorize' && call.evseId !== null)
    return session.authorized(s, evseOf(s, call.evseId), s.wire.authorizationOf(answer) ?? 'Invalid');
  if (call.kind === 'transaction') transactionAnswered(s, call, answer);
}

function booted(s: Station, answer: Record<string, unknown>): void {
  const { state } = s;
  const status = answer['status'];
  const intervalS = Number(answer['interval']);
  setClock(s, answer['currentTime']);
  state.registration = status === 'Accepted' || status === 'Pending' ? status : 'Rejected';
  if (state.registration !== 'Accepted') return bootLater(s, intervalS > 0 ? intervalS : 60);
  if (intervalS > 0) state.heartbeatS = intervalS;
  state.alignedAtMs = nextAlignedMs(s);
  afterAcceptance(s);
}

/** The CSMS's time rules, except for a clock whose drift is the fault. */
function setClock(s: Station, text: unknown): void {
  const drifts = s.config.faults.some((f) => f.kind === 'clockDrift' && s.nowMs >= f.fromMs && s.nowMs < f.toMs);
  if (drifts || typeof text !== 'string') return;
  const atMs = Date.parse(text);
  // Differences below the length of a round trip are not worth a jump of the clock.
  if (Number.isFinite(atMs)) s.state.clockOffsetMs = Math.abs(atMs - s.nowMs) < 2000 ? 0 : atMs - s.nowMs;
}

function transactionAnswered(s: Station, call: OutCall, answer: Record<string, unknown>): void {
  const { state } = s;
  const local = call.localTransaction;
  const evse = state.evses.find((e) => e.transaction !== null && e.transaction.localId === local);
  if (call.action === 'StartTransaction' && typeof answer['transactionId'] === 'number') {
    state.givenIds[String(local)] = answer['transactionId'];
    if (evse?.transaction) evse.transaction.transactionId = String(answer['transactionId']);
  }
  if (call.action === 'StopTransaction') delete state.givenIds[String(local)];
  const starts = call.action === 'StartTransaction' || call.payload['eventType'] === 'Started';
  const status = starts ? s.wire.authorizationOf(answer) : null;
  if (evse && status !== null && status !== 'Accepted' && variable(s, 'StopTransactionOnInvalidId') === 'true') {
    s.effects.push({ type: 'visitFailed', evseId: evse.evseId, reason: 'deauthorized', atMs: s.nowMs });
    advance(s, evse);
    session.end(s, evse, 'DeAuthorized');
  }
}
