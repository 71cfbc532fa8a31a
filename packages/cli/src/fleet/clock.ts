/** A clock that runs `speed` times as fast as the real one: virtual = epochVirtualMs + (real − epochRealMs) · speed. */
export interface ClockSetting {
  readonly speed: number;
  readonly epochRealMs: number;
  readonly epochVirtualMs: number;
}

export interface Clock extends ClockSetting {
  now(): number;
  /** How long to wait in real time for a virtual instant, ms ≥ 0. */
  waitMs(atVirtualMs: number): number;
}

/** The clock of a setting; `realNow` is the machine's own. */
export function virtualClock(setting: ClockSetting, realNow: () => number = Date.now): Clock {
  const { speed, epochRealMs, epochVirtualMs } = setting;
  const now = () => epochVirtualMs + (realNow() - epochRealMs) * speed;
  return { ...setting, now, waitMs: (at) => Math.max(0, (at - now()) / speed) };
}

export const realTime: ClockSetting = { speed: 1, epochRealMs: 0, epochVirtualMs: 0 };
