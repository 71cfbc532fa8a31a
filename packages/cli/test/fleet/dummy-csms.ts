import type { OpenLink } from '../../src/fleet/link.js';

type Call = readonly [number, string, string, Record<string, unknown>];
export interface SeenCall {
  readonly identity: string;
  readonly action: string;
  readonly payload: Record<string, unknown>;
}

/** The answer of a CSMS that accepts everything; its transaction numbers count up from 1. */
export function accepting(): (call: SeenCall, nowMs: number) => Record<string, unknown> {
  let transactions = 0;
  return ({ action }, nowMs) => {
    const currentTime = new Date(nowMs).toISOString();
    if (action === 'BootNotification') return { currentTime, interval: 3600, status: 'Accepted' };
    if (action === 'Heartbeat') return { currentTime };
    if (action === 'Authorize') return { idTagInfo: { status: 'Accepted' }, idTokenInfo: { status: 'Accepted' } };
    if (action === 'StartTransaction') return { transactionId: ++transactions, idTagInfo: { status: 'Accepted' } };
    return {};
  };
}

/** Links without sockets: whatever a station sends is answered in the same instant. */
export function inMemory(nowMs: () => number, onCall: (call: SeenCall) => void = () => undefined): OpenLink {
  const answer = accepting();
  return (_url, station, events) => {
    const waiting: (() => void)[] = [() => events.opened()];
    let busy = false;
    const drain = () => {
      if (busy) return;
      busy = true;
      for (let next = waiting.shift(); next; next = waiting.shift()) next();
      busy = false;
    };
    queueMicrotask(drain);
    return {
      send: (text) => {
        const frame = JSON.parse(text) as Call;
        if (frame[0] !== 2) return;
        const call = { identity: station.identity, action: frame[2], payload: frame[3] };
        onCall(call);
        const out = JSON.stringify([3, frame[1], answer(call, nowMs())]);
        waiting.push(() => events.frame(out));
        queueMicrotask(drain);
      },
      close: () => undefined,
      abandon: () => undefined,
    };
  };
}
