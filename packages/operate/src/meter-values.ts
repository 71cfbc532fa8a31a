import type { Reading } from '@qipan/base';
import { anomaly, type AnomalyEffect } from './effects.js';
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
 * A batch without a register changes no energy. `Interval` measurands are never added. A smaller register, a step above
 * nameplate · elapsed · 1.2 + 0.5 kWh and a restarted register leave it alone and are anomalies; after a restart later
 * steps add on. An equal register of a later time is a resting car and nothing else. An older reading that arrives late
 * can only move the start back.
 */
export function meterValues(
  transaction: Transaction,
  readings: readonly Reading[],
  limits: MeterLimits,
): { readonly transaction: Transaction; readonly effects: readonly AnomalyEffect[] } {
  const effects: AnomalyEffect[] = [];
  let t = transaction;
  if (readings.some((r) => !hasValue(r) && r.measurand === register)) {
    if (!t.quality.includes('unreadable')) {
      effects.push(anomaly('unreadable', 'a register value cannot be read', t.transactionId));
    }
    t = { ...t, quality: withQuality(t.quality, 'unreadable') };
  }
  for (const sample of totals(readings, register, limits.receivedAtMs)) t = step(t, sample, limits.nameplateW, effects);
  return { transaction: t, effects };
}

/** One register value, from a meter sample or from the start and stop messages themselves. */
export function registerStep(
  transaction: Transaction,
  sample: Sample,
  limits: MeterLimits,
): { readonly transaction: Transaction; readonly effects: readonly AnomalyEffect[] } {
  const effects: AnomalyEffect[] = [];
  return { transaction: step(transaction, sample, limits.nameplateW, effects), effects };
}

const allowance = (nameplateW: number, elapsedMs: number): number =>
  nameplateW * Math.max(elapsedMs, 0) * milliWhPerWattMs * nameplateMargin + slackMilliWh;

function step(t: Transaction, sample: Sample, nameplateW: number, effects: AnomalyEffect[]): Transaction {
  const { value, atMs } = sample;
  const last = t.lastRegisterMilliWh;
  const lastAtMs = t.lastRegisterAtMs;
  if (value < 0) {
    effects.push(anomaly('registerBackward', `register ${value} mWh`, t.transactionId));
    return { ...t, quality: withQuality(t.quality, 'registerBackward') };
  }
  if (last === null || lastAtMs === null) return firstRegister(t, sample);
  const elapsedMs = atMs - lastAtMs;
  if (elapsedMs < 0) return olderRegister(t, sample, nameplateW, effects);
  const delta = value - last;
  if (delta === 0) return elapsedMs === 0 ? t : { ...t, lastRegisterAtMs: atMs, energyMilliWh: t.energyMilliWh ?? 0 };
  if (delta < 0) {
    const isReset = value <= allowance(nameplateW, elapsedMs) && -delta > slackMilliWh;
    const code = isReset ? 'registerReset' : 'registerBackward';
    effects.push(anomaly(code, `register ${last} → ${value} mWh`, t.transactionId));
    const quality = withQuality(t.quality, code);
    // After a restart the register counts on from here; what it counted before is in `energyMilliWh`.
    return isReset ? { ...t, quality, lastRegisterMilliWh: value, lastRegisterAtMs: atMs } : { ...t, quality };
  }
  if (delta > allowance(nameplateW, elapsedMs)) {
    effects.push(anomaly('registerJump', `register ${last} → ${value} mWh in ${elapsedMs} ms`, t.transactionId));
    return { ...t, quality: withQuality(t.quality, 'registerJump') };
  }
  return {
    ...t,
    lastRegisterMilliWh: value,
    lastRegisterAtMs: atMs,
    energyMilliWh: (t.energyMilliWh ?? 0) + delta,
  };
}

/** The first register seen stands for the start until the station says better. */
function firstRegister(t: Transaction, { value, atMs }: Sample): Transaction {
  return {
    ...t,
    startRegisterMilliWh: value,
    lastRegisterMilliWh: value,
    firstRegisterAtMs: atMs,
    lastRegisterAtMs: atMs,
    energyMilliWh: t.isStartKnown ? 0 : null,
    quality: t.isStartKnown ? t.quality : withQuality(t.quality, 'startEstimated'),
  };
}

/** A reading from before the last believed one: it lies between the ends, or moves the start back. */
function olderRegister(t: Transaction, sample: Sample, nameplateW: number, effects: AnomalyEffect[]): Transaction {
  const first = t.startRegisterMilliWh;
  const firstAtMs = t.firstRegisterAtMs;
  if (first === null || firstAtMs === null || sample.atMs >= firstAtMs) return t;
  const delta = first - sample.value;
  if (delta < 0 || delta > allowance(nameplateW, firstAtMs - sample.atMs)) {
    const code = delta < 0 ? 'registerBackward' : 'registerJump';
    effects.push(anomaly(code, `register ${sample.value} → ${first} mWh at the start`, t.transactionId));
    return { ...t, quality: withQuality(t.quality, code) };
  }
  return {
    ...t,
    startRegisterMilliWh: sample.value,
    firstRegisterAtMs: sample.atMs,
    energyMilliWh: (t.energyMilliWh ?? 0) + delta,
  };
}
