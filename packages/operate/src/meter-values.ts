import type { Reading } from '@qipan/base';
import { anomaly, type AnomalyEffect } from './effects.js';
import type { Draft } from './fold.js';
import { earliestClockMs } from './rules.js';
import { withQuality, type Transaction } from './transaction.js';

const register = 'Energy.Active.Import.Register';
const power = 'Power.Active.Import';
const milliWhPerWattMs = 1000 / 3_600_000;
/** Allowance of §6.2: 20 % above nameplate and half a kilowatt-hour. */
const nameplateMargin = 1.2;
const slackMilliWh = 500_000;

export interface MeterLimits {
  /** Nameplate of the evse, watts. */
  readonly nameplateW: number;
  /** Our clock: the order of readings whose own time is missing or absurd. */
  readonly receivedAtMs: number;
}

/** One believed sample: register in milliwatt-hours at a time. */
interface Sample {
  readonly value: number;
  readonly atMs: number;
}

const hasValue = (r: Reading): r is Extract<Reading, { value: number }> => 'value' in r;

const isAtOutlet = (r: Extract<Reading, { value: number }>): boolean =>
  r.location === undefined || r.location === 'Outlet';

/**
 * Sum over the three phases at each time that has all of L1, L2 and L3 (against neutral or not) and no unphased value.
 * Two of three phases are no total.
 */
function phaseSums(readings: readonly Reading[], measurand: string, timeOf: (r: Reading) => number): Sample[] {
  const byTime = new Map<number, Map<string, number>>();
  for (const r of readings) {
    if (!hasValue(r) || r.measurand !== measurand || r.phase === undefined || !isAtOutlet(r)) continue;
    const phase = r.phase.endsWith('-N') ? r.phase.slice(0, -2) : r.phase;
    const atMs = timeOf(r);
    const phases = byTime.get(atMs) ?? new Map<string, number>();
    byTime.set(atMs, phases.set(phase, r.value));
  }
  const out: Sample[] = [];
  for (const [atMs, phases] of byTime) {
    const [a, b, c] = [phases.get('L1'), phases.get('L2'), phases.get('L3')];
    if (a !== undefined && b !== undefined && c !== undefined) out.push({ value: a + b + c, atMs });
  }
  return out;
}

/** Totals of a measurand at the outlet, in order of time: unphased values, else sums over three phases. */
function totals(readings: readonly Reading[], measurand: string, receivedAtMs: number): readonly Sample[] {
  const timeOf = (r: Reading): number => (r.atMs === null || r.atMs < earliestClockMs ? receivedAtMs : r.atMs);
  const out: Sample[] = [];
  let isPhased = false;
  for (const r of readings) {
    if (r.measurand !== measurand || !hasValue(r) || !isAtOutlet(r)) continue;
    if (r.phase === undefined) out.push({ value: r.value, atMs: timeOf(r) });
    else isPhased = true;
  }
  if (isPhased) {
    for (const sum of phaseSums(readings, measurand, timeOf)) {
      if (!out.some((s) => s.atMs === sum.atMs)) out.push(sum);
    }
  }
  if (out.length > 1) out.sort((a, b) => a.atMs - b.atMs);
  return out;
}

/** The latest active power in a batch, watts, null when it holds none. */
export function latestPower(
  readings: readonly Reading[],
  receivedAtMs: number,
): { powerW: number; atMs: number } | null {
  const last = totals(readings, power, receivedAtMs).at(-1);
  return last === undefined ? null : { powerW: last.value, atMs: last.atMs };
}

/**
 * Folds a batch of readings into a transaction: the billing register only moves forward.
 * A batch without a register changes no energy, and the transaction comes back as it is. `Interval` measurands are never
 * added. A smaller register, a step above nameplate · elapsed · 1.2 + 0.5 kWh and a restarted register leave it alone and
 * are anomalies; after a restart later steps add on. An equal register of a later time is a resting car and nothing else.
 * An older reading that arrives late can only move the start back; one above the newest was given a wrong time.
 */
export function meterValues(
  transaction: Transaction,
  readings: readonly Reading[],
  limits: MeterLimits,
): { readonly transaction: Transaction; readonly effects: readonly AnomalyEffect[] } {
  if (!readings.some((r) => r.measurand === register)) return { transaction, effects: [] };
  const effects: AnomalyEffect[] = [];
  const draft: Draft<Transaction> = { ...transaction };
  const isChanged = foldReadings(draft, readings, limits, effects);
  return { transaction: isChanged ? draft : transaction, effects };
}

/** The same on a copy that the caller owns; says whether anything changed. */
export function foldReadings(
  t: Draft<Transaction>,
  readings: readonly Reading[],
  limits: MeterLimits,
  effects: AnomalyEffect[],
): boolean {
  let isChanged = false;
  if (!t.quality.includes('unreadable') && readings.some((r) => r.measurand === register && !hasValue(r))) {
    effects.push(anomaly('unreadable', 'a register value cannot be read', t.transactionId));
    t.quality = withQuality(t.quality, 'unreadable');
    isChanged = true;
  }
  for (const sample of totals(readings, register, limits.receivedAtMs)) {
    if (foldRegister(t, sample, limits, effects)) isChanged = true;
  }
  return isChanged;
}

const allowance = (nameplateW: number, elapsedMs: number): number =>
  nameplateW * Math.max(elapsedMs, 0) * milliWhPerWattMs * nameplateMargin + slackMilliWh;

/** One register value, from a meter sample or from the start and stop messages themselves. */
export function foldRegister(
  t: Draft<Transaction>,
  sample: Sample,
  limits: MeterLimits,
  effects: AnomalyEffect[],
): boolean {
  const { value, atMs } = sample;
  const { nameplateW } = limits;
  const last = t.lastRegisterMilliWh;
  const lastAtMs = t.lastRegisterAtMs;
  const odd = (code: 'registerBackward' | 'registerJump' | 'registerReset', detail: string): void => {
    effects.push(anomaly(code, detail, t.transactionId));
    t.quality = withQuality(t.quality, code);
  };
  if (value < 0) {
    odd('registerBackward', `register ${value} mWh`);
    return true;
  }
  if (last === null || lastAtMs === null) return firstRegister(t, sample);
  const elapsedMs = atMs - lastAtMs;
  const delta = value - last;
  if (elapsedMs < 0) {
    if (delta > 0 && !t.quality.includes('registerReset')) return misdatedRegister(t, sample, limits, odd);
    return olderRegister(t, sample, nameplateW, odd);
  }
  if (delta === 0 && elapsedMs === 0) return false;
  if (delta < 0) {
    const isReset = value <= allowance(nameplateW, elapsedMs) && -delta > slackMilliWh;
    odd(isReset ? 'registerReset' : 'registerBackward', `register ${last} → ${value} mWh`);
    if (!isReset) return true;
    // After a restart the register counts on from here; what it counted before is in `energyMilliWh`.
  } else if (delta > allowance(nameplateW, elapsedMs)) {
    odd('registerJump', `register ${last} → ${value} mWh in ${elapsedMs} ms`);
    return true;
  }
  t.lastRegisterMilliWh = value;
  t.lastRegisterAtMs = atMs;
  t.energyMilliWh = (t.energyMilliWh ?? 0) + Math.max(delta, 0);
  return true;
}

/** The first register seen stands for the start until the station says better. */
function firstRegister(t: Draft<Transaction>, { value, atMs }: Sample): true {
  t.startRegisterMilliWh = value;
  t.lastRegisterMilliWh = value;
  t.firstRegisterAtMs = atMs;
  t.lastRegisterAtMs = atMs;
  t.energyMilliWh = t.isStartKnown ? 0 : null;
  if (!t.isStartKnown) t.quality = withQuality(t.quality, 'startEstimated');
  return true;
}

/**
 * A register above the last believed one that claims to be older: a register only counts up, so one of the two times is wrong (a
 * clock that ran ahead, a stop dated by us after samples dated by the station). It is later all the same, and believed as far as
 * the nameplate allows since the start by our clock.
 */
function misdatedRegister(
  t: Draft<Transaction>,
  { value, atMs }: Sample,
  { nameplateW, receivedAtMs }: MeterLimits,
  odd: (code: 'registerJump', detail: string) => void,
): true {
  const last = t.lastRegisterMilliWh ?? 0;
  const elapsedMs = receivedAtMs - Math.min(t.firstRegisterAtMs ?? receivedAtMs, receivedAtMs);
  if (value - (t.startRegisterMilliWh ?? last) > allowance(nameplateW, elapsedMs)) {
    odd('registerJump', `register ${last} → ${value} mWh, dated earlier`);
    return true;
  }
  t.lastRegisterMilliWh = value;
  t.lastRegisterAtMs = atMs;
  t.energyMilliWh = (t.energyMilliWh ?? 0) + value - last;
  return true;
}

/** A reading from before the last believed one: it lies between the ends, or moves the start back. */
function olderRegister(
  t: Draft<Transaction>,
  sample: Sample,
  nameplateW: number,
  odd: (code: 'registerBackward' | 'registerJump', detail: string) => void,
): boolean {
  const first = t.startRegisterMilliWh;
  const firstAtMs = t.firstRegisterAtMs;
  if (first === null || firstAtMs === null || sample.atMs >= firstAtMs) return false;
  const delta = first - sample.value;
  if (delta < 0 || delta > allowance(nameplateW, firstAtMs - sample.atMs)) {
    odd(delta < 0 ? 'registerBackward' : 'registerJump', `register ${sample.value} → ${first} mWh at the start`);
    return true;
  }
  t.startRegisterMilliWh = sample.value;
  t.firstRegisterAtMs = sample.atMs;
  t.energyMilliWh = (t.energyMilliWh ?? 0) + delta;
  return true;
}
