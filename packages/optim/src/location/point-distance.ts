import { haversineM } from '@qipan/numeric';
import type { PointCost } from './problem.js';

/** Distance between two points given as x, y (degrees east and north for `haversineKm`). */
export function pointDistance(metric: PointCost['metric']): (x1: number, y1: number, x2: number, y2: number) => number {
  if (metric === 'haversineKm') return (x1, y1, x2, y2) => haversineM(x1, y1, x2, y2) / 1000;
  if (metric === 'euclidean') return (x1, y1, x2, y2) => Math.sqrt((x1 - x2) * (x1 - x2) + (y1 - y2) * (y1 - y2));
  return (x1, y1, x2, y2) => Math.floor(Math.sqrt((x1 - x2) * (x1 - x2) + (y1 - y2) * (y1 - y2)));
}
