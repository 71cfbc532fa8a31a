import { kneeOf, floorShareDefault, energyAfter, powerAt, timeToEnergy, type ChargingCurve } from './charging-curve.js';
import type { EvseConfig } from './config.js';
import type { Sample, Station } from './context.js';
import { activeFault } from './faults.js';
import { evseLimitW } from './profiles.js';
import type { EvseState } from './state.js';

/** Nominal line-to-neutral voltage, V (GB/T 156). */
const nominalV = 220;
/** Pack voltage of a DC session between empty and full, V. */
const packV = { empty: 330, full: 410 } as const;

function evseConfig(s: Station, evse: EvseState): EvseConfig {
  const found = s.config.evses[evse.evseId - 1];
  if (!found) throw new Error(`station ${s.config.identity} has no evse ${evse.evseId}`);
  return found;
}

/** The curve of the car that stands there under the limits of an instant; null when none does. */
function curveOf(s: Station, evse: EvseState, atMs: number): ChargingCurve | null {
  if (!evse.visit) return null;
  const { powerKw, current } = evseConfig(s, evse);
  return {
    powerW: Math.min(powerKw * 1000, evse.visit.acceptsW, evseLimitW(s, evse, atMs)),
    capacityWh: evse.visit.capacityWh,
    stateOfCharge: evse.visit.stateOfCharge,
    knee: kneeOf[current],
    floorShare: floorShareDefault,
  };
}

const isCharging = (evse: EvseState) => evse.transaction !== null && evse.status === 'Charging';

/** Lets energy flow up to now. No limit may change in between: the machine stops at every edge of a profile. */
export function advance(s: Station, evse: EvseState): void {
  const curve = curveOf(s, evse, evse.advancedAtMs);
  if (isCharging(evse) && evse.visit && curve) {
    const after = Math.min(energyAfter(curve, evse.deliveredWh, s.nowMs - evse.advancedAtMs), evse.visit.energyWh);
    evse.registerWh += Math.max(0, after - evse.deliveredWh);
    evse.deliveredWh = Math.max(after, evse.deliveredWh);
  }
  evse.advancedAtMs = s.nowMs;
}

export function powerNow(s: Station, evse: EvseState): number {
  const curve = curveOf(s, evse, s.nowMs);
  return isCharging(evse) && curve ? powerAt(curve, evse.deliveredWh) : 0;
}

/** When the car will have what it came for; Infinity while nothing flows. */
export function fullAtMs(s: Station, evse: EvseState): number {
  const curve = curveOf(s, evse, evse.advancedAtMs);
  if (!isCharging(evse) || !evse.visit || !curve) return Infinity;
  return evse.advancedAtMs + Math.ceil(timeToEnergy(curve, evse.deliveredWh, evse.visit.energyWh));
}

/** What the meter says, whole Wh: the true register, unless it is stuck or has been knocked off. */
export function reportedRegisterWh(s: Station, evse: EvseState): number {
  if (activeFault(s.config.faults, 'meterStuck', s.nowMs, evse.evseId)) {
    evse.stuckAtWh ??= evse.registerWh;
    return Math.floor(evse.stuckAtWh + evse.reportedOffsetWh);
  }
  evse.stuckAtWh = null;
  return Math.max(0, Math.floor(evse.registerWh + evse.reportedOffsetWh));
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** One round of readings: register, power, voltage, current, and the state of charge where the outlet is told it (DC). */
export function samples(s: Station, evse: EvseState): readonly Sample[] {
  const { current, phases } = evseConfig(s, evse);
  const powerW = powerNow(s, evse);
  const out: Sample[] = [
    { measurand: 'Energy.Active.Import.Register', value: reportedRegisterWh(s, evse), unit: 'Wh', location: 'Outlet' },
    { measurand: 'Power.Active.Import', value: rounded(powerW, 1), unit: 'W', location: 'Outlet' },
  ];
  const soc = evse.visit ? Math.min(1, evse.visit.stateOfCharge + evse.deliveredWh / evse.visit.capacityWh) : null;
  const voltage = current === 'AC' ? nominalV : packV.empty + (packV.full - packV.empty) * (soc ?? 0);
  const amperes = current === 'AC' ? powerW / (nominalV * phases) : powerW / voltage;
  out.push({ measurand: 'Voltage', value: rounded(voltage, 1), unit: 'V', location: 'Outlet' });
  out.push({ measurand: 'Current.Import', value: rounded(amperes, 2), unit: 'A', location: 'Outlet' });
  if (current === 'DC' && soc !== null)
    out.push({ measurand: 'SoC', value: rounded(soc * 100, 1), unit: 'Percent', location: 'EV' });
  return out;
}
