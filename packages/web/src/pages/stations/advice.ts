import type { StationDetail, StationView } from '@qipan/server/contract';
import type { stationWords } from '../../i18n/stations.js';
import type { Fill } from '../../i18n/words.js';

export interface AdviceLine {
  readonly key: keyof typeof stationWords & `advice${string}`;
  readonly fill?: Fill;
}

/** What is wrong with a station and what to try, from its connection first and then each EVSE; empty when all is well. */
export function adviceOf(station: StationView & Partial<Pick<StationDetail, 'refused'>>): readonly AdviceLine[] {
  if (station.refused !== undefined && station.refused !== null && station.liveness !== 'connected') {
    const { reason, count, remoteAddress } = station.refused;
    const key = reason === 'password' ? 'advicePassword' : 'adviceVersion';
    return [{ key, fill: { n: count, from: remoteAddress } }];
  }
  if (station.liveness === 'never') return [{ key: 'adviceNever' }];
  if (station.liveness === 'offline') return [{ key: 'adviceOffline' }];
  const lines: AdviceLine[] = [];
  if (station.liveness === 'quiet') lines.push({ key: 'adviceQuiet' });
  if (station.registration !== null && station.registration !== 'Accepted') lines.push({ key: 'advicePending' });
  for (const e of station.evses) {
    const n = e.evseId;
    if (e.status === 'Faulted')
      lines.push(
        e.errorCode === 'GroundFailure'
          ? { key: 'adviceGround', fill: { n } }
          : { key: 'adviceFaulted', fill: { n, code: e.errorCode ?? e.detail ?? '?' } },
      );
    if (e.status === 'Unavailable') lines.push({ key: 'adviceUnavailable', fill: { n } });
  }
  return lines;
}
