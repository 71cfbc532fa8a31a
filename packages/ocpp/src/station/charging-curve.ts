/**
 * Power a car takes over its state of charge: constant up to a knee, then falling in a straight line over the state of charge
 * to `floorShare` of it at a full battery. Constant-current, constant-voltage charging seen from the meter.
 * With energy E delivered since plug-in, above the knee dE/dt = a − b·E, so all that is asked here has a closed form.
 */
export interface ChargingCurve {
  /** The least of station, car and limit, W. */
  readonly powerW: number;
  readonly capacityWh: number;
  /** State of charge at plug-in, 0…1. */
  readonly stateOfCharge: number;
  /** State of charge where the power begins to fall, 0…1. */
  readonly knee: number;
  /** Share of `powerW` left at a full battery, above 0. */
  readonly floorShare: number;
}

/** Where the power begins to fall: a fast charger meets the voltage limit early, an on-board charger hardly at all. */
export const kneeOf = { AC: 0.97, DC: 0.8 } as const;
export const floorShareDefault = 0.08;

const kneeEnergy = (c: ChargingCurve) => Math.max(0, (c.knee - c.stateOfCharge) * c.capacityWh);

/** Slope b of the falling part, 1/h: P = powerW − b·(E − E_knee) for a car that passes the knee. */
const slope = (c: ChargingCurve) => (c.powerW * (1 - c.floorShare)) / ((1 - c.knee) * c.capacityWh);

/** Power at `deliveredWh` since plug-in, W; never below the floor. */
export function powerAt(c: ChargingCurve, deliveredWh: number): number {
  const soc = c.stateOfCharge + deliveredWh / c.capacityWh;
  if (soc <= c.knee) return c.powerW;
  const share = 1 - ((1 - c.floorShare) * (soc - c.knee)) / (1 - c.knee);
  return c.powerW * Math.max(share, c.floorShare);
}

/** Energy delivered after another `ms`, Wh, without regard to a full battery. */
export function energyAfter(c: ChargingCurve, deliveredWh: number, ms: number): number {
  let hours = ms / 3_600_000;
  let e = deliveredWh;
  if (c.powerW <= 0 || hours <= 0) return e;
  const knee = kneeEnergy(c);
  if (e < knee) {
    const toKnee = (knee - e) / c.powerW;
    if (hours <= toKnee) return e + c.powerW * hours;
    hours -= toKnee;
    e = knee;
  }
  const b = slope(c);
  const p = powerAt(c, e);
  return e + (p / b) * (1 - Math.exp(-b * hours));
}

/** Time from `deliveredWh` to `targetWh`, ms; Infinity when the power is 0 or the curve never gets there. */
export function timeToEnergy(c: ChargingCurve, deliveredWh: number, targetWh: number): number {
  if (targetWh <= deliveredWh) return 0;
  if (c.powerW <= 0) return Infinity;
  const knee = kneeEnergy(c);
  let hours = 0;
  let e = deliveredWh;
  if (e < knee) {
    const stop = Math.min(knee, targetWh);
    hours += (stop - e) / c.powerW;
    e = stop;
  }
  if (e < targetWh) {
    const b = slope(c);
    const left = 1 - (b * (targetWh - e)) / powerAt(c, e);
    if (left <= 0) return Infinity;
    hours += -Math.log(left) / b;
  }
  return hours * 3_600_000;
}
