import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  checkIoTable,
  demoIoTable,
  extractAll,
  extractGroup,
  failureModel,
  interregional,
  leontief,
  solveSparse,
  stressBesideSpecialisation,
  supplierConcentration,
  technology,
  type IoTable,
  type SupplyNetwork,
} from '@qipan/clusters';
import { csrFromTriplets } from '@qipan/numeric';
import { close, tableOf } from './tables.js';

const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);

/** A nation of R regions made from a seeded table, with shares and places drawn. */
function nation(seed: number, regions: number, n: number) {
  const t = tableOf(seed, n);
  const r = random(seed).fork('nation');
  const share = Float64Array.from({ length: regions * n }, () => 0.2 + r.next());
  for (let i = 0; i < n; i++) {
    const all = sum(Array.from({ length: regions }, (_, q) => share[q * n + i]!));
    for (let q = 0; q < regions; q++) share[q * n + i]! /= all;
  }
  const cost = Float64Array.from({ length: regions ** 2 }, (_, k) => Math.abs(Math.floor(k / regions) - (k % regions)));
  return { t, share, flows: interregional(t, share, cost, { beta: 0.8 }) };
}

/** The national table again as one of (region, sector) rows. */
function wide(t: IoTable, flows: ReturnType<typeof interregional>, share: Float64Array): IoTable {
  const size = flows.regions * flows.n;
  const code = Array.from({ length: size }, (_, k) => `${Math.floor(k / flows.n)}.${t.code[k % flows.n]}`);
  const part = (v: Float64Array) => share.map((s, k) => s * v[k % flows.n]!);
  return {
    ...t,
    n: size,
    code,
    name: code,
    nameZh: code,
    z: flows.z,
    x: flows.x,
    imports: null,
    finalDemand: t.finalDemand.map((f) => ({ code: f.code, value: part(f.value) })),
    valueAdded: [],
  };
}

describe('a multi-region table', () => {
  const shape = fc.record({
    seed: fc.nat({ max: 1e5 }),
    regions: fc.integer({ min: 2, max: 4 }),
    n: fc.integer({ min: 2, max: 5 }),
  });

  it('balances by rows, and its sparse and dense solves agree on any demand', () => {
    fc.assert(
      fc.property(shape, ({ seed, regions, n }) => {
        const { t, share, flows } = nation(seed, regions, n);
        const w = checkIoTable(wide(t, flows, share)).table;
        const m = leontief(w);
        const f = Float64Array.from({ length: w.n }, (_, k) => (k % 3 === 0 ? 10 : 0));
        const cells = { row: [] as number[], col: [] as number[], value: [] as number[] };
        technology(w).forEach((v, k) => {
          if (v === 0) return;
          cells.row.push(Math.floor(k / w.n));
          cells.col.push(k % w.n);
          cells.value.push(v);
        });
        const sparse = solveSparse(csrFromTriplets({ rows: w.n, cols: w.n }, cells), f);
        m.solve(f).x.forEach((x, k) => assert.ok(Math.abs(x - sparse.x[k]!) < 1e-8));
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  it('draws the national output for national demand, whatever the regions', () => {
    const { t, share, flows } = nation(5, 3, 4);
    const m = leontief(wide(t, flows, share));
    const f = t.finalDemand[0]!.value;
    const x = m.solve(share.map((s, k) => s * f[k % 4]!)).x;
    for (let i = 0; i < 4; i++) assert.ok(close(sum([0, 1, 2].map((q) => x[q * 4 + i]!)), t.x[i]!, 1e-8));
  });

  it('loses at least a region’s own output when the region goes, and a sector everywhere costs what it costs the nation', () => {
    const { t, share, flows } = nation(7, 3, 4);
    const m = leontief(wide(t, flows, share));
    for (const q of [0, 1, 2]) {
      const group = [0, 1, 2, 3].map((i) => q * 4 + i);
      const loss = extractGroup(m, group);
      assert.ok(sum(loss) >= sum(group.map((k) => flows.x[k]!)) - 1e-9);
      assert.ok(loss.every((v, k) => v >= -1e-9 && v <= flows.x[k]! + 1e-9));
    }
    const sector = extractGroup(m, [1, 5, 9]);
    const national = extractAll(leontief(t), 'full').loss(1);
    for (let i = 0; i < 4; i++) assert.ok(close(sum([0, 1, 2].map((q) => sector[q * 4 + i]!)), national[i]!, 1e-7));
  });

  it('is a supply graph too: with everything replaceable and room enough, no single pair stops anybody', () => {
    const { t, flows } = nation(9, 3, 4);
    const links = {
      fromRegion: [] as number[],
      fromIndustry: [] as number[],
      toRegion: [] as number[],
      toIndustry: [] as number[],
      value: [] as number[],
    };
    flows.z.forEach((v, k) => {
      const [a, b] = [Math.floor(k / 12), k % 12];
      if (v === 0) return;
      links.fromRegion.push(Math.floor(a / 4));
      links.fromIndustry.push(a % 4);
      links.toRegion.push(Math.floor(b / 4));
      links.toIndustry.push(b % 4);
      links.value.push(v);
    });
    const g: SupplyNetwork = {
      regions: 3,
      industries: 4,
      links,
      output: flows.x,
      valueAdded: flows.x.map((x) => x / 2),
      spare: new Float64Array(12).fill(3),
      coverDays: new Float64Array(4).fill(10),
    };
    const roomy = failureModel(g);
    for (let v = 0; v < 12; v++) assert.ok(Math.abs(roomy.fail({ nodes: [v] }).knockOn) < 1e-6);
    const tight = failureModel({ ...g, spare: new Float64Array(12) });
    for (let v = 0; v < 12; v++) assert.ok(tight.fail({ nodes: [v] }).knockOn > 0);
    const rows = supplierConcentration(g);
    assert.ok(rows.every((row) => row.hhi >= 1 / 3 - 1e-12 && row.hhi <= 1 + 1e-12));
    const beside = stressBesideSpecialisation({ ...g, spare: new Float64Array(12) });
    assert.equal(beside.length, 3);
    assert.ok(beside.every((b) => b.knockOn > 0 && b.singleSourced < 1 && b.specialisation.length > 0));
    assert.equal(t.n, 4);
  });
});

describe('the demo table', () => {
  it('is balanced and productive, and its measures are in their ranges', () => {
    for (const seed of [1, 2, 3]) {
      const d = demoIoTable(seed, 12);
      const code = Array.from({ length: 12 }, (_, i) => String(i));
      const t: IoTable = {
        n: 12,
        code,
        name: code,
        nameZh: code,
        z: d.Z,
        imports: d.M,
        finalDemand: d.finalCategory.map((c, k) => ({ code: c, value: d.x.map((_, i) => d.F[3 * i + k]!) })),
        valueAdded: d.valueAddedName.map((c, k) => ({ code: c, value: d.va.slice(12 * k, 12 * k + 12) })),
        x: d.x,
        unit: '10,000 CNY',
        year: null,
        priceBasis: 'basic',
        origin: 'synthetic',
      };
      const { balance, spectralRadius } = checkIoTable(t);
      assert.ok(balance.rowError < 1e-9 && balance.columnError < 1e-9 && spectralRadius < 0.75);
      const full = extractAll(leontief(t), 'full');
      full.share.forEach((s, k) => assert.ok(s >= d.x[k]! / sum(d.x) - 1e-12 && s < 1));
    }
  });
});
