import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { random, type OcppVersion } from '@qipan/base';
import { StationMachine } from '../../src/station/machine.js';
import { booted, minute, t0, visit, type FakeCsms } from './fake-csms.js';

const versions = ['1.6', '2.0.1', '2.1'] as const;
const iso = (atMs: number) => new Date(atMs).toISOString();
const fast = { powerKw: 60, current: 'DC', phases: 3 } as const;

interface Wanted {
  readonly id?: number;
  readonly evseId?: number;
  readonly purpose?: 'ChargingStationMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
  readonly stackLevel?: number;
  readonly limits?: readonly (readonly [startS: number, limit: number])[];
  readonly unit?: 'W' | 'A';
  readonly own?: Record<string, unknown>;
  readonly schedule?: Record<string, unknown>;
}

/** Sends a profile in the words of the version; gives the status of the answer. */
function set(csms: FakeCsms, w: Wanted): unknown {
  const purpose = w.purpose ?? 'ChargingStationMaxProfile';
  const common = { stackLevel: w.stackLevel ?? 0, chargingProfileKind: 'Absolute', ...w.own };
  const schedule = {
    chargingRateUnit: w.unit ?? 'W',
    chargingSchedulePeriod: (w.limits ?? [[0, 10_000]]).map(([startPeriod, limit]) => ({ startPeriod, limit })),
    ...w.schedule,
  };
  const evseId = w.evseId ?? 0;
  const is16 = csms.machine.config.version === '1.6';
  const answer = is16
    ? csms.command('SetChargingProfile', {
        connectorId: evseId,
        csChargingProfiles: {
          ...common,
          chargingProfileId: w.id ?? 1,
          chargingProfilePurpose: purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose,
          chargingSchedule: schedule,
        },
      })
    : csms.command('SetChargingProfile', {
        evseId,
        chargingProfile: {
          ...common,
          id: w.id ?? 1,
          chargingProfilePurpose: purpose,
          chargingSchedule: [{ id: 1, ...schedule }],
        },
      });
  return (answer as { status: string }).status;
}

/** Two fast outlets, the first `cars` of them charging a car that takes all it gets. */
function charging(version: OcppVersion, cars = 1): FakeCsms {
  const csms = booted({ version, evses: [fast, fast] });
  for (let evseId = 1; evseId <= cars; evseId++)
    csms.tell({
      type: 'plugIn',
      evseId,
      visit: visit({
        stayMs: 600 * minute,
        presentAfterMs: 0,
        energyWh: 60_000,
        capacityWh: 100_000,
        stateOfCharge: 0,
      }),
    });
  csms.run(minute);
  return csms;
}

const watts = (csms: FakeCsms) => {
  csms.tell({ type: 'wake' });
  return csms.machine.power().map((p) => Math.round(p.powerW));
};

for (const version of versions) {
  describe(`charging profiles, OCPP ${version}`, () => {
    test('the limit of the station is shared by the outlets that charge, and all of it goes to one', () => {
      const csms = charging(version, 2);
      assert.deepEqual(watts(csms), [60_000, 60_000]);
      assert.equal(set(csms, { limits: [[0, 50_000]] }), 'Accepted');
      assert.deepEqual(watts(csms), [25_000, 25_000]);
      csms.tell({ type: 'leave', evseId: 1 });
      csms.run(1000);
      assert.deepEqual(watts(csms), [0, 50_000]);
    });

    test('a lease stands above the fail-safe limit and falls back to it by itself, the link being down', () => {
      const csms = charging(version);
      assert.equal(set(csms, { id: 1, stackLevel: 0, limits: [[0, 6000]] }), 'Accepted');
      const untilMs = csms.nowMs + 10 * minute;
      assert.equal(
        set(csms, { id: 2, stackLevel: 1, limits: [[0, 40_000]], own: { validTo: iso(untilMs) } }),
        'Accepted',
      );
      csms.reachable = false;
      csms.cut();
      csms.run(untilMs - csms.nowMs - 1);
      assert.deepEqual(watts(csms), [40_000, 0]);
      csms.run(1);
      assert.deepEqual(watts(csms), [6000, 0]);
    });

    test('energy is power times time on both sides of an edge', () => {
      const csms = charging(version);
      set(csms, {
        limits: [
          [0, 30_000],
          [600, 12_000],
        ],
      });
      const before = csms.machine.evse(1)?.deliveredWh as number;
      csms.run(30 * minute);
      csms.tell({ type: 'wake' });
      const wanted = (30_000 * 10) / 60 + (12_000 * 20) / 60;
      assert.ok(Math.abs((csms.machine.evse(1)?.deliveredWh as number) - before - wanted) < 1e-6);
    });

    test('profiles are kept over a loss of power', () => {
      const csms = charging(version);
      set(csms, { limits: [[0, 6000]] });
      const machine = new StationMachine(csms.machine.config, random(1), csms.nowMs, csms.machine.snapshot());
      machine.step({ type: 'wake' }, csms.nowMs);
      assert.deepEqual(
        machine.power().map((p) => p.limitW),
        [6000, 6000],
      );
    });

    test('a new profile stands in the place of one with its number, or of its purpose, level and outlet', () => {
      const csms = charging(version);
      set(csms, { id: 1, stackLevel: 3, limits: [[0, 6000]] });
      set(csms, { id: 1, stackLevel: 0, limits: [[0, 9000]] });
      assert.deepEqual(watts(csms), [9000, 0]);
      set(csms, { id: 7, stackLevel: 0, limits: [[0, 11_000]] });
      assert.deepEqual(watts(csms), [11_000, 0]);
      assert.equal(csms.machine.state.profiles?.length, 1);
    });

    test('the highest level decides, even where it allows more; one without end never falls through', () => {
      const csms = charging(version);
      set(csms, { id: 1, stackLevel: 0, limits: [[0, 6000]] });
      set(csms, { id: 2, stackLevel: 5, limits: [[0, 33_000]] });
      csms.run(48 * 60 * minute);
      assert.deepEqual(
        csms.machine.power().map((p) => p.limitW),
        [33_000, 33_000],
      );
    });

    test('a schedule with a length ends, and one of the day comes again', () => {
      const csms = charging(version);
      const startSchedule = iso(t0);
      set(csms, {
        limits: [
          [0, 20_000],
          [3600, 5000],
        ],
        own: { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
        schedule: { startSchedule, duration: 7200 },
      });
      const limitAt = (atMs: number) => {
        csms.run(atMs - csms.nowMs);
        csms.tell({ type: 'wake' });
        return csms.machine.power()[0]?.limitW;
      };
      assert.equal(limitAt(t0 + 30 * minute), 20_000);
      assert.equal(limitAt(t0 + 90 * minute), 5000);
      assert.equal(limitAt(t0 + 130 * minute), null);
      assert.equal(limitAt(t0 + 24 * 60 * minute + 5 * minute), 20_000);
    });

    test('the limit of a transaction goes before the default of its outlet, that before the default of all', () => {
      const csms = charging(version);
      set(csms, { id: 1, purpose: 'TxDefaultProfile', limits: [[0, 20_000]] });
      assert.deepEqual(watts(csms), [20_000, 0]);
      set(csms, { id: 2, purpose: 'TxDefaultProfile', evseId: 1, limits: [[0, 15_000]] });
      assert.deepEqual(watts(csms), [15_000, 0]);
      assert.equal(set(csms, { id: 3, purpose: 'TxProfile', evseId: 1, limits: [[0, 25_000]] }), 'Accepted');
      assert.deepEqual(watts(csms), [25_000, 0]);
      set(csms, { id: 4, limits: [[0, 8000]] });
      assert.deepEqual(watts(csms), [8000, 0], 'the station limit binds all the same');
      csms.tell({ type: 'leave', evseId: 1 });
      csms.run(minute);
      assert.ok(!csms.machine.state.profiles?.some((p) => p.id === 3), 'it goes with its transaction');
    });

    test('amperes are taken at 220 V by the stated phases', () => {
      const csms = charging(version);
      set(csms, { unit: 'A', limits: [[0, 16]] });
      assert.deepEqual(watts(csms), [16 * 220 * 3, 0]);
    });

    test('a limit of 0 stops the flow, and clearing it lets it run again', () => {
      const csms = charging(version);
      set(csms, { id: 9, limits: [[0, 0]] });
      const before = csms.machine.evse(1)?.deliveredWh;
      csms.run(10 * minute);
      assert.deepEqual(watts(csms), [0, 0]);
      assert.equal(csms.machine.evse(1)?.deliveredWh, before);
      const clear = (id: number) =>
        csms.command('ClearChargingProfile', version === '1.6' ? { id } : { chargingProfileId: id });
      assert.deepEqual(clear(8), { status: 'Unknown' });
      assert.deepEqual(clear(9), { status: 'Accepted' });
      assert.deepEqual(watts(csms), [60_000, 0]);
    });

    test('profiles are cleared by what they are for', () => {
      const csms = charging(version);
      set(csms, { id: 1, stackLevel: 1 });
      set(csms, { id: 2, purpose: 'TxDefaultProfile' });
      const purpose = version === '1.6' ? 'ChargePointMaxProfile' : 'ChargingStationMaxProfile';
      const which = { chargingProfilePurpose: purpose, stackLevel: 1 };
      csms.command('ClearChargingProfile', version === '1.6' ? which : { chargingProfileCriteria: which });
      assert.deepEqual(
        csms.machine.state.profiles?.map((p) => p.id),
        [2],
      );
    });

    test('what cannot be kept is refused: a limit of the whole station at one outlet, one of no transaction, no such outlet', () => {
      const csms = charging(version, 0);
      assert.equal(set(csms, { evseId: 1 }), 'Rejected');
      assert.equal(set(csms, { evseId: 1, purpose: 'TxProfile' }), 'Rejected');
      assert.equal(set(csms, { evseId: 9, purpose: 'TxDefaultProfile' }), 'Rejected');
      assert.deepEqual(csms.machine.state.profiles ?? [], []);
    });
  });
}
