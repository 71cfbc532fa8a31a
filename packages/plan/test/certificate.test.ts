import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { planNetwork, problemHash, verifyPlan, type Certificate, type PlanProblem } from '@qipan/plan';
import { linkFamilies } from '../src/families/link-families.js';
import { certify } from '../src/solve/certificate.js';
import { Lagrangian } from '../src/solve/lagrangian.js';
import { compileModel } from '../src/solve/model.js';
import { provenBound } from '../src/verify/bound.js';
import { inCoins } from './support/coins.js';
import { dc60, handProblem, randomProblem } from './support/hand.js';

const scale = 2 ** 20;
const unit = BigInt(scale);

/**
 * A problem whose every number is a whole one or an eighth: no discount, lives of 4 and 8 years over a horizon of 2,
 * villages within the full time, peaks that never fill a gun.
 */
function wholeProblem(seed: number): PlanProblem {
  const rng = random(seed);
  return handProblem({
    villages: Array.from({ length: 5 }, () => ({ kwh: [8 + rng.below(400), 8 + rng.below(400)] })),
    spots: Array.from({ length: 4 }, () => ({
      opening: 8 * (1 + rng.below(90_000)),
      minutes: Array.from({ length: 5 }, () => (rng.next() < 0.3 ? null : 1 + rng.below(10))),
    })),
    types: [{ ...dc60, capex: 8 * (1 + rng.below(30_000)), opexPerYear: rng.below(5000), lifeYears: 4 }],
    peaks: [{ share: 2 ** -12, waitMin: 10, alpha: 0.1 }],
    cost: {
      discountRate: 0,
      siteLifeYears: 8,
      siteOpexPerYear: rng.below(4000),
      timeValuePerHour: 60,
      tripKwh: 4,
      unservedPerKwh: 9,
    },
    budget: { byYear: [rng.below(400_000), rng.below(400_000)], carryOver: false },
  });
}

const least = (list: readonly bigint[]) => list.reduce((a, b) => (b < a ? b : a));

/** L in units of 2⁻²⁰ / 8, exactly: whole numbers from beginning to end. */
function exactBound(p: PlanProblem, c: Certificate): bigint {
  const big = (x: number) => BigInt(x) * unit * 8n;
  const [type] = p.moduleTypes;
  const energy = (i: number, t: number) => p.energyKwhPerDay[i * 2 + t];
  let sum = 0n;
  c.serve.forEach((m, e) => {
    sum += least([8n * BigInt(m), big(365 * energy(Math.floor(e / 2), e % 2) * 9)]);
  });
  const budget = c.rows['budget'].map((m) => 8n * BigInt(m));
  p.budget?.byYear.forEach((b, t) => (sum -= budget[t] * BigInt(b)));
  const gain = (j: number, t: number) => {
    let g = 0n;
    for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++) {
      const i = p.access.point[e];
      // There and back at 60 an hour over 4 kWh a trip: half a unit a minute and kWh.
      const travel = (BigInt(365 * energy(i, t) * p.access.travelMin[e]) * unit * 8n) / 2n;
      const each = 8n * BigInt(c.serve[i * 2 + t]) - travel;
      if (each > 0n) g += each;
    }
    return g;
  };
  p.sites.id.forEach((_, j) => {
    const paths: bigint[] = [];
    for (const a of [0, 1, 2, 4])
      for (const b of [0, 1, 2, 4]) {
        if (b < a) continue;
        let cost = 0n;
        [a, b].forEach((now, t) => {
          const before = t === 0 ? 0 : a;
          const opens = now > 0 && before === 0 ? p.sites.openingCost[j] : 0;
          const bought = (now - before) * type.capex;
          // What is left at the end: of a module 2/4 or 3/4, of a site 6/8 or 7/8.
          cost += big(opens + bought) - (big(bought) * BigInt(2 + t)) / 4n - (big(opens) * BigInt(6 + t)) / 8n;
          cost += budget[t] * BigInt(opens + bought);
          if (now > 0) cost += big(p.cost.siteOpexPerYear + now * type.opexPerYear) - gain(j, t);
        });
        paths.push(cost);
      }
    sum += least(paths);
  });
  return sum;
}

const toNumber = (x: bigint) => Number(x) / (8 * scale);

test('the bound of a certificate agrees with exact whole numbers to the last digits', () => {
  let built = 0;
  for (let seed = 1; seed <= 40; seed++) {
    const p = wholeProblem(seed);
    const model = compileModel(p);
    const lagrangian = new Lagrangian(model);
    const rng = random(seed + 77);
    const m = lagrangian.caps().map((cap) => (cap === Infinity ? 0.4 * rng.next() : cap * rng.next()));
    const c = certify(model, lagrangian, m);
    const exact = toNumber(exactBound(p, c));
    const money = c.serve.reduce((s, x) => s + x / scale, 0);
    const { bound, faults } = provenBound(p, c);
    assert.deepEqual(faults, []);
    assert.ok(Math.abs(bound - exact) <= 1e-13 * money, `seed ${seed}: ${bound}; exactly ${exact}`);
    // What is claimed lies below the exact bound, by no more than the margin for rounding.
    assert.ok(c.bound <= exact && c.bound >= exact - 1.001e-9 * money, `seed ${seed}: ${c.bound}; exactly ${exact}`);
    if (lagrangian.sitePath.some((v) => v > 0)) built++;
  }
  assert.ok(built > 20, `${built} of 40 price something worth building`);
});

test('multipliers are cut to whole units downwards, by less than one', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const p = randomProblem(seed * 59, { villages: 6, spots: 4, twoTypes: true });
    const model = compileModel(p);
    const lagrangian = new Lagrangian(model);
    const rng = random(seed);
    const m = lagrangian.caps().map((cap) => (cap === Infinity ? rng.next() : cap * rng.next()));
    const c = certify(model, lagrangian, m);
    c.serve.forEach((x, e) => assert.ok(x <= m[e] * scale && x > m[e] * scale - 1));
    const all = [...c.serve, ...Object.values(c.rows).flat()];
    assert.equal(all.length, m.length, 'every multiplier stands in the certificate once');
    assert.ok(all.every((x) => Number.isSafeInteger(x) && x >= 0));
    assert.equal(c.inputHash, problemHash(p));
    assert.equal(c.scale, scale);
    assert.deepEqual(JSON.parse(JSON.stringify(c)), c, 'it survives storage as it is');
  }
});

test('each row’s multiplier stands with its own family, in the order of its rows', () => {
  for (const seed of [3, 8, 21, 34]) {
    const p = randomProblem(seed * 1013, { spots: 5, years: 3 });
    const model = compileModel(p);
    const lagrangian = new Lagrangian(model);
    const seen: Record<string, number> = {};
    model.rows.forEach((row, r) => {
      const m = new Float64Array(lagrangian.layout.size);
      m[lagrangian.layout.rows + r] = 2;
      const { rows, serve } = certify(model, lagrangian, m);
      const { name } = linkFamilies[model.rowFamily[r]];
      const at = (seen[name] = (seen[name] ?? -1) + 1);
      assert.equal(rows[name][at], 2 * scale, `${name} of ${row.where}`);
      const rest = Object.values(rows).flat().concat(serve);
      assert.equal(
        rest.reduce((a, b) => a + b, 0),
        2 * scale,
      );
    });
    for (const family of linkFamilies)
      assert.equal(
        certify(model, lagrangian, new Float64Array(lagrangian.layout.size)).rows[family.name].length,
        (seen[family.name] ?? -1) + 1,
      );
  }
});

test('money in currencies of many digits keeps whole multipliers, a proof and the same plan', () => {
  for (const seed of [4, 15, 92]) {
    const p = randomProblem(seed, { villages: 5, spots: 4 });
    const plain = planNetwork(p, { seed, gap: 0, effort: 0.05 });
    for (const times of [2 ** -20, 2 ** 14, 2 ** 24, 2 ** 34]) {
      const q = inCoins(p, times);
      const result = planNetwork(q, { seed, gap: 0, effort: 0.05 });
      const verdict = verifyPlan(q, result.plan, result.certificate);
      assert.deepEqual(verdict.failures, [], `seed ${seed}, times ${times}`);
      const all = [...result.certificate.serve, ...Object.values(result.certificate.rows).flat()];
      assert.ok(all.every((x) => Number.isSafeInteger(x)));
      assert.ok(Math.log2(result.certificate.scale) % 1 === 0, 'a power of two: the division is exact');
      assert.ok(result.certificate.scale <= scale);
      assert.ok(Math.abs(result.value / times / plain.value - 1) < 0.02, `${result.value / times}; ${plain.value}`);
      // Beyond, prices of budgets, money for money, are cut to whole numbers: what is proved is true, and little.
      assert.ok(
        times > 2 ** 30 || result.bound / result.value > 0.99 * (plain.bound / plain.value),
        `seed ${seed} times ${times}: ${result.bound / result.value}, ${plain.bound / plain.value}`,
      );
    }
  }
});
