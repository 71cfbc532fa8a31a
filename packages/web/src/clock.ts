import { useSyncExternalStore } from 'react';
import type { ServerInfo } from '@qipan/server/contract';

type ServerClock = ServerInfo['clock'];
export type Origin = 'simulated' | 'real';

/**
 * Time of the server as the browser can tell it: the two clocks are set against each other when `/info` arrives, so that a
 * wrong clock on the reader's machine does not falsify an age.
 */
export interface Clock {
  /** Now, in ms, on the clock of that origin: simulated stations live on the virtual clock, real ones on the real one. */
  readonly nowMs: (origin: Origin) => number;
  readonly speed: number;
}

export function clockOf(server: ServerClock, browserMsThen: number, browserNow: () => number): Clock {
  const speed = server.speed > 0 ? server.speed : 1;
  const serverRealThen = server.epochRealMs + (server.nowMs - server.epochVirtualMs) / speed;
  const realMs = () => serverRealThen + (browserNow() - browserMsThen);
  return {
    speed,
    nowMs: (origin) => (origin === 'real' ? realMs() : server.epochVirtualMs + (realMs() - server.epochRealMs) * speed),
  };
}

let clock: Clock = { speed: 1, nowMs: () => Date.now() };
let seconds = 0;
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

export function setClock(server: ServerClock, browserMsThen: number): void {
  clock = clockOf(server, browserMsThen, () => Date.now());
  tick();
}

function tick(): void {
  seconds += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

/** The clock without a subscription, for code outside of React. */
export const currentClock = (): Clock => clock;

/** React hook: the clock, re-rendering once a second so that every age on the page keeps growing. */
export function useClock(): Clock {
  useSyncExternalStore(subscribe, () => seconds);
  return clock;
}
