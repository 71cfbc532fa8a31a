import { msPerDay } from '@qipan/base';
import type { Station } from './context.js';
import { activeFault, faultAmount, type Fault } from './faults.js';
import { dropPassing } from './outbox.js';
import { authorized, end } from './session.js';
import { never } from './state.js';

/** Notices faults that begin or end, labels them, and does what happens once. Runs before anything else of a step. */
export function faultEffects(s: Station): void {
  const { faults } = s.config;
  faults.forEach((fault, i) => {
    const on = s.nowMs >= fault.fromMs && s.nowMs < fault.toMs;
    if (on === s.state.faultsOn[i]) return;
    s.state.faultsOn[i] = on;
    const evseId = fault.evseId ?? null;
    s.effects.push({ type: 'label', fault: fault.kind, evseId, on, atMs: on ? fault.fromMs : fault.toMs });
    if (on) begins(s, fault);
    else if (fault.kind === 'clockDrift') s.state.clockOffsetMs = 0;
  });
  const drift = activeFault(faults, 'clockDrift', s.nowMs);
  if (drift) s.state.clockOffsetMs = ((s.nowMs - drift.fromMs) / msPerDay) * faultAmount(drift);
}

function begins(s: Station, fault: Fault): void {
  const step =
    fault.kind === 'meterBackward' ? -faultAmount(fault) : fault.kind === 'meterJump' ? faultAmount(fault) : 0;
  if (step !== 0)
    for (const evse of s.state.evses)
      if (fault.evseId === undefined || fault.evseId === evse.evseId) evse.reportedOffsetWh += step;
  if (fault.kind === 'rebootLoop' || fault.kind === 'flapping') s.state.faultTickMs = s.nowMs;
  if (fault.kind === 'halfOpen' && s.state.link !== 'down') {
    s.effects.push({ type: 'abandon' });
    loseLink(s, s.nowMs + faultAmount(fault) * 1000);
  }
}

function loseLink(s: Station, connectAtMs: number): void {
  s.state.link = 'down';
  s.state.heartbeatAtMs = never;
  s.state.connectAtMs = connectAtMs;
  dropPassing(s);
  // Who was waiting for an answer gets the offline rule.
  for (const evse of s.state.evses) if (evse.authorizing) authorized(s, evse, null);
}

/** What faults do again and again; `powerUp` is the machine's own reboot. */
export function runFaults(s: Station, powerUp: (s: Station, reason: string, atMs: number) => void): void {
  const { state } = s;
  const away = activeFault(s.config.faults, 'offlineReplay', s.nowMs);
  if (away) {
    if (state.link !== 'down') {
      s.effects.push({ type: 'disconnect' });
      loseLink(s, away.toMs);
    }
    state.connectAtMs = Math.max(state.connectAtMs, away.toMs);
  }
  if (state.faultTickMs > s.nowMs) return;
  const loop = activeFault(s.config.faults, 'rebootLoop', s.nowMs);
  const flaps = activeFault(s.config.faults, 'flapping', s.nowMs);
  const repeating = loop ?? flaps;
  state.faultTickMs = repeating ? s.nowMs + faultAmount(repeating) * 1000 : never;
  if (loop) {
    for (const evse of state.evses) end(s, evse, 'PowerLoss');
    if (state.link !== 'down') s.effects.push({ type: 'disconnect' });
    powerUp(s, 'Watchdog', s.nowMs + s.config.rebootS * 1000);
  } else if (flaps && state.link !== 'down') {
    s.effects.push({ type: 'disconnect' });
    loseLink(s, s.nowMs + s.config.reconnectS * 1000);
  }
}
