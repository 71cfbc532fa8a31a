import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { referencePage } from '@qipan/base';
import {
  chargingDay,
  chinaLimits,
  commonStartWarning,
  compileGrid,
  conductorOf,
  conductors,
  countyAssumptions,
  countyTables,
  drawCarDays,
  homeSessions,
  hostingCapacity,
  hostingParagraph,
  hostingRisk,
  hourOfStep,
  householdShape,
  lowVoltageNetwork,
  powerFlow,
  readCounty,
  stepsPerDay,
  syntheticCounty,
  syntheticNetwork,
  transformerStudy,
  transformerTypeFor,
  transformerTypes,
  type ChargingRule,
  type CountySheet,
  type CountySheets,
  type GridNetwork,
  type ParagraphAnswer,
} from '@qipan/grid';
import { line, load, network, transformer } from './fixtures.js';

const onArrival: ChargingRule = { kind: 'onArrival' };
const tariffStep: ChargingRule = { kind: 'tariffStep', hour: 22 };
const staggered: ChargingRule = { kind: 'staggeredValley', fromHour: 22, toHour: 6 };

/** A sheet from its text: header, then rows; cells by comma. */
const sheet = (name: string, text: string): CountySheet => {
  const [header, ...rows] = text
    .trim()
    .split('\n')
    .map((r) => r.trim().split(','));
  return { file: `${name}.csv`, header, rows };
};

const ledger = sheet(
  'transformers',
  `id,name,ratedKva,customers,basePeakKw,powerFactor
   T1,East,100,30,45,0.95
   T2,West,160,40,,`,
);
const everything = Object.keys(countyAssumptions);

/** Issues as short lines: table row column code. */
const short = (sheets: CountySheets, assume: readonly string[] = []) => {
  const r = readCounty(sheets, { assume });
  return {
    issues: r.issues.map((i) => `${i.table} ${i.row} ${i.column} ${i.code}`),
    good: r.transformers.map((t) => t.id),
    refused: r.refused,
  };
};

describe('the ledger alone', () => {
  test('gives level L0, and what is not known is refused until its default is allowed', () => {
    assert.deepEqual(short({ transformers: ledger }), {
      issues: ['transformers 3 basePeakKw BAD_CELL', 'transformers 3 powerFactor BAD_CELL'],
      good: ['T1'],
      refused: ['T2'],
    });
    const r = readCounty({ transformers: ledger }, { assume: ['householdPeak', 'powerFactor'] });
    assert.deepEqual(
      r.transformers.map((t) => [t.id, t.level, t.dataLevel, t.ledger.basePeakKw]),
      [
        ['T1', 'L0', 'official', 45],
        ['T2', 'L0', 'official', 48],
      ],
    );
    assert.deepEqual(r.transformers[0].assumptions, [], 'what was measured is not assumed');
    assert.deepEqual(r.transformers[1].assumptions, [countyAssumptions.householdPeak, countyAssumptions.powerFactor]);
  });

  test('the refusal names the default that would help', () => {
    const { issues } = readCounty({ transformers: ledger }, { assume: [] });
    assert.match(issues[0].message, /transformers\.csv row 3, column basePeakKw: empty; .*"householdPeak"/);
  });

  test('headers may be Chinese, cells numbers or full-width digits, rows numbered by their file', () => {
    const r = readCounty(
      {
        transformers: {
          file: '台区.xlsx',
          header: ['台区编号', '台区名称', '额定容量', '户数', '最大负荷', 'powerFactor'],
          rows: [['A-1', '东村', '１００', 30, 45, 0.9]],
          rowNumbers: [7],
        },
      },
      { assume: [] },
    );
    assert.deepEqual(r.issues, []);
    assert.equal(r.transformers[0].ledger.ratedKva, 100);
    assert.equal(r.transformers[0].name, '东村');
  });

  test('every bad row is listed, the good ones are answered for', () => {
    const bad = sheet(
      'transformers',
      `id,ratedKva,customers,basePeakKw,powerFactor
       T1,100,30,45,0.95
       T2,160000,30,45,0.95
       T3,0,30,45,0.95
       T4,100,2.5,45,0.95
       T5,100,,45,0.95
       T6,100,30,much,1.2
       T1,100,30,45,0.95
       ,100,30,45,0.95
       T9,100,30,45,0.95`,
    );
    assert.deepEqual(short({ transformers: bad }), {
      issues: [
        'transformers 3 ratedKva BAD_CELL',
        'transformers 4 ratedKva BAD_CELL',
        'transformers 5 customers BAD_CELL',
        'transformers 6 customers BAD_CELL',
        'transformers 7 basePeakKw BAD_CELL',
        'transformers 7 powerFactor BAD_CELL',
        'transformers 8 id DUPLICATE_ID',
        'transformers 9 id BAD_CELL',
      ],
      good: ['T9'],
      refused: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'],
    });
  });

  test('more problems than a list of a hundred are all found', () => {
    const rows = Array.from({ length: 250 }, (_, k) => `T${k},${k === 249 ? 100 : -1},10,5,0.9`);
    const r = short({
      transformers: sheet('transformers', `id,ratedKva,customers,basePeakKw,powerFactor\n${rows.join('\n')}`),
    });
    assert.equal(r.issues.length, 249);
    assert.deepEqual(r.good, ['T249']);
  });

  test('a missing column and an unknown assumption stop the reading', () => {
    assert.throws(() => readCounty({ transformers: sheet('transformers', 'id,customers\nT1,3') }, { assume: [] }), {
      code: 'MISSING_COLUMN',
    });
    assert.throws(
      () => readCounty({ transformers: ledger }, { assume: ['householdPeak', 'weather'] }),
      (e: { code: string; message: string }) => e.code === 'BAD_USAGE' && e.message.startsWith('weather cannot'),
    );
  });
});

describe('the worst path', () => {
  const path = (text: string): CountySheets => ({ transformers: ledger, sections: sheet('sections', text) });
  const read = (text: string, assume = everything) => readCounty(path(text), { assume });

  test('gives level L1 in the order of its numbers, each transformer by itself', () => {
    const r = read(`transformer,order,lengthKm,rOhmPerKm,xOhmPerKm,ratedA
      T1,2,0.3,0.64,0.085,141
      T1,1,0.2,0.2,0.08,275`);
    assert.deepEqual(
      r.transformers.map((t) => t.level),
      ['L1', 'L0'],
    );
    assert.deepEqual(r.transformers[0].path?.sections, [
      { lengthKm: 0.2, rOhmPerKm: 0.2, xOhmPerKm: 0.08, ratedA: 275 },
      { lengthKm: 0.3, rOhmPerKm: 0.64, xOhmPerKm: 0.085, ratedA: 141 },
    ]);
    assert.equal(r.transformers[0].path?.ratedV, 400);
    assert.equal(r.transformers[0].path?.shareOfCustomers, 1);
  });

  test('given by its ends, the path with the largest resistance is found', () => {
    const r = read(`transformer,from,to,lengthKm,rOhmPerKm,xOhmPerKm,ratedA
      T1,T1,a,0.1,0.2,0.08,275
      T1,a,b,0.5,0.2,0.08,275
      T1,a,c,0.3,0.6,0.08,141
      T1,c,d,0.01,0.6,0.08,141`);
    assert.deepEqual(
      r.transformers[0].path?.sections.map((s) => s.lengthKm),
      [0.1, 0.3, 0.01],
      '0.18 + 0.006 Ω beyond a are more than 0.1 Ω',
    );
  });

  test('a named conductor is looked up only when that is allowed, and is then printed with its source', () => {
    const text = `transformer,order,lengthKm,conductor
      T1,1,0.2,nayy 4×150
      T1,2,0.1,NFA2X 4x70`;
    const r = read(text);
    assert.deepEqual(
      r.transformers[0].path?.sections.map((s) => [s.rOhmPerKm, s.xOhmPerKm, s.ratedA]),
      [
        [0.2067, 0.0804, 275],
        [0.443, 0.069, 270],
      ],
    );
    const told = r.transformers[0].assumptions.join('\n');
    assert.match(told, /NAYY 4x150: 0\.2067 \+ j0\.0804 Ω\/km, 275 A \(Kerber.*to be verified locally/);
    assert.match(told, /NFA2X 4x70/);
    assert.deepEqual(
      short(
        path(text),
        everything.filter((a) => a !== 'conductors'),
      ).issues,
      [
        'sections 2 rOhmPerKm BAD_CELL',
        'sections 2 xOhmPerKm BAD_CELL',
        'sections 3 rOhmPerKm BAD_CELL',
        'sections 3 xOhmPerKm BAD_CELL',
      ],
    );
  });

  test('own figures of a section go before the table, an unknown rating stays unknown', () => {
    const r = read(`transformer,order,lengthKm,conductor,rOhmPerKm,xOhmPerKm
      T1,1,0.2,NAYY 4x150,0.3,0.09
      T1,2,0.2,,0.3,0.09`);
    const [a, b] = r.transformers[0].path?.sections ?? [];
    assert.deepEqual([a.rOhmPerKm, a.ratedA, b.ratedA], [0.3, 275, null]);
  });

  test('an unknown conductor, a doubled place, a section that hangs in the air are named', () => {
    assert.deepEqual(short(path('transformer,order,lengthKm,conductor\nT1,1,0.2,rope'), everything).issues, [
      'sections 2 rOhmPerKm BAD_CELL',
      'sections 2 xOhmPerKm BAD_CELL',
    ]);
    const cells = 'lengthKm,rOhmPerKm,xOhmPerKm,ratedA';
    assert.deepEqual(
      short(path(`transformer,order,${cells}\nT1,1,0.2,0.2,0.1,100\nT1,1,0.3,0.2,0.1,100`), everything).issues,
      ['sections 3 order DUPLICATE_ID'],
    );
    assert.deepEqual(
      short(path(`transformer,from,to,${cells}\nT1,T1,a,0.2,0.2,0.1,100\nT1,x,y,0.3,0.2,0.1,100`), everything).issues,
      ['sections 3 from UNKNOWN_REFERENCE'],
    );
    assert.deepEqual(short(path(`transformer,from,to,${cells}\nT1,T1,,0.2,0.2,0.1,100`), everything).issues, [
      'sections 2 order BAD_CELL',
    ]);
    const stranger = short(path(`transformer,order,${cells}\nT7,1,0.2,0.2,0.1,100`), everything);
    assert.deepEqual(stranger.issues, ['sections 2 transformer UNKNOWN_REFERENCE']);
    assert.deepEqual(stranger.good, ['T1', 'T2'], 'a row of nobody stops nobody');
  });
});

const topology = {
  nodes: sheet('nodes', 'transformer,id\nT1,a\nT1,b'),
  lines: sheet(
    'lines',
    `transformer,id,from,to,lengthKm,conductor,rOhmPerKm,xOhmPerKm,ratedA
     T1,l1,T1,a,0.2,,0.2,0.08,275
     T1,l2,a,b,0.1,NAYY 4x50,,,`,
  ),
  customers: sheet('customers', 'transformer,id,node,connectedKw\nT1,c1,a,3\nT1,c2,b,\nT1,c3,T1,5'),
};

describe('the whole topology', () => {
  const whole: CountySheets = { transformers: ledger, ...topology };
  const change = (part: Partial<CountySheets>) => short({ ...whole, ...part }, everything).issues;

  test('gives level L2: a network that flows as the one built by hand', () => {
    const r = readCounty(whole, { assume: everything });
    assert.deepEqual(r.issues, []);
    const [t] = r.transformers;
    assert.equal(t.level, 'L2');
    const type = { pkW: 1200, p0W: 450, i0: 0.0025, i0Zero: 0.0025, p0ZeroW: 450 };
    const byHand = network({
      ratedV: [10_000, 400, 400, 400],
      branches: [
        transformer('T1', 0, 1, type),
        line('l1', 1, 2, { r1: 0.04, x1: 0.016 }),
        line('l2', 2, 3, { r1: 0.06417, x1: 0.00848 }),
      ],
      loads: [
        [2, 3000],
        [3, 2000],
        [1, 5000],
      ].map(([node, p]) => load(node, p, { qVar: [p * Math.tan(Math.acos(0.95))] })),
    });
    const [got, want] = [powerFlow(t.network as GridNetwork, 1), powerFlow(byHand, 1)];
    assert.equal(got.nodes.length, 4);
    want.nodes.forEach((n, k) => assert.ok(Math.abs(n.uPu[0] - got.nodes[k].uPu[0]) < 1e-12, n.id));
    assert.deepEqual(
      t.network?.nodes.map((n) => n.id),
      ['T1 feeding side', 'T1', 'a', 'b'],
    );
    for (const part of [/400 V in the village/, /uk 4 %/, /NAYY 4x50/, /2 kW connected load/])
      assert.match(t.assumptions.join('\n'), part);
  });

  test('nothing of it is assumed unasked', () => {
    const { issues } = readCounty(whole, { assume: [] });
    const columns = new Set(issues.filter((i) => i.transformer === 'T1').map((i) => i.column));
    assert.deepEqual(
      [...columns].sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      'connectedKw feedingPu feedingV i0Pct pCuKw pFeKw rOhmPerKm ratedV ukPct xOhmPerKm'.split(' '),
    );
  });

  test('names that are not there and names that stand twice are listed with their rows', () => {
    assert.deepEqual(change({ nodes: sheet('nodes', 'transformer,id\nT1,a\nT1,b\nT1,a') }), [
      'nodes 4 id DUPLICATE_ID',
    ]);
    assert.deepEqual(change({ nodes: sheet('nodes', 'transformer,id\nT1,a\nT1,b\nT1,c') }), [
      'nodes 4 id UNKNOWN_REFERENCE',
    ]);
    assert.deepEqual(
      change({ customers: sheet('customers', 'transformer,id,node,connectedKw\nT1,c1,q,3\nT1,c1,a,3') }),
      ['customers 2 node UNKNOWN_REFERENCE', 'customers 3 id DUPLICATE_ID'],
    );
    const lines = sheet(
      'lines',
      'transformer,id,from,to,lengthKm,rOhmPerKm,xOhmPerKm\nT1,l1,T1,a,0.2,0.2,0.1\nT1,l2,z,b,-1,0.2,0.1',
    );
    assert.deepEqual(change({ lines }), [
      'nodes 3 id UNKNOWN_REFERENCE',
      'lines 3 lengthKm BAD_CELL',
      'lines 3 from UNKNOWN_REFERENCE',
    ]);
  });

  test('lines without customers do not make a village', () => {
    const { customers: _, ...bare } = whole;
    assert.deepEqual(short(bare, everything).issues, ['transformers 2 id INCOMPLETE_TABLE']);
  });

  test('a line of no length joins its ends and says so', () => {
    const lines = sheet(
      'lines',
      'transformer,id,from,to,lengthKm,rOhmPerKm,xOhmPerKm\nT1,l1,T1,a,0,0.2,0.1\nT1,l2,a,b,0.1,0.2,0.1',
    );
    const r = readCounty({ ...whole, lines }, { assume: everything });
    const n = r.transformers[0].network as GridNetwork;
    assert.match(n.warnings[0], /line l1 has no impedance: T1 and a are one node/);
    const flow = powerFlow(n, 1);
    assert.equal(flow.nodes[1].uPu[0], flow.nodes[2].uPu[0]);
  });

  test('by phase it is refused until the zero sequence is known', () => {
    const n = readCounty(whole, { assume: everything }).transformers[0].network as GridNetwork;
    assert.throws(() => powerFlow(n, 3), { code: 'BAD_INPUT' });
    const known = sheet(
      'lines',
      'transformer,id,from,to,lengthKm,rOhmPerKm,xOhmPerKm,zeroRatio\nT1,l1,T1,a,0.2,0.2,0.1,4\nT1,l2,a,b,0.1,0.2,0.1,4',
    );
    const by = readCounty({ ...whole, lines: known }, { assume: everything }).transformers[0].network as GridNetwork;
    assert.equal(powerFlow(by, 3).status, 'converged');
  });
});

describe('tables and equipment', () => {
  test('every column of the five tables is described in both languages', () => {
    assert.deepEqual(
      countyTables.map((t) => t.name),
      ['transformers', 'sections', 'nodes', 'lines', 'customers'],
    );
    for (const t of countyTables) {
      assert.ok(referencePage(t).includes(t.description.zh));
      for (const c of t.columns) assert.ok(c.description.en.length > 3 && /[\u4e00-\u9fff]/.test(c.description.zh));
    }
  });

  test('conductors and transformer types carry their figures and their source', () => {
    // Kerber networks as kept in pandapower.
    assert.deepEqual(
      conductors.map((c) => [c.name, c.rOhmPerKm, c.xOhmPerKm, c.ratedA]),
      [
        ['NAYY 4x50', 0.6417, 0.0848, 141],
        ['NAYY 4x150', 0.2067, 0.0804, 275],
        ['NFA2X 4x70', 0.443, 0.069, 270],
      ],
    );
    for (const x of [...conductors, ...transformerTypes]) assert.match(x.source, /to be verified locally/);
    assert.equal(conductorOf('naYY4X50')?.ratedA, 141);
    assert.equal(conductorOf('NAYY'), null);
  });

  test('a rating between the types takes the nearest, its losses in proportion', () => {
    assert.deepEqual(transformerTypeFor(100), transformerTypes[0]);
    const t = transformerTypeFor(200);
    assert.deepEqual([t.ratedKva, t.ukPct, t.pCuKw, t.name], [200, 4, 2.4, '160 kVA Dyn5']);
    assert.ok(Math.abs(transformerTypeFor(50).pFeKw - 0.225) < 1e-12);
  });

  test('nodes named like the busbar are not doubled', () => {
    const n = lowVoltageNetwork({
      id: 'T',
      ratedKva: 100,
      ratedV: 400,
      feedingV: 10_000,
      feedingPu: 1,
      ukPct: 4,
      pCuKw: 1,
      pFeKw: 0.2,
      i0Pct: 0,
      nodes: ['T', 'a'],
      lines: [],
      customers: [],
    });
    assert.deepEqual(
      n.nodes.map((x) => x.id),
      ['T feeding side', 'T', 'a'],
    );
  });
});

describe('the synthetic county', () => {
  const county = syntheticCounty({ transformers: 40, seed: 3 });

  test('is seeded and nested, and says that it exists nowhere', () => {
    assert.deepEqual(syntheticCounty({ transformers: 5, seed: 3 }), county.slice(0, 5));
    assert.notDeepEqual(syntheticCounty({ transformers: 5, seed: 4 }), county.slice(0, 5));
    for (const t of county) {
      assert.equal(t.dataLevel, 'synthetic');
      assert.match(t.assumptions.join(), /synthetic/);
    }
  });

  test('its villages are radial, supplied and within their limits without cars', () => {
    for (const t of county.slice(0, 15)) {
      const n = t.network as GridNetwork;
      assert.equal(n.nodes.length, t.ledger.customers + 2);
      assert.ok(compileGrid(n, 1).radial);
      const evening = { ...n, loads: n.loads.map((l) => ({ ...l, pW: [0.6 * l.pW[0]], qVar: [0.6 * l.qVar[0]] })) };
      const flow = powerFlow(evening, 1);
      assert.equal(flow.status, 'converged');
      assert.ok(flow.branches[0].loading < 0.8, `${t.id} ${flow.branches[0].loading}`);
      assert.ok(flow.nodes.every((x) => x.uPu[0] > 0.93));
    }
  });

  test('flows by phase too', () => {
    const n = syntheticNetwork({ id: 'V', seed: 1, customers: 20, ratedKva: 100 });
    const [one, three] = [powerFlow(n, 1), powerFlow(n, 3)];
    three.nodes.forEach((x, k) => x.uPu.forEach((u) => assert.ok(Math.abs(u - one.nodes[k].uPu[0]) < 1e-9)));
  });
});

describe('the study of one transformer', () => {
  const [small] = syntheticCounty({ transformers: 1, seed: 8 });
  const options = { seed: 2, rules: [onArrival, tariffStep], draws: 25 };

  test('answers alike wherever it runs, and equals the search it stands for', () => {
    const a = transformerStudy(small, options);
    assert.deepEqual(transformerStudy(JSON.parse(JSON.stringify(small)) as typeof small, options), a);
    const direct = hostingCapacity({ network: small.network as GridNetwork, coincidence: 0.6 }, options.rules, options);
    a.rules.forEach((r, k) => {
      assert.equal(r.cars, direct[k].cars);
      assert.deepEqual(r.interval, direct[k].interval);
      assert.deepEqual(r.limiting, direct[k].limiting);
    });
    assert.deepEqual(a.rules[1].warnings, [commonStartWarning]);
    assert.equal(a.status, 'done');
  });

  test('answers at the level of its data, with an interval only where there is one', () => {
    const { network: _, ...known } = small;
    const l0 = transformerStudy({ ...known, level: 'L0', network: null }, options);
    assert.deepEqual([l0.level, l0.rules[0].interval, l0.rules[0].limiting[0].kind], ['L0', null, 'transformer']);
    const path = {
      ...small.ledger,
      ratedV: 400,
      shareOfCustomers: 1,
      sections: [{ lengthKm: 0.5, rOhmPerKm: 0.6417, xOhmPerKm: 0.0848, ratedA: null }],
    };
    const l1 = transformerStudy({ ...known, level: 'L1', network: null, path }, options);
    const [low, high] = l1.rules[0].interval as [number, number];
    assert.ok(low <= high && l1.rules[0].cars === low);
    assert.deepEqual(l1.rules[1].warnings, [commonStartWarning]);
  });

  test('a measured evening peak replaces the share of the connected load', () => {
    const heavy = { ...small, ledger: { ...small.ledger, basePeakKw: 2 * (small.ledger.basePeakKw as number) } };
    assert.ok(transformerStudy(heavy, options).rules[0].cars < transformerStudy(small, options).rules[0].cars);
  });

  test('the risk of an expected number of cars is told by rule over whole days', () => {
    const r = transformerStudy(small, { ...options, rules: [], expectedCars: 0 });
    assert.equal(r.rules.length, 0);
    assert.deepEqual([r.expected.length, r.expected[0].point.risk], [1, 0]);
    const many = transformerStudy(small, { ...options, rules: [staggered], expectedCars: 200, mostCars: 200 });
    assert.equal(many.expected[0].rule, staggered);
    assert.equal(many.expected[0].point.risk, 1);
  });

  test('asked to stop, it says so', () => {
    assert.equal(transformerStudy(small, { ...options, shouldStop: () => true }).status, 'stopped');
  });
});

describe('risk over whole days', () => {
  /** All customers at one place: it does not matter whose cars they are. */
  const village = network({
    ratedV: [10_000, 400, 400],
    branches: [
      transformer('t', 0, 1, { ratedVa: 63_000, pkW: 900 }),
      line('l', 1, 2, { r1: 0.04, x1: 0.01, ratedA: 150 }),
    ],
    loads: Array.from({ length: 12 }, (_, k) => load(2, 3000, { id: `c${k}` })),
  });

  test('equals the flows of all quarter hours, one by one', () => {
    const [draws, cars, mostCars, seed] = [8, 9, 30, 6];
    // Without spread every household follows the shape: only the cars are drawn.
    const c = { network: village, spread: 0 };
    for (const rule of [onArrival, staggered]) {
      const [point] = hostingRisk(c, [rule], { seed, draws, cars, mostCars });
      const days = drawCarDays(homeSessions, mostCars, draws, seed);
      let broken = 0;
      for (let d = 0; d < draws; d++) {
        const baseKw = Float64Array.from({ length: stepsPerDay }, () => 0);
        const kw = chargingDay(days, d, rule, { n: cars, powerKw: 7, baseKw, limitKw: Infinity, departureHour: 7.5 });
        const isBroken = Array.from({ length: stepsPerDay }, (_, t) => t).some((t) => {
          const charging = Array.from({ length: cars }, (_x, k) => kw[k * stepsPerDay + t]).reduce((a, b) => a + b, 0);
          const share = 0.6 * householdShape[Math.floor(hourOfStep(t))];
          const flow = powerFlow(
            {
              ...village,
              loads: [
                ...village.loads.map((l) => ({ ...l, pW: [l.pW[0] * share], qVar: [l.qVar[0] * share] })),
                load(2, charging * 1000, { id: 'cars', qVar: [0] }),
              ],
            },
            1,
          );
          return flow.branches.some((b) => b.loading > 1) || flow.nodes.some((n) => n.uPu[0] < chinaLimits.minPu);
        });
        if (isBroken) broken++;
      }
      assert.equal(point.risk, broken / draws, rule.kind);
      assert.equal(point.cars, cars);
    }
  });

  test('is never below what the heaviest quarter hours show, and lies on the curve where they are enough', () => {
    const o = { seed: 3, draws: 40, mostCars: 40 };
    const [h] = hostingCapacity({ network: village }, [onArrival], o);
    for (const p of h.riskCurve) {
      const [whole] = hostingRisk({ network: village }, [onArrival], { ...o, cars: p.cars });
      assert.ok(whole.risk >= p.risk);
      assert.ok(whole.risk - p.risk <= 0.05);
    }
  });

  test('memory is bounded by pieces: many days are solved as few are', () => {
    const o = { seed: 3, cars: 10, mostCars: 20 };
    const [many] = hostingRisk({ network: village }, [onArrival], { ...o, draws: 90 });
    const [again] = hostingRisk({ network: village }, [onArrival], { ...o, draws: 90 });
    assert.deepEqual(many, again);
    assert.ok(
      Number.isInteger(Math.round(many.risk * 90)) && Math.abs(many.risk * 90 - Math.round(many.risk * 90)) < 1e-9,
    );
  });

  test('a village without supply or without customers is refused, dark customers are told', () => {
    const o = { seed: 1, draws: 5, mostCars: 10 };
    assert.throws(() => hostingCapacity({ network: { ...village, loads: [] } }, [onArrival], o), /no customer draws/);
    assert.throws(() => hostingCapacity({ network: { ...village, sources: [] } }, [onArrival], o), {
      code: 'DEGENERATE_INPUT',
    });
    assert.throws(() => hostingCapacity({ network: village }, [onArrival], { ...o, draws: 0 }), {
      code: 'OUT_OF_RANGE',
    });
    const dark: GridNetwork = {
      ...village,
      nodes: [...village.nodes, { id: 'dark', ratedV: 400 }],
      loads: [...village.loads, load(3, 2000, { id: 'x' })],
    };
    const [r] = hostingCapacity({ network: dark }, [onArrival], o);
    assert.match(r.warnings.join(), /1 loads stand where no source reaches/);
  });

  test('carrying all the cars looked at is told as a least number', () => {
    const [r] = hostingCapacity({ network: village }, [staggered], { seed: 1, draws: 10, mostCars: 3 });
    assert.deepEqual([r.cars, r.atLeast], [3, true]);
    const [full] = hostingCapacity({ network: village }, [onArrival], { seed: 1, draws: 10, mostCars: 60 });
    assert.equal(full.atLeast, false);
  });
});

describe('the paragraph for the officer', () => {
  const answer = (rule: ChargingRule, cars: number, change: Partial<ParagraphAnswer> = {}): ParagraphAnswer => ({
    rule,
    cars,
    atLeast: false,
    interval: [cars - 2, cars + 3],
    limiting: [{ kind: 'transformer', id: 'T1', share: 0.9 }],
    ...change,
  });

  test('says how many cars each rule carries, what binds, and warns of the common start', () => {
    const { en, zh } = hostingParagraph([
      answer(onArrival, 80),
      answer(tariffStep, 60, { limiting: [{ kind: 'lowVoltage', id: 'pole 7', share: 0.6 }] }),
      answer(staggered, 160, { limiting: [{ kind: 'line', id: 'L2', share: 0.6 }] }),
    ]);
    assert.match(
      en,
      /If every car charges as it comes home, the transformer carries 80 cars \(78 to 83\); beyond that, transformer T1 is overloaded first\./,
    );
    assert.match(
      en,
      /begins at 22:00, the transformer carries 60 cars \(58 to 63\), 25 % fewer; beyond that, the voltage at pole 7 falls too low first\./,
    );
    assert.match(en, /between 22:00 and 6:00, .*160 cars.*, 2\.0 times as many; beyond that, line L2/);
    assert.match(en, /Warning: a tariff with one common start/);
    assert.match(en, /try it before a larger transformer/);
    for (const part of ['80 辆', '减少 25 %', '2.0 倍', '变压器 T1 过载', 'pole 7 处电压过低', '线路 L2 过载', '注意'])
      assert.ok(zh.includes(part), part);
    assert.ok(!en.includes('\n') && !zh.includes('\n'), 'one paragraph');
  });

  test('leaves out what is not known or not so', () => {
    const plain = hostingParagraph([answer(onArrival, 1, { interval: null, limiting: [] })]);
    assert.equal(plain.en, 'If every car charges as it comes home, the transformer carries 1 car.');
    assert.ok(!/注意/.test(plain.zh));
    const none = hostingParagraph([]);
    assert.match(none.en, /No charging rule/);
    const zeroFirst = hostingParagraph([answer(onArrival, 0), answer(staggered, 5)]);
    assert.ok(!/times as many/.test(zeroFirst.en), 'nothing is a multiple of no car');
    const better = hostingParagraph([answer(onArrival, 20), answer(tariffStep, 30)]);
    assert.ok(!/Warning/.test(better.en), 'a step that carries more is no reason to warn');
  });

  test('tells a least number, a live limit, half hours, and a network that gives out', () => {
    const r = hostingParagraph([
      answer({ kind: 'dynamicLimit', share: 0.9 }, 200, { atLeast: true }),
      answer({ kind: 'tariffStep', hour: 22.5 }, 50, { limiting: [{ kind: 'noSolution', id: 'network', share: 1 }] }),
      answer(onArrival, 50, { limiting: [{ kind: 'highVoltage', id: 'n1', share: 1 }] }),
    ]);
    assert.match(r.en, /within 90 % of the transformer, .* at least 200 cars/);
    assert.match(r.en, /22:30/);
    assert.match(r.en, /cannot deliver the power/);
    assert.match(r.en, /n1 rises too high/);
    assert.match(r.zh, /至少 200 辆/);
  });

  test('is made of a real study', () => {
    const [t] = syntheticCounty({ transformers: 1, seed: 8 });
    const { rules } = transformerStudy(t, { seed: 1, draws: 20, rules: [onArrival, tariffStep, staggered] });
    const { en } = hostingParagraph(rules);
    for (const r of rules) assert.ok(en.includes(`${r.cars} car`));
  });
});
