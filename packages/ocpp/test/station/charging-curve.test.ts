import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { energyAfter, powerAt, timeToEnergy, type ChargingCurve } from '../../src/station/charging-curve.js';

const curve = (own: Partial<ChargingCurve> = {}): ChargingCurve => ({
  powerW: 60_000,
  capacityWh: 50_000,
  stateOfCharge: 0.2,
  knee: 0.8,
  floorShare: 0.1,
  ...own,
});

const curves = fc.record({
  powerW: fc.double({ min: 1000, max: 200_000, noNaN: true }),
  capacityWh: fc.double({ min: 10_000, max: 100_000, noNaN: true }),
  stateOfCharge: fc.double({ min: 0, max: 0.95, noNaN: true }),
  knee: fc.double({ min: 0.5, max: 0.97, noNaN: true }),
  floorShare: fc.double({ min: 0.02, max: 0.5, noNaN: true }),
});

/** Energy by the midpoint rule on dE/dt = P(E): another way to the same figure. */
function stepped(c: ChargingCurve, ms: number): number {
  const n = 20_000;
  const h = ms / 3_600_000 / n;
  let e = 0;
  for (let i = 0; i < n; i++) e += h * powerAt(c, e + (h / 2) * powerAt(c, e));
  return e;
}

test('below the knee energy is power times time', () => {
  assert.equal(energyAfter(curve(), 0, 15 * 60_000), 15_000);
  assert.equal(timeToEnergy(curve(), 0, 15_000), 15 * 60_000);
});

test('the power falls in a straight line over the state of charge to the floor', () => {
  const c = curve();
  assert.equal(powerAt(c, 30_000), 60_000);
  assert.ok(Math.abs(powerAt(c, 35_000) - 60_000 * 0.55) < 1e-6);
  assert.ok(Math.abs(powerAt(c, 40_000) - 6_000) < 1e-6);
});

test('the closed form agrees with stepping the differential equation', () => {
  for (const c of [curve(), curve({ stateOfCharge: 0.85 }), curve({ powerW: 120_000, floorShare: 0.3 })]) {
    for (const ms of [60_000, 20 * 60_000, 40 * 60_000]) {
      const want = stepped(c, ms);
      // Past a full battery the stepped power stays at its floor; the machine stops before that.
      if (c.stateOfCharge + want / c.capacityWh > 1) continue;
      assert.ok(Math.abs(energyAfter(c, 0, ms) - want) < 1, `${ms}: ${energyAfter(c, 0, ms)} against ${want}`);
    }
  }
});

test('time to an energy is the inverse of energy after a time', () => {
  fc.assert(
    fc.property(curves, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (c, share) => {
      const target = (1 - c.stateOfCharge) * c.capacityWh * share;
      const ms = timeToEnergy(c, 0, target);
      assert.ok(Number.isFinite(ms));
      assert.ok(Math.abs(energyAfter(c, 0, ms) - target) < 1e-6 * target + 1e-6);
    }),
  );
});

test('charging in two parts gives what charging in one gives', () => {
  fc.assert(
    fc.property(curves, fc.integer({ min: 0, max: 7_200_000 }), fc.integer({ min: 0, max: 7_200_000 }), (c, a, b) => {
      const once = energyAfter(c, 0, a + b);
      const twice = energyAfter(c, energyAfter(c, 0, a), b);
      if (c.stateOfCharge + once / c.capacityWh < 1) assert.ok(Math.abs(once - twice) < 1e-6 * once + 1e-6);
    }),
  );
});

test('without power nothing flows and nothing is ever reached', () => {
  const c = curve({ powerW: 0 });
  assert.equal(energyAfter(c, 100, 3_600_000), 100);
  assert.equal(timeToEnergy(c, 0, 1), Infinity);
  assert.equal(timeToEnergy(c, 5, 5), 0);
});
