import { compactGraph, type CompactGraph } from '@qipan/numeric';
import type { Position } from './geojson.js';

/** Roads as nodes (junctions and ends) and edges (stretches between them), each edge once with its directions. */
export interface RoadGraph {
  readonly lon: Float64Array;
  readonly lat: Float64Array;
  /** Component of each node over the open edges, directions ignored; 0 is the one with most nodes. */
  readonly component: Int32Array;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly lengthM: Float64Array;
  /** Driving time at free flow, seconds. */
  readonly seconds: Float64Array;
  /** 1 = both ways, 2 = source to target only, 3 = target to source only, 0 = closed to motor vehicles. */
  readonly direction: Uint8Array;
  readonly highway: readonly string[];
  readonly name: readonly string[];
  /** Posted limit as text in the source, '' when none. */
  readonly maxspeed: readonly string[];
  /** Id of the way in the source. */
  readonly way: Float64Array;
  /** Shape of each edge from source to target, both ends included. */
  readonly shape: readonly (readonly Position[])[];
}

/** The arcs that may be driven, weighted by seconds or metres, for the bounded search. */
export function roadArcs(roads: RoadGraph, weight: 'seconds' | 'lengthM' = 'seconds'): CompactGraph {
  const from: number[] = [];
  const to: number[] = [];
  const cost: number[] = [];
  roads.direction.forEach((direction, e) => {
    const [s, t, w] = [roads.source[e] as number, roads.target[e] as number, roads[weight][e] as number];
    if (direction === 1 || direction === 2) {
      from.push(s);
      to.push(t);
      cost.push(w);
    }
    if (direction === 1 || direction === 3) {
      from.push(t);
      to.push(s);
      cost.push(w);
    }
  });
  return compactGraph(roads.lon.length, { from, to, weight: cost });
}
