import { lowVoltageNetwork } from '@qipan/grid';
import type { PlanGrid, PlanProblem } from '@qipan/plan';
import { dc60, handProblem } from './hand.js';

export interface VillageGridSpec {
  readonly kva?: number;
  /** Households at the busbar, kW together at the evening peak. */
  readonly baseKw?: number;
  /** Length of the line to the end of the village, km; 0.33 ohm and 0.35 ohm a km as conductors of 95 mm² have it. */
  readonly lineKm?: number;
  readonly ratedA?: number | null;
}

/** A transformer with one site at its busbar and one at the end of a line. */
export function villageGrid(spec: VillageGridSpec = {}): PlanGrid {
  const network = lowVoltageNetwork({
    id: 'T9',
    ratedKva: spec.kva ?? 200,
    ratedV: 400,
    feedingV: 10_000,
    feedingPu: 1,
    ukPct: 4,
    pCuKw: 2,
    pFeKw: 0.3,
    i0Pct: 0.5,
    nodes: ['end'],
    lines: [
      {
        id: 'L1',
        from: 'T9',
        to: 'end',
        lengthKm: spec.lineKm ?? 0.3,
        rOhmPerKm: 0.33,
        xOhmPerKm: 0.35,
        ratedA: spec.ratedA === undefined ? 400 : spec.ratedA,
        zeroRatio: 3,
      },
    ],
    customers: [{ id: 'homes', node: 'end', connectedKw: spec.baseKw ?? 30, powerFactor: 0.95 }],
  });
  return {
    name: '九号变',
    level: 'L2',
    network,
    site: Int32Array.of(0, 1),
    node: Int32Array.of(1, 2),
    limits: { minPu: 0.93, maxPu: 1.07, transformerLoading: 1, lineLoading: 1 },
    moments: [
      { scenarioDay: 'weekday', hour: 4, baseFactor: 0.3 },
      { scenarioDay: 'weekday', hour: 19, baseFactor: 1 },
    ],
  };
}

/** Two busy villages, each served by its own spot; both spots hang on the network above. */
export function villageProblem(kwh: readonly [number, number] = [400, 400], existing = 0): PlanProblem {
  return handProblem({
    years: [2026, 2027],
    villages: [{ kwh: [kwh[0], kwh[0] * 1.2] }, { kwh: [kwh[1], kwh[1] * 1.2] }],
    spots: [
      { minutes: [5, null], slots: 8, existing },
      { minutes: [null, 5], slots: 8 },
    ],
    types: [{ ...dc60, powerKw: 30, capex: 24_000, opexPerYear: 900 }],
    layouts: [[0], [1], [2], [3], [4], [6], [8]],
  });
}
