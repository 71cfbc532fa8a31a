import { msPerHour, random } from '@qipan/base';
import { faultKinds, type StationFault } from '@qipan/ocpp';
import type { FleetStationSpec } from './spec.js';

/** Kinds of schema quirks a station may show. */
const quirks = 4;

/**
 * Gives `count` stations one fault each, the kinds in turn, seeded: it begins within `spanMs` and lasts from a quarter of it to all
 * of it. The same seed spoils the same stations in the same way, so that detectors can be compared.
 */
export function scheduleFaults(
  stations: readonly FleetStationSpec[],
  o: { readonly count: number; readonly seed: number; readonly fromMs: number; readonly spanMs?: number },
): readonly FleetStationSpec[] {
  const draw = random(o.seed).fork('faults');
  const spanMs = o.spanMs ?? 24 * msPerHour;
  const spoiled = new Map<number, StationFault>();
  draw
    .permutation(stations.length)
    .slice(0, o.count)
    .forEach((index, n) => {
      const kind = faultKinds[n % faultKinds.length] ?? 'silentConnector';
      const fromMs = Math.round(o.fromMs + draw.next() * spanMs);
      const toMs = Math.round(fromMs + (0.25 + 0.75 * draw.next()) * spanMs);
      const evses = stations[index]?.evses.length ?? 1;
      const own = ['silentConnector', 'stuckLock', 'meterStuck', 'meterBackward', 'meterJump'].includes(kind);
      spoiled.set(index, {
        kind,
        fromMs,
        toMs,
        ...(own ? { evseId: 1 + draw.below(evses) } : {}),
        ...(kind === 'schemaQuirk' ? { amount: draw.below(quirks) } : {}),
      });
    });
  return stations.map((s, i) => {
    const fault = spoiled.get(i);
    return fault ? { ...s, faults: [...s.faults, fault] } : s;
  });
}
