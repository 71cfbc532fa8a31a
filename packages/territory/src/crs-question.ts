import type { Bilingual } from '@qipan/base';
import { kthSmallest } from '@qipan/numeric';
import { pointsToWgs84, type Crs } from './crs.js';
import type { RoadGraph } from './road-graph.js';
import { RoadSnapper } from './snap.js';

export interface CrsQuestion {
  /** Median distance of the points to the nearest road, read as each system, metres. */
  readonly medianM: Readonly<Record<Crs, number>>;
  /** What to ask the user, or null when the points sit well on the roads as they are. */
  readonly question: Bilingual | null;
}

/** Villages stand on roads: a typical village further from one than this is a sign of shifted coordinates. */
const doubtfulM = 300;
const lookM = 5000;

/**
 * Asks whether unlabelled points are really WGS-84, by how near they stand to the roads. It never converts: it says
 * what another reading would give. Points without a road within 5 km count as 5 km away.
 */
export function crsQuestion(lon: ArrayLike<number>, lat: ArrayLike<number>, roads: RoadGraph): CrsQuestion {
  const snapper = new RoadSnapper(roads);
  const median = (crs: Crs): number => {
    const at = pointsToWgs84(lon, lat, crs);
    const distances = snapper.snap(at.lon, at.lat, lookM).distanceM.map((d) => (Number.isNaN(d) ? lookM : d));
    return distances.length === 0 ? NaN : kthSmallest(distances, (distances.length - 1) >> 1);
  };
  const medianM = { wgs84: median('wgs84'), gcj02: median('gcj02'), bd09: median('bd09') };
  if (!(medianM.wgs84 > doubtfulM)) return { medianM, question: null };
  const better = (['gcj02', 'bd09'] as const).filter((c) => medianM[c] < medianM.wgs84 / 2);
  const best = better.sort((a, b) => medianM[a] - medianM[b])[0];
  const metres = (m: number) => String(Math.round(m));
  const hintEn = best === undefined ? '' : `; read as ${best} it would be ${metres(medianM[best])} m`;
  const hintZh = best === undefined ? '' : `；若按 ${best} 读取则为 ${metres(medianM[best])} 米`;
  return {
    medianM,
    question: {
      en: `The points lie ${metres(medianM.wgs84)} m from the nearest road (median)${hintEn}. Which coordinate system are they in?`,
      zh: `各点到最近道路的距离中位数为 ${metres(medianM.wgs84)} 米${hintZh}。请确认坐标系。`,
    },
  };
}
