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

/**
 * Components of the open edges, directions ignored, numbered from the one with most nodes down; ties by the least node.
 * A node with closed edges only is a component of its own.
 */
export function componentsOf(graph: {
  readonly nodes: number;
  readonly source: Int32Array;
  readonly target: Int32Array;
  readonly direction: Uint8Array;
}): Int32Array {
  const root = Int32Array.from({ length: graph.nodes }, (_, i) => i);
  const find = (node: number): number => {
    let r = node;
    while (root[r] !== r) {
      root[r] = root[root[r] as number] as number;
      r = root[r] as number;
    }
    return r;
  };
  graph.direction.forEach((d, e) => {
    if (d === 0) return;
    const [a, b] = [find(graph.source[e] as number), find(graph.target[e] as number)];
    root[Math.max(a, b)] = Math.min(a, b);
  });
  const size = new Map<number, number>();
  for (let i = 0; i < graph.nodes; i++) size.set(find(i), (size.get(find(i)) ?? 0) + 1);
  const ranked = [...size].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const rank = new Map(ranked.map(([r], k) => [r, k]));
  return Int32Array.from({ length: graph.nodes }, (_, i) => rank.get(find(i)) as number);
}
