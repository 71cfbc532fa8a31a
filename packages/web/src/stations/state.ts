import type { EvseView, StationView } from '@qipan/server/contract';

/** The one word by which a station or an EVSE is drawn, worst first for a station's picture. */
export type Showing =
  'Faulted' | 'Charging' | 'Occupied' | 'Reserved' | 'Available' | 'Unavailable' | 'Offline' | 'Unknown';

export const showings: readonly Showing[] = [
  'Faulted',
  'Charging',
  'Occupied',
  'Reserved',
  'Available',
  'Unavailable',
  'Offline',
  'Unknown',
];

/** State of one EVSE as its station said last; charging when a transaction draws power. */
export function evseShowing(evse: EvseView): Showing {
  if (evse.status === null) return 'Unknown';
  if (evse.status !== 'Occupied') return evse.status;
  const isCharging = evse.detail === 'Charging' || (evse.transactionId !== null && (evse.powerW ?? 0) > 0);
  return isCharging ? 'Charging' : 'Occupied';
}

/**
 * State of a whole station: offline or never seen before anything it once said; then faulted, charging, occupied, reserved,
 * available and unavailable, the first that any of its EVSEs shows.
 */
export function stationShowing(station: StationView): Showing {
  if (station.liveness === 'offline') return 'Offline';
  if (station.liveness === 'never') return 'Unknown';
  const all = station.evses.map(evseShowing);
  return showings.find((s) => all.includes(s)) ?? 'Unknown';
}

/** True when the server says so, or as soon as one simulated station shows: the label must not wait for the next look at `/info`. */
export function isSimulated(saysServer: boolean, stations: readonly StationView[]): boolean {
  return saysServer || stations.some((s) => s.origin === 'simulated');
}

/** Whether what the station said last is its state now. */
export const isReachable = (station: Pick<StationView, 'liveness'>): boolean =>
  station.liveness === 'connected' || station.liveness === 'quiet';

/** Sum of the measured power of a station's EVSEs, W; null when none is measured or the station is out of reach. */
export function stationPowerW(station: StationView): number | null {
  if (!isReachable(station)) return null;
  const known = station.evses.flatMap((e) => (e.powerW === null ? [] : [e.powerW]));
  return known.length === 0 ? null : known.reduce((sum, p) => sum + p, 0);
}

/** EVSEs a driver could use now, and all of them. */
export function freeEvses(station: StationView): { readonly free: number; readonly all: number } {
  return {
    free: isReachable(station) ? station.evses.filter((e) => e.status === 'Available').length : 0,
    all: station.evses.length,
  };
}
