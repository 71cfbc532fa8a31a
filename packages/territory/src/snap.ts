import { SegmentIndex } from '@qipan/numeric';
import type { Position } from './geojson.js';
import type { RoadGraph } from './road-graph.js';

/** Where points stand on the road network. */
export interface Snaps {
  /** Nearest open edge, −1 when none lies within the reach or it is not in the main component. */
  readonly edge: Int32Array;
  /** Share of the edge's length before the point, from its source. */
  readonly along: Float64Array;
  /** Straight distance to the road, metres; NaN when no road lies within the reach. */
  readonly distanceM: Float64Array;
  /** Why a point has no edge. */
  readonly reason: readonly ('' | 'farFromRoad' | 'notOnMainComponent')[];
}

/** Further from a road than this a point is not taken to be on it. */
export const defaultReachM = 1000;

/** Finds the nearest stretch of open road of each point, for many points on one network. */
export class RoadSnapper {
  readonly #roads: RoadGraph;
  readonly #index: SegmentIndex;
  readonly #edgeOf: Int32Array;
  readonly #lengthBefore: Float64Array;
  readonly #length: Float64Array;

  constructor(roads: RoadGraph) {
    this.#roads = roads;
    const ends: number[][] = [[], [], [], []];
    const edgeOf: number[] = [];
    const before: number[] = [];
    const length: number[] = [];
    roads.shape.forEach((shape, e) => {
      if (roads.direction[e] === 0) return;
      const scale = Math.cos(((shape[0]?.[1] ?? 0) * Math.PI) / 180);
      let run = 0;
      for (let i = 1; i < shape.length; i++) {
        const [a, b] = [shape[i - 1] as Position, shape[i] as Position];
        const long = Math.hypot((b[0] - a[0]) * scale, b[1] - a[1]);
        [a[0], a[1], b[0], b[1]].forEach((v, k) => ends[k]?.push(v));
        edgeOf.push(e);
        before.push(run);
        length.push(long);
        run += long;
      }
    });
    this.#index = new SegmentIndex({
      lon1: ends[0] ?? [],
      lat1: ends[1] ?? [],
      lon2: ends[2] ?? [],
      lat2: ends[3] ?? [],
    });
    this.#edgeOf = Int32Array.from(edgeOf);
    this.#lengthBefore = Float64Array.from(before);
    this.#length = Float64Array.from(length);
  }

  snap(lon: ArrayLike<number>, lat: ArrayLike<number>, reachM = defaultReachM): Snaps {
    const n = lon.length;
    const edge = new Int32Array(n).fill(-1);
    const along = new Float64Array(n).fill(NaN);
    const distanceM = new Float64Array(n).fill(NaN);
    const reason = Array.from({ length: n }, (): Snaps['reason'][number] => 'farFromRoad');
    for (let i = 0; i < n; i++) {
      const hit = this.#index.nearest(lon[i] as number, lat[i] as number, reachM);
      if (hit === null) continue;
      distanceM[i] = hit.distanceM;
      const e = this.#edgeOf[hit.segment] as number;
      if (this.#roads.component[this.#roads.source[e] as number] !== 0) {
        reason[i] = 'notOnMainComponent';
        continue;
      }
      reason[i] = '';
      edge[i] = e;
      along[i] = this.#share(hit.segment, hit.along);
    }
    return { edge, along, distanceM, reason };
  }

  #share(segment: number, along: number): number {
    const e = this.#edgeOf[segment];
    let last = segment;
    while (this.#edgeOf[last + 1] === e) last++;
    const total = (this.#lengthBefore[last] as number) + (this.#length[last] as number);
    const at = (this.#lengthBefore[segment] as number) + along * (this.#length[segment] as number);
    return total === 0 ? 0 : at / total;
  }
}
