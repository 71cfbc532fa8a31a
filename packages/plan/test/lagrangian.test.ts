import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { problemHash, verifyPlan, type Certificate, type PlanProblem } from '@qipan/plan';
import { linkFamilies } from '../src/families/link-families.js';
import { certify } from '../src/solve/certificate.js';
import { DualAscent } from '../src/solve/dual-ascent.js';
import { Lagrangian } from '../src/solve/lagrangian.js';
import { compileModel } from '../src/solve/model.js';
import { GainList, PathSearch } from '../src/solve/site-path.js';
import { provenBound } from '../src/verify/bound.js';
import { optimumByExhaustion } from './support/exhaustion.js';
import { handProblem, randomProblem } from './support/hand.js';

const scale = 2 ** 20;

/** Random multipliers on the 2⁻²⁰ grid: a part of each cap, or a draw around a tenth of the optimum where there is none. */
function randomMultipliers(problem: PlanProblem, seed: number, size: number): { m: Float64Array; caps: Float64Array } {
  const rng = random(seed);
  const model = compileModel(problem);
  const caps = new Lagrangian(model).caps();
  const m = Float64Array.from(caps, (cap, e) => {
    if (rng.next() < 0.2) return 0;
    const top = cap === Infinity ? (model.rows[e - model.I * model.T]?.typicalPrice ?? 1) * 2 : cap;
    return Math.floor(rng.next() * size * top * scale) / scale;
  });
  return { m: m.map((x, e) => Math.min(x, Math.floor(caps[e] * scale) / scale)), caps };
}

/** The same multipliers as a certificate lists them. */
function asCertificate(problem: PlanProblem, m: Float64Array, bound = -1e300): Certificate {
  const model = compileModel(problem);
  const { layout } = new Lagrangian(model);
  const whole = (from: number, to: number) => Array.from(m.subarray(from, to), (x) => Math.round(x * scale));
  const rows: Record<string, number[]> = {};
  linkFamilies.forEach((f, n) => {
    rows[f.name] = model.rows.flatMap((_, r) =>
      model.rowFamily[r] === n ? [Math.round(m[layout.rows + r] * scale)] : [],
    );
  });
  rows['coverage'] = whole(layout.county, layout.cover);
  rows['covered'] = whole(layout.cover, layout.size);
  return {
    format: 'qipan.planCertificate/1',
    inputHash: problemHash(problem),
    scale,
    serve: whole(0, layout.rows),
    rows,
    bound,
  };
}

test('no multipliers whatever push the bound above the optimum found by exhaustion', () => {
  let tight = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const problem = randomProblem(seed, { twoTypes: seed % 3 === 0, peaks: 1 + (seed % 2), years: 1 + (seed % 2) });
    const { value } = optimumByExhaustion(problem);
    const model = compileModel(problem);
    const lagrangian = new Lagrangian(model);
    const ascent = new DualAscent(model, lagrangian);
    ascent.start();
    for (let round = 0; round < 60 && !ascent.isSpent; round++) ascent.round(value);
    const rng = random(seed);
    for (let draw = 0; draw < 25; draw++) {
      const { m, caps } = randomMultipliers(problem, seed * 100 + draw, draw % 2 === 0 ? 1 : 0.3);
      // Every other draw lies about good prices, where the bound is close to the optimum.
      if (draw % 2 === 0)
        ascent.best.forEach((x, e) => {
          m[e] = Math.min(caps[e], x * (1 + 0.1 * (rng.next() - 0.5)));
        });
      const bound = lagrangian.evaluate(m);
      assert.ok(bound <= value * (1 + 1e-9) + 1e-6, `seed ${seed}: ${bound} above ${value}`);
      if (bound > 0.8 * value) tight++;
    }
  }
  // The draws are not so poor that the assertion above means nothing.
  assert.ok(tight > 200, `${tight} of 1000 draws prove four fifths of the optimum`);
});

test('the ascent ends at or below the optimum, well above the bound of no prices, and its certificate is proved', () => {
  let sum = 0;
  for (let seed = 41; seed <= 60; seed++) {
    const problem = randomProblem(seed);
    const { value } = optimumByExhaustion(problem);
    const model = compileModel(problem);
    const lagrangian = new Lagrangian(model);
    const ascent = new DualAscent(model, lagrangian);
    ascent.start();
    for (let round = 0; round < 150 && !ascent.isSpent; round++) ascent.round(value);
    const certificate = certify(model, lagrangian, ascent.best);
    assert.ok(certificate.bound <= value * (1 + 1e-9), `seed ${seed}: ${certificate.bound} above ${value}`);
    const proven = provenBound(problem, certificate);
    assert.deepEqual(proven.faults, []);
    assert.ok(certificate.bound <= proven.bound + 1e-9 * Math.abs(proven.bound) + 1e-9);
    assert.ok(proven.bound <= value * (1 + 1e-9), `seed ${seed}: proved ${proven.bound} above ${value}`);
    sum += certificate.bound / value;
  }
  // Integrality of four guns on three sites leaves a gap; the bound must still be of use.
  assert.ok(sum / 20 > 0.85, `mean of bound over optimum ${sum / 20}`);
});

test('solver and verifier compute the same bound at the same quantised multipliers', () => {
  for (let seed = 101; seed <= 140; seed++) {
    const problem = randomProblem(seed, {
      villages: 6,
      spots: 4,
      years: 1 + (seed % 3),
      twoTypes: seed % 2 === 0,
      peaks: 2,
    });
    const { m } = randomMultipliers(problem, seed, 0.7);
    const bySolver = new Lagrangian(compileModel(problem)).evaluate(m);
    const { bound, faults } = provenBound(problem, asCertificate(problem, m));
    assert.deepEqual(faults, [], `seed ${seed}`);
    const money = Math.abs(bySolver) + m.reduce((s, x) => s + Math.abs(x), 0);
    assert.ok(Math.abs(bound - bySolver) <= 1e-9 * money, `seed ${seed}: ${bySolver} and ${bound}`);
  }
});

test('an evaluation does not depend on the evaluations before it', () => {
  const problem = randomProblem(7, { villages: 12, spots: 6, years: 3, twoTypes: true, peaks: 2 });
  const used = new Lagrangian(compileModel(problem));
  for (let draw = 0; draw < 20; draw++) {
    const { m } = randomMultipliers(problem, draw, 0.8);
    const fresh = new Lagrangian(compileModel(problem)).evaluate(m);
    const again = used.evaluate(m);
    assert.ok(Math.abs(fresh - again) <= 1e-10 * Math.abs(fresh) + 1e-9, `draw ${draw}: ${fresh} and ${again}`);
  }
});

test('without prices the bound is what the standing sites cost in upkeep, and with none it is 0', () => {
  const none = handProblem({ villages: [{ kwh: [100, 120] }], spots: [{ minutes: [5] }] });
  const lagrangian = new Lagrangian(compileModel(none));
  assert.equal(lagrangian.evaluate(new Float64Array(lagrangian.layout.size)), 0);
  const standing = handProblem({ villages: [{ kwh: [100, 120] }], spots: [{ minutes: [5], existing: 1 }] });
  const other = new Lagrangian(compileModel(standing));
  // Site 2,000 and module 2,400 a year in 2026 and 2027 at 6 % to 2025; nothing is bought.
  const expected = 4400 / 1.06 + 4400 / 1.06 ** 2;
  assert.ok(Math.abs(other.evaluate(new Float64Array(other.layout.size)) - expected) < 1e-6);
});

test('at full prices of points the bound by hand: all is served or left unserved, whichever is cheaper', () => {
  // One village 12 min away; one year; one gun always enough. λ at its cap ψ·E·365·d.
  const problem = handProblem({
    years: [2026],
    villages: [{ kwh: [50] }],
    spots: [{ minutes: [12], opening: 1000 }],
    layouts: [[0], [1], [4]],
    peaks: [{ share: 0.05, waitMin: 10, alpha: 0.1 }],
    cost: { siteOpexPerYear: 100 },
  });
  const lagrangian = new Lagrangian(compileModel(problem));
  const caps = lagrangian.caps();
  const d = 1 / 1.06;
  const all = d * 365 * 50 * 3;
  assert.ok(Math.abs(caps[0] - all) < 1e-9);
  const phi = Math.exp(-2 / 15);
  const travel = (2 * 12 * 20) / 60 / 20;
  // 2.5 kWh/h at the peak are 0.125 sessions of 20 kWh an hour, below the 0.1867 that one gun of 40 min serves.
  const gain = d * 365 * 50 * (3 - travel) * phi;
  const build = 60000 * (d - d * d * 0.9) + 1000 * (d - d * d * 0.95) + d * (2400 + 100);
  const expected = all + Math.min(0, build - gain);
  assert.ok(build < gain, 'building pays in this case');
  const got = lagrangian.evaluate(Float64Array.of(caps[0]));
  assert.ok(Math.abs(got - expected) < 1e-6 * expected, `${got}; expected ${expected}`);
  assert.equal(optimumByExhaustion(problem).value.toFixed(6), expected.toFixed(6));
});

test('the violation is a supergradient: no other prices do better than the tangent says', () => {
  const problem = randomProblem(33, { villages: 6, spots: 4 });
  const lagrangian = new Lagrangian(compileModel(problem));
  for (let draw = 0; draw < 15; draw++) {
    const a = randomMultipliers(problem, draw, 0.6).m;
    const b = randomMultipliers(problem, draw + 1000, 0.6).m;
    const atA = lagrangian.evaluate(a);
    const slope = Float64Array.from(lagrangian.violation);
    const atB = lagrangian.evaluate(b);
    const tangent = atA + slope.reduce((s, g, e) => s + g * (b[e] - a[e]), 0);
    assert.ok(atB <= tangent + 1e-6 * Math.abs(tangent) + 1e-6, `draw ${draw}: ${atB} above ${tangent}`);
  }
});

test('forcing a site open costs its least path with the site open, never less than its free choice', () => {
  const problem = randomProblem(12, { spots: 5, villages: 6, years: 3 });
  const model = compileModel(problem);
  const lagrangian = new Lagrangian(model);
  const { m } = randomMultipliers(problem, 5, 0.5);
  lagrangian.evaluate(m);
  const free = Array.from(lagrangian.siteValue);
  for (let j = 0; j < model.J; j++) {
    const byYear = [2, 1, 0].map((from) => lagrangian.forcedOpen(j, from));
    assert.ok(byYear[0] >= free[j] - 1e-9);
    assert.ok(byYear[1] >= byYear[0] - 1e-9 && byYear[2] >= byYear[1] - 1e-9, `site ${j}: ${byYear.join()}`);
    if (problem.sites.existing[j] > 0) assert.ok(Math.abs(byYear[2] - free[j]) < 1e-6);
  }
});

test('multipliers that are negative, above their cap, of the wrong number or no whole numbers prove nothing', () => {
  const problem = handProblem({
    villages: [{ kwh: [100, 120] }, { kwh: [50, 60] }],
    spots: [{ minutes: [5, 9] }, { minutes: [11, 3] }],
    budget: { byYear: [90000, 90000], carryOver: true },
    rules: {
      townshipPile: { guns: [1, 2], pricePerGun: 20000 },
      countyStation: { kw: [60, 120], pricePerCounty: 50000 },
      coverage: { share: [0.5, 1], withinMin: 10, pricePerPerson: 10 },
    },
  });
  const { m } = randomMultipliers(problem, 3, 0.5);
  const good = asCertificate(problem, m);
  assert.deepEqual(provenBound(problem, good).faults, []);
  assert.ok(Number.isFinite(provenBound(problem, good).bound));
  const withRow = (family: string, change: (list: number[]) => number[]): Certificate => ({
    ...good,
    rows: { ...good.rows, [family]: change([...good.rows[family]]) },
  });
  for (const family of ['townshipPile', 'countyStation', 'budget', 'coverage', 'covered']) {
    const refused = (c: Certificate, word: RegExp) => {
      const { bound, faults } = provenBound(problem, c);
      assert.equal(bound, -Infinity, `${family}: ${word}`);
      assert.match(faults.join(), word);
    };
    refused(
      withRow(family, ([, ...rest]) => [-1, ...rest]),
      /not whole numbers ≥ 0/,
    );
    refused(
      withRow(family, ([, ...rest]) => [0.5, ...rest]),
      /not whole numbers/,
    );
    refused(
      withRow(family, ([, ...rest]) => [NaN, ...rest]),
      /not whole numbers/,
    );
    refused(
      withRow(family, ([, ...rest]) => [2 ** 53, ...rest]),
      /not whole numbers/,
    );
    refused(
      withRow(family, ([, ...rest]) => rest),
      /expected|do not fit/,
    );
    refused(
      withRow(family, (list) => [...list, 0]),
      /expected|do not fit/,
    );
  }
  for (const [family, price] of [
    ['townshipPile', 20000],
    ['countyStation', 50000],
    ['coverage', 10],
  ] as const) {
    const cap = Math.floor((price / 1.06) * scale);
    assert.ok(
      Number.isFinite(
        provenBound(
          problem,
          withRow(family, ([, ...rest]) => [cap, ...rest]),
        ).bound,
      ),
    );
    const above = withRow(family, ([, ...rest]) => [cap + 2 * scale, ...rest]);
    assert.equal(provenBound(problem, above).bound, -Infinity, `${family} above its price proves nothing`);
  }
  assert.match(provenBound(problem, { ...good, serve: good.serve.slice(1) }).faults.join(), /prices of points/);
  assert.match(provenBound(problem, { ...good, scale: 0 }).faults.join(), /scale/);
  assert.match(provenBound(problem, { ...good, serve: [0.5, ...good.serve.slice(1)] }).faults.join(), /serve/);
});

test('a price of a point above what leaving it unserved costs does not raise the bound', () => {
  const problem = handProblem({ villages: [{ kwh: [100, 120] }], spots: [{ minutes: [40] }] });
  const lagrangian = new Lagrangian(compileModel(problem));
  const caps = lagrangian.caps();
  const atCap = lagrangian.evaluate(Float64Array.from(caps));
  const above = lagrangian.evaluate(caps.map((c) => 3 * c));
  assert.ok(Math.abs(atCap - above) < 1e-6);
  assert.ok(Math.abs(atCap - (caps[0] + caps[1])) < 1e-6, 'nobody is in reach: the bound is the whole unserved money');
});

test('changing one multiplier of a certificate leaves a bound that is still valid', () => {
  for (let seed = 61; seed <= 66; seed++) {
    const problem = randomProblem(seed);
    const { value } = optimumByExhaustion(problem);
    const { m } = randomMultipliers(problem, seed, 0.5);
    const good = asCertificate(problem, m);
    for (let e = 0; e < good.serve.length; e++) {
      const serve = [...good.serve];
      serve[e] = Math.round(serve[e] * 1.7) + 12345;
      const { bound } = provenBound(problem, { ...good, serve });
      assert.ok(bound <= value * (1 + 1e-9) + 1e-6, `seed ${seed}, point price ${e}`);
    }
    for (const [family, list] of Object.entries(good.rows))
      list.forEach((x, e) => {
        const rows = { ...good.rows, [family]: list.map((y, n) => (n === e ? Math.floor(x / 3) : y)) };
        const { bound } = provenBound(problem, { ...good, rows });
        assert.ok(bound <= value * (1 + 1e-9) + 1e-6, `seed ${seed}, ${family} ${e}`);
      });
  }
});

test('a certificate that claims more than its multipliers prove is refused', () => {
  const problem = handProblem({ villages: [{ kwh: [100, 120] }], spots: [{ minutes: [5] }] });
  const model = compileModel(problem);
  const lagrangian = new Lagrangian(model);
  const honest = certify(
    model,
    lagrangian,
    lagrangian.caps().map((c) => 0.3 * c),
  );
  const empty = {
    format: 'qipan.plan/1' as const,
    sites: [],
    assignment: { year: [], point: [], site: [], share: [] },
    typeShare: [],
    unserved: [1, 1],
    slacks: [],
    objectiveTerms: [{ name: 'unserved' as const, amount: 365 * 3 * (100 / 1.06 + 120 / 1.06 ** 2) }],
    capexByYear: [0, 0],
    value: 365 * 3 * (100 / 1.06 + 120 / 1.06 ** 2),
  };
  assert.deepEqual(verifyPlan(problem, empty, honest).failures, []);
  const bold = verifyPlan(problem, empty, { ...honest, bound: honest.bound * 1.01 });
  assert.match(bold.failures.join(), /claims .* prove/);
});

test('the sorted gains fill a capacity as a continuous knapsack does', () => {
  const rng = random(5);
  for (const size of [0, 1, 7, 33, 200, 900]) {
    const list = new GainList();
    const items = Array.from({ length: size }, (_, pair) => ({
      gain: rng.next() * 10,
      weight: 0.1 + rng.next(),
      pair,
    }));
    for (const { gain, weight, pair } of items) list.push(gain, weight, pair);
    list.sort();
    list.accumulate();
    const sorted = items.toSorted((a, b) => b.gain - a.gain);
    assert.deepEqual(
      Array.from(list.gain.subarray(0, size)),
      sorted.map((x) => x.gain),
    );
    assert.deepEqual(
      Array.from(list.pair.subarray(0, size)),
      sorted.map((x) => x.pair),
    );
    for (const capacity of [0, 0.05, 1, 10, 100, 1e9]) {
      let [left, best] = [capacity, 0];
      for (const { gain, weight } of sorted) {
        best += gain * Math.min(left, weight);
        left -= Math.min(left, weight);
      }
      assert.ok(Math.abs(list.within(capacity) - best) <= 1e-9 * (1 + best), `${size} items, ${capacity}`);
    }
    list.clear();
    assert.equal(list.within(10), 0);
  }
});

test('lists that are sorted, reversed or all alike are sorted too', () => {
  for (const make of [(k: number) => k, (k: number) => -k, () => 1, (k: number) => k % 3]) {
    const list = new GainList();
    for (let k = 0; k < 300; k++) list.push(make(k), 1, k);
    list.sort();
    for (let k = 1; k < 300; k++) assert.ok(list.gain[k] <= list.gain[k - 1]);
    assert.equal(new Set(list.pair.subarray(0, 300)).size, 300);
  }
});

test('the cheapest growing sequence equals the best of all sequences', () => {
  const problem = randomProblem(3, { twoTypes: true, years: 3 });
  const model = compileModel(problem);
  const search = new PathSearch(model);
  const rng = random(8);
  const grows = (a: number, b: number) =>
    problem.moduleTypes.every((_, k) => problem.layoutCounts[b * 2 + k] >= problem.layoutCounts[a * 2 + k]);
  for (let draw = 0; draw < 60; draw++) {
    const cost = Float64Array.from({ length: 3 * model.V }, (_, e) =>
      rng.next() < 0.15 || model.ladder.allowed[e] === 0 ? Infinity : rng.normal(),
    );
    const openFrom = rng.below(4);
    let best = Infinity;
    for (let a = 0; a < model.V; a++)
      for (let b = 0; b < model.V; b++)
        for (let c = 0; c < model.V; c++) {
          if (!grows(a, b) || !grows(b, c)) continue;
          if ([a, b, c].some((v, t) => v === 0 && t >= openFrom)) continue;
          best = Math.min(best, cost[a] + cost[model.V + b] + cost[2 * model.V + c]);
        }
    const got = search.search(0, cost, openFrom);
    assert.ok(got === best || Math.abs(got - best) < 1e-12, `draw ${draw}: ${got} and ${best}`);
    if (best === Infinity) continue;
    const [a, b, c] = search.path;
    assert.ok(Math.abs(cost[a] + cost[model.V + b] + cost[2 * model.V + c] - best) < 1e-12);
  }
});
