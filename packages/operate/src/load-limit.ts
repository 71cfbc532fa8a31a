/**
 * What one station may draw, as far as the ledger of profiles sent and answered tells. Two profiles stand on each station: a fail-safe
 * one without end, and above it a lease that ends by itself, so that a station which is out of reach falls back by its own.
 */
export interface StationLoad {
  readonly stationId: string;
  /** What it draws when nothing holds it, kW. */
  readonly nameplateKw: number;
  readonly isConnected: boolean;
  /** What it could use now, kW, and how many cars are charging. */
  readonly wantKw: number;
  readonly guns: number;
  /** The fail-safe limit that surely holds at most, kW; null = none was ever confirmed, so it counts at its nameplate. */
  readonly failSafeKw: number | null;
  /** Leases of which one may hold: the confirmed one, and those whose answer never came. */
  readonly leases: readonly Lease[];
  /** The order that is on its way. */
  readonly pending: (LoadOrder & { readonly commandId: string }) | null;
  /** Readings in a row above what it may draw; from the second on it counts at its nameplate. */
  readonly overReadings: number;
  readonly measuredKw: number | null;
  /** Why the last order was not carried out; null when it was. */
  readonly refusal: string | null;
  /** Not asked again before this instant after a refusal. */
  readonly askAgainMs: number;
}

export interface Lease {
  readonly kw: number;
  readonly untilMs: number;
  readonly isConfirmed: boolean;
}

/** A profile to be set on a station. A fail-safe one has no end. */
export interface LoadOrder {
  readonly stationId: string;
  readonly profile: 'failSafe' | 'lease';
  readonly kw: number;
  readonly untilMs: number | null;
}

/** The stations of one transformer; immutable. */
export type LoadState = ReadonlyMap<string, StationLoad>;

export type LoadEvent =
  | { readonly kind: 'seen'; readonly stationId: string; readonly isConnected: boolean }
  | { readonly kind: 'wants'; readonly stationId: string; readonly wantKw: number; readonly guns: number }
  | { readonly kind: 'measured'; readonly stationId: string; readonly kw: number | null; readonly nowMs: number }
  | { readonly kind: 'sent'; readonly order: LoadOrder; readonly commandId: string }
  /** `unknown`: no answer came, the station may or may not have taken the profile. */
  | {
      readonly kind: 'settled';
      readonly stationId: string;
      readonly commandId: string;
      readonly outcome: 'accepted' | 'refused' | 'unknown';
      readonly detail?: string;
      readonly nowMs: number;
    };

/** A reading that far above the limit is no rounding: the profile is ignored. */
const ignoredShare = 1.1;
const ignoredReadings = 2;
/** A station that refuses is not asked again for so long. */
const refusedPauseMs = 60_000;

export const newStationLoad = (stationId: string, nameplateKw: number): StationLoad => ({
  stationId,
  nameplateKw,
  isConnected: false,
  wantKw: 0,
  guns: 0,
  failSafeKw: null,
  leases: [],
  pending: null,
  overReadings: 0,
  measuredKw: null,
  refusal: null,
  askAgainMs: 0,
});

export const isIgnoring = (s: StationLoad): boolean => s.overReadings >= ignoredReadings;

/** Leases that may hold at an instant, counted `graceMs` beyond their end: the station's clock may be slow. */
export const activeLeases = (s: StationLoad, nowMs: number, graceMs: number): readonly Lease[] =>
  s.leases.filter((l) => l.untilMs + graceMs > nowMs);

/**
 * The most that a station may draw now and until its leases end, kW: the largest of all profiles that may hold. It counts at its
 * nameplate while no fail-safe limit is confirmed, and when it has been seen to ignore its profiles.
 */
export function mayDrawKw(s: StationLoad, nowMs: number, graceMs: number): number {
  if (s.failSafeKw === null || isIgnoring(s)) return s.nameplateKw;
  const ordered = s.pending?.kw ?? 0;
  const leased = activeLeases(s, nowMs, graceMs).map((l) => l.kw);
  return Math.min(s.nameplateKw, Math.max(s.failSafeKw, ordered, ...leased));
}

/** Folds one event; a station that is not in the state is passed over. */
export function applyLoad(state: LoadState, event: LoadEvent): LoadState {
  const stationId = event.kind === 'sent' ? event.order.stationId : event.stationId;
  const s = state.get(stationId);
  if (!s) return state;
  const next = changed(s, event);
  return next === s ? state : new Map(state).set(stationId, next);
}

function changed(s: StationLoad, event: LoadEvent): StationLoad {
  switch (event.kind) {
    case 'seen':
      if (s.isConnected === event.isConnected) return s;
      // Whoever comes back is believed anew, and asked at once.
      return { ...s, isConnected: event.isConnected, ...(event.isConnected ? { overReadings: 0, askAgainMs: 0 } : {}) };
    case 'wants':
      if (s.wantKw === event.wantKw && s.guns === event.guns) return s;
      return { ...s, wantKw: event.wantKw, guns: event.guns };
    case 'measured':
      return measured(s, event.kw, event.nowMs);
    case 'sent':
      return { ...s, pending: { ...event.order, commandId: event.commandId } };
    case 'settled':
      return s.pending?.commandId === event.commandId ? settled(s, s.pending, event) : s;
  }
}

function measured(s: StationLoad, kw: number | null, nowMs: number): StationLoad {
  if (kw === null || s.failSafeKw === null) return s.measuredKw === kw ? s : { ...s, measuredKw: kw };
  // A lease that has just ended may still be in the reading, one that is on its way already.
  const allowedKw = mayDrawKw({ ...s, overReadings: 0 }, nowMs, 2 * refusedPauseMs);
  const isOver = kw > ignoredShare * allowedKw + 0.5;
  if (isIgnoring(s)) return { ...s, measuredKw: kw };
  return { ...s, measuredKw: kw, overReadings: isOver ? s.overReadings + 1 : 0 };
}

function settled(
  s: StationLoad,
  order: NonNullable<StationLoad['pending']>,
  event: Extract<LoadEvent, { kind: 'settled' }>,
): StationLoad {
  const free = { ...s, pending: null };
  if (event.outcome === 'refused')
    return { ...free, refusal: event.detail ?? 'refused', askAgainMs: event.nowMs + refusedPauseMs };
  const isConfirmed = event.outcome === 'accepted';
  const refusal = isConfirmed ? null : (event.detail ?? 'no answer');
  if (order.profile === 'failSafe') {
    const known = s.failSafeKw === null ? null : Math.max(s.failSafeKw, order.kw);
    return { ...free, refusal, failSafeKw: isConfirmed ? order.kw : known };
  }
  const lease: Lease = { kw: order.kw, untilMs: order.untilMs ?? 0, isConfirmed };
  // A confirmed lease stands in the place of every one before it.
  const before = isConfirmed ? [] : s.leases.filter((l) => l.untilMs > event.nowMs - refusedPauseMs);
  return { ...free, refusal, leases: [...before, lease] };
}

/** After a restart of the server nobody waits for the answers any more: they may or may not have been taken. */
export function afterRestart(state: LoadState, nowMs: number): LoadState {
  let next = state;
  for (const { stationId, pending } of state.values()) {
    next = applyLoad(next, { kind: 'seen', stationId, isConnected: false });
    if (pending)
      next = applyLoad(next, {
        kind: 'settled',
        stationId,
        commandId: pending.commandId,
        outcome: 'unknown',
        detail: 'the server was restarted',
        nowMs,
      });
  }
  return next;
}
