import type { ChargingRule } from './charging.js';
import { hostingCapacity, type HostingResult, type LimitingElement } from './hosting.js';
import type { HostingCase, HostingOptions } from './hosting-study.js';
import type { GridBranch, GridNetwork } from './network.js';

/** One thing that can be done about a transformer that cannot carry the cars. */
export type Relief =
  | { readonly kind: 'rule'; readonly rule: ChargingRule; readonly cost: number; readonly leadTimeDays: number }
  | { readonly kind: 'tap'; readonly steps: number; readonly cost: number; readonly leadTimeDays: number }
  /** Every section from the transformer to the worst node gets the share of its impedance. */
  | {
      readonly kind: 'conductor';
      readonly impedanceShare: number;
      readonly costPerKm: number;
      readonly rOhmPerKm: number;
      readonly leadTimeDays: number;
    }
  | { readonly kind: 'transformer'; readonly ratedVa: number; readonly cost: number; readonly leadTimeDays: number };

export interface ReliefRung {
  readonly relief: Relief;
  readonly cars: number;
  /** Cars more than today's rule carries; 0 when the rung gains nothing, and it is shown all the same. */
  readonly gained: number;
  readonly cost: number;
  /** null when nothing is gained. */
  readonly costPerCar: number | null;
  readonly leadTimeDays: number;
  readonly limiting: readonly LimitingElement[];
}

export interface ReliefTable {
  readonly today: HostingResult;
  /** In order of cost a car; what gains nothing stands last. */
  readonly rungs: readonly ReliefRung[];
  /** First year in which the cars expected are more than today's rule carries; null = not within the years given. */
  readonly doNothingUntil: number | null;
}

const withBranches = (n: GridNetwork, change: (b: GridBranch) => GridBranch): GridNetwork => ({
  ...n,
  branches: n.branches.map(change),
});

/** Kilometres of line whose conductor a rung replaces: all sections of the network, at their resistance. */
function lineKm(n: GridNetwork, rOhmPerKm: number): number {
  return n.branches.reduce((a, b) => a + (b.kind === 'line' ? b.r1 / rOhmPerKm : 0), 0);
}

function applied(c: HostingCase, relief: Relief): { case: HostingCase; cost: number } {
  const { network } = c;
  switch (relief.kind) {
    case 'rule':
      return { case: c, cost: relief.cost };
    case 'tap': {
      // A step that lowers the high side's number of turns raises the voltage of the village.
      const moved = withBranches(network, (b) =>
        b.kind === 'transformer'
          ? {
              ...b,
              tapPosition: Math.max(
                b.tapMin,
                Math.min(b.tapMax, b.tapPosition - (b.tapSide === 'from' ? relief.steps : -relief.steps)),
              ),
            }
          : b,
      );
      return { case: { ...c, network: moved }, cost: relief.cost };
    }
    case 'conductor': {
      const k = relief.impedanceShare;
      const stronger = withBranches(network, (b) =>
        b.kind === 'line' ? { ...b, r1: b.r1 * k, x1: b.x1 * k, r0: b.r0 * k, x0: b.x0 * k, ratedA: b.ratedA / k } : b,
      );
      return { case: { ...c, network: stronger }, cost: relief.costPerKm * lineKm(network, relief.rOhmPerKm) };
    }
    case 'transformer': {
      // Losses and magnetising current grow with the rating, so that their relative figures stay.
      const bigger = withBranches(network, (b) => {
        if (b.kind !== 'transformer') return b;
        const k = relief.ratedVa / b.ratedVa;
        return {
          ...b,
          ratedVa: relief.ratedVa,
          pkW: b.pkW * k,
          p0W: b.p0W * k,
          p0ZeroW: b.p0ZeroW * k,
          pkMinW: b.pkMinW * k,
          pkMaxW: b.pkMaxW * k,
        };
      });
      return { case: { ...c, network: bigger }, cost: relief.cost };
    }
  }
}

/**
 * The relief ladder of one transformer: each rung is simulated again with the same draws, and ordered by what one more car costs.
 * @param carsByYear cars expected under this transformer (P90), for the date until which nothing need be done
 */
export function reliefLadder(
  c: HostingCase,
  today: ChargingRule,
  reliefs: readonly Relief[],
  o: HostingOptions & {
    readonly carsByYear?: readonly { readonly year: number; readonly cars: number }[];
    /** Answers of the same case, options and seed that are there already: they are not computed again. */
    readonly known?: readonly HostingResult[];
  },
): ReliefTable {
  const sameRule = (rule: ChargingRule) => o.known?.find((h) => JSON.stringify(h.rule) === JSON.stringify(rule));
  const now = sameRule(today) ?? hostingCapacity(c, [today], o)[0];
  const rungs = reliefs.map((relief): ReliefRung => {
    const { case: changed, cost } = applied(c, relief);
    const known = relief.kind === 'rule' ? sameRule(relief.rule) : undefined;
    const h = known ?? hostingCapacity(changed, [relief.kind === 'rule' ? relief.rule : today], o)[0];
    const gained = Math.max(0, h.cars - now.cars);
    return {
      relief,
      cars: h.cars,
      gained,
      cost,
      costPerCar: gained > 0 ? cost / gained : null,
      leadTimeDays: relief.leadTimeDays,
      limiting: h.limiting,
    };
  });
  rungs.sort((a, b) => (a.costPerCar ?? Infinity) - (b.costPerCar ?? Infinity) || a.leadTimeDays - b.leadTimeDays);
  const doNothingUntil = o.carsByYear?.find((y) => y.cars > now.cars)?.year ?? null;
  return { today: now, rungs, doNothingUntil };
}
