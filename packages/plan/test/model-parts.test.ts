import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { erlangC } from '@qipan/numeric';
import { buildProblem, planParameters, type ModuleType, type PlanParametersInput } from '@qipan/plan';
import { boardWithSites, candidateSites } from '../src/model/candidates.js';
import { captureShare } from '../src/model/capture.js';
import { servedKwhPerHour, type LayoutNeeds } from '../src/model/layouts.js';
import { costOfStanding, discountFactors, netOfSalvage } from '../src/model/present-value.js';
import { dc60, handProblem } from './support/hand.js';
import { layoutNeeds, layoutsOf } from './support/layouts.js';
import { smallBoard } from './support/small-board.js';

const near = (got: number, wanted: number, relative = 1e-12) =>
  assert.ok(Math.abs(got - wanted) <= relative * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);

test('everybody comes up to the full time and nobody past the limit; exactly at either one is inside', () => {
  const capture = { fullCaptureMin: 10, decayMin: 15, maxMin: 30 };
  const share = (min: number) => captureShare(min, capture);
  assert.equal(share(0), 1);
  assert.equal(share(10), 1);
  near(share(25), Math.exp(-1));
  near(share(30), Math.exp(-20 / 15));
  assert.equal(share(30 + 1e-9), 0);
  assert.equal(
    captureShare(5, { fullCaptureMin: 10, decayMin: 15, maxMin: 4 }),
    0,
    'the limit rules over full capture',
  );
});

test('a year’s money counts 1/(1+r) for each year after the price year', () => {
  const problem = handProblem({ years: [2025, 2026, 2027], villages: [{ kwh: [1, 1, 1] }], spots: [{ minutes: [0] }] });
  const { year, end } = discountFactors({ ...problem, cost: { ...problem.cost, discountRate: 0.1 } });
  [1, 1 / 1.1, 1 / 1.21].forEach((d, t) => near(year[t]!, d));
  near(end, 1 / 1.331);
});

test('what is left of a thing at the end of the horizon is its unused life, straight line', () => {
  const base = handProblem({ years: [2025, 2026, 2027], villages: [{ kwh: [1, 1, 1] }], spots: [{ minutes: [0] }] });
  const problem = { ...base, cost: { ...base.cost, discountRate: 0 } };
  // Life 6: bought in the first year three sixths are left, in the last year five sixths.
  assert.deepEqual(
    [...netOfSalvage(problem, 6)].map((x) => Math.round(x * 6)),
    [3, 2, 1],
  );
  assert.deepEqual(
    [...netOfSalvage(problem, 2)].map((x) => Math.round(x * 2)),
    [2, 2, 1],
    'nothing is left of the worn out',
  );
});

test('cost by what stands equals cost by what is added, for any growth', () => {
  const list = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(list, fc.infiniteStream(fc.nat(5)), (cost, steps) => {
      const standing = costOfStanding(Float64Array.from(cost));
      let [n, added, stood] = [0, 0, 0];
      for (const [t, c] of cost.entries()) {
        const step = steps.next().value as number;
        n += step;
        added += c * step;
        stood += standing[t]! * n;
      }
      near(stood, added, 1e-9);
    }),
    { seed: 1, numRuns: 200 },
  );
});

const peak = (waitMin: number, alpha: number) => ({
  scenarioDay: 'd',
  dayName: { en: 'd', zh: '日' },
  startHour: 12,
  hours: 1,
  waitMin,
  alpha,
});

test('what n modules serve is the largest rate of the queue times the energy of a session', () => {
  // Mean plug 26 min, P(wait > 10 min) ≤ 0.10, M/M/n.
  const type: ModuleType = { ...dc60, plugMin: 26, sessionKwh: 15 };
  const [served] = servedKwhPerHour(
    { moduleTypes: [type], peaks: [peak(10, 0.1)], queue: { arrivalScv: 1, serviceScv: 1 } },
    [1, 2, 3, 4, 6, 8, 12],
  );
  [0.3213, 1.54, 3.1304, 4.9011, 8.7302, 12.7744, 21.1944].forEach((rate, n) =>
    assert.ok(Math.abs(served![n]! / 15 - rate) <= 5e-5 + 1e-9, `${served![n]! / 15} sessions an hour, not ${rate}`),
  );
  const dual: ModuleType = { ...type, guns: 2 };
  const [pairs] = servedKwhPerHour(
    { moduleTypes: [dual], peaks: [peak(10, 0.1)], queue: { arrivalScv: 1, serviceScv: 1 } },
    [1, 2, 3],
  );
  assert.deepEqual([...pairs!], [served![1], served![3], served![4]], 'guns, not modules, wait on cars');
});

test('the served rate sits exactly on the wait target, for other variabilities too', () => {
  const queue = { arrivalScv: 1.4, serviceScv: 0.6 };
  const type: ModuleType = { ...dc60, plugMin: 38, sessionKwh: 1 };
  const counts = [1, 2, 5, 9];
  const [served] = servedKwhPerHour({ moduleTypes: [type], peaks: [peak(12, 0.2)], queue }, counts);
  counts.forEach((n, l) => {
    const [rate, mu] = [served![l]!, 60 / 38];
    const factor = 2 / (queue.arrivalScv + queue.serviceScv);
    near(erlangC(n, rate / mu) * Math.exp(-(n * mu - rate) * (12 / 60) * factor), 0.2, 1e-8);
  });
});

const needs = (part: Partial<LayoutNeeds> = {}): LayoutNeeds =>
  layoutNeeds({ peaks: [peak(10, 0.1), peak(30, 0.3)], ...part });

test('a layout is listed exactly when no other of the standard ones is at least as good in everything', () => {
  for (const wanted of [
    { wantedGuns: 0, wantedKw: 0 },
    { wantedGuns: 4, wantedKw: 240 },
  ]) {
    const n = needs(wanted);
    const listed = new Set(layoutsOf(n).map(String));
    const all = [1, 2, 4]
      .flatMap((q) => [
        [q, 0],
        [0, q],
        [2, q],
      ])
      .filter(([a, d]) => a! + d! <= 8);
    const figures = (c: readonly number[]) => {
      const kw = 7 * c[0]! + 60 * c[1]!;
      const served = n.peaks.map((_, p) =>
        n.moduleTypes.reduce((s, m, k) => {
          const one = servedKwhPerHour({ ...n, moduleTypes: [m] }, [c[k]!])[0]!;
          return s + one[p]!;
        }, 0),
      );
      const guns = c[0]! + c[1]!;
      const better = [...served, Math.min(guns, n.wantedGuns), Math.min(kw, n.wantedKw), c[0]! > 0 ? 8 : 10];
      const less = [6000 * c[0]! + 60000 * c[1]!, 250 * c[0]! + 2400 * c[1]!, guns, kw];
      return { better, less };
    };
    const covers = (a: readonly number[], b: readonly number[]) => {
      const [x, y] = [figures(a), figures(b)];
      return x.better.every((v, k) => v >= y.better[k]!) && x.less.every((v, k) => v <= y.less[k]!);
    };
    for (const c of all) {
      const topped = all.some((o) => String(o) !== String(c) && covers(o, c) && !covers(c, o));
      assert.equal(listed.has(String(c)), !topped, `${c.join()} wanted ${wanted.wantedGuns} guns`);
    }
  }
});

test('nothing comes first, the rest by installed cost, and none has more guns than a site can hold', () => {
  const n = needs({ maxGuns: 3 });
  const list = layoutsOf(n);
  assert.deepEqual(list[0], [0, 0]);
  const cost = list.map(([a, d]) => 6000 * a! + 60000 * d!);
  assert.deepEqual(
    cost,
    cost.toSorted((a, b) => a - b),
  );
  assert.ok(list.every(([a, d]) => a! + d! <= 3));
});

test('what stands already is listed with its growth, whatever it is worth', () => {
  const list = layoutsOf(needs({ existing: [[3, 1]] })).map(String);
  for (const c of ['3,1', '4,1', '5,1', '7,1', '3,2', '3,3', '3,5']) assert.ok(list.includes(c), c);
  assert.ok(!list.includes('3,6'), 'four and five make nine guns, one more than fits');
});

const board = smallBoard(
  [
    { id: 'v1', km: [0, 0], population: 1000 },
    { id: 'v2', km: [10, 0], population: 500, township: 1 },
  ],
  [
    { id: 's1', km: [0, 0], slots: 4, siteClass: 'government' },
    { id: 's2', km: [4, 0], slots: 0 },
    { id: 's3', km: [10, 0], slots: 6, township: 1, siteClass: 'postal' },
  ],
  { townships: 2 },
);

test('candidates are the sites with room for a gun, or those that are named', () => {
  const ids = (input: PlanParametersInput) => candidateSites(board, planParameters(input)).map((c) => c.id);
  assert.deepEqual(ids({}), ['s1', 's3']);
  assert.deepEqual(ids({ sites: { candidates: ['s3'] } }), ['s3']);
  assert.throws(() => ids({ sites: { candidates: ['s2'] } }), {
    code: 'BAD_INPUT',
    message: /no candidate site with room/,
  });
  assert.throws(() => ids({ sites: { candidates: ['s9'] } }), {
    code: 'UNKNOWN_REFERENCE',
    message: /no candidate site s9/,
  });
});

test('a board without sites may build at every place that has a position', () => {
  const bare = smallBoard(
    [
      { id: 'a', km: [0, 0], population: 10 },
      { id: 'b', km: [NaN, 0] },
    ],
    [],
  );
  const withSites = boardWithSites(bare, 5);
  assert.deepEqual(withSites.sites.id, ['a']);
  assert.deepEqual([...withSites.sites.slots], [5]);
  assert.deepEqual(withSites.sites.dataLevel, ['default']);
  assert.equal(boardWithSites(board, 5), board, 'a board with sites is taken as it is');
});

test('travel times are crow-fly × factor at the speed, within the limit, and say so', () => {
  const p = buildProblem(board, { access: { maxMin: 15, detourFactor: 1.5, speedKmh: 40 } });
  const list = (j: number) =>
    Array.from({ length: p.access.start[j + 1]! - p.access.start[j]! }, (_, n) => {
      const e = p.access.start[j]! + n;
      return [p.access.point[e], Number(p.access.travelMin[e]!.toFixed(3))];
    });
  // 10 km · 1.5 at 40 km/h are 22.5 min: beyond 15.
  assert.deepEqual(list(0), [[0, 0]]);
  assert.deepEqual(list(1), [[1, 0]]);
  assert.deepEqual(p.travel, { method: 'crowFly', factor: 1.5, speedKmh: 40 });
  const wide = buildProblem(board, { access: { maxMin: 22.51, detourFactor: 1.5, speedKmh: 40 } });
  assert.equal(wide.access.point.length, 4);
  const none = buildProblem(board, { access: { maxMin: 5 }, sites: { candidates: ['s1'] } });
  assert.ok(none.facts.warnings.some((w) => /1 places have no candidate site within 5 min: v2/.test(w.en)));
});

test('a module costs its price and the civil works of its power, and is kept up at a share of that', () => {
  const p = buildProblem(board, { cost: { civilPerKw: 500, opexShare: 0.05 } });
  const dc = p.moduleTypes.find((m) => m.id === 'dc60')!;
  assert.equal(dc.capex, 40000 + 60 * 500);
  near(dc.opexPerYear, 3500);
});

test('sites stand under the group that names them, others under what their class can have', () => {
  const p = buildProblem(board, {
    years: [2026, 2027],
    hosting: [{ name: 'T1', sites: ['s1'], spareKwByYear: { '2026': 50, '2027': 90 } }],
    sites: { spareKwByClass: { postal: 33 } } as never,
  });
  assert.deepEqual(p.hosting?.name, ['T1', 's3']);
  assert.deepEqual([...p.hosting!.spareKw], [50, 90, 33, 33]);
  assert.deepEqual([...p.sites.hostingGroup], [0, 1]);
  assert.equal(buildProblem(board, { sites: { spareKwByClass: null } }).hosting, null);
});

test('stations that stand are planned with when they work, and named when they do not', () => {
  const at = (status: 'working' | 'faulty' | 'unknown') =>
    buildProblem(board, { existing: [{ site: 's1', modules: { dc60: 2 }, status }] });
  const works = at('working');
  const K = works.moduleTypes.length;
  const layout = works.sites.existing[0]! * K;
  assert.deepEqual(
    Array.from(works.layoutCounts.subarray(layout, layout + K)),
    works.moduleTypes.map((m) => (m.id === 'dc60' ? 2 : 0)),
  );
  for (const status of ['faulty', 'unknown'] as const) {
    const p = at(status);
    assert.equal(p.sites.existing[0], 0);
    assert.ok(p.facts.warnings.some((w) => /not counted on: s1/.test(w.en)));
  }
  const existing = (site: string, modules: Record<string, number>) => () =>
    buildProblem(board, { existing: [{ site, modules, status: 'working' }] });
  assert.throws(existing('zz', {}), { code: 'UNKNOWN_REFERENCE', message: /no candidate site zz/ });
  assert.throws(existing('s1', { dc61: 1 }), { code: 'UNKNOWN_REFERENCE', message: /no module type dc61/ });
});

test('a station larger than its slots keeps what it has', () => {
  const p = buildProblem(board, { existing: [{ site: 's1', modules: { dc60: 7 }, status: 'working' }] });
  assert.equal(p.sites.slots[0], 7);
});

test('townships and counties are those that hold something, and unsuitable ones are marked', () => {
  const p = buildProblem(board, { sites: { unsuitableRegions: ['T1'] } });
  assert.deepEqual(p.townships.id, ['T0', 'T1']);
  assert.deepEqual([...p.townships.suitable], [1, 0]);
  assert.deepEqual(p.counties.id, ['C']);
  assert.deepEqual([...p.townships.county], [0, 0]);
  assert.deepEqual([...p.demandPoints.township], [0, 1]);
});

test('a board on which nobody is counted has no plan, and says what is missing', () => {
  const empty = smallBoard([{ id: 'a', km: [0, 0] }], [{ id: 's', km: [0, 0] }]);
  assert.throws(() => buildProblem(empty), { code: 'INCOMPLETE_TABLE', message: /no place has a known demand/ });
});
