import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { BoundedSearch, haversineM } from '@qipan/numeric';
import { sharedData, skipWithout } from '@qipan/testing';
import {
  boardFromJson,
  boardToJson,
  componentsOf,
  contractRoads,
  defaultRoadRules,
  directionOf,
  driveKmh,
  makeBoard,
  OsmCollector,
  osmBoard,
  osmRoads,
  RoadSnapper,
  roadArcs,
  shapeLengthM,
  travelTimes,
  type Board,
  type OsmTags,
  type Position,
  type RoadGraph,
} from '@qipan/territory';
import { sha256Hex } from '@qipan/numeric';

interface RawWay {
  readonly refs: readonly number[];
  readonly tags: OsmTags;
}

/** Nodes on a little lattice and ways that wander over it, of any class, direction and access. */
const anyMap = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 })).map(([seed, count]) => {
  const r = random(seed);
  const side = 5;
  const nodes = Array.from({ length: side * side }, (_, i): Position => [
    107 + (i % side) * 0.01 + r.next() * 0.001,
    30 + Math.floor(i / side) * 0.01 + r.next() * 0.001,
  ]);
  const ways = Array.from({ length: count }, (): RawWay => {
    const refs = [r.below(nodes.length)];
    for (let k = r.below(6); k >= 0; k--) {
      const at = refs.at(-1)!;
      const steps = [at - 1, at + 1, at - side, at + side].filter(
        (n) => n >= 0 && n < nodes.length && n !== refs.at(-2),
      );
      refs.push(steps[r.below(steps.length)]!);
    }
    const pick = <T>(list: readonly T[]): T => list[r.below(list.length)] as T;
    const oneway = pick([undefined, undefined, undefined, 'yes', '-1']);
    const access = pick([undefined, undefined, undefined, undefined, 'private']);
    const tags: Record<string, string> = { highway: pick(['primary', 'secondary', 'residential', 'footway']) };
    if (oneway !== undefined) tags['oneway'] = oneway;
    if (access !== undefined) tags['access'] = access;
    return { refs, tags };
  });
  return { nodes, ways };
});

const extractOf = ({ nodes, ways }: { readonly nodes: readonly Position[]; readonly ways: readonly RawWay[] }) => {
  const collector = new OsmCollector();
  nodes.forEach(([lon, lat], id) => collector.add({ type: 'node', id: id + 1, lon, lat }));
  ways.forEach(({ refs, tags }, i) => collector.add({ type: 'way', id: i + 1, refs: refs.map((n) => n + 1), tags }));
  return collector.finish();
};

/** Driving seconds between all map nodes, from the raw ways by Floyd-Warshall: nothing cut, nothing joined. */
function rawSeconds({
  nodes,
  ways,
}: {
  readonly nodes: readonly Position[];
  readonly ways: readonly RawWay[];
}): number[][] {
  const d = nodes.map((_, i) => nodes.map((_unused, j) => (i === j ? 0 : Infinity)));
  for (const { refs, tags } of ways) {
    const speed = driveKmh(tags, defaultRoadRules);
    const direction = directionOf(tags);
    if (Number.isNaN(speed) || direction === 0) continue;
    for (let k = 1; k < refs.length; k++) {
      const [a, b] = [refs[k - 1]!, refs[k]!];
      const seconds = haversineM(...nodes[a]!, ...nodes[b]!) / (speed / 3.6);
      if (direction !== 3) d[a]![b] = Math.min(d[a]![b]!, seconds);
      if (direction !== 2) d[b]![a] = Math.min(d[b]![a]!, seconds);
    }
  }
  const n = nodes.length;
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) d[i]![j] = Math.min(d[i]![j]!, d[i]![k]! + d[k]![j]!);
  return d;
}

const nodeOf = (roads: RoadGraph, nodes: readonly Position[]): number[] =>
  [...roads.lon].map((lon, i) => nodes.findIndex((p) => p[0] === lon && p[1] === roads.lat[i]));

describe('roads of any map', () => {
  it('have the driving times of the raw ways between all their nodes, before and after they are contracted', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const raw = rawSeconds(map);
        const { roads } = osmRoads(extractOf(map));
        for (const graph of [roads, contractRoads(roads)]) {
          const known = nodeOf(graph, map.nodes);
          const search = new BoundedSearch(roadArcs(graph));
          known.forEach((a, i) => {
            search.run(i, Infinity);
            known.forEach((b, j) => {
              const [got, expected] = [search.distance[j]!, raw[a]![b]!];
              // Arcs are kept in single precision: a few parts in 10⁷ of each.
              assert.ok(
                got === expected || Math.abs(got - expected) <= 1e-5 * expected,
                `${a}→${b}: ${got}, ${expected}`,
              );
            });
          });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('have components that are what can be reached when directions are forgotten', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const { roads } = osmRoads(extractOf(map));
        const n = roads.lon.length;
        const near = Array.from({ length: n }, () => new Set<number>());
        roads.source.forEach((s, e) => {
          if (roads.direction[e] === 0) return;
          near[s]!.add(roads.target[e]!);
          near[roads.target[e]!]!.add(s);
        });
        const reach = (from: number) => {
          const found = new Set([from]);
          for (const u of found) for (const v of near[u]!) found.add(v);
          return found;
        };
        const sizes = new Map<number, number>();
        for (let u = 0; u < n; u++) {
          const group = reach(u);
          for (let v = 0; v < n; v++) assert.equal(roads.component[u] === roads.component[v], group.has(v));
          sizes.set(roads.component[u]!, group.size);
        }
        const ranked = [...sizes].sort((a, b) => a[0] - b[0]).map(([, size]) => size);
        assert.deepEqual(
          ranked,
          [...ranked].sort((a, b) => b - a),
        );
      }),
    );
  });

  it('have shapes that join their nodes, and lengths that are those of the shapes', () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const { roads } = osmRoads(extractOf(map));
        roads.shape.forEach((shape, e) => {
          const end = (node: number): Position => [roads.lon[node]!, roads.lat[node]!];
          assert.deepEqual(shape[0], end(roads.source[e]!));
          assert.deepEqual(shape.at(-1), end(roads.target[e]!));
          assert.equal(roads.lengthM[e], shapeLengthM(shape));
        });
        const small = contractRoads(roads);
        small.shape.forEach((shape, e) => assert.ok(Math.abs(small.lengthM[e]! - shapeLengthM(shape)) < 1e-6));
      }),
    );
  });

  it('are the same whatever the order in which the file holds nodes and ways', () => {
    fc.assert(
      fc.property(anyMap, fc.nat(), (map, seed) => {
        const straight = osmRoads(extractOf(map)).roads;
        const r = random(seed);
        const collector = new OsmCollector();
        map.ways.forEach(({ refs, tags }, i) =>
          collector.add({ type: 'way', id: i + 1, refs: refs.map((k) => k + 1), tags }),
        );
        for (const k of r.permutation(map.nodes.length))
          collector.add({ type: 'node', id: k + 1, lon: map.nodes[k]![0], lat: map.nodes[k]![1] });
        assert.deepEqual(osmRoads(collector.finish()).roads, straight);
      }),
      { numRuns: 40 },
    );
  });

  it('are empty where nothing can be driven', () => {
    const { roads } = osmRoads(extractOf({ nodes: [[107, 30]], ways: [] }));
    assert.deepEqual([roads.lon.length, roads.source.length], [0, 0]);
    assert.deepEqual(contractRoads(roads).source.length, 0);
    assert.equal(new RoadSnapper(roads).snap([107], [30]).edge[0], -1);
    assert.equal(
      componentsOf({ nodes: 0, source: roads.source, target: roads.target, direction: roads.direction }).length,
      0,
    );
  });
});

describe('points on the roads of any map', () => {
  it('are as near as the nearest point of any open road, sampled', () => {
    fc.assert(
      fc.property(anyMap, fc.nat(), (map, seed) => {
        const { roads } = osmRoads(extractOf(map));
        const r = random(seed);
        const p: Position = [107 + r.next() * 0.045, 30 + r.next() * 0.045];
        const snaps = new RoadSnapper(roads).snap([p[0]], [p[1]], 1000);
        let least = Infinity;
        // Ways that wrap round the lattice are 4 km long: their samples are 80 m apart.
        roads.shape.forEach((shape, e) => {
          if (roads.direction[e] === 0) return;
          for (let i = 1; i < shape.length; i++)
            // Steps of 0.02 added up pass 1 by a rounding, and the end of the way would be left out.
            for (let k = 0; k <= 50; k++) {
              const [a, b, t] = [shape[i - 1]!, shape[i]!, k / 50];
              least = Math.min(least, haversineM(...p, a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])));
            }
        });
        const got = snaps.distanceM[0]!;
        if (Number.isNaN(got)) assert.ok(least > 995);
        else assert.ok(got <= least * 1.001 + 0.1 && least <= got + 45, `${got} and ${least}`);
        if (snaps.edge[0] !== -1) {
          assert.ok(snaps.along[0]! >= 0 && snaps.along[0]! <= 1);
          assert.equal(roads.component[roads.source[snaps.edge[0]!]!], 0);
        }
      }),
    );
  });
});

describe('the road graph of Andorra’s tables', { skip: skipWithout('andorra') }, () => {
  const rows = (file: string) => {
    const [header, ...lines] = readFileSync(sharedData(`andorra/${file}`)!, 'utf8')
      .trim()
      .split('\n');
    const names = header!.split(',');
    return lines.map((l) => Object.fromEntries(l.split(',').map((c, i) => [names[i]!, c])) as Record<string, string>);
  };
  const nodes = rows('road_nodes.csv');
  const edges = rows('road_edges.csv');
  const settlements = rows('settlements.csv');
  const end = (id: string | undefined): Position => [
    Number(nodes[Number(id) - 1]!['lon']),
    Number(nodes[Number(id) - 1]!['lat']),
  ];
  const source = Int32Array.from(edges, (e) => Number(e['source']) - 1);
  const target = Int32Array.from(edges, (e) => Number(e['target']) - 1);
  const direction = Uint8Array.from(edges, (e) => (e['oneway'] === 'yes' ? 2 : e['oneway'] === 'reverse' ? 3 : 1));
  const roads: RoadGraph = {
    lon: Float64Array.from(nodes, (n) => Number(n['lon'])),
    lat: Float64Array.from(nodes, (n) => Number(n['lat'])),
    component: componentsOf({ nodes: nodes.length, source, target, direction }),
    source,
    target,
    lengthM: Float64Array.from(edges, (e) => Number(e['length_m'])),
    seconds: Float64Array.from(
      edges,
      (e) =>
        Number(e['length_m']) /
        (driveKmh({ highway: e['highway']!, maxspeed: e['maxspeed']! }, defaultRoadRules) / 3.6),
    ),
    direction,
    highway: edges.map((e) => e['highway']!),
    name: edges.map((e) => e['name'] ?? ''),
    maxspeed: edges.map((e) => e['maxspeed']!),
    way: Float64Array.from(edges, (e) => Number(e['osm_way'])),
    shape: edges.map((e) => [end(e['source']), end(e['target'])]),
  };

  it('has the published main component, 99.42 % of its nodes', () => {
    const main = [...roads.component].filter((c) => c === 0).length;
    assert.equal((main / nodes.length).toFixed(4), '0.9942');
    nodes.forEach((n, i) => assert.equal(n['main'] === '1', roads.component[i] === 0, `node ${i + 1}`));
  });

  const bare = osmBoard(
    extractOf({ nodes: settlements.map((s): Position => [Number(s['lon']), Number(s['lat'])]), ways: [] }),
    {
      name: { en: 'Andorra', zh: '安道尔' },
      territory: { adminLevel: 2, level: 'country' },
      regions: { adminLevel: 7, level: 'county' },
      years: [2026],
      populationYear: 2024,
    },
  );
  const points = {
    id: settlements.map((s) => s['id']!),
    name: settlements.map((s) => s['name']!),
    nameLatin: settlements.map(() => ''),
    region: new Int32Array(settlements.length),
    lon: Float64Array.from(settlements, (s) => Number(s['lon'])),
    lat: Float64Array.from(settlements, (s) => Number(s['lat'])),
    positionQuality: settlements.map(() => 'surveyed' as const),
  };
  const unknown = () => new Float64Array(settlements.length).fill(NaN);
  const { id: _, ...parts } = bare;
  const board: Board = makeBoard(
    {
      ...parts,
      places: {
        ...points,
        kind: settlements.map(() => 'settlement' as const),
        population: Float64Array.from(settlements, (s) => Number(s['population'])),
        households: unknown(),
        populationLevel: settlements.map(() => 'estimated' as const),
      },
      sites: {
        ...points,
        siteClass: settlements.map(() => 'other' as const),
        place: Int32Array.from(settlements, (_unused, i) => i),
        slots: new Int32Array(settlements.length).fill(8),
        landLeaseYears: unknown(),
        landCost: unknown(),
        transformer: settlements.map(() => ''),
        feeder: settlements.map(() => ''),
        dataLevel: settlements.map(() => 'default' as const),
      },
      roads,
    },
    sha256Hex,
  );

  it('gives every settlement times by road, longer than the straight way would take at the same speed', () => {
    const t = travelTimes(board, { limitMin: 240 });
    assert.equal(t.method, 'road');
    assert.equal(t.isSymmetric, false);
    const lost = new Set(t.fallbackPlaces);
    assert.ok(lost.size <= 8, `${lost.size} without a road`);
    const fastest = Math.max(...roads.lengthM.map((m, e) => m / roads.seconds[e]!));
    for (let s = 0; s < 73; s++) {
      if (lost.has(s)) continue;
      for (let e = t.bySite.start[s]!; e < t.bySite.start[s + 1]!; e++) {
        const p = t.bySite.index[e]!;
        if (p === s || lost.has(p)) continue;
        const straight = haversineM(points.lon[s]!, points.lat[s]!, points.lon[p]!, points.lat[p]!);
        // The way to the road counts at crow-fly speed, which may be slower than any road but never faster.
        assert.ok(
          t.bySite.value[e]! * 60 >= straight / fastest - 1,
          `${board.places.name[s]} → ${board.places.name[p]}`,
        );
      }
    }
  });

  it('is slower by road than by straight distance in the mountains, and says which is which', () => {
    const road = travelTimes(board, { limitMin: 240 });
    const crow = travelTimes(board, { limitMin: 240, method: 'crowFly', terrain: 'mountain' });
    assert.deepEqual([crow.method, crow.factor, crow.speedKmh], ['crowFly', 1.75, 30]);
    assert.equal(crow.bySite.value.length, 73 * 73);
    assert.ok(road.bySite.value.length <= 73 * 73);
    assert.ok(road.warnings.every((w) => !w.en.startsWith('No roads')));
  });

  it('contracts to fewer nodes with the same times, and survives a round of JSON', () => {
    const small = makeBoard(
      { ...parts, places: board.places, sites: board.sites, roads: contractRoads(roads) },
      sha256Hex,
    );
    assert.ok(small.roads!.lon.length < 0.8 * roads.lon.length);
    const [a, b] = [travelTimes(board, { limitMin: 60 }), travelTimes(small, { limitMin: 60 })];
    // Within a joined edge the speed is taken as even, so points between its ends may move by a part of its time.
    let [worst, pairs] = [0, 0];
    for (let site = 0; site < 73; site++) {
      const other = new Map<number, number>();
      for (let e = b.bySite.start[site]!; e < b.bySite.start[site + 1]!; e++)
        other.set(b.bySite.index[e]!, b.bySite.value[e]!);
      for (let e = a.bySite.start[site]!; e < a.bySite.start[site + 1]!; e++) {
        const min = other.get(a.bySite.index[e]!);
        if (min === undefined) continue;
        pairs++;
        worst = Math.max(worst, Math.abs(min - a.bySite.value[e]!));
      }
    }
    assert.ok(worst < 1, `${worst} min`);
    assert.ok(pairs > 0.99 * a.bySite.value.length);
    assert.deepEqual(boardFromJson(boardToJson(small), sha256Hex), small);
  });
});

describe('posted limits of any map', () => {
  it('never make a road faster than the limit, nor slower where the limit is lifted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 130 }),
        fc.constantFrom('primary', 'residential', 'trunk'),
        (limit, highway) => {
          const posted = driveKmh({ highway, maxspeed: String(limit) }, defaultRoadRules);
          assert.ok(posted <= limit && posted >= 5);
          assert.ok(driveKmh({ highway, maxspeed: String(limit + 1) }, defaultRoadRules) >= posted);
          assert.ok(driveKmh({ highway, maxspeed: String(limit), surface: 'gravel' }, defaultRoadRules) <= 25);
        },
      ),
    );
  });
});
