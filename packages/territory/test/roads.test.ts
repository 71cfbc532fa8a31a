import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import { BoundedSearch, haversineM } from '@qipan/numeric';
import { sharedData, skipWithout } from '@qipan/testing';
import {
  bd09FromWgs84,
  boardFromTables,
  componentsOf,
  contractRoads,
  crowFlyMin,
  crsQuestion,
  defaultRoadRules,
  directionOf,
  driveKmh,
  gcj02FromWgs84,
  isOpen,
  limitKmh,
  OsmCollector,
  osmRoads,
  roadArcs,
  RoadSnapper,
  shapeLengthM,
  travelTimes,
  type Board,
  type OsmItem,
  type OsmTags,
  type Position,
  type RoadGraph,
  type TravelTimes,
} from '@qipan/territory';

type EdgeRow = {
  readonly source: number;
  readonly target: number;
  readonly seconds: number;
  readonly direction?: 0 | 1 | 2 | 3;
};

/** A road graph of straight edges between the given nodes, drawn through a middle point each. */
function graphOf(nodes: readonly Position[], edges: readonly EdgeRow[]): RoadGraph {
  const at = (n: number) => nodes[n] as Position;
  const shape = edges.map(({ source, target }): Position[] => {
    const [a, b] = [at(source), at(target)];
    return [a, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], b];
  });
  const source = Int32Array.from(edges, (e) => e.source);
  const target = Int32Array.from(edges, (e) => e.target);
  const direction = Uint8Array.from(edges, (e) => e.direction ?? 1);
  return {
    lon: Float64Array.from(nodes, (n) => n[0]),
    lat: Float64Array.from(nodes, (n) => n[1]),
    component: componentsOf({ nodes: nodes.length, source, target, direction }),
    source,
    target,
    lengthM: Float64Array.from(shape, shapeLengthM),
    seconds: Float64Array.from(edges, (e) => e.seconds),
    direction,
    highway: edges.map(() => 'residential'),
    name: edges.map((_, i) => `road ${i}`),
    maxspeed: edges.map(() => ''),
    way: Float64Array.from(edges, (_, i) => i),
    shape,
  };
}

/** All-pairs times over the directions of the edges (Floyd-Warshall, from its definition). */
function allPairs(g: RoadGraph, values: Float64Array = g.seconds): number[][] {
  const n = g.lon.length;
  const d = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => (i === j ? 0 : Infinity)));
  g.source.forEach((s, e) => {
    const t = g.target[e]!;
    const w = Math.fround(values[e]!);
    if (g.direction[e] === 1 || g.direction[e] === 2) d[s]![t] = Math.min(d[s]![t]!, w);
    if (g.direction[e] === 1 || g.direction[e] === 3) d[t]![s] = Math.min(d[t]![s]!, w);
  });
  for (let k = 0; k < n; k++)
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) d[i]![j] = Math.min(d[i]![j]!, d[i]![k]! + d[k]![j]!);
  return d;
}

/** A board with the given places, every one of them a site too. */
function boardAt(points: readonly Position[], roads: RoadGraph | null, sites: readonly Position[] = points): Board {
  const columns = (list: readonly Position[]) => ({
    name: list.map((_, i) => `place ${i}`),
    nameLatin: list.map(() => ''),
    region: new Int32Array(list.length),
    lon: Float64Array.from(list, (p) => p[0]),
    lat: Float64Array.from(list, (p) => p[1]),
    positionQuality: list.map(() => 'surveyed' as const),
  });
  const nothing = (n: number) => new Float64Array(n).fill(NaN);
  return boardFromTables({
    name: { en: 'Test', zh: '试验' },
    regions: {
      id: ['c'],
      name: ['C'],
      nameLatin: [''],
      level: ['county'],
      parent: Int32Array.from([-1]),
      population: nothing(1),
      populationLevel: ['official'],
      control: nothing(1),
      controlYear: nothing(1),
      lon: nothing(1),
      lat: nothing(1),
      shape: [null],
      shapeLevel: ['default'],
    },
    places: {
      ...columns(points),
      id: points.map((_, i) => `p${i}`),
      kind: points.map(() => 'village' as const),
      population: nothing(points.length),
      households: nothing(points.length),
      populationLevel: points.map(() => 'official' as const),
    },
    sites: {
      ...columns(sites),
      id: sites.map((_, i) => `s${i}`),
      siteClass: sites.map(() => 'other' as const),
      place: new Int32Array(sites.length).fill(-1),
      slots: new Int32Array(sites.length).fill(4),
      landLeaseYears: nothing(sites.length),
      landCost: nothing(sites.length),
      transformer: sites.map(() => ''),
      feeder: sites.map(() => ''),
      dataLevel: sites.map(() => 'default' as const),
    },
    roads,
    years: [2026],
    populationYear: 2020,
    sources: [],
  });
}

const listed = (t: TravelTimes, site: number): Map<number, number> => {
  const found = new Map<number, number>();
  for (let e = t.bySite.start[site]!; e < t.bySite.start[site + 1]!; e++)
    found.set(t.bySite.index[e]!, t.bySite.value[e]!);
  return found;
};

describe('road rules', () => {
  it('read posted limits in km/h, in miles, and walking pace; none, signals and words are not a number', () => {
    assert.equal(limitKmh('50'), 50);
    assert.equal(limitKmh(' 30 km/h '), 30);
    assert.ok(Math.abs(limitKmh('30 mph') - 48.28032) < 1e-9);
    assert.equal(limitKmh('walk'), 7);
    for (const odd of [undefined, '', 'none', 'signals', 'CN:urban', '50;30'])
      assert.ok(Number.isNaN(limitKmh(odd)), odd);
  });

  it('drive nine tenths of a limit, the class speed without one, and no faster than the surface', () => {
    const speed = (tags: OsmTags) => driveKmh(tags, defaultRoadRules);
    assert.equal(speed({ highway: 'secondary' }), 50);
    assert.equal(speed({ highway: 'secondary', maxspeed: '60' }), 54);
    assert.equal(speed({ highway: 'secondary', maxspeed: 'none' }), 50);
    assert.equal(speed({ highway: 'secondary', maxspeed: '60', surface: 'gravel' }), 25);
    assert.equal(speed({ highway: 'secondary', surface: 'asphalt' }), 50);
    assert.equal(speed({ highway: 'living_street', surface: 'gravel' }), 10);
    assert.ok(Number.isNaN(speed({ highway: 'footway' })));
    assert.ok(Number.isNaN(speed({ highway: 'service' })));
    assert.ok(Number.isNaN(speed({})));
    assert.equal(driveKmh({ highway: 'service' }, { ...defaultRoadRules, speedKmh: { service: 15 } }), 15);
  });

  it('let the most special access tag decide', () => {
    assert.ok(isOpen({}));
    assert.ok(!isOpen({ access: 'no' }));
    assert.ok(!isOpen({ access: 'private' }));
    assert.ok(isOpen({ access: 'no', motor_vehicle: 'yes' }));
    assert.ok(!isOpen({ access: 'yes', motor_vehicle: 'no' }));
    assert.ok(isOpen({ vehicle: 'no', motorcar: 'destination' }));
    assert.ok(isOpen({ access: 'destination' }) && isOpen({ access: 'permissive' }) && isOpen({ access: 'customers' }));
    assert.ok(!isOpen({ motor_vehicle: 'forestry' }));
  });

  it('read one-way tags, against the way too, and know roundabouts and motorways', () => {
    assert.equal(directionOf({ highway: 'primary' }), 1);
    for (const yes of ['yes', 'true', '1']) assert.equal(directionOf({ highway: 'primary', oneway: yes }), 2);
    assert.equal(directionOf({ oneway: '-1' }), 3);
    assert.equal(directionOf({ oneway: 'reverse' }), 3);
    assert.equal(directionOf({ junction: 'roundabout' }), 2);
    assert.equal(directionOf({ junction: 'roundabout', oneway: 'no' }), 1);
    assert.equal(directionOf({ highway: 'motorway' }), 2);
    assert.equal(directionOf({ highway: 'motorway_link' }), 2);
    assert.equal(directionOf({ highway: 'primary', oneway: 'yes', access: 'no' }), 0);
  });
});

/** Nodes a degree/100 apart along a line, and ways over them. */
function extractOf(nodes: readonly Position[], ways: readonly { refs: readonly number[]; tags: OsmTags }[]) {
  const collector = new OsmCollector();
  nodes.forEach(([lon, lat], id) => collector.add({ type: 'node', id, lon, lat }));
  ways.forEach(({ refs, tags }, id): void =>
    collector.add({ type: 'way', id: 100 + id, refs, tags } satisfies OsmItem),
  );
  return collector.finish();
}

const row = (count: number): Position[] => Array.from({ length: count }, (_, i) => [i / 100, 0]);

describe('the road graph of an extract', () => {
  it('cuts ways at junctions and ends, and keeps what lies between as shape', () => {
    const nodes = [...row(5), [0.02, 0.01], [0.02, -0.01]] as Position[];
    const { roads } = osmRoads(
      extractOf(nodes, [
        { refs: [0, 1, 2, 3, 4], tags: { highway: 'primary', name: 'Main', maxspeed: '60' } },
        { refs: [5, 2, 6], tags: { highway: 'residential' } },
      ]),
    );
    assert.equal(roads.lon.length, 5);
    assert.deepEqual(
      roads.shape.map((s) => s.length),
      [3, 3, 2, 2],
    );
    assert.deepEqual([...roads.highway], ['primary', 'primary', 'residential', 'residential']);
    assert.deepEqual([roads.name[0], roads.maxspeed[0], roads.way[0], roads.way[3]], ['Main', '60', 100, 101]);
    const twoSteps = haversineM(0, 0, 0.01, 0) + haversineM(0.01, 0, 0.02, 0);
    assert.ok(Math.abs(roads.lengthM[0]! - twoSteps) < 1e-9);
    assert.ok(Math.abs(roads.seconds[0]! - twoSteps / (54 / 3.6)) < 1e-9);
    assert.deepEqual([...roads.component], [0, 0, 0, 0, 0]);
  });

  it('keeps closed ways as closed edges, drops areas and foot paths, and numbers components by size', () => {
    const nodes = [...row(6), [1, 1], [1, 1.01]] as Position[];
    const { roads } = osmRoads(
      extractOf(nodes, [
        { refs: [0, 1], tags: { highway: 'primary' } },
        { refs: [1, 2], tags: { highway: 'primary' } },
        { refs: [2, 3], tags: { highway: 'primary', access: 'private' } },
        { refs: [3, 4], tags: { highway: 'footway' } },
        { refs: [4, 5, 4], tags: { highway: 'primary', area: 'yes' } },
        { refs: [6, 7], tags: { highway: 'unclassified' } },
      ]),
    );
    assert.deepEqual([...roads.direction], [1, 1, 0, 1]);
    assert.equal(roads.lon.length, 6);
    assert.deepEqual(
      [...roads.component].sort((a, b) => a - b),
      [0, 0, 0, 1, 1, 2],
    );
    assert.equal(roadArcs(roads).head.length, 6);
  });

  it('cuts a way where the extract misses a node, and says so', () => {
    const { roads, warnings } = osmRoads(
      extractOf(row(4), [{ refs: [0, 1, 99, 2, 3, 98], tags: { highway: 'primary' } }]),
    );
    assert.deepEqual(
      roads.shape.map((s) => s.length),
      [2, 2],
    );
    assert.ok(warnings[0]!.en.startsWith('2 road nodes'));
  });

  it('leaves out stretches whose middle lies outside the polygon', () => {
    const box = [
      [
        [
          [-1, -1],
          [0.025, -1],
          [0.025, 1],
          [-1, 1],
          [-1, -1],
        ],
      ],
    ] as const;
    const ways = [0, 1, 2, 3].map((i) => ({ refs: [i, i + 1], tags: { highway: 'primary' } }));
    const { roads } = osmRoads(extractOf(row(5), ways), { within: box });
    assert.equal(roads.source.length, 2);
  });

  it('makes a ring that meets nothing an edge from its node to itself', () => {
    const nodes: Position[] = [
      [0, 0],
      [0.01, 0],
      [0.01, 0.01],
    ];
    const { roads } = osmRoads(extractOf(nodes, [{ refs: [0, 1, 2, 0], tags: { highway: 'residential' } }]));
    assert.deepEqual([roads.lon.length, roads.source.length, roads.source[0], roads.target[0]], [1, 1, 0, 0]);
  });

  it('gives arcs by metres as well as by seconds', () => {
    const g = graphOf(row(2), [{ source: 0, target: 1, seconds: 30, direction: 2 }]);
    assert.equal(roadArcs(g).weight[0], 30);
    assert.equal(roadArcs(g, 'lengthM').weight[0], Math.fround(g.lengthM[0]!));
    assert.deepEqual([...roadArcs(g).start], [0, 1, 1]);
  });
});

const randomGraph = fc
  .tuple(
    fc.integer({ min: 2, max: 12 }),
    fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.integer({ min: 1, max: 500 }), fc.constantFrom(0, 1, 1, 1, 2, 3)), {
      maxLength: 24,
    }),
    fc.nat(),
  )
  .map(([n, rows, seed]) => {
    const r = random(seed);
    const nodes = Array.from({ length: n }, (): Position => [107 + r.next() / 10, 30 + r.next() / 10]);
    const edges = rows.map(([a, b, seconds, direction]) => ({
      source: a % n,
      target: b % n,
      seconds,
      direction: direction as 0 | 1 | 2 | 3,
    }));
    return graphOf(nodes, edges);
  });

describe('contracted roads', () => {
  it('keep every distance between the nodes that stay, the total length, and closed roads', () => {
    fc.assert(
      fc.property(randomGraph, (g) => {
        const small = contractRoads(g);
        const total = (v: Float64Array) => v.reduce((s, x) => s + x, 0);
        assert.ok(Math.abs(total(small.lengthM) - total(g.lengthM)) < 1e-6);
        assert.equal(total(small.seconds), total(g.seconds));
        const [before, after] = [allPairs(g), allPairs(small)];
        const old = [...small.lon].map((lon, i) =>
          [...g.lon.keys()].find((k) => g.lon[k] === lon && g.lat[k] === small.lat[i]),
        ) as number[];
        old.forEach((a, i) => old.forEach((b, j) => assert.equal(after[i]![j], before[a]![b])));
        assert.ok(small.lon.length <= g.lon.length);
      }),
      { numRuns: 300 },
    );
  });

  it('melt a road of ten pieces into one edge, with the name of its longest piece', () => {
    const nodes = row(11);
    const g = graphOf(
      nodes,
      nodes.slice(1).map((_, i) => ({ source: i, target: i + 1, seconds: 10 })),
    );
    const small = contractRoads({
      ...g,
      name: g.name.map((_, i) => (i === 4 ? 'Main' : 'x')),
      lengthM: g.lengthM.map((m, i) => (i === 4 ? m + 1 : m)),
    });
    assert.deepEqual([small.lon.length, small.source.length, small.seconds[0], small.name[0]], [2, 1, 100, 'Main']);
    assert.equal(small.shape[0]!.length, 21);
  });

  it('keep the node where a two-way street becomes one-way, and join one-way pieces drawn head to head', () => {
    const change = graphOf(row(3), [
      { source: 0, target: 1, seconds: 5 },
      { source: 1, target: 2, seconds: 5, direction: 2 },
    ]);
    assert.equal(contractRoads(change).lon.length, 3);
    const turned = graphOf(row(3), [
      { source: 0, target: 1, seconds: 5, direction: 2 },
      { source: 2, target: 1, seconds: 6, direction: 3 },
    ]);
    const joined = contractRoads(turned);
    assert.deepEqual([joined.lon.length, joined.seconds[0]], [2, 11]);
    assert.equal(allPairs(joined)[0]![1], 11);
    assert.equal(allPairs(joined)[1]![0], Infinity);
  });

  it('keep one node of a ring that has no junction', () => {
    const nodes: Position[] = [
      [0, 0],
      [0.01, 0],
      [0.01, 0.01],
    ];
    const ring = graphOf(nodes, [
      { source: 0, target: 1, seconds: 1 },
      { source: 1, target: 2, seconds: 2 },
      { source: 2, target: 0, seconds: 3 },
    ]);
    const small = contractRoads(ring);
    assert.deepEqual([small.lon.length, small.source.length, small.seconds[0]], [1, 1, 6]);
  });
});

describe('snapping', () => {
  const g = graphOf(
    [
      [107, 30],
      [107.02, 30],
      [107.5, 30.5],
      [107.51, 30.5],
      [107.6, 30],
      [107.61, 30],
    ],
    [
      { source: 0, target: 1, seconds: 100 },
      { source: 1, target: 0, seconds: 100 },
      { source: 2, target: 3, seconds: 50 },
      { source: 4, target: 5, seconds: 50, direction: 0 },
    ],
  );

  it('finds the nearest open edge and the share of it before the point', () => {
    const snaps = new RoadSnapper(g).snap([107.005], [30.001]);
    assert.equal(snaps.edge[0], 0);
    assert.ok(Math.abs(snaps.along[0]! - 0.25) < 1e-6);
    assert.ok(Math.abs(snaps.distanceM[0]! - haversineM(107.005, 30.001, 107.005, 30)) < 0.1);
    assert.equal(snaps.reason[0], '');
  });

  it('says why a point has no edge: too far, beside an island of roads, beside a closed road', () => {
    const snaps = new RoadSnapper(g).snap([107.01, 107.505, 107.605, NaN], [30.02, 30.5, 30, NaN]);
    assert.deepEqual([...snaps.edge], [-1, -1, -1, -1]);
    assert.deepEqual([...snaps.reason], ['farFromRoad', 'notOnMainComponent', 'farFromRoad', 'farFromRoad']);
    assert.ok(snaps.distanceM[1]! < 1);
  });

  it('asks which system the points are in when they lie off the roads, and names the better reading', () => {
    const r = random(3);
    const nodes: Position[] = Array.from({ length: 40 }, (_, i) => [
      107.2 + (i % 8) * 0.02,
      30.2 + Math.floor(i / 8) * 0.02,
    ]);
    const edges = nodes.flatMap((_, i) => [
      ...(i % 8 < 7 ? [{ source: i, target: i + 1, seconds: 60 }] : []),
      ...(i < 32 ? [{ source: i, target: i + 8, seconds: 60 }] : []),
    ]);
    const roads = graphOf(nodes, edges);
    const onRoad = nodes.slice(0, 30).map(([x, y]): Position => [x + (r.next() - 0.5) * 1e-4, y]);
    const columns = (points: readonly Position[]) => [points.map((p) => p[0]), points.map((p) => p[1])] as const;
    assert.equal(crsQuestion(...columns(onRoad), roads).question, null);
    const shifted = onRoad.map((p) => gcj02FromWgs84(p));
    const asked = crsQuestion(...columns(shifted), roads);
    // A grid of streets 2 km apart hides part of the 0.5 km shift, so the question hangs on the measured median.
    assert.ok(asked.medianM.gcj02 < 20);
    assert.equal(asked.question !== null, asked.medianM.wgs84 > 300);
    const far = crsQuestion([108], [31], roads);
    assert.match(far.question!.en, /Which coordinate system/);
    assert.equal(crsQuestion([], [], roads).question, null);
  });
});

describe('the question about coordinates', () => {
  /** One straight road east to west: what is shifted north or south lies off it. */
  const r = random(21);
  const nodes = Array.from({ length: 60 }, (_, i): Position => [107.2 + i * 0.002, 30.2]);
  const roads = graphOf(
    nodes,
    nodes.slice(1).map((_, i) => ({ source: i, target: i + 1, seconds: 20 })),
  );
  const along = Array.from({ length: 41 }, (): Position => {
    const i = r.below(59);
    const t = r.next();
    const [a, b] = [nodes[i]!, nodes[i + 1]!];
    return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
  });
  const ask = (points: readonly Position[]) =>
    crsQuestion(
      points.map((p) => p[0]),
      points.map((p) => p[1]),
      roads,
    );

  it('is not asked for villages along the road', () => {
    const { medianM, question } = ask(along);
    assert.ok(medianM.wgs84 < 1);
    assert.equal(question, null);
  });

  it('is asked for shifted ones, with the reading that puts them back on it', () => {
    // GCJ-02 moves this spot along the valley more than across it, so its question hangs on the measured median.
    const { medianM, question } = ask(along.map((p) => gcj02FromWgs84(p)));
    assert.ok(medianM.gcj02 < 1, String(medianM.gcj02));
    const baidu = ask(along.map((p) => bd09FromWgs84(p)));
    assert.ok(baidu.medianM.bd09 < 1 && baidu.medianM.wgs84 > 300);
    assert.match(baidu.question!.en, /read as bd09 it would be 0 m/);
    assert.match(baidu.question!.zh, /bd09/);
    assert.equal(question !== null, medianM.wgs84 > 300);
  });

  it('hints at nothing when no reading fits', () => {
    const lost = along.map(([x, y]): Position => [x, y + 0.03]);
    const { question } = ask(lost);
    assert.match(question!.en, /Which coordinate system are they in/);
    assert.doesNotMatch(question!.en, /read as/);
  });
});

describe('travel times by road', () => {
  it('are those of Floyd-Warshall over the roads cut at every point, directions obeyed', () => {
    fc.assert(
      fc.property(
        randomGraph,
        fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 6 }),
        (g, picks) => {
          const open = [...g.source.keys()].filter(
            (e) => g.direction[e] !== 0 && g.component[g.source[e]!] === 0 && g.lengthM[e]! > 0,
          );
          if (open.length === 0) return;
          const points = picks.map(([k, s]): Position => {
            const e = open[k % open.length]!;
            const [a, b] = [g.shape[e]![0]!, g.shape[e]!.at(-1)!];
            return [a[0] + s * (b[0] - a[0]), a[1] + s * (b[1] - a[1])];
          });
          const t = travelTimes(boardAt(points, g), { limitMin: 1e5, factor: 1, speedKmh: 1e9 });
          const snaps = new RoadSnapper(g).snap(
            points.map((p) => p[0]),
            points.map((p) => p[1]),
          );
          const d = allPairs(g);
          const ends = (i: number, out: boolean) => {
            const e = snaps.edge[i]!;
            const [way, s, sec] = [g.direction[e]!, snaps.along[i]!, g.seconds[e]!];
            const list: [number, number][] = [];
            if (out ? way !== 3 : way !== 2) list.push([g.target[e]!, (1 - s) * sec]);
            if (out ? way !== 2 : way !== 3) list.push([g.source[e]!, s * sec]);
            return list;
          };
          points.forEach((_, i) => {
            const found = listed(t, i);
            points.forEach((_unused, j) => {
              if (snaps.edge[i] === -1 || snaps.edge[j] === -1) return;
              let best = Infinity;
              for (const [u, a] of ends(i, true))
                for (const [v, b] of ends(j, false)) best = Math.min(best, a + d[u]![v]! + b);
              if (snaps.edge[i] === snaps.edge[j]) {
                const ahead = snaps.along[j]! - snaps.along[i]!;
                const way = g.direction[snaps.edge[i]!]!;
                if (ahead >= 0 ? way !== 3 : way !== 2)
                  best = Math.min(best, Math.abs(ahead) * g.seconds[snaps.edge[i]!]!);
              }
              const got = found.get(j) ?? Infinity;
              assert.ok(got === best || Math.abs(got - best / 60) < 1e-3, `${i}→${j}: ${got} and ${best / 60}`);
            });
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  const street = graphOf(
    [
      [107, 30],
      [107.02, 30],
      [107.04, 30],
    ],
    [
      { source: 0, target: 1, seconds: 600 },
      { source: 1, target: 2, seconds: 600, direction: 2 },
    ],
  );

  it('list what is exactly at the limit, and nothing beyond', () => {
    const ends: Position[] = [
      [107, 30],
      [107.04, 30],
    ];
    const at = (limitMin: number) => listed(travelTimes(boardAt(ends, street), { limitMin, speedKmh: 1e9 }), 0).has(1);
    assert.ok(at(20 + 1e-6));
    assert.ok(!at(19.99));
  });

  it('obey one-way streets: there in 20 minutes, no way back', () => {
    const t = travelTimes(
      boardAt(
        [
          [107, 30],
          [107.04, 30],
        ],
        street,
      ),
      { limitMin: 60, method: 'road', speedKmh: 1e9 },
    );
    assert.deepEqual([t.method, t.isSymmetric], ['road', false]);
    assert.ok(Math.abs(listed(t, 0).get(1)! - 20) < 1e-3);
    assert.equal(listed(t, 1).get(0), undefined);
    assert.deepEqual([...t.byPlace.index.subarray(t.byPlace.start[1], t.byPlace.start[2])], [1, 0]);
  });

  it('add the way to the road at crow-fly speed, at both ends', () => {
    const off: Position[] = [
      [107, 30.005],
      [107.02, 30.005],
    ];
    const t = travelTimes(boardAt(off, street), { limitMin: 60, factor: 1.5, speedKmh: 30 });
    const leg = crowFlyMin(haversineM(107, 30.005, 107, 30), { factor: 1.5, speedKmh: 30 });
    assert.ok(Math.abs(listed(t, 0).get(1)! - (10 + 2 * leg)) < 1e-2);
  });

  it('give places and sites far from a road, or on an island of roads, crow-fly times and a warning by name', () => {
    const island = graphOf(
      [
        [107, 30],
        [107.02, 30],
        [107.04, 30],
        [107.1, 30],
        [107.11, 30],
      ],
      [
        { source: 0, target: 1, seconds: 600 },
        { source: 1, target: 2, seconds: 600 },
        { source: 3, target: 4, seconds: 60 },
      ],
    );
    const points: Position[] = [
      [107, 30],
      [107.02, 30.05],
      [107.105, 30],
    ];
    const t = travelTimes(boardAt(points, island), { limitMin: 120, terrain: 'mountain' });
    assert.deepEqual([...t.fallbackPlaces], [1, 2]);
    assert.deepEqual([...t.fallbackSites], [1, 2]);
    assert.deepEqual([t.factor, t.speedKmh], [1.75, 30]);
    const straight = crowFlyMin(haversineM(107, 30, 107.02, 30.05), t);
    assert.equal(listed(t, 0).get(1), straight);
    assert.equal(listed(t, 1).get(0), straight);
    assert.ok(t.warnings.some((w) => w.en.includes('place 1 (p1) is more than 1000 m')));
    assert.ok(t.warnings.some((w) => w.en.includes('place 2 (p2) is next to a road that is not joined')));
    assert.ok(t.warnings.every((w) => w.zh !== '' && w.zh !== w.en));
  });

  it('are refused on a board without roads, and with limits, factors and speeds that are not positive', () => {
    const board = boardAt([[107, 30]], null);
    assert.throws(() => travelTimes(board, { limitMin: 10, method: 'road' }), { code: 'BAD_USAGE' });
    for (const bad of [{ limitMin: 0 }, { limitMin: 10, factor: -1 }, { limitMin: 10, speedKmh: NaN }])
      assert.throws(() => travelTimes(board, bad), { code: 'OUT_OF_RANGE' });
  });

  it('stay crow-fly on a board with roads when that is asked for', () => {
    const t = travelTimes(boardAt([[107, 30]], street), { limitMin: 10, method: 'crowFly' });
    assert.equal(t.method, 'crowFly');
  });
});

describe('travel times by straight distance', () => {
  const lonLat = fc.tuple(
    fc.double({ min: 107, max: 107.6, noNaN: true }),
    fc.double({ min: 30, max: 30.5, noNaN: true }),
  );

  it('are what a look at every pair gives, the pair exactly at the limit included', () => {
    fc.assert(
      fc.property(fc.array(lonLat, { minLength: 1, maxLength: 15 }), fc.nat(14), (points, k) => {
        const how = { factor: 1.5, speedKmh: 40 };
        const minutes = (a: Position, b: Position) => crowFlyMin(haversineM(a[0], a[1], b[0], b[1]), how);
        const exact = minutes(points[0]!, points[k % points.length]!);
        const limitMin = exact > 0 ? exact : 10;
        const t = travelTimes(boardAt(points, null), { limitMin });
        points.forEach((a, i) => {
          const expected = points.flatMap((b, j) => (minutes(a, b) <= limitMin ? [[j, minutes(a, b)] as const] : []));
          assert.deepEqual([...listed(t, i)], expected);
        });
        assert.ok(listed(t, 0).has(k % points.length));
      }),
    );
  });

  it('never get longer when a site moves nearer to a place along the line', () => {
    const a: Position = [107, 30];
    const times = [0.4, 0.3, 0.2, 0.1].map((d) => {
      const t = travelTimes(boardAt([a], null, [[107 + d, 30]]), { limitMin: 600 });
      return listed(t, 0).get(0)!;
    });
    assert.deepEqual(
      times,
      [...times].sort((x, y) => y - x),
    );
  });
});

/** Rows of a CSV without quotes that matter. */
const rowsOf = (file: string) => {
  const lines = readFileSync(sharedData(`andorra/${file}`)!, 'utf8')
    .trim()
    .split('\n');
  const header = lines[0]!.split(',');
  return lines.slice(1).map((l) => {
    const cells = l.split(',');
    return Object.fromEntries(header.map((h, i) => [h, cells[i] ?? ''])) as Record<string, string>;
  });
};

describe('Andorra', { skip: skipWithout('andorra') }, () => {
  const load = () => {
    const nodes = rowsOf('road_nodes.csv');
    const edges = rowsOf('road_edges.csv');
    const settlements = rowsOf('settlements.csv');
    const both = (a: string, b: string) => edges.flatMap((e) => [Number(e[a]) - 1, Number(e[b]) - 1]);
    const arcs = { from: both('source', 'target'), to: both('target', 'source') };
    const lengths = edges.flatMap((e) => [Number(e['length_m']), Number(e['length_m'])]);
    const main = nodes.flatMap((n, i) => (n['main'] === '1' ? [i] : []));
    const snapped = settlements.map((s) => {
      let best = -1;
      let least = Infinity;
      for (const i of main) {
        const d = haversineM(Number(s['lon']), Number(s['lat']), Number(nodes[i]!['lon']), Number(nodes[i]!['lat']));
        if (d < least) {
          least = d;
          best = i;
        }
      }
      return best;
    });
    return { nodes, edges, settlements, arcs, lengths, snapped };
  };

  it('has the detours of the published percentiles, and the published medians by exhaustion', async () => {
    const { compactGraph } = await import('@qipan/numeric');
    const { nodes, edges, settlements, arcs, lengths, snapped } = load();
    assert.deepEqual([nodes.length, edges.length, settlements.length], [2781, 3325, 73]);
    const search = new BoundedSearch(compactGraph(nodes.length, { ...arcs, weight: lengths }));
    const metres = snapped.map((u) => {
      search.run(u, Infinity);
      return snapped.map((v) => search.distance[v]!);
    });
    const detours: number[] = [];
    settlements.forEach((a, i) =>
      settlements.slice(i + 1).forEach((b, k) => {
        const straight = haversineM(Number(a['lon']), Number(a['lat']), Number(b['lon']), Number(b['lat']));
        if (straight > 1500) detours.push(metres[i]![i + 1 + k]! / straight);
      }),
    );
    detours.sort((x, y) => x - y);
    const at = (p: number) => detours[Math.floor(p * (detours.length - 1))]!.toFixed(2);
    assert.equal(detours.length, 2523);
    assert.deepEqual([at(0.1), at(0.5), at(0.9)], ['1.34', '1.76', '2.78']);

    const people = settlements.map((s) => Number(s['population']));
    const cost = metres.map((r) => r.map((m, j) => (m / 1000) * people[j]!));
    assert.equal(bestMedian(cost, 3).toFixed(1), '272193.6');
  });
});

/** The least total cost of p rows, every place at its cheapest: all combinations, with the running minimum of each place. */
function bestMedian(cost: readonly (readonly number[])[], p: number): number {
  const n = cost.length;
  let best = Infinity;
  const descend = (from: number, left: number, least: readonly number[]): void => {
    if (left === 0) {
      best = Math.min(
        best,
        least.reduce((s, v) => s + v, 0),
      );
      return;
    }
    for (let i = from; i <= n - left; i++)
      descend(
        i + 1,
        left - 1,
        least.map((v, j) => Math.min(v, cost[i]![j]!)),
      );
  };
  descend(
    0,
    p,
    Array.from({ length: n }, () => Infinity),
  );
  return best;
}
