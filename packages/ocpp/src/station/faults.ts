/**
 * Faults that are injected on purpose, with their labels: what a detector is told afterwards.
 * `amount` is per kind: Wh of a meter step, ms a day of a drifting clock, seconds between reboots or link losses,
 * ms of latency, number of the schema quirk.
 */
export const faultKinds = [
  'silentConnector',
  'stuckLock',
  'meterStuck',
  'meterBackward',
  'meterJump',
  'clockDrift',
  'rebootLoop',
  'halfOpen',
  'flapping',
  'lossAndLatency',
  'offlineReplay',
  'stopMinusOne',
  'duplicateIdentity',
  'schemaQuirk',
  'tagCasing',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent: the whole station. */
  readonly evseId?: number;
  readonly amount?: number;
}

/** What `amount` means when it is not given. */
export const faultDefaults: Readonly<Record<FaultKind, number>> = {
  silentConnector: 0,
  stuckLock: 0,
  meterStuck: 0,
  meterBackward: 5_000,
  meterJump: 500_000,
  clockDrift: 600_000,
  rebootLoop: 120,
  halfOpen: 60,
  flapping: 60,
  lossAndLatency: 2_000,
  offlineReplay: 0,
  stopMinusOne: 0,
  duplicateIdentity: 0,
  schemaQuirk: 0,
  tagCasing: 0,
};

/** Share of frames lost under `lossAndLatency`. */
export const lossShare = 0.05;

/** The fault of that kind that holds at `nowMs` (from inclusive, to exclusive) for the station or one evse; null when none does. */
export function activeFault(faults: readonly Fault[], kind: FaultKind, nowMs: number, evseId?: number): Fault | null {
  for (const f of faults) {
    if (f.kind !== kind || nowMs < f.fromMs || nowMs >= f.toMs) continue;
    if (f.evseId === undefined || evseId === undefined || f.evseId === evseId) return f;
  }
  return null;
}

export const faultAmount = (fault: Fault): number => fault.amount ?? faultDefaults[fault.kind];

/** The next instant after `nowMs` at which any fault begins or ends; Infinity when none does. */
export function nextFaultEdge(faults: readonly Fault[], nowMs: number): number {
  let next = Infinity;
  for (const f of faults) {
    if (f.fromMs > nowMs) next = Math.min(next, f.fromMs);
    if (f.toMs > nowMs) next = Math.min(next, f.toMs);
  }
  return next;
}
