import { earthRadiusM, QipanError } from '@qipan/base';
import Flatbush from 'flatbush';

const radians = Math.PI / 180;
const metresPerDegree = earthRadiusM * radians;

/** Ends of segments, degrees, one entry each; none may cross the antimeridian. */
export interface Segments {
  readonly lon1: ArrayLike<number>;
  readonly lat1: ArrayLike<number>;
  readonly lon2: ArrayLike<number>;
  readonly lat2: ArrayLike<number>;
}

export interface SegmentHit {
  readonly segment: number;
  /** Where on it the nearest point lies, 0 = first end … 1 = second. */
  readonly along: number;
  readonly distanceM: number;
}

/**
 * An index of short straight stretches (of roads, say) for "which is nearest". Distances are taken on a plane laid at
 * the point asked about: good to 0.1 % within a few kilometres, away from the poles.
 */
export class SegmentIndex {
  readonly #segments: Segments;
  readonly #tree: Flatbush | null;

  constructor(segments: Segments) {
    const { lon1, lat1, lon2, lat2 } = segments;
    const n = lon1.length;
    if (lat1.length !== n || lon2.length !== n || lat2.length !== n)
      throw new QipanError(
        'SHAPE_MISMATCH',
        `segment ends have ${n}, ${lat1.length}, ${lon2.length}, ${lat2.length} rows`,
      );
    this.#segments = segments;
    this.#tree = n === 0 ? null : new Flatbush(n);
    for (let s = 0; s < n; s++)
      this.#tree?.add(
        Math.min(lon1[s], lon2[s]),
        Math.min(lat1[s], lat2[s]),
        Math.max(lon1[s], lon2[s]),
        Math.max(lat1[s], lat2[s]),
      );
    this.#tree?.finish();
  }

  /** The nearest segment at most `maxM` metres away, ties to the smaller number; null when there is none, or for NaN. */
  nearest(lon: number, lat: number, maxM = Infinity): SegmentHit | null {
    if (this.#tree === null || Number.isNaN(lon) || Number.isNaN(lat)) return null;
    let radius = Math.min(maxM, 500);
    for (;;) {
      const best = this.#bestWithin(lon, lat, radius);
      if (best !== null || radius >= maxM || radius > 2.1e7) return best;
      radius = Math.min(maxM, radius * 4);
    }
  }

  #bestWithin(lon: number, lat: number, radius: number): SegmentHit | null {
    const perLon = metresPerDegree * Math.cos(lat * radians);
    const [dx, dy] = [radius / perLon, radius / metresPerDegree];
    let best: SegmentHit | null = null;
    for (const s of this.#tree?.search(lon - dx, lat - dy, lon + dx, lat + dy) ?? []) {
      const x1 = (this.#segments.lon1[s] - lon) * perLon;
      const y1 = (this.#segments.lat1[s] - lat) * metresPerDegree;
      const x2 = (this.#segments.lon2[s] - lon) * perLon - x1;
      const y2 = (this.#segments.lat2[s] - lat) * metresPerDegree - y1;
      const long = x2 * x2 + y2 * y2;
      const along = long === 0 ? 0 : Math.max(0, Math.min(1, -(x1 * x2 + y1 * y2) / long));
      const distanceM = Math.hypot(x1 + along * x2, y1 + along * y2);
      if (distanceM > radius) continue;
      if (best === null || distanceM < best.distanceM || (distanceM === best.distanceM && s < best.segment))
        best = { segment: s, along, distanceM };
    }
    return best;
  }
}
