import type { Bilingual } from '@qipan/base';
import { haversineM } from '@qipan/numeric';
import type { MultiPolygonCoordinates, Position } from './geojson.js';
import type { OsmExtract, OsmTags } from './osm-extract.js';
import { insideTest } from './polygon.js';
import { componentsOf, type RoadGraph } from './road-graph.js';
import { defaultRoadRules, directionOf, driveKmh, type RoadRules } from './road-rules.js';

export interface OsmRoadOptions {
  readonly rules?: RoadRules;
  /** Stretches whose middle lies outside are left out. */
  readonly within?: MultiPolygonCoordinates;
}

export interface OsmRoads {
  readonly roads: RoadGraph;
  readonly warnings: readonly Bilingual[];
}

interface Stretch {
  readonly nodes: readonly number[];
  readonly way: number;
  readonly tags: OsmTags;
  readonly speedKmh: number;
}

/**
 * The drivable roads of an extract as a graph: ways of the classes of `rules`, cut at junctions and at their ends, the
 * nodes between belonging to the shape. Ways that a car may not use stand in the graph as closed edges (they are drawn,
 * not driven). Ways are cut where the extract misses a node.
 */
export function osmRoads(extract: OsmExtract, options: OsmRoadOptions = {}): OsmRoads {
  const rules = options.rules ?? defaultRoadRules;
  const { ways, missing } = drivableWays(extract, rules);
  const isWithin = options.within === undefined ? () => true : insideTest(options.within);
  const stretches = cutAtJunctions(ways, extract.nodeId.length).filter((s) => isWithin(...middleOf(s, extract)));
  const warnings: Bilingual[] = [];
  if (missing > 0)
    warnings.push({
      en: `${missing} road nodes are not in the extract; roads end there`,
      zh: `数据中缺少 ${missing} 个道路节点；道路在该处断开`,
    });
  return { roads: graphOf(stretches, extract), warnings };
}

function drivableWays(extract: OsmExtract, rules: RoadRules): { ways: Stretch[]; missing: number } {
  const ways: Stretch[] = [];
  let missing = 0;
  extract.wayTags.forEach((tags, w) => {
    if (tags?.['highway'] === undefined || tags['area'] === 'yes') return;
    const speedKmh = driveKmh(tags, rules);
    if (Number.isNaN(speedKmh)) return;
    let nodes: number[] = [];
    const close = () => {
      if (nodes.length > 1) ways.push({ nodes, way: extract.wayId[w] as number, tags, speedKmh });
      nodes = [];
    };
    for (let k = extract.wayStart[w] as number; k < (extract.wayStart[w + 1] as number); k++) {
      const node = extract.refs[k] as number;
      if (node === -1) {
        missing++;
        close();
      } else if (nodes.at(-1) !== node) nodes.push(node);
    }
    close();
  });
  return { ways, missing };
}

function cutAtJunctions(ways: readonly Stretch[], nodeCount: number): Stretch[] {
  const uses = new Uint8Array(nodeCount);
  const use = (node: number, times: number) => {
    uses[node] = Math.min(2, (uses[node] as number) + times);
  };
  for (const { nodes } of ways)
    nodes.forEach((node, i) => {
      use(node, i === 0 || i === nodes.length - 1 ? 2 : 1);
    });
  return ways.flatMap((way) => {
    const cuts = [...way.nodes.keys()].filter((i) => uses[way.nodes[i] as number] === 2);
    return cuts.slice(1).map((end, k) => ({ ...way, nodes: way.nodes.slice(cuts[k] as number, end + 1) }));
  });
}

function middleOf(s: Stretch, extract: OsmExtract): Position {
  const at = s.nodes.length >> 1;
  const [a, b] = [s.nodes[at - 1] as number, s.nodes[at] as number];
  const mid = (v: Float64Array) => ((v[a] as number) + (v[b] as number)) / 2;
  return [mid(extract.lon), mid(extract.lat)];
}

function graphOf(stretches: readonly Stretch[], extract: OsmExtract): RoadGraph {
  const nodeOf = new Map<number, number>();
  const number = (osm: number): number => {
    const before = nodeOf.get(osm);
    if (before !== undefined) return before;
    nodeOf.set(osm, nodeOf.size);
    return nodeOf.size - 1;
  };
  const at = (osm: number): Position => [extract.lon[osm] as number, extract.lat[osm] as number];
  const source = Int32Array.from(stretches, (s) => number(s.nodes[0] as number));
  const target = Int32Array.from(stretches, (s) => number(s.nodes.at(-1) as number));
  const shape = stretches.map((s) => s.nodes.map(at));
  const lengthM = Float64Array.from(shape, shapeLengthM);
  const direction = Uint8Array.from(stretches, (s) => directionOf(s.tags));
  const text = (key: string) => stretches.map((s) => s.tags[key] ?? '');
  const osmNodes = [...nodeOf.keys()];
  return {
    lon: Float64Array.from(osmNodes, (o) => extract.lon[o] as number),
    lat: Float64Array.from(osmNodes, (o) => extract.lat[o] as number),
    component: componentsOf({ nodes: osmNodes.length, source, target, direction }),
    source,
    target,
    lengthM,
    seconds: Float64Array.from(lengthM, (m, e) => (m / 1000 / (stretches[e] as Stretch).speedKmh) * 3600),
    direction,
    highway: text('highway'),
    name: text('name'),
    maxspeed: text('maxspeed'),
    way: Float64Array.from(stretches, (s) => s.way),
    shape,
  };
}

/** Length of a line on the sphere, metres. */
export function shapeLengthM(shape: readonly Position[]): number {
  let sum = 0;
  for (let i = 1; i < shape.length; i++) {
    const [a, b] = [shape[i - 1] as Position, shape[i] as Position];
    sum += haversineM(a[0], a[1], b[0], b[1]);
  }
  return sum;
}
