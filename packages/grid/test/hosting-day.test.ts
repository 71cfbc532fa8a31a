import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  chinaLimits,
  hostingCapacity,
  hostingDay,
  hostingRisk,
  householdShape,
  powerFlow,
  reliefLadder,
  stepsPerDay,
  syntheticNetwork,
  usualReliefs,
  type ChargingRule,
  type GridNetwork,
  type HostingCase,
  type SessionModel,
} from '@qipan/grid';
import { line, load, network, source, transformer } from './fixtures.js';

const onArrival: ChargingRule = { kind: 'onArrival' };

/** Four customers along one line behind a transformer; 10 kW connected each. */
const village = (change: { readonly kw?: number; readonly ratedA?: number } = {}): GridNetwork =>
  network({
    ratedV: [10_000, 400, 400, 400, 400, 400],
    branches: [
      transformer('T', 0, 1),
      ...[1, 2, 3, 4].map((k) => line(`L${k}`, k, k + 1, { ratedA: change.ratedA ?? 100 })),
    ],
    loads: [2, 3, 4, 5].map((n) => load(n, (change.kw ?? 10) * 1000)),
    sources: [source(0)],
  });

/** Everybody comes at six, takes 7 kWh at 7 kW, every day: nothing is left to chance. */
const clockwork: SessionModel = {
  sessionsPerDay: 1,
  powerKw: 7,
  energyLowKwh: 7,
  energyHighKwh: 7,
  arrivalHour: 18,
  arrivalSpreadHours: 0,
  departureHour: 7,
};
const still = (n: GridNetwork): HostingCase => ({ network: n, sessions: clockwork, spread: 0 });

/** The flow of the same quarter hour, put together by hand. */
function byHand(n: GridNetwork, hour: number, carKw: number) {
  const share = 0.6 * householdShape[hour];
  const flow = powerFlow(
    {
      ...n,
      loads: n.loads.map((l) => ({ ...l, pW: [l.pW[0] * share + carKw * 1000], qVar: [l.qVar[0] * share] })),
    },
    1,
  );
  assert.equal(flow.status, 'converged');
  return {
    loading: flow.branches[0].loading,
    minPu: Math.min(...flow.nodes.slice(1).map((x) => x.uPu[0])),
    lineLoading: Math.max(...flow.branches.slice(1).map((b) => b.loading)),
  };
}

describe('the design day by hour', () => {
  const n = village();

  test('equals the flow of every hour put together by hand, with nothing left to chance', () => {
    const day = hostingDay(still(n), onArrival, { seed: 1, draws: 3, cars: 4, mostCars: 4 });
    for (let t = 0; t < stepsPerDay; t++) {
      const hour = Math.floor((12 + t / 4) % 24);
      const hand = byHand(n, hour, hour === 18 ? 7 : 0);
      assert.ok(Math.abs(day.loading.bad[t] - hand.loading) < 1e-5, `${t}: ${day.loading.bad[t]} ${hand.loading}`);
      assert.ok(Math.abs(day.minPu.bad[t] - hand.minPu) < 1e-5, `${t}: ${day.minPu.bad[t]} ${hand.minPu}`);
      assert.equal(day.loading.bad[t], day.loading.median[t]);
    }
    assert.ok(Math.abs((day.busiest?.loading ?? 0) - byHand(n, 18, 7).lineLoading) < 1e-5);
  });

  test('names the end of the line as weakest and its first section as busiest', () => {
    const day = hostingDay(still(n), onArrival, { seed: 1, draws: 2, cars: 4 });
    assert.equal(day.weakest, 'n5');
    assert.equal(day.busiest?.id, 'L1');
    assert.equal(day.noSolution, 0);
  });

  test('without cars it is the households, and the season lifts them', () => {
    const calm = hostingDay(still(n), onArrival, { seed: 1, draws: 1, cars: 0 });
    const feast = hostingDay({ ...still(n), festivalFactor: 1.5 }, onArrival, { seed: 1, draws: 1, cars: 0 });
    const evening = 4 * 7;
    assert.ok(Math.abs(calm.loading.bad[evening] - byHand(n, 19, 0).loading) < 1e-6);
    assert.ok(feast.loading.bad[evening] > 1.45 * calm.loading.bad[evening]);
  });

  test('a common start at ten moves the peak there, a live limit keeps the loading', () => {
    const big = still(village({ kw: 25 }));
    const peak = (rule: ChargingRule) => {
      const day = hostingDay(big, rule, { seed: 1, draws: 2, cars: 8 });
      const most = Math.max(...day.loading.bad);
      return { most, hour: Math.floor((12 + day.loading.bad.indexOf(most) / 4) % 24) };
    };
    assert.equal(peak(onArrival).hour, 18);
    assert.equal(peak({ kind: 'tariffStep', hour: 22 }).hour, 22);
    assert.ok(peak(onArrival).most > 1);
    assert.ok(peak({ kind: 'dynamicLimit', share: 0.8 }).most < 0.9);
  });

  test('the bad day is never better than the median one', () => {
    const c: HostingCase = { network: syntheticNetwork({ id: 'V', seed: 5, customers: 20, ratedKva: 100 }) };
    const day = hostingDay(c, onArrival, { seed: 2, draws: 25, cars: 12 });
    for (let t = 0; t < stepsPerDay; t++) {
      assert.ok(day.loading.bad[t] >= day.loading.median[t]);
      assert.ok(day.minPu.bad[t] <= day.minPu.median[t]);
    }
    assert.ok(day.loading.bad.some((x, t) => x > day.loading.median[t]));
  });

  test('shows what the risk of the same cars counts: no day beyond a limit, no bad hour beyond it', () => {
    const c: HostingCase = { network: syntheticNetwork({ id: 'V', seed: 5, customers: 20, ratedKva: 100 }) };
    const o = { seed: 2, draws: 40, mostCars: 40 };
    for (const cars of [4, 36]) {
      const day = hostingDay(c, onArrival, { ...o, cars });
      const [risk] = hostingRisk(c, [onArrival], { ...o, cars });
      const isBeyond =
        Math.max(...day.loading.bad) > chinaLimits.transformerLoading || Math.min(...day.minPu.bad) < chinaLimits.minPu;
      if (risk.risk === 0) assert.equal(isBeyond, false);
      // A bad hour is the worst of more than one day in twenty.
      if (isBeyond) assert.ok(risk.risk >= 0.05, `${cars} cars: ${risk.risk}`);
    }
  });

  test('demand beyond any solution is unknown, never a number', () => {
    const day = hostingDay(still(village({ kw: 4000 })), onArrival, { seed: 1, draws: 2, cars: 1 });
    assert.ok(day.noSolution > 0.5);
    assert.ok(Number.isNaN(day.loading.bad[28]) && Number.isNaN(day.minPu.median[28]));
  });

  test('lines without a rating name none as busiest', () => {
    const day = hostingDay(still(village({ ratedA: Number.NaN })), onArrival, { seed: 1, draws: 1, cars: 1 });
    assert.equal(day.busiest, null);
    assert.equal(day.weakest, 'n5');
  });

  test('more days than fit in a piece are all seen, seeded', () => {
    const c: HostingCase = { network: village() };
    const a = hostingDay(c, onArrival, { seed: 3, draws: 60, cars: 3 });
    const b = hostingDay(c, onArrival, { seed: 3, draws: 60, cars: 3 });
    assert.deepEqual(a, b);
    assert.notDeepEqual(a.loading.bad, hostingDay(c, onArrival, { seed: 4, draws: 60, cars: 3 }).loading.bad);
    assert.ok(a.loading.bad.every((x) => Number.isFinite(x)));
  });
});

describe('the interval of a capacity', () => {
  const c: HostingCase = { network: syntheticNetwork({ id: 'V', seed: 9, customers: 24, ratedKva: 100 }) };
  const rules: ChargingRule[] = [
    onArrival,
    { kind: 'tariffStep', hour: 22 },
    { kind: 'staggeredValley', fromHour: 22, toHour: 6 },
  ];

  test('ends where the risk is surely allowed and where it surely is not', () => {
    for (const h of hostingCapacity(c, rules, { seed: 4, draws: 120 })) {
      const [low, high] = h.interval;
      assert.ok(low <= h.cars && h.cars <= high);
      const at = (cars: number) => h.riskCurve.find((p) => p.cars === cars);
      if (low > 0 && low < h.cars) assert.ok((at(low)?.high ?? 1) <= 0.05, `${low}: ${at(low)?.high}`);
      if (high > h.cars && !h.atLeast)
        assert.ok((at(high)?.low ?? 0) > 0.05 || high === 48, `${high}: ${at(high)?.low}`);
    }
  });

  test('is narrow next to the range that was looked at, and narrower with more days', () => {
    const width = (draws: number) => {
      const [h] = hostingCapacity(c, [onArrival], { seed: 4, draws });
      return h.interval[1] - h.interval[0];
    };
    assert.ok(width(60) < 48);
    assert.ok(width(400) <= width(60));
  });

  test('holds the answer of other seeds more often than not', () => {
    const [wide] = hostingCapacity(c, [onArrival], { seed: 1, draws: 200 });
    const inside = [2, 3, 4, 5, 6, 7].filter((seed) => {
      const [h] = hostingCapacity(c, [onArrival], { seed, draws: 200 });
      return h.cars >= wide.interval[0] && h.cars <= wide.interval[1];
    });
    assert.ok(inside.length >= 4, `${inside.length} of 6`);
  });

  test('the heaviest steps are the heaviest, whatever the order of the day', () => {
    // A village whose only trouble is one quarter hour of cars: missing that step would find no risk.
    const few = { ...still(village({ kw: 2 })), limits: { ...chinaLimits, transformerLoading: 0.25 } };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), (arrivalHour) => {
        const sessions = { ...clockwork, arrivalHour, energyLowKwh: 1.75, energyHighKwh: 1.75 };
        const [at] = hostingCapacity({ ...few, sessions }, [onArrival], { seed: 1, draws: 5, mostCars: 8 });
        const full = hostingRisk({ ...few, sessions }, [onArrival], { seed: 1, draws: 5, cars: at.cars, mostCars: 8 });
        assert.ok(full[0].risk <= 0.05);
        if (!at.atLeast) {
          const next = hostingRisk({ ...few, sessions }, [onArrival], {
            seed: 1,
            draws: 5,
            cars: at.cars + 1,
            mostCars: 8,
          });
          assert.ok(next[0].risk > 0.05);
        }
      }),
      { seed: 6, numRuns: 24 },
    );
  });
});

describe('the usual relief', () => {
  const n = syntheticNetwork({ id: 'V', seed: 3, customers: 40, ratedKva: 100 });

  test('offers two rules, a tap, a conductor and the next larger transformer that is worth the crane', () => {
    const reliefs = usualReliefs(n, 100);
    assert.deepEqual(
      reliefs.map((r) => r.kind),
      ['rule', 'rule', 'tap', 'conductor', 'transformer'],
    );
    const of = (kva: number) => {
      const last = usualReliefs(n, kva).at(-1);
      return last?.kind === 'transformer' ? last.ratedVa / 1000 : null;
    };
    assert.deepEqual([30, 50, 100, 200, 400, 1600].map(of), [50, 80, 160, 315, 630, 3200]);
    assert.ok(reliefs.every((r) => r.leadTimeDays > 0));
  });

  test('a village without lines is offered no conductor', () => {
    const bare = network({
      ratedV: [10_000, 400],
      branches: [transformer('T', 0, 1)],
      loads: [load(1, 20_000)],
      sources: [source(0)],
    });
    assert.ok(!usualReliefs(bare, 100).some((r) => r.kind === 'conductor'));
  });

  test('on an overloaded village every rung is simulated again, and rules come before copper and iron', () => {
    const ladder = reliefLadder({ network: n }, onArrival, usualReliefs(n, 100), {
      seed: 1,
      draws: 60,
      carsByYear: [
        { year: 2026, cars: 0 },
        { year: 2028, cars: 60 },
      ],
    });
    const costs = ladder.rungs.flatMap((r) => (r.costPerCar === null ? [] : [r.costPerCar]));
    assert.deepEqual(
      costs,
      [...costs].sort((a, b) => a - b),
    );
    assert.ok(ladder.rungs.slice(costs.length).every((r) => r.gained === 0 && r.costPerCar === null));
    const gained = (kind: string) => ladder.rungs.find((r) => r.relief.kind === kind)?.gained ?? 0;
    assert.ok(gained('rule') > 0 && gained('transformer') > 0);
    assert.equal(ladder.rungs[0]?.relief.kind, 'rule');
    assert.equal(ladder.doNothingUntil, 2028);
    for (const r of ladder.rungs) {
      if (r.relief.kind !== 'rule') continue;
      const [alone] = hostingCapacity({ network: n }, [r.relief.rule], { seed: 1, draws: 60 });
      assert.equal(r.cars, alone.cars, 'the rung is the study of its rule');
    }
  });
});
