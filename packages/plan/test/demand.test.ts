import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  demand,
  hourKwh,
  occupancyErlangs,
  planParameters,
  valueInYear,
  type DemandLayer,
  type DemandTable,
  type PlanParametersInput,
} from '@qipan/plan';
import { hourShares, perthKinrossStartsByHour } from '../src/demand/hour-shape.js';
import { busiestHours } from '../src/demand/peaks.js';
import { demandLayers, normaliseDays } from '../src/demand/scenario-days.js';
import { smallBoard } from './support/small-board.js';

const near = (got: number, wanted: number, relative = 1e-12) =>
  assert.ok(Math.abs(got - wanted) <= relative * Math.max(1, Math.abs(wanted)), `${got}, not ${wanted}`);

const villages = [
  { id: 'a', km: [0, 0], population: 2700 },
  { id: 'b', km: [5, 0], population: 540, households: 300 },
  { id: 'c', km: [0, 9] },
] as const;
const board = smallBoard(villages, []);

/** Round figures, so that the expected numbers can be worked out on paper. */
const round: PlanParametersInput = {
  years: [2026, 2027],
  demand: {
    householdSize: 3,
    evPerHousehold: { '2026': 0.1, '2027': 0.2 },
    ruralFactor: 0.5,
    kmPerYear: 7300,
    kwhPerKm: 0.2,
    winterFactor: 1.25,
    homeShare: 0.6,
    localShare: 0.5,
  },
};
const tableOf = (input: PlanParametersInput = round): DemandTable => demand(board, planParameters(input));
const layerOf = (table: DemandTable, layer: DemandLayer) => table.layers.find((l) => l.layer === layer)!;
const withDemand = (part: NonNullable<PlanParametersInput['demand']>): PlanParametersInput => ({
  ...round,
  demand: { ...round.demand, ...part },
});

test('cars follow from households, or from people over the household size where households are not known', () => {
  const { evCount } = tableOf();
  // 2,700 people / 3 = 900 households; village b counts 300 of its own; half of 0.1 and 0.2 cars a household.
  near(evCount[0]!, 45);
  near(evCount[1]!, 90);
  near(evCount[2]!, 15);
  near(evCount[3]!, 30);
  assert.ok(Number.isNaN(evCount[4]) && Number.isNaN(evCount[5]), 'nobody was counted at c');
});

test('residents charge evCount · km · kWh/km · winter · (1 − home) · local, in a day of 365', () => {
  // 7,300 km · 0.2 · 1.25 = 1,825 kWh a year = 5 a day; 40 % of it in public, half of that in the county: 1 kWh.
  const { kwhPerDay, present, dataLevel } = layerOf(tableOf(), 'residents');
  assert.equal(present, true);
  assert.equal(dataLevel, 'default');
  [45, 90, 15, 30, 0, 0].forEach((kwh, e) => near(kwhPerDay[e]!, kwh));
});

test('a car count that is handed in replaces the households, keeps its years and is no default any more', () => {
  const table = tableOf(withDemand({ evCount: { c: { '2026': 7 }, a: { '2025': 1, '2027': 4 } } }));
  assert.deepEqual([...table.evCount.subarray(0, 2)], [1, 4]);
  near(table.evCount[2]!, 15);
  assert.deepEqual([...table.evCount.subarray(4, 6)], [7, 7], 'a year without a figure takes the last before it');
  assert.equal(table.dataLevel, 'estimated');
});

test('the other layers are products of what was handed in, and absent ones say so', () => {
  const table = tableOf(
    withDemand({
      throughTraffic: [
        { place: 'a', aadt: 2000, evShareByYear: { '2026': 0.05, '2027': 0.1 }, stopProbability: 0.02, kwhPerStop: 15 },
        { place: 'a', aadt: 100, evShareByYear: { '2026': 0.1 }, stopProbability: 0.1, kwhPerStop: 10 },
      ],
      tourism: [
        { place: 'b', visitorDaysPerYear: 36500, evShareByYear: { '2026': 0.1 }, kwhPerVisit: 12, publicShare: 0.25 },
      ],
      fleets: [
        { place: 'c', kind: 'bus', vehicles: 4, kmPerDay: 150, daysPerYear: 292, kwhPerKm: 0.5, depotShare: 0.75 },
      ],
    }),
  );
  const kwh = (layer: DemandLayer) => [...layerOf(table, layer).kwhPerDay];
  kwh('throughTraffic').forEach((x, e) => near(x, [30 + 10, 60 + 10, 0, 0, 0, 0][e]!));
  kwh('tourism').forEach((x, e) => near(x, [0, 0, 30, 30, 0, 0][e]!));
  // 4 · 150 · 0.5 = 300 kWh on 292 of 365 days, a quarter of it away from the depot.
  kwh('fleets').forEach((x, e) => near(x, [0, 0, 0, 0, 60, 60][e]!));
  table.kwhPerDay.forEach((x, e) => near(x, [85, 160, 45, 60, 60, 60][e]!));
  assert.deepEqual(
    table.warnings.map((w) => w.en),
    ['1 places have no known population and carry no demand: c'],
  );
  const bare = tableOf();
  assert.equal(bare.warnings.length, 4, 'three absent layers and one place without people');
  assert.ok(bare.layers.filter((l) => l.layer !== 'residents').every((l) => !l.present && /absent/.test(l.note.en)));
  assert.ok(bare.warnings.every((w) => /[一-鿿]/.test(w.zh)));
});

test('a flow at a place that the board does not have, or one with a negative figure, is refused by name', () => {
  const flow = { place: 'a', aadt: -1, evShareByYear: { '2026': 0.1 }, stopProbability: 0.1, kwhPerStop: 10 };
  assert.throws(() => tableOf(withDemand({ throughTraffic: [flow] })), {
    code: 'OUT_OF_RANGE',
    message: /demand\.throughTraffic at a gives -\d/,
  });
  assert.throws(() => tableOf(withDemand({ throughTraffic: [{ ...flow, place: 'nowhere' }] })), {
    code: 'UNKNOWN_REFERENCE',
    message: /no place nowhere/,
  });
  assert.throws(() => tableOf(withDemand({ evCount: { x: { '2026': 1 } } })), { code: 'UNKNOWN_REFERENCE' });
});

test('kinds of day are scaled so that a year holds a year’s energy in every layer, whatever the multipliers', () => {
  const part = fc.double({ min: 0.01, max: 20, noNaN: true });
  const days = fc.integer({ min: 1, max: 364 });
  fc.assert(
    fc.property(days, fc.array(part, { minLength: 8, maxLength: 8 }), (n, m) => {
      const multiplier = (from: number) =>
        Object.fromEntries(demandLayers.map((l, k) => [l, m[from + k]])) as Record<DemandLayer, number>;
      const day = (daysPerYear: number, from: number) => ({
        en: 'd',
        zh: '日',
        daysPerYear,
        serviceLevel: 'ordinary' as const,
        multiplier: multiplier(from),
      });
      const scaled = normaliseDays({ one: day(n, 0), two: day(365 - n, 4) });
      for (const layer of demandLayers) {
        near(
          scaled.reduce((s, d) => s + d.daysPerYear * d.multiplier[layer], 0),
          365,
          1e-9,
        );
        near(
          scaled[0]!.multiplier[layer] * m[4 + demandLayers.indexOf(layer)]!,
          scaled[1]!.multiplier[layer] * m[demandLayers.indexOf(layer)]!,
          1e-9,
        );
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('a layer whose multipliers are all 0 has no energy on any day rather than a division by zero', () => {
  const [day] = normaliseDays({
    only: {
      en: 'd',
      zh: '日',
      daysPerYear: 365,
      serviceLevel: 'ordinary',
      multiplier: { residents: 1, throughTraffic: 0, tourism: 1, fleets: 1 },
    },
  });
  assert.equal(day!.multiplier.throughTraffic, 0);
});

test('the shipped hours are 32,864 sessions of rural Scotland: 15 h leads with 9.04 %, the night is empty', () => {
  assert.equal(
    perthKinrossStartsByHour.reduce((s, n) => s + n, 0),
    32864,
  );
  const share = hourShares('residents', null);
  assert.equal((share[15]! * 100).toFixed(2), '9.04');
  assert.equal((share[12]! * 100).toFixed(2), '8.76');
  for (let h = 0; h < 5; h++) assert.ok(share[h]! <= 0.005, `${h} h`);
  for (let h = 10; h <= 18; h++) assert.ok(share[h]! >= 0.068 && share[h]! <= 0.091, `${h} h`);
  near(
    share.reduce((s, x) => s + x, 0),
    1,
  );
  const night = hourShares('fleets', null);
  near(night[23]!, 1 / 9);
  assert.equal(night[12], 0);
});

test('hours of one’s own are shares of their sum; a list that is not 24 numbers is refused', () => {
  const own = Array.from({ length: 24 }, (_, h) => (h === 8 ? 3 : h === 20 ? 1 : 0));
  const share = hourShares('tourism', own);
  assert.deepEqual([share[8], share[20], share[0]], [0.75, 0.25, 0]);
  const bad = [own.slice(1), own.map(() => 0), own.map((x) => -x), own.map(() => NaN)];
  for (const list of bad)
    assert.throws(() => hourShares('tourism', list), { code: 'BAD_INPUT', message: /hourShare\.tourism/ });
});

test('the hours of all days of a year add up to the year’s energy', () => {
  const table = tableOf(
    withDemand({
      tourism: [
        { place: 'b', visitorDaysPerYear: 36500, evShareByYear: { '2026': 0.1 }, kwhPerVisit: 12, publicShare: 0.25 },
      ],
    }),
  );
  for (let place = 0; place < 3; place++)
    for (let year = 0; year < 2; year++) {
      let sum = 0;
      for (const [day, d] of table.days.entries())
        for (let hour = 0; hour < 24; hour++) sum += d.daysPerYear * hourKwh(table, { place, year, day, hour });
      near(sum, 365 * table.kwhPerDay[place * 2 + year]!, 1e-9);
    }
});

test('the uncertain demand is gamma about its mean: the median lies below it, the 90th percentile above', () => {
  const at = (uncertaintyCv: number) => tableOf(withDemand({ uncertaintyCv }));
  const wide = at(0.5);
  // Gamma with mean 1 and CV 0.5 has shape 4: its quantiles are those of χ² with 8 degrees over 8 (Abramowitz and Stegun, table 26.8).
  near(wide.p50, 7.34412 / 8, 1e-5);
  near(wide.p90, 13.3616 / 8, 1e-5);
  assert.ok(at(0.1).p90 < wide.p90);
});

test('occupancy is arrivals times the mean stay', () => {
  // 40 kWh/h in sessions of 20 kWh is 2 arrivals an hour; 45 minutes each keep 1.5 guns busy.
  assert.equal(occupancyErlangs(40, { sessionKwh: 20, plugMin: 45 }), 1.5);
});

test('a busiest hour is kept exactly when no other moment of its service level tops it in every layer', () => {
  const rng = random(3);
  for (let round = 0; round < 20; round++) {
    const shape = () => Array.from({ length: 24 }, () => Math.floor(rng.next() * 4));
    const ensure = (xs: number[]) => (xs.some((x) => x > 0) ? xs : xs.fill(1));
    const parameters = planParameters({
      ...variedTourism(rng.next()),
      hourShare: { residents: ensure(shape()), throughTraffic: null, tourism: ensure(shape()), fleets: null },
    });
    const table = demand(board, parameters);
    const { peaks } = busiestHours(table, parameters);
    const strength = (day: number, hour: number) =>
      table.layers.filter((l) => l.present).map((l) => table.days[day]!.multiplier[l.layer] * l.hourShare[hour]!);
    const isKept = (day: number, hour: number) =>
      peaks.some((p) => p.scenarioDay === table.days[day]!.id && p.startHour === hour);
    table.days.forEach((d, day) => {
      for (let hour = 0; hour < 24; hour++) {
        const me = strength(day, hour);
        const dominators = table.days.flatMap((o, other) =>
          o.serviceLevel !== d.serviceLevel
            ? []
            : Array.from({ length: 24 }, (_, h) => ({ other, h })).filter(({ h }) => {
                const it = strength(other, h);
                return it.every((x, k) => x >= me[k]!) && it.some((x, k) => x > me[k]!);
              }),
        );
        if (dominators.length > 0) assert.ok(!isKept(day, hour), `${d.id} ${hour} is topped and kept`);
        else {
          const twins = table.days.flatMap((o, other) =>
            o.serviceLevel === d.serviceLevel
              ? Array.from({ length: 24 }, (_, h) => h).filter(
                  (h) => strength(other, h).every((x, k) => x === me[k]!) && isKept(other, h),
                )
              : [],
          );
          assert.equal(twins.length, 1, `of ${d.id} ${hour} and its equals exactly one is kept`);
        }
      }
    });
  }
});

/** Parameters with two layers whose sizes vary. */
function variedTourism(share: number): PlanParametersInput {
  return withDemand({
    tourism: [
      { place: 'b', visitorDaysPerYear: 1e5, evShareByYear: { '2026': share }, kwhPerVisit: 12, publicShare: 0.25 },
    ],
  });
}

test('a peak carries the wait target of its kind of day and the demand of its quantile', () => {
  for (const sizeFor of ['p50', 'p90'] as const) {
    const parameters = planParameters({
      ...withDemand({ sizeFor }),
      serviceLevel: { ordinary: { waitMin: 7, alpha: 0.2 }, festival: { waitMin: 31, alpha: 0.4 } },
    });
    const table = demand(board, parameters);
    const { peaks, kwhPerHour } = busiestHours(table, parameters);
    assert.equal(peaks.length, 2, 'with one layer an ordinary and a festival hour are left');
    const [I, P] = [3, peaks.length];
    peaks.forEach((peak, p) => {
      const day = table.days.findIndex((d) => d.id === peak.scenarioDay);
      const festival = table.days[day]!.serviceLevel === 'festival';
      assert.deepEqual([peak.waitMin, peak.alpha], festival ? [31, 0.4] : [7, 0.2]);
      assert.equal(peak.startHour, 15, 'the busiest hour of the shipped shape');
      for (let year = 0; year < 2; year++)
        for (let place = 0; place < I; place++)
          near(
            kwhPerHour[(year * P + p) * I + place]!,
            table[sizeFor] * hourKwh(table, { place, year, day, hour: peak.startHour }),
          );
    });
  }
});

test('a year without a figure takes the last before it, else the first after it', () => {
  const table = { '2026': 1, '2030': 5 };
  assert.deepEqual(
    [2020, 2026, 2029, 2030, 2040].map((y) => valueInYear(table, y)),
    [1, 1, 1, 5, 5],
  );
  assert.equal(valueInYear({}, 2026), 0);
});
