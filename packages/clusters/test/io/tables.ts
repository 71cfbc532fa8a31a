import { readFileSync } from 'node:fs';
import { random } from '@qipan/base';
import { leontief, readIoTable, type IoTable, type Leontief, type LongRows } from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { sharedData } from '@qipan/testing';

export const china2020 = 'input-output/china_2020_42.csv';
export const china2017 = 'input-output/china_2017_42.csv';

export function sheetOf(file: string): LongRows {
  const sheet = parseCsv(readFileSync(sharedData(file) as string), file);
  const [header, ...rows] = sheet.rows;
  return { file, header: (header ?? []).map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) };
}

const kept = new Map<string, Leontief>();
/** The model of a China table, read once a test file. */
export function china(file: string): Leontief {
  const year = Number(/\d{4}/.exec(file)?.[0]);
  const model = kept.get(file) ?? leontief(readIoTable(sheetOf(file), { year }));
  kept.set(file, model);
  return model;
}

/** A seeded balanced table with imports: outputs 100 to 200, a tenth to a half of cost for inputs, some cells empty. */
export function tableOf(seed: number, n: number, o: { imports?: boolean } = {}): IoTable {
  const r = random(seed);
  const x = Float64Array.from({ length: n }, () => 100 + 100 * r.next());
  const z = new Float64Array(n * n);
  const m = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const weights = Array.from({ length: n }, () => (r.next() < 0.7 ? r.next() : 0));
    weights[j] += 0.05;
    const all = weights.reduce((a, b) => a + b, 0);
    const budget = x[j] * (0.1 + 0.4 * r.next());
    for (let i = 0; i < n; i++) {
      z[i * n + j] = (budget * weights[i]) / all;
      if (o.imports !== false && r.next() < 0.5) m[i * n + j] = 0.1 * z[i * n + j];
    }
  }
  const row = (a: Float64Array, i: number) => a.subarray(i * n, (i + 1) * n).reduce((s, v) => s + v, 0);
  // Sectors that would sell more than they make get a larger output, so that final demand stays positive.
  for (let i = 0; i < n; i++) x[i] = Math.max(x[i], row(z, i) * 1.05);
  const f = x.map((v, i) => v - row(z, i));
  const v = x.map((out, j) => {
    let s = out;
    for (let i = 0; i < n; i++) s -= z[i * n + j] + m[i * n + j];
    return s;
  });
  const code = Array.from({ length: n }, (_, i) => `s${i}`);
  return {
    n,
    code,
    name: code.map((c) => `Sector ${c}`),
    nameZh: code.map((c) => `部门${c}`),
    z,
    imports: o.imports === false ? null : m,
    finalDemand: [{ code: 'F', value: f }],
    valueAdded: [{ code: 'V', value: v }],
    x,
    unit: 'million yuan',
    year: 2020,
    priceBasis: 'basic',
    origin: 'synthetic',
  };
}

/** The solution of a small dense system by elimination with exchanges, written for the tests alone. */
export function directSolve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const m = matrix.map((row, i) => [...row, right[i] as number]);
  const n = m.length;
  for (let k = 0; k < n; k++) {
    let p = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i]![k]!) > Math.abs(m[p]![k]!)) p = i;
    [m[k], m[p]] = [m[p]!, m[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = m[i]![k]! / m[k]![k]!;
      for (let j = k; j <= n; j++) m[i]![j]! -= f * m[k]![j]!;
    }
  }
  return m.map((row, i) => row[n]! / row[i]!);
}

export const close = (got: number, want: number, relative: number): boolean =>
  Math.abs(got - want) <= relative * Math.max(Math.abs(want), 1e-300);
