import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  demoFirms,
  demoIoTable,
  demoLinks,
  demoPanel,
  demoWishes,
  echelon2022,
  locationQuotient,
  presence,
  type DemoIndustry,
  type Panel,
} from '@qipan/clusters';

/** Forty industries in eight sections; what is tested here holds for the shape of the data, whatever the names. */
const industries: readonly DemoIndustry[] = Array.from({ length: 40 }, (_, i) => ({
  code: `I${i}`,
  parent: `S${Math.floor(i / 5)}`,
}));
const options = { seed: 11, regions: 110, industries, years: [2019, 2021] };
const demo = demoPanel(options);
const [first, last] = demo.panels;

const advantaged = (panel: Panel) => presence(locationQuotient(panel).lq, panel);

const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((s, v, k) => s + (v - mx) * (y[k] - my), 0);
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

/** Shares of a region's jobs by industry. */
function shares(panel: Panel, r: number): number[] {
  const row = [...panel.value.subarray(r * panel.industries, (r + 1) * panel.industries)];
  const total = row.reduce((s, x) => s + x, 0);
  return row.map((x) => x / total);
}

test('jobs of a region are 45 % of its persons, three per cent more each year of the panel', () => {
  for (const [t, panel] of demo.panels.entries())
    demo.regions.forEach((region, r) => {
      const jobs = panel.value.subarray(r * panel.industries, (r + 1) * panel.industries).reduce((s, x) => s + x, 0);
      const expected = 0.45 * region.population * (1 + 0.03 * t);
      // Each cell is rounded to a whole person.
      assert.ok(Math.abs(jobs - expected) <= industries.length / 2, `${region.code}: ${jobs}, ${expected}`);
    });
});

test('a longer panel has the same first years: what is drawn for a year does not move what was drawn before', () => {
  const longer = demoPanel({ ...options, years: [2019, 2021, 2023] });
  assert.deepEqual(longer.panels.slice(0, 2), demo.panels);
  assert.deepEqual(longer.regions, demo.regions);
});

test('presence is nested: rare industries stand in diverse regions', () => {
  const m = advantaged(last);
  const ubiquity: number[] = [];
  const companions: number[] = [];
  const has = Array.from({ length: m.cols }, (): number[] => []);
  for (let k = 0; k < m.rows; k++)
    for (let e = m.start[k]; e < m.start[k + 1]; e++) has[m.index[e]].push(m.diversity[k]);
  has.forEach((diversities, i) => {
    assert.equal(diversities.length, m.ubiquity[i]);
    ubiquity.push(diversities.length);
    companions.push(mean(diversities));
  });
  const r = correlation(ubiquity, companions);
  assert.ok(r < -0.2, `correlation of ubiquity and mean diversity ${r}`);
});

test('regions of one province are more alike than regions of different ones', () => {
  const distance = (a: number, b: number) => {
    const [x, y] = [shares(last, a), shares(last, b)];
    return x.reduce((s, v, i) => s + Math.abs(v - y[i]), 0);
  };
  const [same, other]: [number[], number[]] = [[], []];
  for (let a = 0; a < demo.regions.length; a++)
    for (let b = a + 1; b < demo.regions.length; b++)
      (demo.regions[a].parent === demo.regions[b].parent ? same : other).push(distance(a, b));
  assert.equal(same.length, 10 * ((11 * 10) / 2), 'ten provinces of eleven');
  assert.ok(mean(same) < 0.9 * mean(other), `${mean(same)} against ${mean(other)}`);
});

test('regions of a province stand together on the made-up land', () => {
  const spread = (points: readonly { lon: number; lat: number }[]) => {
    const [x, y] = [mean(points.map((p) => p.lon)), mean(points.map((p) => p.lat))];
    return Math.sqrt(mean(points.map((p) => (p.lon - x) ** 2 + (p.lat - y) ** 2)));
  };
  const whole = spread(demo.regions);
  for (const parent of new Set(demo.regions.map((r) => r.parent)))
    assert.ok(spread(demo.regions.filter((r) => r.parent === parent)) < whole / 2, parent);
});

test('the panel persists: most of what is present stays, some goes and some comes', () => {
  const before = advantaged(first);
  const cells = (m: typeof before) => {
    const found = new Set<string>();
    for (let k = 0; k < m.rows; k++)
      for (let e = m.start[k]; e < m.start[k + 1]; e++) found.add(`${m.region[k]} ${m.industry[m.index[e]]}`);
    return found;
  };
  const [a, b] = [cells(before), cells(advantaged(last))];
  const stayed = [...a].filter((c) => b.has(c)).length;
  assert.ok(stayed > 0.6 * a.size && stayed < a.size, `${stayed} of ${a.size}`);
  assert.ok(
    [...b].some((c) => !a.has(c)),
    'something came',
  );
});

test('one region with one industry in one year is a panel too', () => {
  const one = demoPanel({ seed: 1, regions: 1, industries: industries.slice(0, 1), years: [2020] });
  assert.deepEqual([one.regions.length, one.panels.length, one.panels[0].value.length], [1, 1, 1]);
  assert.ok(Number.isFinite(one.panels[0].value[0]));
});

test('income and use of the demo table agree: value added and imported inputs add up to final use', () => {
  const t = demoIoTable(3, 10);
  const sum = (x: Float64Array) => x.reduce((s, v) => s + v, 0);
  const [income, use] = [sum(t.va) + sum(t.M), sum(t.F)];
  assert.ok(Math.abs(income - use) <= 1e-9 * use, `${income} ${use}`);
});

test('the output of the demo table is what elimination gives for its coefficients', () => {
  const t = demoIoTable(5, 12);
  const { n } = t;
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (__, j) => (i === j ? 1 : 0) - t.Z[i * n + j] / t.x[j]),
    t.F[3 * i] + t.F[3 * i + 1] + t.F[3 * i + 2],
  ]);
  for (let c = 0; c < n; c++)
    for (let r = 0; r < n; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= n; k++) rows[r][k] -= factor * rows[c][k];
    }
  rows.forEach((row, i) => {
    const x = row[n] / row[i];
    assert.ok(Math.abs(x - t.x[i]) <= 1e-9 * x, `sector ${i}: ${t.x[i]}, elimination ${x}`);
  });
});

test('firms are drawn in proportion to jobs', () => {
  const count = 6000;
  const firms = demoFirms(2, last, demo.regions, count);
  const total = last.value.reduce((s, x) => s + x, 0);
  last.industryCode.forEach((code, i) => {
    const jobs = last.regionCode.reduce((s, _, r) => s + last.value[r * last.industries + i], 0);
    const expected = (count * jobs) / total;
    const got = firms.filter((f) => f.industryCode === code).length;
    // Five standard deviations of a binomial.
    assert.ok(Math.abs(got - expected) <= 5 * Math.sqrt(expected + 1), `${code}: ${got}, expected ${expected}`);
  });
});

test('a rung of the demo is one of the ladder or none, never below its least employment, and every rung is there', () => {
  const firms = demoFirms(2, last, demo.regions, 6000);
  const least: Record<string, number> = { none: 0, innovativeSme: 10, srdi: 40, littleGiant: 100 };
  for (const f of firms) assert.ok(f.employment >= (least[f.echelon] ?? 250), `${f.id}: ${f.employment}, ${f.echelon}`);
  const seen = new Set(firms.map((f) => f.echelon));
  assert.deepEqual([...seen].sort(), [...echelon2022.rungs.map((r) => r.id), 'none'].sort());
  assert.ok(firms.filter((f) => f.echelon === 'none').length > firms.length / 2);
});

test('the same seed gives the same firms, wishes and links, another gives others', () => {
  const chain = industries.slice(0, 10).map((i) => i.code);
  const made = (seed: number) => ({
    firms: demoFirms(seed, last, demo.regions, 50),
    wishes: demoWishes(seed, last, chain.slice(0, 3)),
    links: demoLinks(seed, last, chain, 20),
  });
  assert.deepEqual(made(1), made(1));
  for (const key of ['firms', 'wishes', 'links'] as const) assert.notDeepEqual(made(1)[key], made(2)[key], key);
});

test('a chain of industries that the panel does not have gives no links', () => {
  assert.deepEqual(demoLinks(1, last, ['nowhere'], 20), []);
});
