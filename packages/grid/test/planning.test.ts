import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  admd,
  checkPlan,
  chinaLimits,
  commonStartWarning,
  designDayOrder,
  drawCarDays,
  europeLimits,
  headroomKw,
  homeSessions,
  hostingCapacity,
  hostingL0,
  hostingL1,
  hostingRows,
  hourOfStep,
  householdShape,
  limitAt,
  limitTree,
  powerFlow,
  reliefLadder,
  stepsPerDay,
  type ChargingRule,
  type GridLimits,
  type GridNetwork,
  type HostingRow,
  type LimitStation,
  type Relief,
  type SessionModel,
  type TransformerL0,
  type WorstPathL1,
} from '@qipan/grid';
import { line, load, lowVoltage, network, transformer } from './fixtures.js';

const onArrival: ChargingRule = { kind: 'onArrival' };
const tariffStep: ChargingRule = { kind: 'tariffStep', hour: 22 };
const staggered: ChargingRule = { kind: 'staggeredValley', fromHour: 22, toHour: 6 };

interface Shape {
  readonly kva?: number;
  readonly ohm?: number;
  readonly customers?: number;
  readonly ratedA?: number;
  readonly tap?: number;
}

/** Feeding side, busbar and customers along one line. */
function village(s: Shape = {}): GridNetwork {
  const n = s.customers ?? 12;
  const ratedVa = (s.kva ?? 80) * 1000;
  return network({
    ratedV: [10_000, ...lowVoltage(n + 1)],
    branches: [
      transformer('t', 0, 1, { ratedVa, pkW: 0.012 * ratedVa, tapPosition: s.tap ?? 0 }),
      ...Array.from({ length: n }, (_, k) =>
        line(`l${k}`, k + 1, k + 2, { r1: s.ohm ?? 0.003, x1: (s.ohm ?? 0.003) / 3, ratedA: s.ratedA ?? 400 }),
      ),
    ],
    loads: Array.from({ length: n }, (_, k) => load(k + 2, 3000, { id: `c${k}` })),
  });
}

const o = { seed: 5, draws: 30, mostCars: 60 };

describe('relief', () => {
  const ladder = (n: GridNetwork, reliefs: readonly Relief[], more: object = {}, rule: ChargingRule = onArrival) =>
    reliefLadder({ network: n }, rule, reliefs, { ...o, ...more });
  /** The one rung of a ladder and what the changed network carries by itself. */
  const carries = (n: GridNetwork, rule: ChargingRule = onArrival, limits: GridLimits = chinaLimits): number =>
    hostingCapacity({ network: n, limits }, [rule], o)[0].cars;

  test('another rule is the same network under that rule', () => {
    const relief: Relief = { kind: 'rule', rule: staggered, cost: 1000, leadTimeDays: 5 };
    const t = ladder(village(), [relief], {}, tariffStep);
    assert.equal(t.rungs[0].cars, carries(village(), staggered));
    assert.equal(t.today.cars, carries(village(), tariffStep));
    assert.deepEqual(t.today.warnings, [commonStartWarning]);
    assert.equal(t.rungs[0].gained, t.rungs[0].cars - t.today.cars);
    assert.equal(t.rungs[0].costPerCar, 1000 / t.rungs[0].gained);
  });

  test('a tap step raises the voltage of a long line, and stays within the changer', () => {
    const long = village({ ohm: 0.015, kva: 250 });
    const tap = (steps: number): Relief => ({ kind: 'tap', steps, cost: 300, leadTimeDays: 1 });
    const [one] = ladder(long, [tap(1)]).rungs;
    assert.equal(one.cars, carries(village({ ohm: 0.015, kva: 250, tap: -1 })));
    assert.ok(one.gained > 0, 'voltage bound, so it gains');
    const [far] = ladder(long, [tap(9)]).rungs;
    assert.equal(far.cars, carries(village({ ohm: 0.015, kva: 250, tap: -2 })), 'the last position is the end');
    const low = {
      ...long,
      branches: long.branches.map((b) =>
        b.kind === 'transformer' ? { ...b, tapSide: 'to' as const, tapSizeV: 10 } : b,
      ),
    };
    const raised = {
      ...low,
      branches: low.branches.map((b) => (b.kind === 'transformer' ? { ...b, tapPosition: 1 } : b)),
    };
    assert.equal(ladder(low, [tap(1)]).rungs[0].cars, carries(raised), 'on the low side more turns are more volts');
  });

  test('a thicker conductor costs by its kilometres', () => {
    const long = village({ ohm: 0.015, kva: 250, ratedA: 120 });
    const relief: Relief = {
      kind: 'conductor',
      impedanceShare: 0.5,
      costPerKm: 50_000,
      rOhmPerKm: 0.3,
      leadTimeDays: 60,
    };
    const [r] = ladder(long, [relief]).rungs;
    assert.ok(Math.abs(r.cost - (50_000 * 12 * 0.015) / 0.3) < 1e-6);
    assert.equal(r.cars, carries(village({ ohm: 0.0075, kva: 250, ratedA: 240 })));
    assert.ok(r.gained > 0);
  });

  test('a bigger transformer keeps its relative losses and carries more', () => {
    const relief: Relief = { kind: 'transformer', ratedVa: 160_000, cost: 40_000, leadTimeDays: 90 };
    const [r] = ladder(village(), [relief]).rungs;
    assert.equal(r.cars, carries(village({ kva: 160 })));
    assert.ok(r.gained > 0);
    assert.equal(r.cost, 40_000);
  });

  test('what gains nothing is shown last, with no cost a car', () => {
    const t = ladder(village(), [
      { kind: 'rule', rule: tariffStep, cost: 1, leadTimeDays: 1 },
      { kind: 'transformer', ratedVa: 160_000, cost: 40_000, leadTimeDays: 90 },
      { kind: 'rule', rule: onArrival, cost: 0, leadTimeDays: 0 },
    ]);
    assert.equal(t.rungs[0].relief.kind, 'transformer');
    assert.deepEqual(
      t.rungs.slice(1).map((r) => [r.gained, r.costPerCar, r.leadTimeDays]),
      [
        [0, null, 0],
        [0, null, 1],
      ],
      'of two that gain nothing the quicker comes first',
    );
  });

  test('nothing need be done until the first year whose cars are more than today carries', () => {
    const cars = carries(village());
    const years = [2027, 2028, 2029].map((year, k) => ({ year, cars: cars - 1 + k }));
    assert.equal(ladder(village(), [], { carsByYear: years }).doNothingUntil, 2029);
    assert.equal(ladder(village(), [], { carsByYear: years.slice(0, 2) }).doNothingUntil, null);
    assert.equal(ladder(village(), []).doNothingUntil, null);
  });

  test('the networks given are left as they were', () => {
    const n = village();
    const before = JSON.stringify(n);
    ladder(n, [
      { kind: 'tap', steps: 1, cost: 1, leadTimeDays: 1 },
      { kind: 'conductor', impedanceShare: 0.5, costPerKm: 1, rOhmPerKm: 0.3, leadTimeDays: 1 },
      { kind: 'transformer', ratedVa: 160_000, cost: 1, leadTimeDays: 1 },
    ]);
    assert.equal(JSON.stringify(n), before);
  });
});

const known: TransformerL0 = { id: 'T1', ratedKva: 100, customers: 20, basePeakKw: 30 };
const level = { seed: 1, draws: 60 };
/** Every car charges every day at once for the same time: the group peak is n sockets, and nothing is random. */
const rigid: SessionModel = {
  ...homeSessions,
  sessionsPerDay: 1,
  arrivalSpreadHours: 0,
  energyLowKwh: 14,
  energyHighKwh: 14,
};

describe('levels', () => {
  test('where all cars come together, L0 is division', () => {
    const r = hostingL0(known, onArrival, { ...level, sessions: rigid });
    assert.equal(r.cars, Math.floor((95 - 30) / 7));
    const small = hostingL0({ ...known, powerFactor: 0.8 }, onArrival, { ...level, sessions: rigid });
    assert.equal(small.cars, Math.floor((80 - 30) / 7));
    const careful = hostingL0(known, onArrival, {
      ...level,
      sessions: rigid,
      limits: { ...chinaLimits, transformerLoading: 0.8 },
    });
    assert.equal(careful.cars, Math.floor((76 - 30) / 7));
  });

  test('the peak of a rigid group is its sockets', () => {
    const days = drawCarDays(rigid, 20, 10, 1);
    for (const kw of admd(days, onArrival, [1, 5, 20], rigid)) assert.ok(Math.abs(kw - 7) < 1e-9);
    const half = admd(days, staggered, [20], rigid)[0];
    assert.ok(half < 6, 'staggered they do not meet');
  });

  test('L1 stops at the voltage of the lumped path, and with it spread out later', () => {
    const path: WorstPathL1 = {
      ...known,
      ratedV: 400,
      shareOfCustomers: 1,
      sections: [{ lengthKm: 0.2, rOhmPerKm: 1, xOhmPerKm: 0.3, ratedA: null }],
    };
    const r = hostingL1(path, onArrival, { ...level, sessions: rigid });
    // ΔU/U = (R·(30 + 7n) + X·30·tan φ)·1000/U² ≤ 7 %.
    const tangent = Math.tan(Math.acos(0.95));
    const most = (factor: number) => ((0.07 * 160) / factor - 0.06 * 30 * tangent) / 0.2;
    assert.equal(r.cars, Math.max(0, Math.floor((most(1) - 30) / 7)));
    assert.equal(r.carsUniform, Math.min(9, Math.floor((most(0.5) - 30) / 7)));
    assert.equal(r.limiting, 'lowVoltage');
    const europe = hostingL1(path, onArrival, { ...level, sessions: rigid, limits: europeLimits });
    assert.ok(europe.cars > r.cars);
  });

  test('L1 stops at the current of its first section', () => {
    const path: WorstPathL1 = {
      ...known,
      ratedV: 400,
      shareOfCustomers: 1,
      sections: [
        { lengthKm: 0.01, rOhmPerKm: 0.2, xOhmPerKm: 0.08, ratedA: 80 },
        { lengthKm: 0.01, rOhmPerKm: 0.2, xOhmPerKm: 0.08, ratedA: 10 },
      ],
    };
    const r = hostingL1(path, onArrival, { ...level, sessions: rigid });
    assert.equal(r.cars, Math.floor((80 * Math.sqrt(3) * 0.4 - 30) / 7));
    assert.equal(r.limiting, 'line');
  });

  test('half the customers on the path load it half', () => {
    const path: WorstPathL1 = {
      ...known,
      ratedV: 400,
      shareOfCustomers: 0.5,
      sections: [{ lengthKm: 0.35, rOhmPerKm: 1, xOhmPerKm: 0.3, ratedA: null }],
    };
    const half = hostingL1(path, onArrival, level);
    const all = hostingL1({ ...path, shareOfCustomers: 1 }, onArrival, level);
    assert.ok(half.cars > all.cars);
    assert.deepEqual(hostingL1({ ...path, sections: [] }, onArrival, level).limiting, 'transformer');
  });

  test('an unmeasured base load is told, a measured one is not', () => {
    assert.match(hostingL0({ ...known, basePeakKw: null }, onArrival, level).assumptions[0], /1\.2 kW a household/);
    const given = hostingL0({ ...known, basePeakKw: null }, onArrival, { ...level, householdPeakKw: 2 });
    assert.match(given.assumptions[0], /2 kW a household/);
    assert.ok(hostingL0(known, onArrival, level).assumptions.every((a) => !/household/.test(a)));
  });

  test('a full transformer carries none, a rating or a count that cannot be is refused', () => {
    assert.equal(hostingL0({ ...known, basePeakKw: 200 }, onArrival, level).cars, 0);
    for (const bad of [
      { ratedKva: 0 },
      { ratedKva: Number.NaN },
      { ratedKva: 2e5 },
      { customers: -1 },
      { customers: 0.5 },
    ])
      assert.throws(() => hostingL0({ ...known, ...bad }, onArrival, level), { code: 'OUT_OF_RANGE' });
  });

  test('more room never carries fewer cars', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 300 }), fc.integer({ min: 0, max: 200 }), (kva, more) => {
        const at = (ratedKva: number) => hostingL0({ ...known, ratedKva }, tariffStep, { seed: 1, draws: 5 }).cars;
        assert.ok(at(kva + more) >= at(kva));
      }),
      { numRuns: 5 },
    );
  });
});

describe('limits', () => {
  test('what is left at every quarter hour and what households draw is the rating', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 400, noNaN: true }),
        fc.double({ min: 0, max: 300, noNaN: true }),
        (kva, peak) => {
          headroomKw({ ratedKva: kva, basePeakKw: peak, powerFactor: 0.9, loading: 0.8 }).forEach((room, q) => {
            const drawn = peak * householdShape[Math.floor(q / 4)];
            assert.ok(Math.abs(room - Math.max(0, 0.72 * kva - drawn)) < 1e-9);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  const station = (id: string, change: Partial<LimitStation> = {}): LimitStation => ({
    id,
    evses: [{ id: `${id}/1`, powerKw: 7 }],
    ...change,
  });
  const of = (stations: readonly LimitStation[], feeders: readonly { id: string; limitKw: number }[] = []) =>
    limitTree({ id: 'T', ratedKva: 100, basePeakKw: 40, level: 'L2', validFromMs: 9, stations, feeders });

  test('every node has its parent before it, the level and the time of the transformer', () => {
    const tree = of(
      [station('A', { feeder: 'F2' }), station('B')],
      [
        { id: 'F1', limitKw: 20 },
        { id: 'F2', limitKw: 30 },
      ],
    );
    const seen = new Set<string | null>([null]);
    for (const n of tree) {
      assert.ok(seen.has(n.parent), n.id);
      seen.add(n.id);
      assert.deepEqual([n.level, n.validFromMs], ['L2', 9]);
    }
    assert.equal(tree.find((n) => n.id === 'A')?.parent, 'F2');
    assert.equal(tree.find((n) => n.id === 'B')?.parent, 'T');
    assert.equal(tree[0].limitKw.length, 96);
  });

  test('a station may take what its sockets take together; one without sockets nothing', () => {
    const tree = of([
      station('A', { evses: [7, 30, 60].map((powerKw, k) => ({ id: `A/${k}`, powerKw })) }),
      station('B', { evses: [] }),
    ]);
    assert.deepEqual(tree.find((n) => n.id === 'A')?.limitKw, [97]);
    assert.deepEqual(tree.find((n) => n.id === 'B')?.limitKw, [0]);
  });

  test('a feeder that is not there and an id that stands twice are refused by name', () => {
    assert.throws(
      () => of([station('A', { feeder: 'F9' })]),
      (e: { code: string; message: string }) =>
        e.code === 'UNKNOWN_REFERENCE' && /station A: no feeder F9/.test(e.message),
    );
    assert.throws(() => of([station('T')]), { code: 'DUPLICATE_ID' });
    assert.throws(() => of([station('A'), station('B', { evses: [{ id: 'A/1', powerKw: 7 }] })]), /A\/1 stands twice/);
  });

  test('a limit is read by the hour of the day, before midnight and after', () => {
    const [t] = of([]);
    const series = headroomKw({ ratedKva: 100, basePeakKw: 40 });
    for (const [hour, q] of [
      [0, 0],
      [0.24, 0],
      [0.25, 1],
      [23.99, 95],
      [24, 0],
      [-1, 92],
      [49.5, 6],
    ])
      assert.equal(limitAt(t, hour), series[q], String(hour));
    const day = designDayOrder(series);
    day.forEach((kw, step) => assert.equal(kw, limitAt(t, hourOfStep(step))));
    assert.equal(day.length, stepsPerDay);
  });
});

describe('siting rows', () => {
  const sites = Int32Array.from([3, 8, 13]);
  const most = Float64Array.from([80, 80, 80]);
  const byName = (rows: readonly HostingRow[] | null) => new Map((rows ?? []).map((r) => [r.name, r]));

  test('each coefficient is the slope of the exact flow', () => {
    const n = village({ kva: 100, ohm: 0.004, ratedA: 150 });
    const rows = hostingRows(n, sites, most, chinaLimits);
    assert.ok(rows && rows.length > 0);
    const flow = (node: number, kw: number) =>
      powerFlow({ ...n, loads: [...n.loads, load(node, kw * 1000, { id: 'x', qVar: [0] })] }, 1);
    for (const r of rows) {
      const value = (f: ReturnType<typeof flow>) =>
        r.kind === 'lowVoltage'
          ? -(f.nodes.find((x) => x.id === r.element)?.uPu[0] ?? 0)
          : (f.branches.find((b) => b.id === r.element)?.loading ?? 0);
      r.site.forEach((s, k) => {
        // A central difference, so that only the curvature of the exact flow is between the two.
        const slope = (value(flow(sites[s], 2)) - value(flow(sites[s], 0))) / 2;
        assert.ok(Math.abs(slope - r.coefficient[k]) <= 0.02 * Math.abs(slope) + 1e-9, `${r.name} site ${s}`);
      });
      assert.equal(r.name, `${r.kind} ${r.element}`);
    }
  });

  test('room is what the base load leaves', () => {
    const n = village({ kva: 60 });
    const row = byName(hostingRows(n, sites, most, chinaLimits)).get('transformer t');
    assert.ok(row);
    assert.ok(Math.abs(row.room - (1 - powerFlow(n, 1).branches[0].loading)) < 1e-12);
    const strict = byName(hostingRows(n, sites, most, { ...chinaLimits, transformerLoading: 0.8 })).get(
      'transformer t',
    );
    assert.ok(Math.abs((strict?.room ?? 0) - (row.room - 0.2)) < 1e-12);
  });

  test('of rows that say the same, the sharpest alone stands', () => {
    const rows = hostingRows(village({ kva: 100, ohm: 0.02 }), sites, most, chinaLimits) ?? [];
    const voltage = rows.filter((r) => r.kind === 'lowVoltage');
    assert.ok(voltage.length >= 1 && voltage.length < 4, `${voltage.length} of 14 nodes`);
    assert.equal(voltage[0].element, 'n13', 'the end of the line is the lowest');
  });

  test('a line without a rating, a dead node and a link make no row', () => {
    const n = village({ kva: 400, ohm: 0.0005 });
    const blind: GridNetwork = {
      ...n,
      nodes: [...n.nodes, { id: 'dead', ratedV: 400 }, { id: 'tied', ratedV: 400 }],
      branches: [
        ...n.branches.map((b) => (b.kind === 'line' ? { ...b, ratedA: Number.NaN } : b)),
        { kind: 'link', id: 'k', from: 13, to: 15, fromOn: true, toOn: true },
      ],
    };
    const rows = hostingRows(blind, sites, Float64Array.from([300, 300, 300]), chinaLimits) ?? [];
    assert.ok(rows.length > 0 && rows.every((r) => r.kind !== 'line' && r.element !== 'dead' && r.element !== 'k'));
  });

  test('tightening the row that the exact check broke repairs the plan within five rounds', () => {
    const n = village({ kva: 400, ohm: 0.012, ratedA: 800 });
    const end = Int32Array.from([13]);
    const rows = hostingRows(n, end, Float64Array.from([300]), chinaLimits) ?? [];
    const margin = new Map<string, number>();
    let kw = 0;
    let rounds = 0;
    for (; rounds < 5; rounds++) {
      // One site: the most that all rows allow.
      kw = Math.min(...rows.map((r) => (r.room - (margin.get(r.name) ?? 0)) / r.coefficient[0]));
      const check = checkPlan(n, end, Float64Array.from([kw]), chinaLimits);
      if (check.ok) break;
      const worst = check.violations.reduce((a, v) => (v.value < a.value ? v : a));
      assert.equal(worst.kind, 'lowVoltage');
      for (const r of rows.filter((x) => x.kind === 'lowVoltage'))
        margin.set(r.name, (margin.get(r.name) ?? 0) + (worst.limit - worst.value) + 0.0005);
    }
    assert.ok(rounds > 0 && rounds < 5, `${rounds} rounds`);
    assert.ok(kw > 0 && checkPlan(n, end, Float64Array.from([kw]), chinaLimits).ok);
  });

  test('the exact check names every broken element with value and limit', () => {
    const n = village({ kva: 60, ohm: 0.01, ratedA: 100 });
    const c = checkPlan(n, sites, Float64Array.from([20, 20, 40]), chinaLimits);
    assert.equal(c.ok, false);
    assert.equal(c.status, 'converged');
    const kinds = new Set(c.violations.map((v) => v.kind));
    assert.deepEqual([...kinds].sort(), ['line', 'lowVoltage', 'transformer']);
    for (const v of c.violations)
      assert.ok(v.kind === 'lowVoltage' ? v.value < v.limit : v.value > v.limit, `${v.kind} ${v.element}`);
    assert.deepEqual(checkPlan(n, sites, new Float64Array(3), europeLimits).ok, true);
  });
});

describe('hosting', () => {
  test('a stricter risk never carries more, one number of cars more never less risk on arrival', () => {
    const at = (risk: number) => hostingCapacity({ network: village() }, [onArrival], { ...o, risk })[0];
    const [strict, usual, lax] = [0.01, 0.05, 0.5].map(at);
    assert.ok(strict.cars <= usual.cars && usual.cars <= lax.cars);
    const curve = usual.riskCurve;
    for (let k = 1; k < curve.length; k++) {
      assert.ok(curve[k].cars > curve[k - 1].cars);
      assert.ok(curve[k].risk >= curve[k - 1].risk, 'draws are nested, and charging on arrival only adds');
    }
  });

  test('a voltage above the band is found, and named', () => {
    const n = village();
    const pushed = { ...n, sources: n.sources.map((s) => ({ ...s, uPu: [1.09] })) };
    const [r] = hostingCapacity({ network: pushed }, [onArrival], o);
    assert.equal(r.cars, 0);
    assert.equal(r.limiting[0].kind, 'highVoltage');
  });

  test('a line that is too thin binds by its name', () => {
    const [r] = hostingCapacity({ network: village({ kva: 400, ohm: 0.0005, ratedA: 70 }) }, [onArrival], o);
    assert.deepEqual([r.limiting[0].kind, r.limiting[0].id], ['line', 'l0']);
  });

  test('demand beyond any solution is a violation of its own', () => {
    const n = village({ customers: 3 });
    const heavy = { ...n, loads: n.loads.map((l) => ({ ...l, pW: [3e6] })) };
    const [r] = hostingCapacity({ network: heavy }, [onArrival], { ...o, draws: 5 });
    assert.deepEqual([r.cars, r.limiting[0].kind], [0, 'noSolution']);
  });

  test('given limits, peak, sessions and season are printed as they were used', () => {
    const [r] = hostingCapacity(
      {
        network: village(),
        coincidence: 0.4,
        limits: europeLimits,
        sessions: { ...homeSessions, powerKw: 11 },
        festivalFactor: 1.2,
      },
      [staggered],
      { ...o, draws: 5 },
    );
    const told = r.assumptions.join('\n');
    assert.match(told, /evening peak 0\.4/);
    assert.match(told, /0\.66 sessions a day at 11 kW/);
    assert.match(told, /voltage 0\.9-1\.1 pu/);
  });
});
