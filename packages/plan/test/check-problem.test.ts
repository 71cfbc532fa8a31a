import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QipanError } from '@qipan/base';
import { planNetwork, type PlanProblem } from '@qipan/plan';
import { handProblem } from './support/hand.js';

const good = (): PlanProblem =>
  handProblem({
    villages: [{ kwh: [100, 120] }, { kwh: [50, 60] }],
    spots: [
      { minutes: [5, 9], group: 0 },
      { minutes: [11, 3], group: 0 },
    ],
    hosting: [{ name: 'T', kw: [200, 200] }],
    budget: { byYear: [1e6, 1e6], carryOver: true },
  });

/** Something that can be written to, whatever its declaration says. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

interface Fault {
  readonly what: string;
  readonly change: (p: Loose) => void;
  readonly code: QipanError['code'];
  /** The whole sentence. */
  readonly says: string;
}

const drop = (column: ArrayLike<number>): Float64Array => Float64Array.from(Array.from(column).slice(1));

const faults: readonly Fault[] = [
  {
    what: 'no years',
    change: (p) => (p.years = []),
    code: 'BAD_INPUT',
    says: 'the problem has no years',
  },
  {
    what: 'no module types',
    change: (p) => (p.moduleTypes = []),
    code: 'BAD_INPUT',
    says: 'the problem has no moduleTypes',
  },
  { what: 'no peaks', change: (p) => (p.peaks = []), code: 'BAD_INPUT', says: 'the problem has no peaks' },
  {
    what: 'no sites',
    change: (p) => (p.sites = { ...p.sites, id: [] }),
    code: 'BAD_INPUT',
    says: 'the problem has no sites',
  },
  {
    what: 'no demand points',
    change: (p) => (p.demandPoints = { ...p.demandPoints, id: [] }),
    code: 'BAD_INPUT',
    says: 'the problem has no demandPoints',
  },
  {
    what: 'energy of a year too few',
    change: (p) => (p.energyKwhPerDay = drop(p.energyKwhPerDay)),
    code: 'SHAPE_MISMATCH',
    says: 'energyKwhPerDay has 3 entries; expected 4',
  },
  {
    what: 'a peak too few',
    change: (p) => (p.peakKwhPerHour = drop(p.peakKwhPerHour)),
    code: 'SHAPE_MISMATCH',
    says: 'peakKwhPerHour has 3 entries; expected 4',
  },
  {
    what: 'access lists of one site',
    change: (p) => (p.access = { ...p.access, start: Int32Array.of(0, 4) }),
    code: 'SHAPE_MISMATCH',
    says: 'access.start has 2 entries; expected 3',
  },
  {
    what: 'a travel time too few',
    change: (p) => (p.access = { ...p.access, travelMin: drop(p.access.travelMin) }),
    code: 'SHAPE_MISMATCH',
    says: 'access.travelMin has 3 entries; expected 4',
  },
  {
    what: 'names of one village',
    change: (p) => (p.demandPoints = { ...p.demandPoints, name: ['a'] }),
    code: 'SHAPE_MISMATCH',
    says: 'demandPoints.name has 1 entries; expected 2',
  },
  {
    what: 'slots of one site',
    change: (p) => (p.sites = { ...p.sites, slots: Int32Array.of(4) }),
    code: 'SHAPE_MISMATCH',
    says: 'sites.slots has 1 entries; expected 2',
  },
  {
    what: 'a budget of one year',
    change: (p) => (p.budget = { byYear: [1], carryOver: true }),
    code: 'SHAPE_MISMATCH',
    says: 'budget.byYear has 1 entries; expected 2',
  },
  {
    what: 'spare power of one year',
    change: (p) => (p.hosting = { ...p.hosting, spareKw: Float64Array.of(1) }),
    code: 'SHAPE_MISMATCH',
    says: 'hosting.spareKw has 1 entries; expected 2',
  },
  {
    what: 'negative energy',
    change: (p) => (p.energyKwhPerDay[2] = -1),
    code: 'OUT_OF_RANGE',
    says: 'energyKwhPerDay[2] = -1; expected 0 to Infinity',
  },
  {
    what: 'energy that is no number',
    change: (p) => (p.energyKwhPerDay[0] = NaN),
    code: 'OUT_OF_RANGE',
    says: 'energyKwhPerDay[0] = NaN; expected 0 to Infinity',
  },
  {
    what: 'a negative peak',
    change: (p) => (p.peakKwhPerHour[1] = -0.5),
    code: 'OUT_OF_RANGE',
    says: 'peakKwhPerHour[1] = -0.5; expected 0 to Infinity',
  },
  {
    what: 'a point that is not there',
    change: (p) => (p.access.point[3] = 2),
    code: 'OUT_OF_RANGE',
    says: 'access.point[3] = 2; expected 0 to 1',
  },
  {
    what: 'negative minutes',
    change: (p) => (p.access.travelMin[0] = -5),
    code: 'OUT_OF_RANGE',
    says: 'access.travelMin[0] = -5; expected 0 to Infinity',
  },
  {
    what: 'a township that is not there',
    change: (p) => (p.demandPoints.township[1] = 1),
    code: 'OUT_OF_RANGE',
    says: 'demandPoints.township[1] = 1; expected 0 to 0',
  },
  {
    what: 'a county that is not there',
    change: (p) => (p.townships.county[0] = 4),
    code: 'OUT_OF_RANGE',
    says: 'townships.county[0] = 4; expected 0 to 0',
  },
  {
    what: 'a layout that is not there',
    change: (p) => (p.sites.existing[0] = 9),
    code: 'OUT_OF_RANGE',
    says: 'sites.existing[0] = 9; expected 0 to 3',
  },
  {
    what: 'a group that is not there',
    change: (p) => (p.sites.hostingGroup[1] = 1),
    code: 'OUT_OF_RANGE',
    says: 'sites.hostingGroup[1] = 1; expected -1 to 0',
  },
  {
    what: 'a negative opening cost',
    change: (p) => (p.sites.openingCost[0] = -1),
    code: 'OUT_OF_RANGE',
    says: 'sites.openingCost[0] = -1; expected 0 to Infinity',
  },
  {
    what: 'a negative budget',
    change: (p) => (p.budget = { byYear: [5, -5], carryOver: false }),
    code: 'OUT_OF_RANGE',
    says: 'budget.byYear[1] = -5; expected 0 to Infinity',
  },
  {
    what: 'a row of a network with a site that is not there',
    change: (p) =>
      (p.gridRows = {
        name: ['line'],
        start: Int32Array.of(0, 1),
        site: Int32Array.of(2),
        coefficient: Float64Array.of(1),
        room: Float64Array.of(1),
      }),
    code: 'OUT_OF_RANGE',
    says: 'gridRows.site[0] = 2; expected 0 to 1',
  },
  {
    what: 'a row of a network with less than no room',
    change: (p) =>
      (p.gridRows = {
        name: ['line'],
        start: Int32Array.of(0, 1),
        site: Int32Array.of(1),
        coefficient: Float64Array.of(1),
        room: Float64Array.of(-1),
      }),
    code: 'OUT_OF_RANGE',
    says: 'gridRows.room[0] = -1; expected 0 to Infinity',
  },
];

test('the problem that is broken below is itself sound', () => {
  assert.equal(planNetwork(good(), { seed: 1, gap: 1, effort: 0.05 }).years.length, 2);
});

for (const { what, change, code, says } of faults)
  test(`a problem with ${what} is refused at the door`, () => {
    const p = good();
    change(p);
    assert.throws(
      () => planNetwork(p, { seed: 1, gap: 1, effort: 0.05 }),
      (e: QipanError) => {
        assert.deepEqual([e.code, e.message], [code, says]);
        return true;
      },
    );
  });
