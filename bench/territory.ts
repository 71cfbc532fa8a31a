import { random } from '@qipan/base';
import type { BenchOptions, BenchReport } from '@qipan/cli';
import { BoundedSearch, compactGraph, type CompactGraph } from '@qipan/numeric';
import { readOsmPbf } from '@qipan/server';
import {
  contractRoads,
  osmBoundaries,
  osmPoints,
  osmRoads,
  polygonsOf,
  roadArcs,
  type RoadGraph,
} from '@qipan/territory';
import { sharedData } from '@qipan/testing';

const repeats = 7;

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

/** A road-like graph: a lattice with a third of its edges gone and skewed arc lengths, 144,400 nodes, 391,000 arcs. */
function roadLike(seed: number): CompactGraph {
  const side = 380;
  const r = random(seed);
  const [from, to, weight]: [number[], number[], number[]] = [[], [], []];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const other of [x + 1 < side ? y * side + x + 1 : -1, y + 1 < side ? (y + 1) * side + x : -1]) {
        if (other === -1 || r.next() >= 0.68) continue;
        const w = Math.exp(r.exponential() * 0.5) * 8 * (0.3 + r.next());
        from.push(y * side + x, other);
        to.push(other, y * side + x);
        weight.push(w, w);
      }
  return compactGraph(side * side, { from, to, weight });
}

function boundedSearch(report: BenchReport, seed: number): void {
  const graph = roadLike(seed);
  const search = new BoundedSearch(graph);
  const r = random(seed).fork('sources');
  const sources = Array.from({ length: 400 }, () => r.below(graph.nodes));
  for (const limit of [300, 900]) {
    let settled = 0;
    const all = () => {
      settled = 0;
      for (const s of sources) settled += search.run(s, limit);
    };
    all();
    const cpu = median(Array.from({ length: repeats }, () => cpuSeconds(all)));
    const name = `bounded-search-${limit}s`;
    const row = { case: name, peer: 'prototype 2.5-4.1 M nodes a CPU-s' };
    report({ ...row, metric: 'settled nodes per CPU second', value: settled / cpu, unit: '1/s', target: 5e6 });
    if (limit === 300)
      report({
        ...row,
        metric: '1,600 settled nodes',
        value: (cpu / settled) * 1600 * 1000,
        unit: 'ms',
        target: 0.35,
      });
  }
}

/** Times between fifty nodes of a road graph, each search run to the end of the network. */
function matrix(report: BenchReport, roads: RoadGraph, seed: number): void {
  const search = new BoundedSearch(roadArcs(roads));
  const r = random(seed).fork('matrix');
  const main = [...roads.component.keys()].filter((u) => roads.component[u] === 0);
  const at = Array.from({ length: 50 }, () => main[r.below(main.length)] as number);
  const work = () => {
    for (const s of at) search.run(s, Infinity);
  };
  work();
  report({
    case: 'matrix-50x50',
    metric: 'CPU on the graph of a 471k-OSM-node extract',
    value: median(Array.from({ length: repeats }, () => cpuSeconds(work))) * 1000,
    unit: 'ms',
    target: 45,
    peer: 'Valhalla 3.6.1: 899 ms (elapsed, another extract of 143k OSM nodes)',
  });
}

async function andorra(report: BenchReport, seed: number): Promise<void> {
  const file = sharedData('andorra/andorra-20250119.osm.pbf');
  if (file === null) {
    process.stderr.write('territory: andorra is absent on this machine\n');
    return;
  }
  const before = process.cpuUsage();
  const extract = await readOsmPbf(file);
  const within = polygonsOf({ type: 'FeatureCollection', features: osmBoundaries(extract, 2).features });
  const { roads } = osmRoads(extract, { within });
  contractRoads(roads);
  osmPoints(extract, 'chargingStation', within);
  const { user, system } = process.cpuUsage(before);
  const row = { case: 'andorra-pbf' };
  const peer = 'osm-pbf-parser-node 0.42 s read only; Valhalla tiles 2.8 s';
  report({
    ...row,
    metric: 'CPU, file to graph and chargers',
    value: (user + system) / 1e6,
    unit: 's',
    target: 1.5,
    peer,
  });
  const peakMb = process.resourceUsage().maxRSS / 1000;
  report({ ...row, metric: 'peak memory of the process', value: peakMb, unit: 'MB', target: 300, peer: null });
  matrix(report, roads, seed);
}

/** Shortest paths and the OSM reader; the reader first, so that its memory is its own. */
export async function run(report: BenchReport, options: BenchOptions): Promise<void> {
  const wants = (name: string) => options.case === undefined || name.startsWith(options.case);
  if (wants('andorra-pbf') || wants('matrix-50x50')) await andorra(report, options.seed);
  if (wants('bounded-search')) boundedSearch(report, options.seed);
}
