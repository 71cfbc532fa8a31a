import { standardLayouts, type LayoutNeeds } from '../../src/model/layouts.js';
import { ac7, dc60 } from './hand.js';

/** Two module types at one ordinary peak, at most eight guns, unless told otherwise. */
export const layoutNeeds = (part: Partial<LayoutNeeds> = {}): LayoutNeeds => ({
  moduleTypes: [ac7, dc60],
  ladder: [0, 1, 2, 4],
  peaks: [{ scenarioDay: 'd', dayName: { en: 'd', zh: '日' }, startHour: 12, hours: 1, waitMin: 10, alpha: 0.1 }],
  queue: { arrivalScv: 1, serviceScv: 1 },
  maxGuns: 8,
  wantedGuns: 0,
  wantedKw: 0,
  existing: [],
  ...part,
});

/** The standard layouts, the counts of each module type in a list of its own. */
export function layoutsOf(needs: LayoutNeeds): number[][] {
  const flat = standardLayouts(needs);
  const K = needs.moduleTypes.length;
  return Array.from({ length: flat.length / K }, (_, v) => Array.from(flat.subarray(v * K, v * K + K)));
}
