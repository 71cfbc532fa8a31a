import type { DemandLayer, PlanParameters } from '../model/parameters.js';

export const demandLayers: readonly DemandLayer[] = ['residents', 'throughTraffic', 'tourism', 'fleets'];

/** A kind of day with its multipliers scaled so that the year adds up: Σ daysPerYear · multiplier = 365 for each layer. */
export interface NormalisedDay {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
  readonly daysPerYear: number;
  readonly multiplier: Readonly<Record<DemandLayer, number>>;
  readonly serviceLevel: 'ordinary' | 'festival';
}

/** Without this a year with festivals would hold more energy than the year has. */
export function normaliseDays(days: PlanParameters['scenarioDays']): NormalisedDay[] {
  const scale = Object.fromEntries(
    demandLayers.map((layer) => {
      const sum = Object.values(days).reduce((s, d) => s + d.daysPerYear * d.multiplier[layer], 0);
      return [layer, sum > 0 ? 365 / sum : 0];
    }),
  ) as Record<DemandLayer, number>;
  return Object.entries(days).map(([id, d]) => ({
    id,
    en: d.en,
    zh: d.zh,
    daysPerYear: d.daysPerYear,
    serviceLevel: d.serviceLevel,
    multiplier: Object.fromEntries(
      demandLayers.map((layer) => [layer, d.multiplier[layer] * scale[layer]]),
    ) as unknown as Record<DemandLayer, number>,
  }));
}
