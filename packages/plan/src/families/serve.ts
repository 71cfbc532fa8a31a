import { captureShare } from '../model/capture.js';
import { discountFactors } from '../model/present-value.js';
import type { PlanProblem } from '../model/problem.js';

/** Pairs of site and point that can be worth serving, listed by site, with their money. */
export interface ServeModel {
  /** [J + 1] */
  readonly start: Int32Array;
  readonly point: Int32Array;
  /** Position of the pair in the problem's access lists. */
  readonly access: Int32Array;
  /** Largest share, from the capture function. */
  readonly share: Float64Array;
  /** Travel cost per kWh, undiscounted. */
  readonly travelPerKwh: Float64Array;
  /** Discounted money of a kWh a day in each year: discount · days a year. */
  readonly yearWeight: Float64Array;
}

/** `Σ_j x + q = 1`, `x_ij ≤ φ(τ_ij)·y_j`. A pair that costs more to travel than to leave unserved is never used and left out. */
export function serve(problem: PlanProblem): ServeModel {
  const { access, cost, capture, energyKwhPerDay } = problem;
  const T = problem.years.length;
  const J = problem.sites.id.length;
  const start = new Int32Array(J + 1);
  const point: number[] = [];
  const pair: number[] = [];
  const share: number[] = [];
  const travelPerKwh: number[] = [];
  const carries = Uint8Array.from(problem.demandPoints.id, (_, i) =>
    energyKwhPerDay.subarray(i * T, i * T + T).some((x) => x > 0) ? 1 : 0,
  );
  const perMinute = ((2 / 60) * cost.timeValuePerHour) / cost.tripKwh;
  for (let j = 0; j < J; j++) {
    for (let e = access.start[j]; e < access.start[j + 1]; e++) {
      const phi = captureShare(access.travelMin[e], capture);
      const perKwh = perMinute * access.travelMin[e];
      const i = access.point[e];
      if (phi <= 0 || perKwh >= cost.unservedPerKwh || !carries[i]) continue;
      point.push(i);
      pair.push(e);
      share.push(phi);
      travelPerKwh.push(perKwh);
    }
    start[j + 1] = point.length;
  }
  return {
    start,
    point: Int32Array.from(point),
    access: Int32Array.from(pair),
    share: Float64Array.from(share),
    travelPerKwh: Float64Array.from(travelPerKwh),
    yearWeight: discountFactors(problem).year.map((d) => d * cost.daysPerYear),
  };
}
