import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDefaults, planParameters, type PlanParametersInput } from '@qipan/plan';

const refused = (input: unknown, code: string, message: RegExp) =>
  assert.throws(() => planParameters(input as PlanParametersInput), { code, message });

test('every default lies between its low and high value and inside its range, with source and both languages', () => {
  for (const row of planDefaults) {
    assert.ok(row.min <= row.low && row.low <= row.value && row.value <= row.high && row.high <= row.max, row.path);
    assert.ok(row.source.length > 0, row.path);
    assert.match(row.description.zh, /[一-鿿]/, row.path);
    assert.ok(row.description.en.length > 0, row.path);
  }
  assert.equal(new Set(planDefaults.map((r) => r.path)).size, planDefaults.length, 'no path stands twice');
});

test('every number of the parameters has its row in the table of defaults', () => {
  const paths = new Set(planDefaults.map((r) => r.path));
  const notInTable = new Set(['priceYear']);
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') assert.ok(paths.has(path) || notInTable.has(path), `${path} = ${value} has no row`);
    else if (value !== null && typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
  };
  walk(planParameters(), '');
});

test('installed costs a module are 3,500, 20,000, 40,000, 75,000, 170,000, each known to 40 %', () => {
  const row = (id: string) => planDefaults.find((r) => r.path === `moduleTypes.${id}.capex`)!;
  const wanted = { ac7: 3500, dc30: 20000, dc60: 40000, dc120dual: 75000, dc240split: 170000 };
  for (const [id, capex] of Object.entries(wanted)) {
    const r = row(id);
    assert.equal(r.value, capex, id);
    assert.ok(Math.abs(r.low / capex - 0.6) < 1e-12 && Math.abs(r.high / capex - 1.4) < 1e-12, id);
    assert.equal(r.dataLevel, 'default');
  }
  assert.equal(planDefaults.find((r) => r.path === 'cost.civilPerKw')?.value, 400);
});

test('the scenario of electric cars is that of the outlook: 42 million in 2025, 115 million in 2030, of 494.16 million homes', () => {
  const share = (year: number) => planDefaults.find((r) => r.path === `demand.evPerHousehold.${year}`)!.value;
  assert.ok(Math.abs(share(2025) - 42 / 494.16) < 1e-4);
  assert.ok(Math.abs(share(2030) - 115 / 494.16) < 1e-4);
  for (let y = 2026; y <= 2029; y++)
    assert.ok(Math.abs(share(y) ** 2 - share(y - 1) * share(y + 1)) < 1e-4, `geometric about ${y}`);
});

test('a part that is given replaces that part alone', () => {
  const base = planParameters();
  const p = planParameters({ demand: { homeShare: 0.5 }, moduleTypes: { ac7: { capex: 9999 } } });
  assert.equal(p.demand.homeShare, 0.5);
  assert.equal(p.demand.kmPerYear, base.demand.kmPerYear);
  assert.equal(p.moduleTypes['ac7']?.capex, 9999);
  assert.equal(p.moduleTypes['ac7']?.plugMin, base.moduleTypes['ac7']?.plugMin);
  assert.deepEqual(planParameters(), base, 'what was merged leaves the defaults as they were');
});

test('null switches a rule, a limit, a module type or a kind of day off', () => {
  const p = planParameters({
    rules: { townshipPile: null, coverage: null },
    budget: { byYear: null },
    moduleTypes: { ac7: null } as never,
  });
  assert.equal(p.rules.townshipPile, null);
  assert.notEqual(p.rules.countyStation, null);
  assert.equal(p.budget.byYear, null);
  assert.ok(!('ac7' in p.moduleTypes));
  refused({ scenarioDays: { nationalDay: null } }, 'BAD_INPUT', /scenarioDays: got 357; expected .*365/);
});

test('a module type of one’s own is complete or refused', () => {
  const own = {
    en: 'bus pile',
    zh: '公交桩',
    current: 'DC',
    powerKw: 300,
    guns: 2,
    capex: 200000,
    lifeYears: 10,
    plugMin: 60,
    sessionKwh: 120,
  };
  assert.equal(planParameters({ moduleTypes: { bus: own } } as never).moduleTypes['bus']?.sessionKwh, 120);
  const { sessionKwh: _, ...half } = own;
  refused(
    { moduleTypes: { bus: half } },
    'BAD_INPUT',
    /moduleTypes\.bus\.sessionKwh: got undefined; expected a number/,
  );
  refused({ moduleTypes: { bus: { ...own, current: 'XC' } } }, 'BAD_INPUT', /moduleTypes\.bus\.current: got "XC"/);
  refused({ moduleTypes: { bus: { ...own, guns: 1.5 } } }, 'BAD_INPUT', /moduleTypes\.bus\.guns/);
  refused(
    { moduleTypes: { bus: { ...own, powerKw: 0 } } },
    'OUT_OF_RANGE',
    /moduleTypes\.bus\.powerKw = 0; expected 1 to 1000 kW/,
  );
});

test('a field that does not exist is refused with those that do', () => {
  refused({ demmand: {} }, 'BAD_INPUT', /parameters have no demmand/);
  refused({ access: { maxMinutes: 30 } }, 'BAD_INPUT', /parameters have no access\.maxMinutes/);
  assert.throws(
    () => planParameters({ access: { maxMinutes: 30 } } as never),
    (e: { details: Record<string, unknown> }) => /fullCaptureMin, decayMin, maxMin/.test(String(e.details['expected'])),
  );
  refused('years', 'BAD_INPUT', /parameters: got "years"/);
});

test('every number of the table is refused outside its range, with the range in the sentence', () => {
  const nested = (path: string, value: unknown): Record<string, unknown> =>
    path
      .split('.')
      .reverse()
      .reduce<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
  for (const row of planDefaults) {
    const beyond = [row.max * 2 + 1, row.min - 1, NaN, 'many'];
    for (const value of beyond)
      assert.throws(
        () => planParameters(nested(row.path, value) as PlanParametersInput),
        (e: { code: string; message: string }) => {
          assert.equal(e.code, 'OUT_OF_RANGE', row.path);
          assert.ok(e.message.includes(row.path) && e.message.includes(`${row.min} to ${row.max}`), e.message);
          return true;
        },
      );
  }
});

test('a number of a further year is checked like its neighbours', () => {
  refused({ demand: { evPerHousehold: { '2035': 9 } } }, 'OUT_OF_RANGE', /evPerHousehold\.2035 = 9; expected 0 to 3/);
  assert.equal(planParameters({ demand: { evPerHousehold: { '2035': 0.9 } } }).demand.evPerHousehold['2035'], 0.9);
});

test('years are consecutive and ascending, the ladder begins with nothing', () => {
  refused({ years: [] }, 'BAD_INPUT', /1 to 30 ascending whole years/);
  refused({ years: [2027, 2026] }, 'BAD_INPUT', /ascending/);
  refused({ years: [2026, 2028] }, 'BAD_INPUT', /consecutive years/);
  refused({ years: [2026.5] }, 'BAD_INPUT', /whole years/);
  refused({ years: Array.from({ length: 31 }, (_, t) => 2026 + t) }, 'BAD_INPUT', /1 to 30/);
  refused({ ladder: [1, 2] }, 'BAD_INPUT', /begin with 0/);
  refused({ ladder: [0, 2, 2] }, 'BAD_INPUT', /ascending whole counts/);
  assert.deepEqual(planParameters({ years: [2040] }).years, [2040]);
});
