import type { Position } from './geojson.js';
import { componentsOf, type RoadGraph } from './road-graph.js';

/** An edge under construction: the old edges it is made of, in order, each forward (true) or turned. */
interface Chain {
  readonly parts: readonly { readonly edge: number; readonly forward: boolean }[];
  readonly from: number;
  readonly to: number;
}

/** Direction of an edge as seen when it is walked from its source (forward) or from its target. */
const seen = (direction: number, forward: boolean) => (forward || direction < 2 ? direction : 5 - direction);

/**
 * The same network with the nodes taken out at which a road merely goes on: two open edges that may be driven the
 * same way. Lengths and times add up, shapes join, and every distance between the nodes that stay is as before. The
 * class, name and limit of the longest part stand for the whole, and a point within a joined edge is passed at its mean
 * speed. Roads drawn from many small ways shrink most.
 */
export function contractRoads(roads: RoadGraph): RoadGraph {
  const at: number[][] = Array.from(roads.lon, () => []);
  roads.source.forEach((s, e) => at[s]?.push(e));
  roads.target.forEach((t, e) => at[t]?.push(e));
  const leaves = (e: number, node: number) => seen(roads.direction[e] as number, roads.source[e] === node);
  const isThrough = (node: number): boolean => {
    const [a, b] = at[node] as number[];
    if (at[node]?.length !== 2 || a === undefined || b === undefined || a === b) return false;
    const [da, db] = [leaves(a, node), leaves(b, node)];
    // Driven through: what leaves by one edge must have come in by the other.
    return da !== 0 && (da === 1 ? db === 1 : db === 5 - da);
  };
  const through = Uint8Array.from(roads.lon, (_, node) => (isThrough(node) ? 1 : 0));
  keepOneOfEachRing(roads, at, through);
  const chains: Chain[] = [];
  const used = new Uint8Array(roads.source.length);
  const walk = (first: number, from: number) => {
    const parts: Chain['parts'][number][] = [];
    let [edge, node] = [first, from];
    for (;;) {
      used[edge] = 1;
      const forward = roads.source[edge] === node;
      parts.push({ edge, forward });
      node = (forward ? roads.target[edge] : roads.source[edge]) as number;
      if (through[node] !== 1) break;
      edge = (at[node] as number[]).find((e) => e !== edge) as number;
    }
    chains.push({ parts, from, to: node });
  };
  roads.source.forEach((s, e) => {
    if (used[e] === 0 && through[s] !== 1) walk(e, s);
    if (used[e] === 0 && through[roads.target[e] as number] !== 1) walk(e, roads.target[e] as number);
  });
  return rebuilt(roads, chains, through);
}

/** A ring without any junction would vanish whole: one of its nodes stays. */
function keepOneOfEachRing(roads: RoadGraph, at: readonly number[][], through: Uint8Array): void {
  const visited = new Uint8Array(through.length);
  const spread = (start: number): void => {
    const open = [start];
    while (open.length > 0) {
      const node = open.pop() as number;
      if (visited[node] === 1) continue;
      visited[node] = 1;
      if (through[node] !== 1) continue;
      for (const e of at[node] as number[]) open.push(roads.source[e] as number, roads.target[e] as number);
    }
  };
  through.forEach((t, node) => {
    if (t === 1) return;
    for (const e of at[node] as number[]) {
      spread(roads.source[e] as number);
      spread(roads.target[e] as number);
    }
  });
  through.forEach((t, node) => {
    if (t !== 1 || visited[node] === 1) return;
    spread(node);
    through[node] = 0;
  });
}

function rebuilt(roads: RoadGraph, chains: readonly Chain[], through: Uint8Array): RoadGraph {
  const kept = [...through.keys()].filter((node) => through[node] !== 1);
  const number = new Map(kept.map((node, i) => [node, i]));
  const source = Int32Array.from(chains, (c) => number.get(c.from) as number);
  const target = Int32Array.from(chains, (c) => number.get(c.to) as number);
  const total = (values: Float64Array) =>
    Float64Array.from(chains, (c) => c.parts.reduce((s, p) => s + (values[p.edge] as number), 0));
  const direction = Uint8Array.from(chains, (c) => {
    const first = c.parts[0] as Chain['parts'][number];
    return seen(roads.direction[first.edge] as number, first.forward);
  });
  const longest = chains.map((c) =>
    c.parts.reduce(
      (best, p) => ((roads.lengthM[p.edge] as number) > (roads.lengthM[best] as number) ? p.edge : best),
      (c.parts[0] as Chain['parts'][number]).edge,
    ),
  );
  return {
    lon: Float64Array.from(kept, (n) => roads.lon[n] as number),
    lat: Float64Array.from(kept, (n) => roads.lat[n] as number),
    component: componentsOf({ nodes: kept.length, source, target, direction }),
    source,
    target,
    lengthM: total(roads.lengthM),
    seconds: total(roads.seconds),
    direction,
    highway: longest.map((e) => roads.highway[e] as string),
    name: longest.map((e) => roads.name[e] as string),
    maxspeed: longest.map((e) => roads.maxspeed[e] as string),
    way: Float64Array.from(longest, (e) => roads.way[e] as number),
    shape: chains.map((c) =>
      c.parts.flatMap((p, k) => {
        const shape = roads.shape[p.edge] as readonly Position[];
        const turned = p.forward ? shape : [...shape].reverse();
        return k === 0 ? turned : turned.slice(1);
      }),
    ),
  };
}
