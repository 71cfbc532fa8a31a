import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type {
  BoardSummary,
  GridTransformerView,
  GridView,
  GridVillageStudy,
  RunView,
  StationLoadView,
} from '@qipan/server/contract';
import { studyCounty, type CountyOrder } from '@qipan/server';
import {
  chinaLimits,
  headroomKw,
  limitTree,
  syntheticTransformer,
  syntheticVillages,
  transformerStudy,
} from '@qipan/grid';
import {
  defaultLoadRules,
  failSafeKw,
  leastLimitKw,
  loadOrders,
  newStationLoad,
  type LoadNode,
  type LoadState,
} from '@qipan/operate';
import { eventually, startTestServer, type TestServer } from './support.js';

let server: TestServer;
let board: string;

const base64 = (text: string) => Buffer.from(text).toString('base64');

before(async () => {
  server = await startTestServer();
  const village = (k: number) => `V${k},Village ${k},village,T1,${107.3 + 0.02 * k},30.3,surveyed,${900 + 100 * k},300`;
  const file = (role: string, text: string) => ({ role, name: `${role}.csv`, content: base64(text) });
  const summary = await server.post<BoardSummary>('boards/import', {
    name: { en: 'Four villages', zh: '四村' },
    years: [2026],
    populationYear: 2020,
    attribution: 'made up for a test',
    files: [
      file('regions', 'id,name,level,parent\nC,County,county,\nT1,One,township,C\n'),
      file(
        'places',
        `id,name,kind,region,lon,lat,positionQuality,population,households\n${[0, 1, 2, 3].map(village).join('\n')}\n`,
      ),
    ],
  });
  board = summary.id;
});
after(() => server.end());

/** One transformer a level, and two that cannot be answered for. */
const tables = {
  transformers: [
    'id,name,place,ratedKva,customers,basePeakKw,powerFactor,lon,lat',
    'T0,North,V0,100,30,45,0.95,,',
    'T1,South,Village 1,200,60,80,0.95,,',
    'T2,East,V2,100,12,20,0.95,107.5,30.5',
    'T3,Bad,V3,zero,12,20,0.95,,',
    'T4,Silent,V3,100,20,,0.95,,',
  ],
  sections: ['transformer,order,lengthKm,rOhmPerKm,xOhmPerKm,ratedA', 'T1,1,0.3,0.443,0.069,270'],
  lines: [
    'transformer,id,from,to,lengthKm,rOhmPerKm,xOhmPerKm,ratedA',
    'T2,L1,T2,N1,0.1,0.443,0.069,270',
    'T2,L2,N1,N2,0.2,0.443,0.069,270',
  ],
  nodes: ['transformer,id', 'T2,N1', 'T2,N2'],
  customers: ['transformer,id,node,connectedKw', 'T2,C1,N1,15', 'T2,C2,N2,15'],
} as const;

const upload = (own: Partial<Record<keyof typeof tables, readonly string[]>> = {}, more: object = {}) =>
  server.ask('POST', `grids/${board}/import`, {
    name: { en: 'Office tables', zh: '供电所台账' },
    assume: ['voltage', 'transformerType', 'pathShare'],
    files: Object.entries({ ...tables, ...own }).map(([table, rows]) => ({
      table,
      name: `${table}.csv`,
      content: base64(`${rows.join('\n')}\n`),
    })),
    ...more,
  });

describe("a county's transformers over HTTP", () => {
  test('a board has none until somebody brings them', async () => {
    const view = await server.get<GridView>(`grids/${board}`);
    assert.equal(view.kind, null);
    assert.deepEqual(view.transformers, []);
    assert.equal((await server.ask('GET', 'grids/nowhere')).status, 404);
    assert.equal((await server.ask('GET', `grids/${board}/transformers/T0`)).status, 404);
  });

  test('tables of all levels: the good ones are kept, every problem of the others comes back', async () => {
    const { status, body } = await upload();
    assert.equal(status, 200);
    const view = body as GridView;
    assert.deepEqual(
      view.transformers.map((t) => [t.id, t.level, t.place, t.dataLevel]),
      [
        ['T0', 'L0', 0, 'official'],
        ['T1', 'L1', 1, 'official'],
        ['T2', 'L2', 2, 'official'],
      ],
    );
    assert.deepEqual(view.levels, { L0: 1, L1: 1, L2: 1 });
    assert.deepEqual([...view.refused].sort(), ['T3', 'T4']);
    assert.ok(view.issues.some((i) => i.transformer === 'T3' && i.row === 5 && i.column === 'ratedKva'));
    assert.ok(view.issues.some((i) => i.transformer === 'T4' && i.column === 'basePeakKw'));
    assert.deepEqual([view.transformers[2]?.lon, view.transformers[2]?.lat], [107.5, 30.5]);
    assert.ok(view.transformers.every((t) => t.from === 'estimate'));
    const [north] = view.transformers;
    // 100 kVA at 0.95 less 45 kW.
    assert.ok(Math.abs((north?.headroomKw ?? 0) - 50) < 1e-9);
    const cars = Object.fromEntries(north?.figures.map((f) => [f.rule, f.cars]) ?? []);
    assert.ok((cars['tariffStep'] as number) < (cars['onArrival'] as number), 'a common start carries less');
  });

  test('a file of another format, a table twice and no transformers are refused', async () => {
    const refused = async (files: object[]) => (await upload({}, { files })).body as { code: string };
    const one = { table: 'transformers', name: 't.csv', content: base64(`${tables.transformers.join('\n')}\n`) };
    assert.equal((await refused([{ ...one, name: 't.pdf' }])).code, 'UNSUPPORTED_FORMAT');
    assert.equal((await refused([one, one])).code, 'BAD_INPUT');
    assert.equal((await refused([{ ...one, table: 'lines' }])).code, 'BAD_INPUT');
    assert.equal((await refused([{ ...one, content: base64('id,name\nT1,x\n') }])).code, 'MISSING_COLUMN');
    const assumed = await upload({}, { assume: ['everything'] });
    assert.equal((assumed.body as { code: string }).code, 'BAD_USAGE');
  });

  test('one transformer: its drawing, its day, its rules side by side, its ladder and the paragraph', async () => {
    const view = await server.get<GridTransformerView>(`grids/${board}/transformers/T2`);
    assert.deepEqual(
      view.drawing?.map((n) => [n.id, n.parent, n.customersKw]),
      [
        ['T2', -1, 0],
        ['N1', 0, 15],
        ['N2', 1, 15],
      ],
    );
    assert.equal(view.headroomByQuarterKw?.length, 96);
    // Households at their peak at seven in the evening, a quarter of it at three in the night.
    assert.ok((view.headroomByQuarterKw?.[12] ?? 0) > (view.headroomByQuarterKw?.[76] ?? 0));
    const study = await server.get<GridVillageStudy>(`grids/${board}/transformers/T2/study?draws=40`);
    assert.deepEqual(
      study.rules.map((r) => r.rule),
      ['onArrival', 'tariffStep', 'staggeredValley', 'dynamicLimit'],
    );
    for (const r of study.rules) assert.ok(r.interval && r.interval[0] <= r.cars && r.cars <= r.interval[1]);
    assert.ok(study.days.every((d) => d.loading.bad.length === 96 && d.minPu.bad.length === 96));
    assert.ok(study.ladder.length >= 4);
    assert.match(study.paragraph.zh, /低谷电价/);
    assert.match(study.warnings.join(), /common start/);
    const estimated = await server.get<GridVillageStudy>(`grids/${board}/transformers/T0/study?draws=40`);
    assert.deepEqual([estimated.level, estimated.days.length, estimated.ladder.length], ['L0', 0, 0]);
  });

  test('a study of all of them is a run, and its figures take the place of the estimates', async () => {
    const started = await server.post<RunView>(`grids/${board}/study`, { draws: 20 });
    assert.equal(started.kind, 'grid.county');
    const run = await eventually(async () => {
      const r = await server.get<RunView>(`runs/${started.id}`);
      return r.endedAtMs === null ? null : r;
    }, 'the study to end');
    assert.deepEqual([run.status, run.value, run.bound, run.gap], ['optimal', 3, 3, 0]);
    const view = await server.get<GridView>(`grids/${board}`);
    assert.equal(view.studyRun, started.id);
    assert.ok(view.transformers.every((t) => t.from === 'study' && t.figures.length === 4));
    // Two customers: four cars are all that are looked at.
    assert.ok(view.transformers[2]?.figures.every((f) => f.atLeast && f.cars === 4));
    assert.equal((await server.ask('POST', `grids/${board}/study`, { draws: 1 })).status, 400);
  });

  test('headroom goes out as GeoJSON, CSV and a workbook, with where it comes from', async () => {
    const geo = (await server.ask('GET', `grids/${board}/headroom.geojson`)).body;
    const parsed = (typeof geo === 'string' ? JSON.parse(geo) : geo) as {
      features: { properties: Record<string, unknown>; geometry: { coordinates: number[] } }[];
      attribution: string[];
    };
    assert.equal(parsed.features.length, 3);
    assert.deepEqual(parsed.features[2]?.geometry.coordinates, [107.5, 30.5]);
    assert.ok(parsed.attribution.length > 0);
    const csv = (await server.ask('GET', `grids/${board}/headroom.csv`)).body as string;
    assert.match(csv, /^id,name,lon,lat,level/);
    assert.equal(csv.trim().split('\r\n').length, 5);
    const book = await fetch(`${server.url}/api/v1/grids/${board}/headroom.xlsx`);
    assert.equal(
      Buffer.from(await book.arrayBuffer())
        .subarray(0, 2)
        .toString(),
      'PK',
    );
  });

  test('a made-up grid says that it is one', async () => {
    const view = await server.post<GridView>(`grids/${board}/synthetic`);
    assert.equal(view.kind, 'synthetic');
    assert.equal(view.dataLevel, 'synthetic');
    assert.deepEqual(
      view.transformers.map((t) => [t.id, t.place, t.level, t.dataLevel]),
      [0, 1, 2, 3].map((k) => [`V${k}`, k, 'L2', 'synthetic']),
    );
    assert.equal(view.studyRun, null, 'the study of the tables before says nothing about it');
    assert.ok(view.assumed.some((a) => a.en.includes('synthetic') && a.zh.includes('合成')));
  });

  test('a station that nobody limits says so', async () => {
    const ready = await server.api.ensureSimulatedStation('FREE-1');
    const load = await server.get<StationLoadView>(`stations/${ready.id}/load`);
    assert.deepEqual(load, { transformer: null, station: null });
    assert.deepEqual(await server.get('load-groups'), []);
    assert.equal((await server.ask('GET', 'load-groups/nothing')).status, 404);
  });
});

describe('the limit that is exported', () => {
  test('is the one that is enforced: orders over a tree of grid stay within what the households leave at every hour', () => {
    const evses = [{ id: 'E', powerKw: 60 }];
    const stations = ['A', 'B', 'C'].map((id) => ({ id, evses: evses.map((e) => ({ ...e, id: `${id}${e.id}` })) }));
    const t = { id: 'T1', ratedKva: 100, basePeakKw: 60, level: 'L1', stations, validFromMs: 0 } as const;
    const tree = limitTree(t);
    const nowMs = Date.UTC(2026, 0, 1, 11);
    const safe = failSafeKw(tree, stateOf(null), defaultLoadRules);
    const orders = loadOrders(tree, stateOf(safe), nowMs, defaultLoadRules);
    assert.equal(orders.length, 3);
    // Seven in the evening in China: the households' peak.
    const least = Math.min(...headroomKw(t));
    assert.ok(Math.abs(leastLimitKw(tree[0] as LoadNode, nowMs, nowMs, 480) - least) < 1e-9);
    assert.ok(orders.reduce((a, o) => a + o.kw, 0) <= least + 1e-9);
    assert.ok([...safe.values()].reduce((a, kw) => a + kw, 0) <= 0.3 * least + 1e-9);
  });

  function stateOf(safe: ReadonlyMap<string, number> | null): LoadState {
    return new Map(
      ['A', 'B', 'C'].map((id) => [
        id,
        { ...newStationLoad(id, 60), isConnected: true, failSafeKw: safe?.get(id) ?? null, wantKw: 60, guns: 1 },
      ]),
    );
  }
});

describe('a county in threads', () => {
  const order: CountyOrder = {
    source: { kind: 'synthetic', villages: syntheticVillages(5), seed: 3 },
    options: { seed: 2, draws: 10, rules: [{ kind: 'onArrival' }], limits: chinaLimits },
    carsPerCustomer: 0.3,
  };
  const watch = { progress: () => undefined, shouldStop: () => false };

  test('the answers are those of one call after the other, with any number of threads', async () => {
    const alone = syntheticVillages(5).map((v) => {
      const t = syntheticTransformer({ ...v, seed: 3 });
      return transformerStudy(t, { ...order.options, expectedCars: Math.round(0.3 * t.ledger.customers) });
    });
    const counted: number[] = [];
    const two = await studyCounty(order, { ...watch, threads: 2, progress: (done) => counted.push(done) });
    assert.equal(two.status, 'done');
    assert.deepEqual(two.answers, alone);
    assert.deepEqual(counted, [1, 2, 3, 4, 5]);
  });

  test('a stop keeps what is done', async () => {
    let done = 0;
    const stopped = await studyCounty(
      { ...order, source: { kind: 'synthetic', villages: syntheticVillages(60), seed: 3 } },
      { threads: 2, progress: (n) => (done = n), shouldStop: () => done >= 2 },
    );
    assert.equal(stopped.status, 'stopped');
    assert.ok(stopped.done >= 2 && stopped.done < 60, `${stopped.done} done`);
    assert.equal(stopped.answers.filter((a) => a !== null).length, stopped.done);
    const never = await studyCounty(order, { ...watch, threads: 2, shouldStop: () => true });
    assert.deepEqual([never.status, never.done], ['stopped', 0]);
  });

  test('a thread that fails is an error, not a county with holes', async () => {
    const broken = { ...order, source: { kind: 'given' as const, transformers: [{ id: 'X' } as never] } };
    await assert.rejects(studyCounty(broken, { ...watch, threads: 1 }));
  });
});
