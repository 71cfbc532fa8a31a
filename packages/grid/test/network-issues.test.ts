import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  networkIssues,
  parseSimbench,
  powerFlow,
  simbenchNetwork,
  syntheticNetwork,
  type GridNetwork,
  type NetworkIssue,
} from '@qipan/grid';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { line, load, network, source, transformer } from './fixtures.js';

const sound = (): GridNetwork =>
  network({
    ratedV: [10_000, 400, 400, 400],
    branches: [transformer('T', 0, 1), line('L1', 1, 2), line('L2', 2, 3)],
    loads: [load(2, 5000), load(3, 5000)],
    sources: [source(0)],
  });

const found = (n: GridNetwork) => networkIssues(n).map((i) => [i.severity, i.kind, i.element]);
const change = (k: number, own: object): GridNetwork => {
  const n = sound();
  return { ...n, branches: n.branches.map((b, i) => (i === k ? ({ ...b, ...own } as typeof b) : b)) };
};
const only = (n: GridNetwork): NetworkIssue => {
  const all = networkIssues(n);
  assert.equal(all.length, 1, JSON.stringify(all));
  return all[0];
};

describe('what is wrong with a network', () => {
  test('a sound village has nothing', () => {
    assert.deepEqual(found(sound()), []);
    assert.deepEqual(found(syntheticNetwork({ id: 'V', seed: 1, customers: 40, ratedKva: 100 })), []);
  });

  test('a negative length comes out as a negative resistance, by its line', () => {
    const i = only(change(1, { r1: -0.1 }));
    assert.deepEqual([i.severity, i.kind, i.element], ['error', 'negative', 'L1']);
    assert.match(i.message, /r = -0\.1 Ω.*expected ≥ 0/);
    assert.equal(only(change(1, { c1: -1e-9 })).kind, 'negative');
  });

  test('a line without impedance is told, for its ends are one node', () => {
    const i = only(change(2, { r1: 0, x1: 0 }));
    assert.deepEqual([i.severity, i.kind, i.element], ['warning', 'noImpedance', 'L2']);
    assert.deepEqual(found(change(2, { r1: 0 })), [], 'a reactance alone is an impedance');
  });

  test('a rating that is missing or 0 leaves a line unchecked, and a transformer without an answer', () => {
    for (const ratedA of [Number.NaN, 0])
      assert.deepEqual(found(change(1, { ratedA })), [['warning', 'ratingMissing', 'L1']]);
    for (const ratedVa of [0, -1, Number.NaN])
      assert.deepEqual(found(change(0, { ratedVa })), [['error', 'ratingMissing', 'T']]);
  });

  test('VA written as kVA, and kVA as VA, are found out at low voltage only', () => {
    const va = only(change(0, { ratedVa: 100_000_000 }));
    assert.deepEqual([va.kind, va.element], ['ratingUnlikely', 'T']);
    assert.match(va.message, /100000 kVA at 400 V.*VA written as kVA/);
    assert.match(only(change(0, { ratedVa: 100 })).message, /kVA written as VA/);
    const high = network({
      ratedV: [110_000, 20_000],
      branches: [transformer('T', 0, 1, { u1V: 110_000, u2V: 20_000, ratedVa: 40e6 })],
      loads: [load(1, 1e6)],
      sources: [source(0)],
    });
    assert.deepEqual(found(high), []);
  });

  test('a short-circuit voltage beyond 20 % is percent taken for a share', () => {
    assert.match(only(change(0, { uk: 4 })).message, /400 %; expected 0 < uk < 20 %/);
    assert.equal(only(change(0, { uk: 0 })).kind, 'ratingUnlikely');
  });

  test('a winding far from the voltage of its node is told', () => {
    const i = only(change(0, { u1V: 20_000 }));
    assert.deepEqual([i.kind, i.element], ['voltageUnlikely', 'T']);
    assert.match(i.message, /20000 V at a node of 10000 V/);
  });

  test('a customer at the high side is told, a generator there is not', () => {
    const n = sound();
    const extra = { ...load(0, 5000), id: 'HV' };
    assert.deepEqual(found({ ...n, loads: [...n.loads, extra] }), [['warning', 'customerAtHighSide', 'HV']]);
    assert.deepEqual(found({ ...n, loads: [...n.loads, { ...extra, isGenerator: true }] }), []);
    assert.deepEqual(found({ ...n, loads: [...n.loads, { ...extra, on: false }] }), []);
  });

  test('an island is told by its loads, a network that nothing feeds by its name', () => {
    const cut = change(2, { fromOn: false });
    assert.deepEqual(found(cut), [['warning', 'dark', 'd3']]);
    assert.deepEqual(found({ ...sound(), sources: [] }), [['error', 'noSource', 'fixture']]);
    assert.deepEqual(found({ ...sound(), sources: [source(0, { on: false })] }), [['error', 'noSource', 'fixture']]);
  });

  test('two sources on one tree, and a branch that closes a loop, are named: the flow carries both', () => {
    const two = { ...sound(), sources: [source(0), source(3)] };
    assert.deepEqual(found(two), [['warning', 'severalSources', 's3']]);
    const n = sound();
    const ring = { ...n, branches: [...n.branches, line('R', 1, 3)] };
    assert.deepEqual(found(ring), [['warning', 'loop', 'R']]);
    assert.equal(powerFlow(ring, 1).status, 'converged');
    assert.equal(powerFlow(two, 1).status, 'converged');
  });

  test('transformers back to back are told where they meet, unless something stands there', () => {
    const pair = network({
      ratedV: [400, 10_000, 400],
      branches: [transformer('A', 1, 0), transformer('B', 1, 2)],
      loads: [load(2, 5000)],
      sources: [source(0)],
    });
    assert.deepEqual(found(pair), [['warning', 'backToBack', 'n1']]);
    assert.ok(!found({ ...pair, sources: [source(0), source(1)] }).some((i) => i[1] === 'backToBack'));
    const tapped = { ...pair, branches: [...pair.branches, line('L', 1, 1)] };
    assert.ok(!found(tapped).some((i) => i[1] === 'backToBack'));
  });

  test('an id that stands twice is told in its own table; the same name in two tables is well', () => {
    const n = sound();
    assert.deepEqual(
      found({ ...n, branches: [...n.branches.slice(0, 2), { ...n.branches[2], id: 'L1' } as (typeof n.branches)[0]] }),
      [['error', 'duplicateId', 'L1']],
    );
    assert.deepEqual(found({ ...n, loads: n.loads.map((l) => ({ ...l, id: 'D' })) }), [['error', 'duplicateId', 'D']]);
    assert.deepEqual(found({ ...n, sources: [source(0, { id: 'n1' })] }), []);
  });

  test('everything is listed together, element by element', () => {
    const n = change(0, { ratedVa: 0, uk: 9 });
    const bad: GridNetwork = {
      ...n,
      branches: n.branches.map((b) => (b.kind === 'line' ? { ...b, r1: -1, ratedA: Number.NaN } : b)),
      sources: [],
    };
    assert.deepEqual(
      found(bad).map(([, kind, element]) => `${kind} ${element}`),
      [
        'ratingMissing T',
        'ratingUnlikely T',
        'negative L1',
        'ratingMissing L1',
        'negative L2',
        'ratingMissing L2',
        'noSource fixture',
      ],
    );
  });

  test(
    'the SimBench villages are sound but for what they say themselves',
    { skip: skipWithout('grid/simbench-rural3-0') },
    () => {
      const folder = sharedData('grid/simbench-rural3-0') ?? repoRoot;
      const files = readdirSync(folder).filter((f) => f.endsWith('.csv') && !/Profile|Coordinates|NodePF/.test(f));
      const tables = Object.fromEntries(
        files.map((f) => [f.replace('.csv', ''), parseSimbench(readFileSync(path.join(folder, f), 'utf8'), f)]),
      );
      assert.deepEqual(found(simbenchNetwork(tables, 'rural3')), []);
    },
  );
});
