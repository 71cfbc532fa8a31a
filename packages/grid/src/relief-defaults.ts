import type { ChargingRule } from './charging.js';
import type { GridNetwork } from './network.js';
import type { Relief } from './relief.js';

/** What relief costs in a Chinese village, CNY; orders of magnitude, every one a `default` to be replaced by the county's own. */
export const reliefCosts = {
  /** Controllable timers and a season of explaining. */
  staggerCny: 5_000,
  /** A meter at the transformer and its link to the management system. */
  dynamicCny: 15_000,
  tapCny: 2_000,
  /** Low-voltage line of the next thicker conductor, poles kept, a kilometre. */
  conductorCnyPerKm: 90_000,
  /** A transformer in place of the old one, a kVA. */
  transformerCnyPerKva: 320,
  transformerFixedCny: 20_000,
} as const;

/** Ratings that are made, kVA: the R10 series (GB/T 321, IEC 60076-1). */
const standardKva = [30, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600];

const days = { rule: 30, tap: 7, conductor: 90, transformer: 120 } as const;

/** The rungs that may be looked at for a village charged on arrival: rules, tap, conductor, the next larger transformer. */
export function usualReliefs(network: GridNetwork, ratedKva: number): Relief[] {
  const rule = (r: ChargingRule, cost: number): Relief => ({ kind: 'rule', rule: r, cost, leadTimeDays: days.rule });
  // Less than half as much again would hardly be worth the crane.
  const next = standardKva.find((kva) => kva >= 1.5 * ratedKva) ?? 2 * ratedKva;
  const hasLines = network.branches.some((b) => b.kind === 'line' && b.r1 > 0);
  return [
    rule({ kind: 'staggeredValley', fromHour: 22, toHour: 6 }, reliefCosts.staggerCny),
    rule({ kind: 'dynamicLimit', share: 0.9 }, reliefCosts.dynamicCny),
    { kind: 'tap', steps: 1, cost: reliefCosts.tapCny, leadTimeDays: days.tap },
    ...(hasLines
      ? [
          {
            kind: 'conductor' as const,
            impedanceShare: 0.5,
            costPerKm: reliefCosts.conductorCnyPerKm,
            rOhmPerKm: 0.443,
            leadTimeDays: days.conductor,
          },
        ]
      : []),
    {
      kind: 'transformer',
      ratedVa: next * 1000,
      cost: reliefCosts.transformerFixedCny + reliefCosts.transformerCnyPerKva * next,
      leadTimeDays: days.transformer,
    },
  ];
}
