import { type Message, type Station } from './context.js';
import { activeFault, faultAmount, lossShare } from './faults.js';
import { never, type CallKind, type OutCall } from './state.js';

/** Longest wait between two tries of one transaction message, s. */
const longestRetryS = 600;

const newId = (s: Station) => `${s.state.callPrefix}-${s.state.nextCall++}`;

/** Puts a message in line. Transaction messages are kept until they are answered; others only as long as the link holds. */
export function enqueue(
  s: Station,
  kind: CallKind,
  message: Message | null,
  about: { readonly evseId?: number; readonly localTransaction?: number } = {},
): void {
  if (message === null) return;
  if (kind !== 'transaction' && kind !== 'boot' && s.state.link !== 'open') return;
  const call: OutCall = {
    id: newId(s),
    order: s.state.nextCall,
    kind,
    action: message.action,
    payload: message.payload,
    evseId: about.evseId ?? null,
    localTransaction: about.localTransaction ?? null,
    attempts: 0,
    notBeforeMs: 0,
    deadlineMs: never,
  };
  if (kind === 'transaction') s.state.transactional.push(call);
  else s.state.passing.push(call);
}

/** Which CALL goes next: oldest first, but a transaction message that waits for its next try lets others pass. */
function nextCall(s: Station): OutCall | null {
  const { state } = s;
  const boot = state.passing.find((c) => c.kind === 'boot');
  if (boot) return boot.notBeforeMs <= s.nowMs ? boot : null;
  if (state.registration !== 'Accepted') return null;
  const head = state.transactional[0];
  const ready = head !== undefined && head.notBeforeMs <= s.nowMs ? head : null;
  const other = state.passing[0] ?? null;
  if (ready && other) return ready.order < other.order ? ready : other;
  return ready ?? other;
}

/** Sends the next CALL if none is under way: one outstanding CALL per connection. */
export function flush(s: Station): void {
  const { state } = s;
  if (state.link !== 'open' || state.inFlight !== null) return;
  const call = nextCall(s);
  if (call === null) return;
  if (call.kind !== 'transaction') state.passing.splice(state.passing.indexOf(call), 1);
  if (call.attempts > 0 && s.config.renewsMessageId) call.id = newId(s);
  call.attempts++;
  call.deadlineMs = s.nowMs + s.config.callTimeoutS * 1000;
  state.inFlight = call;
  transmit(s, JSON.stringify([2, call.id, call.action, resolved(s, call)]));
}

/** 1.6 transaction messages learn the CSMS's number only when StartTransaction has been answered: the last moment is now. */
function resolved(s: Station, call: OutCall): Record<string, unknown> {
  if (call.localTransaction === null || !('transactionId' in call.payload)) return call.payload;
  const minusOne = call.action === 'StopTransaction' && activeFault(s.config.faults, 'stopMinusOne', s.nowMs);
  const given = minusOne ? -1 : (s.state.givenIds[String(call.localTransaction)] ?? -1);
  return { ...call.payload, transactionId: given };
}

/** Hands text to the link, late or not at all under `lossAndLatency`. */
export function transmit(s: Station, text: string): void {
  const weak = activeFault(s.config.faults, 'lossAndLatency', s.nowMs);
  if (weak && s.random.next() < lossShare) return;
  s.effects.push({ type: 'send', text, delayMs: weak ? faultAmount(weak) : 0 });
}

/** The CALL that an answer belongs to: the one under way, or a transaction message whose answer comes late. */
export function takeAnswered(s: Station, id: string): OutCall | null {
  const { state } = s;
  const flying = state.inFlight;
  if (flying?.id === id) {
    state.inFlight = null;
    if (flying.kind === 'transaction') state.transactional.shift();
    return flying;
  }
  const head = state.transactional[0];
  if (head !== undefined && head.id === id && flying !== head) {
    state.transactional.shift();
    return head;
  }
  return null;
}

/** Nothing came in time, or a refusal did: a transaction message waits and is tried again, for ever; others are given up. */
export function postpone(s: Station, call: OutCall): void {
  s.state.inFlight = null;
  if (call.kind !== 'transaction') return;
  const retryS = Number(s.state.variables['TransactionMessageRetryInterval'] ?? 10);
  call.notBeforeMs = s.nowMs + 1000 * Math.min(longestRetryS, retryS * call.attempts);
  call.deadlineMs = never;
}

/** The link is gone: what was under way may have arrived or not; transaction messages stay, the rest is out of date. */
export function dropPassing(s: Station): void {
  const { state } = s;
  if (state.inFlight) state.inFlight.deadlineMs = never;
  state.inFlight = null;
  state.passing = [];
  const head = state.transactional[0];
  if (head) head.notBeforeMs = 0;
}
