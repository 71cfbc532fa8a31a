import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { complexity, components, locationQuotient, presence, secondDirection, type Measure } from '@qipan/clusters';
import { near } from './reference-data.js';
import {
  slowDensity,
  slowDirection,
  slowHarvard,
  slowOec,
  slowPresence,
  slowProximity,
  slowQuotients,
  slowR,
  type SlowFigures,
} from './slow-complexity.js';

/** Panels of many shapes: sizes around the kernels' panels of 16, 32 and 128, empty rows and columns, unknown cells. */
const shapes = [
  [5, 4],
  [17, 9],
  [33, 31],
  [32, 32],
  [40, 33],
  [130, 17],
  [12, 65],
] as const;

interface Sample {
  readonly measure: Measure;
  readonly rows: number[][];
  readonly name: string;
}

function samples(): Sample[] {
  return shapes.flatMap(([R, I], s) =>
    [0.25, 0.6].map((zero, z) => {
      const r = random(100 * s + z);
      const rows = Array.from({ length: R }, () =>
        Array.from({ length: I }, () => (r.next() < zero ? 0 : Math.exp(1.5 * r.normal()))),
      );
      if (s % 2 === 0) {
        rows[R - 1]!.fill(0);
        for (const row of rows) row[0] = 0;
      }
      if (s % 3 === 0) rows[0]![I - 1] = Number.NaN;
      return {
        measure: { value: Float64Array.from(rows.flat()), regions: R, industries: I },
        rows,
        name: `${R} × ${I}`,
      };
    }),
  );
}

test('quotients and presence equal the lists written out, masks included', () => {
  for (const { measure, rows, name } of samples()) {
    const { lq, undefinedMask } = locationQuotient(measure);
    slowQuotients(rows)
      .flat()
      .forEach((q, k) => {
        assert.equal(undefinedMask[k] === 1, q === null, name);
        near(lq[k]!, q ?? 0, 1e-12 * Math.max(1, q ?? 0), name);
      });
    const m = presence(lq, measure);
    const slow = slowPresence(rows);
    assert.deepEqual([[...m.region], [...m.industry]], [slow.region, slow.industry]);
    assert.deepEqual([[...m.diversity], [...m.ubiquity]], [slow.diversity, slow.ubiquity]);
    slow.has.forEach((row, r) =>
      assert.deepEqual(
        [...m.index.subarray(m.start[r], m.start[r + 1])],
        [...row.keys()].filter((i) => row[i]),
      ),
    );
  }
});

test('proximity and density of either diagonal equal the lists written out, in f64 and nearly in f32', () => {
  for (const { measure, rows, name } of samples()) {
    const slow = slowPresence(rows);
    for (const [preset, diagonal] of [
      ['harvard', 1],
      ['oec', 0],
    ] as const) {
      const phi = slowProximity(slow, diagonal);
      const w = slowDensity(slow, phi).flat();
      const exact = complexity(measure, { preset });
      const rough = complexity(measure, { preset, precision: 'f32' });
      phi.flat().forEach((p, k) => near(exact.proximity[k]!, p, 1e-15, name));
      w.forEach((d, k) => {
        if (Number.isNaN(d)) assert.ok(Number.isNaN(exact.density[k]!), name);
        else {
          near(exact.density[k]!, d, 1e-13, name);
          near(rough.density[k]!, d, 2e-6, name);
        }
      });
    }
  }
});

test('the second direction equals power iteration wherever it is clear', () => {
  let clear = 0;
  for (const { measure, rows, name } of samples()) {
    const m = presence(locationQuotient(measure).lq, measure);
    const s = secondDirection(m);
    if (s.status !== 'ok' || s.lambda3 / s.lambda2 > 0.995) continue;
    clear++;
    const slow = slowDirection(slowPresence(rows));
    const scale = slow.kp[0]! / s.industry[0]!;
    slow.kp.forEach((v, i) => near(s.industry[i]! * scale, v, 1e-9, name));
    slow.kc.forEach((v, r) => near(s.region[r]! * scale, v, 1e-9, name));
    assert.ok(scale > 0, 'the sign is set by diversity');
  }
  assert.ok(clear >= 8, `${clear} clear panels`);
});

/** Both results of a preset, for every panel that has one. */
function compared(
  preset: 'harvard' | 'r' | 'oec',
  slowly: (m: ReturnType<typeof slowPresence>) => SlowFigures,
): number {
  let count = 0;
  for (const { measure, rows, name } of samples()) {
    const c = complexity(measure, { preset });
    if (c.status !== 'ok' || c.lambda3 / c.lambda2 > 0.995) continue;
    const want = slowly(slowPresence(rows));
    const size = (x: readonly number[]) => Math.max(1, ...x.map(Math.abs));
    want.eci.forEach((v, r) => near(c.eci[r]!, v, 1e-8 * size(want.eci), `${name} eci`));
    want.pci.forEach((v, i) => near(c.pci[i]!, v, 1e-8 * size(want.pci), `${name} pci`));
    if (want.coi) want.coi.forEach((v, r) => near(c.coi[r]!, v, 1e-7 * size(want.coi!), `${name} coi`));
    else assert.ok(c.coi.every(Number.isNaN), 'this program has no outlook index');
    const cog = want.cog.flat();
    cog.forEach((v, k) => {
      if (!Number.isNaN(v)) near(c.cog[k]!, v, 1e-7 * size(cog.filter((x) => !Number.isNaN(x))), `${name} cog`);
    });
    count++;
  }
  return count;
}

test('preset harvard equals its formulas written out', () => {
  assert.ok(compared('harvard', slowHarvard) >= 8);
});

test('preset r equals its formulas written out', () => {
  assert.ok(compared('r', slowR) >= 8);
});

test('preset oec equals the loop of its program', () => {
  assert.ok(compared('oec', slowOec) >= 8);
});

test('a guess and a coarser tolerance reach the same direction in fewer steps', () => {
  const { measure } = samples()[6]!;
  const m = presence(locationQuotient(measure).lq, measure);
  const exact = secondDirection(m);
  const quick = secondDirection(m, { guess: exact.industry, tolerance: 1e-8 });
  assert.ok(quick.iterations < exact.iterations);
  quick.industry.forEach((v, i) => near(v, exact.industry[i]!, 1e-6, 'direction'));
  near(quick.lambda2, exact.lambda2, 1e-10, 'λ2');
});

test('a useless guess changes nothing but the number of steps', () => {
  const { measure } = samples()[4]!;
  const m = presence(locationQuotient(measure).lq, measure);
  const exact = secondDirection(m);
  for (const guess of [new Float64Array(m.cols).fill(1), new Float64Array(m.cols)]) {
    const s = secondDirection(m, { guess });
    if (s.status === 'ok') s.industry.forEach((v, i) => near(v, exact.industry[i]!, 1e-9, 'direction'));
  }
});

test('components are counted as a walk over the network counts them', () => {
  for (const { measure } of samples()) {
    const m = presence(locationQuotient(measure).lq, measure, { threshold: 2.5 });
    const seen = new Set<number>();
    let walks = 0;
    for (let r = 0; r < m.rows; r++) {
      if (seen.has(r)) continue;
      walks++;
      const stack = [r];
      while (stack.length > 0) {
        const at = stack.pop()!;
        if (seen.has(at)) continue;
        seen.add(at);
        if (at < m.rows) for (const i of m.index.subarray(m.start[at], m.start[at + 1])) stack.push(m.rows + i);
        else
          for (let q = 0; q < m.rows; q++)
            if (m.index.subarray(m.start[q], m.start[q + 1]).includes(at - m.rows)) stack.push(q);
      }
    }
    assert.equal(components(m), walks);
  }
});
