import type { Station } from './context.js';
import { never, type EvseState, type StoredProfile } from './state.js';

type Payload = Record<string, unknown>;

/** Volts per phase behind a limit in amperes. */
const voltsPerPhase = 220;
const purposes: Readonly<Record<string, StoredProfile['purpose']>> = {
  ChargePointMaxProfile: 'station',
  ChargingStationMaxProfile: 'station',
  ChargingStationExternalConstraints: 'station',
  TxDefaultProfile: 'default',
  TxProfile: 'transaction',
};
const recurrences: Readonly<Record<string, number>> = { Daily: 86_400_000, Weekly: 604_800_000 };

const part = (v: unknown): Payload => (typeof v === 'object' && v !== null ? (v as Payload) : {});
const timeOf = (v: unknown, otherwise: number): number => {
  const atMs = typeof v === 'string' ? Date.parse(v) : Number.NaN;
  return Number.isFinite(atMs) ? atMs : otherwise;
};

/** A profile of either version as it came over the wire; null when it cannot be kept. */
export function readProfile(s: Station, evseId: number, wire: unknown): StoredProfile | null {
  const p = part(wire);
  const purpose = purposes[String(p['chargingProfilePurpose'])];
  const schedules = p['chargingSchedule'];
  const schedule = part(Array.isArray(schedules) ? schedules[0] : schedules);
  const rows = Array.isArray(schedule['chargingSchedulePeriod']) ? schedule['chargingSchedulePeriod'].map(part) : [];
  const inAmperes = schedule['chargingRateUnit'] === 'A';
  const periods = rows.map((r) => {
    const watts = inAmperes ? voltsPerPhase * Number(r['numberPhases'] ?? 3) : 1;
    return { afterMs: Number(r['startPeriod']) * 1000, limitW: Number(r['limit']) * watts };
  });
  const isSound = periods.length > 0 && periods.every((q) => q.afterMs >= 0 && q.limitW >= 0);
  // The whole station's limit stands at 0, that of a transaction where one runs.
  const hasPlace =
    purpose === 'station'
      ? evseId === 0
      : purpose === 'default' || s.state.evses.some((e) => e.evseId === evseId && e.transaction !== null);
  if (!purpose || !isSound || !hasPlace) return null;
  const durationS = Number(schedule['duration']);
  return {
    id: Number(p['chargingProfileId'] ?? p['id'] ?? 0),
    evseId,
    purpose,
    stackLevel: Number(p['stackLevel'] ?? 0),
    fromMs: timeOf(p['validFrom'], 0),
    toMs: timeOf(p['validTo'], never),
    startMs: timeOf(schedule['startSchedule'], s.nowMs),
    durationMs: durationS > 0 ? durationS * 1000 : never,
    everyMs: p['chargingProfileKind'] === 'Recurring' ? (recurrences[String(p['recurrencyKind'])] ?? null) : null,
    periods,
  };
}

/** Keeps a profile in place of one with the same number, or of the same purpose, level and evse. */
export function keepProfile(s: Station, profile: StoredProfile): void {
  const isSame = (p: StoredProfile) =>
    p.id === profile.id ||
    (p.purpose === profile.purpose && p.stackLevel === profile.stackLevel && p.evseId === profile.evseId);
  s.state.profiles = [...profilesOf(s).filter((p) => !isSame(p)), profile];
}

export interface ClearedProfiles {
  readonly id?: unknown;
  readonly evseId?: unknown;
  readonly purpose?: unknown;
  readonly stackLevel?: unknown;
}

/** Forgets every profile that has all that is named; true when there was one. */
export function clearProfiles(s: Station, c: ClearedProfiles): boolean {
  const before = profilesOf(s);
  const isMeant = (p: StoredProfile) =>
    (c.id === undefined || c.id === p.id) &&
    (c.evseId === undefined || c.evseId === p.evseId) &&
    (c.purpose === undefined || purposes[String(c.purpose)] === p.purpose) &&
    (c.stackLevel === undefined || c.stackLevel === p.stackLevel);
  s.state.profiles = before.filter((p) => !isMeant(p));
  return s.state.profiles.length < before.length;
}

/** The limit of a transaction goes with it. */
export function dropTransactionProfiles(s: Station, evse: EvseState): void {
  s.state.profiles = profilesOf(s).filter((p) => p.purpose !== 'transaction' || p.evseId !== evse.evseId);
}

/** Memory written down by an earlier version has none. */
const profilesOf = (s: Station): readonly StoredProfile[] => s.state.profiles ?? [];

/** Time within the schedule, ms; null when the profile does not cover the instant. */
function within(p: StoredProfile, atMs: number): number | null {
  if (atMs < p.fromMs || atMs >= p.toMs) return null;
  const since = atMs - p.startMs;
  const t = p.everyMs === null ? since : ((since % p.everyMs) + p.everyMs) % p.everyMs;
  return t >= 0 && t < p.durationMs ? t : null;
}

/** The highest level that covers the instant decides; a level without end never falls through (1.6 §3.13.2). */
function composite(profiles: readonly StoredProfile[], atMs: number): number | null {
  let limitW: number | null = null;
  let level = -1;
  for (const p of profiles) {
    const t = within(p, atMs);
    if (t === null || p.stackLevel <= level) continue;
    const period = p.periods.findLast((q) => q.afterMs <= t);
    if (!period) continue;
    level = p.stackLevel;
    limitW = period.limitW;
  }
  return limitW;
}

/**
 * What an evse may draw at an instant, W; Infinity without a profile. The station's limit is shared evenly by the evses that
 * charge; the limit of a transaction goes before the default one, and one for the evse before one for all.
 */
export function evseLimitW(s: Station, evse: EvseState, atMs: number): number {
  const profiles = profilesOf(s);
  if (profiles.length === 0) return Infinity;
  const of = (purpose: StoredProfile['purpose'], evseId: number) =>
    composite(
      profiles.filter((p) => p.purpose === purpose && p.evseId === evseId),
      atMs,
    );
  const charging = s.state.evses.filter(
    (e) => e === evse || (e.transaction !== null && e.status === 'Charging'),
  ).length;
  const station = (of('station', 0) ?? Infinity) / charging;
  const own = of('transaction', evse.evseId) ?? of('default', evse.evseId) ?? of('default', 0) ?? Infinity;
  return Math.min(station, own);
}

/** The next instant at which a profile begins, ends or changes its limit; it matters while something charges. */
export function profileEdgeMs(s: Station): number {
  if (!s.state.evses.some((e) => e.transaction !== null)) return never;
  let next = never;
  const see = (atMs: number) => {
    if (atMs > s.nowMs && atMs < next) next = atMs;
  };
  for (const p of profilesOf(s)) {
    see(p.fromMs);
    see(p.toMs);
    const round = p.everyMs === null ? 0 : Math.floor((s.nowMs - p.startMs) / p.everyMs) * p.everyMs;
    for (const edge of [...p.periods.map((q) => q.afterMs), p.durationMs, p.everyMs ?? never])
      if (edge < never) see(p.startMs + round + edge);
  }
  return next;
}
