import type { ServerInfo } from './contract.js';

export type Origin = 'simulated' | 'real';

/** Time for everybody: real stations get real time, simulated ones the virtual clock. */
export interface Clock {
  readonly speed: number;
  now(origin: Origin): number;
  info(): ServerInfo['clock'];
}

/** `now(simulated) = epochVirtualMs + (real now − start) · speed`; with speed 1 and no epoch both clocks agree. */
export function startClock(
  options: { speed: number; epochVirtualMs?: number } | undefined,
  realNow: () => number = Date.now,
): Clock {
  const epochRealMs = realNow();
  const speed = options?.speed ?? 1;
  const epochVirtualMs = options?.epochVirtualMs ?? epochRealMs;
  const now = (origin: Origin) =>
    origin === 'real' ? realNow() : Math.round(epochVirtualMs + (realNow() - epochRealMs) * speed);
  return { speed, now, info: () => ({ speed, nowMs: now('simulated'), epochRealMs, epochVirtualMs }) };
}
