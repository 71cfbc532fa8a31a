import { QipanError } from '@qipan/base';
import type { DemandLayer } from '../model/parameters.js';

/**
 * Sessions by hour of their start at public chargers of Perth and Kinross, Scotland, September 2016 to August 2018:
 * 32,864 sessions, local time. Contains public sector information licensed under the Open Government Licence v3.0.
 */
export const perthKinrossStartsByHour: readonly number[] = [
  119, 93, 45, 33, 33, 158, 297, 863, 2068, 2089, 2236, 2423, 2878, 2799, 2672, 2972, 2502, 2487, 2369, 1543, 938, 610,
  418, 219,
];

export const perthKinrossAttribution =
  'Hours of the day: Perth & Kinross Council, contains public sector information licensed under the Open Government Licence v3.0';

/** Vehicles of fleets charge in the night, when they stand: an assumption, evenly from 21 to 6. */
const nightShape: readonly number[] = Array.from({ length: 24 }, (_, h) => (h >= 21 || h < 6 ? 1 : 0));

/** Shares of a day by hour, adding up to 1: the caller's own, or the shipped shape of the layer. */
export function hourShares(layer: DemandLayer, own: readonly number[] | null): Float64Array {
  const shape = own ?? (layer === 'fleets' ? nightShape : perthKinrossStartsByHour);
  const sum = shape.reduce((s, x) => s + x, 0);
  if (shape.length !== 24 || !(sum > 0) || shape.some((x) => !(x >= 0)))
    throw new QipanError('BAD_INPUT', `hourShare.${layer} must be 24 numbers ≥ 0 that are not all 0`, {
      field: `hourShare.${layer}`,
      got: shape,
      expected: '24 numbers ≥ 0',
    });
  return Float64Array.from(shape, (x) => x / sum);
}
