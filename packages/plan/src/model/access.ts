import type { Bilingual } from '@qipan/base';
import { travelTimes, type Board } from '@qipan/territory';
import type { Candidate } from './candidates.js';
import type { PlanParameters } from './parameters.js';
import type { AccessLists, TravelBasis } from './problem.js';

/** Points within reach of each candidate, with travel times, and what these rest on. */
export function accessLists(
  board: Board,
  candidates: readonly Candidate[],
  p: PlanParameters,
): { lists: AccessLists; travel: TravelBasis; warnings: Bilingual[] } {
  const { detourFactor, speedKmh, maxMin } = p.access;
  const times = travelTimes(board, { limitMin: maxMin, factor: detourFactor, speedKmh });
  const { start: from, index, value } = times.bySite;
  const start = new Int32Array(candidates.length + 1);
  const point: number[] = [];
  const travelMin: number[] = [];
  const reached = new Uint8Array(board.places.id.length);
  candidates.forEach(({ row }, j) => {
    for (let e = from[row]; e < from[row + 1]; e++) {
      if (!(value[e] <= maxMin)) continue;
      point.push(index[e]);
      travelMin.push(value[e]);
      reached[index[e]] = 1;
    }
    start[j + 1] = point.length;
  });
  const alone = board.places.name.filter((_, i) => !reached[i]);
  const warnings = [...times.warnings];
  if (alone.length > 0)
    warnings.push({
      en: `${alone.length} places have no candidate site within ${maxMin} min: ${alone.slice(0, 10).join(', ')}`,
      zh: `${alone.length}个地点在${maxMin}分钟内没有候选站址：${alone.slice(0, 10).join('、')}`,
    });
  const road = times.method === 'road';
  return {
    lists: { start, point: Int32Array.from(point), travelMin: Float64Array.from(travelMin) },
    travel: {
      method: road ? 'road' : 'crowFly',
      factor: road ? null : times.factor,
      speedKmh: road ? null : times.speedKmh,
    },
    warnings,
  };
}
