import { haversineM } from '@qipan/numeric';
import type { ChessData } from './data.js';

/** Length of a degree of latitude on the sphere of `haversineM`, a hair below it so that nothing in reach is left out. */
const degreeM = 111_194;

/**
 * For each industry with a prerequisite, by region, 1 where a standing supplier in reach meets it: in the region itself, or
 * within `rules.supplierKm` on the great circle. Regions of unknown place reach nobody and are reached by nobody.
 *
 * No great circle is shorter than its difference of latitude, so only a band of regions is measured (2,800 regions, 40
 * prerequisites, 150 km: 0.4 CPU s, 12 CPU s when every region was).
 */
export function suppliedBy(data: ChessData): Map<number, Uint8Array> {
  const R = data.regions.code.length;
  const { lon, lat } = data.regions;
  const reachM = data.rules.supplierKm * 1000;
  const stands = new Map<number, number[]>();
  for (const { needs } of data.prerequisites) for (const j of needs) stands.set(j, []);
  data.pairs.isPresent.forEach((present, k) => {
    if (present === 1) stands.get(data.pairs.industry[k])?.push(data.pairs.region[k]);
  });
  const byLat = Int32Array.from({ length: R }, (_, r) => r)
    .filter((r) => !Number.isNaN(lat[r]))
    .sort((a, b) => lat[a] - lat[b]);
  const firstFrom = (degree: number): number => {
    let [low, high] = [0, byLat.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lat[byLat[middle]] < degree) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const out = new Map<number, Uint8Array>();
  for (const { industry, needs } of data.prerequisites) {
    const met = out.get(industry) ?? new Uint8Array(R);
    out.set(industry, met);
    for (const s of needs.flatMap((j) => stands.get(j) ?? [])) {
      met[s] = 1;
      if (!(reachM > 0) || Number.isNaN(lat[s])) continue;
      const north = lat[s] + reachM / degreeM;
      for (let e = firstFrom(lat[s] - reachM / degreeM); e < byLat.length && lat[byLat[e]] <= north; e++) {
        const r = byLat[e];
        if (met[r] === 0 && haversineM(lon[s], lat[s], lon[r], lat[r]) <= reachM) met[r] = 1;
      }
    }
  }
  return out;
}
