import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import {
  checkIoTable,
  daysPath,
  demandEffects,
  extractAll,
  importCut,
  importShares,
  inoperability,
  interregional,
  jobsPerOutput,
  leontief,
  linkages,
  propagationLengths,
  upstreamness,
} from '@qipan/clusters';
import { highsEngine, type HighsModule } from '@qipan/optim';
import { parseCsv } from '@qipan/territory';
import { sharedData, skipWithout } from '@qipan/testing';
import { china, china2020, close, directSolve } from './tables.js';

const engine = highsEngine(await (createRequire(import.meta.url)('highs') as () => Promise<HighsModule>)());
const sum = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0);

describe('a real table, every sector', { skip: skipWithout(china2020) }, () => {
  const m = china(china2020);
  const { table } = m;
  const { n } = table;
  const f = Array.from(table.x, (x, i) => x - sum(table.z.subarray(i * n, (i + 1) * n)));

  it('all extractions from the one inverse equal a solve each', () => {
    const full = extractAll(m, 'full');
    const backward = extractAll(m, 'backward');
    for (let k = 0; k < n; k += 3) {
      const system = (goes: (i: number, j: number) => boolean) =>
        Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_c, j) => (i === j ? 1 : 0) - (goes(i, j) ? 0 : m.a[i * n + j]!)),
        );
      const without = directSolve(
        system((i, j) => i === k || j === k),
        f.map((v, i) => (i === k ? 0 : v)),
      );
      assert.ok(close(full.total[k]!, sum(table.x) - sum(without), 1e-10), table.code[k]);
      const unbought = directSolve(
        system((_, j) => j === k),
        f,
      );
      assert.ok(close(backward.total[k]!, sum(table.x) - sum(unbought), 1e-9), table.code[k]);
    }
  });

  it('linkages are the sums of the rounds of the multiplier, lengths their mean', () => {
    const { backward } = linkages(m);
    const lengths = propagationLengths(m);
    for (const k of [0, 17, 26]) {
      let wave: number[] = Array.from({ length: n }, (_, i) => (i === k ? 1 : 0));
      const [total, weighted] = [new Float64Array(n), new Float64Array(n)];
      for (let round = 0; round < 120; round++) {
        wave.forEach((w, i) => {
          total[i]! += w;
          weighted[i]! += round * w;
        });
        wave = wave.map((_, i) => sum(wave.map((w, j) => m.a[i * n + j]! * w)));
      }
      assert.ok(close(backward[k]!, sum(total), 1e-12));
      for (let i = 0; i < n; i++)
        if (i !== k && total[i]! > 1e-15) assert.ok(close(lengths[i * n + k]!, weighted[i]! / total[i]!, 1e-9));
    }
  });

  it('upstreamness ranks raw materials before what people use', () => {
    const u = upstreamness(m);
    const rank = (code: string) => [...u].filter((v) => v > u[table.code.indexOf(code)]!).length;
    for (const raw of ['02', '03', '04'])
      for (const late of ['27', '39', '40', '42']) assert.ok(rank(raw) < rank(late));
    const leaving = table.finalDemand.filter((c) => c.code === 'EX' || c.code === 'FU202');
    const correct = Float64Array.from(table.x, (_, i) => leaving.reduce((s, c) => s + c.value[i]!, 0));
    assert.ok(upstreamness(m, { correct }).every((v, i) => correct[i]! < 0 || v >= u[i]! * 0.9));
  });

  it('moved cells are brought back to balance by RAS, near where they were', () => {
    const z = table.z.map((v, k) => v * (1 + 0.02 * Math.sin(k)));
    assert.throws(() => checkIoTable({ ...table, z }), { code: 'IO_UNBALANCED' });
    const fitted = checkIoTable({ ...table, z }, { balance: 'ras' });
    assert.ok(fitted.balance.rowError < 1e-6 && fitted.balance.columnError < 1e-6);
    assert.ok(fitted.balance.adjusted!.share < 0.02);
    const moved = sum(fitted.table.z.map((v, k) => Math.abs(v - table.z[k]!))) / sum(table.z);
    assert.ok(moved < 0.02, String(moved));
  });

  it('import cuts of single products stay in order for the bracket, and more of a cut costs more', () => {
    const shares = importShares(table);
    const all = sum(table.valueAdded.map((v) => sum(v.value)));
    for (const code of ['03', '12', '20', '21']) {
      const sector = table.code.indexOf(code);
      assert.ok(shares[sector]! > 0.03, code);
      const [small, large] = [0.1, 0.5].map((cut) => importCut(m, [{ sector, cut }], engine));
      assert.ok(small!.isOrdered && large!.isOrdered, code);
      assert.ok(small!.upper < large!.upper && large!.upper < all && small!.lower < large!.lower);
      assert.ok(close(large!.lower, 5 * small!.lower, 1e-9), 'the demand side is linear in the cut');
    }
  });

  it('a whole cut of any product has an answer, in order, and never costs more than everything', () => {
    const all = sum(table.valueAdded.map((v) => sum(v.value)));
    const shares = importShares(table);
    for (let sector = 0; sector < n; sector += 2) {
      if (!(shares[sector]! > 0)) continue;
      const got = importCut(m, [{ sector, cut: 1 }], engine);
      assert.deepEqual([got.status, got.isOrdered], ['optimal', true], table.code[sector]);
      assert.ok(got.upper <= all * (1 + 1e-9));
    }
  });

  it('a cut of electronics is felt after the days of cover, and first by its users', () => {
    const sector = table.code.indexOf('20');
    const path = daysPath(table, [{ sector, cut: 0.5 }], { days: 120, stockDays: 20 });
    const first = Math.min(...[...path.firstDay].filter((d) => d >= 0));
    assert.ok(first >= 20 && first <= 45, String(first));
    assert.equal(path.heldBy[path.firstDay.indexOf(first)], sector);
    assert.ok(path.valueAdded[0] === 1 || Math.abs(path.valueAdded[0]! - 1) < 1e-9);
    assert.ok(path.loss > 0);
  });

  it('a tenth less of construction is the Leontief answer in shares', () => {
    const k = table.code.indexOf('27');
    const drop = Float64Array.from({ length: n }, (_, i) => (i === k ? (0.1 * f[k]!) / table.x[k]! : 0));
    const { q, clipped } = inoperability(table, drop);
    const l = Array.from({ length: n }, (_, i) => (m.l[i * n + k]! * 0.1 * f[k]!) / table.x[i]!);
    q.forEach((v, i) => assert.ok(close(v, l[i]!, 1e-9)));
    assert.deepEqual(clipped, []);
  });

  it('spread over three made-up regions adds up to the nation to 1e-8', () => {
    const share = Float64Array.from({ length: 3 * n }, (_, k) => [0.5, 0.3, 0.2][Math.floor(k / n)]!);
    const cost = Float64Array.from([0, 1, 2, 1, 0, 1.5, 2, 1.5, 0]);
    const got = interregional(table, share, cost, { beta: 0.7 });
    assert.ok(got.error < 1e-8, String(got.error));
  });
});

describe('jobs of a million of demand', { skip: skipWithout('input-output/china_employment.csv') }, () => {
  it('come from the employment file by explicit classes, and an unmapped sector makes the total unknown', () => {
    const file = 'input-output/china_employment.csv';
    const sheet = parseCsv(readFileSync(sharedData(file) as string), file);
    const at = sheet.rows[0]!.indexOf('2018');
    const persons = (code: string) => 10_000 * Number(sheet.rows.find((r) => r[0] === code)![at]);
    const m = china(china2020);
    const manufacturing = m.table.code.filter((c) => Number(c) >= 6 && Number(c) <= 23);
    const jobs = jobsPerOutput(m.table, [
      { persons: persons('A'), sectors: ['01'] },
      { persons: persons('B'), sectors: ['02', '03', '04', '05'] },
      { persons: persons('C'), sectors: manufacturing },
      { persons: persons('E'), sectors: ['27'] },
    ]);
    assert.ok(
      close(
        sum(manufacturing.map((c) => jobs[m.table.code.indexOf(c)]! * m.table.x[m.table.code.indexOf(c)]!)),
        persons('C'),
        1e-12,
      ),
    );
    const { gross } = demandEffects(
      m,
      [
        {
          label: 'works',
          year: 2026,
          sector: m.table.code.indexOf('27'),
          amount: 100,
          importShare: 0,
          tradeMargin: 0,
          transportMargin: 0,
          taxShare: 0,
          role: 'purchase',
        },
      ],
      { jobsPerOutput: jobs },
    );
    assert.equal(gross.totals.jobs, null, 'services are not mapped, so the total is unknown');
    assert.ok(gross.jobs![m.table.code.indexOf('27')]! > 0);
    assert.ok(
      close(gross.totals.output, 100 * linkages(leontief(m.table)).backward[m.table.code.indexOf('27')]!, 1e-9),
    );
  });
});
