import { BoundedSearch } from '@qipan/numeric';
import { roadArcs, type RoadGraph } from './road-graph.js';
import type { Snaps } from './snap.js';

/** A point on the road: the edge, the share of it before the point, and the minutes between point and road. */
export interface RoadStart {
  readonly edge: number;
  readonly along: number;
  readonly legMin: number;
}

/** Times from one point after another to the same snapped places, on one network. */
export class RoadTimes {
  readonly #roads: RoadGraph;
  readonly #search: BoundedSearch;
  readonly #places: Snaps;
  readonly #legMin: Float64Array;
  /** Places on the edges at each node, compressed by node. */
  readonly #first: Int32Array;
  readonly #at: Int32Array;

  constructor(roads: RoadGraph, places: Snaps, legMin: Float64Array) {
    this.#roads = roads;
    this.#search = new BoundedSearch(roadArcs(roads));
    this.#places = places;
    this.#legMin = legMin;
    const nodes = roads.lon.length;
    const first = new Int32Array(nodes + 1);
    const ends = (e: number) => [roads.source[e] as number, roads.target[e] as number];
    const each = (f: (node: number, place: number) => void) =>
      places.edge.forEach((e, p) => {
        if (e !== -1) for (const node of ends(e)) f(node, p);
      });
    each((node) => {
      first[node + 1] = (first[node + 1] as number) + 1;
    });
    for (let u = 0; u < nodes; u++) first[u + 1] = (first[u + 1] as number) + (first[u] as number);
    const next = first.slice();
    const at = new Int32Array(first[nodes] as number);
    each((node, p) => {
      const k = next[node] as number;
      at[k] = p;
      next[node] = k + 1;
    });
    this.#first = first;
    this.#at = at;
  }

  /** Minutes to every snapped place within the limit (inclusive), in no promised order. */
  from(start: RoadStart, limitMin: number): { to: number; min: number }[] {
    const limitS = (limitMin - start.legMin) * 60;
    if (limitS < 0) return [];
    const { source, target, seconds, direction } = this.#roads;
    const e = start.edge;
    const way = direction[e] as number;
    const s = seconds[e] as number;
    const seeds: number[] = [];
    const offsets: number[] = [];
    if (way !== 3) {
      seeds.push(target[e] as number);
      offsets.push((1 - start.along) * s);
    }
    if (way !== 2) {
      seeds.push(source[e] as number);
      offsets.push(start.along * s);
    }
    this.#search.runFrom(seeds, offsets, limitS);
    const best = new Map<number, number>();
    const offer = (place: number, secondsTo: number) => {
      const min = start.legMin + secondsTo / 60 + (this.#legMin[place] as number);
      if (min <= limitMin && min < (best.get(place) ?? Infinity)) best.set(place, min);
    };
    for (let i = 0; i < this.#search.count; i++) this.#arrive(this.#search.reached[i] as number, offer);
    this.#sameEdge(start, offer);
    return [...best].map(([to, min]) => ({ to, min }));
  }

  #arrive(node: number, offer: (place: number, seconds: number) => void): void {
    const { source, target, seconds, direction } = this.#roads;
    const here = this.#search.distance[node] as number;
    for (let k = this.#first[node] as number; k < (this.#first[node + 1] as number); k++) {
      const place = this.#at[k] as number;
      const e = this.#places.edge[place] as number;
      const along = this.#places.along[place] as number;
      if (source[e] === node && direction[e] !== 3) offer(place, here + along * (seconds[e] as number));
      if (target[e] === node && direction[e] !== 2) offer(place, here + (1 - along) * (seconds[e] as number));
    }
  }

  #sameEdge(start: RoadStart, offer: (place: number, seconds: number) => void): void {
    const way = this.#roads.direction[start.edge] as number;
    const node = this.#roads.source[start.edge] as number;
    for (let k = this.#first[node] as number; k < (this.#first[node + 1] as number); k++) {
      const place = this.#at[k] as number;
      if (this.#places.edge[place] !== start.edge) continue;
      const ahead = (this.#places.along[place] as number) - start.along;
      if (ahead >= 0 ? way !== 3 : way !== 2)
        offer(place, Math.abs(ahead) * (this.#roads.seconds[start.edge] as number));
    }
  }
}
