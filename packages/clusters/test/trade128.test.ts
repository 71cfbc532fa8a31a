import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  complexity,
  fitness,
  proximity,
  reflections,
  specialisation,
  spread,
  type ComplexityResult,
  type Panel,
  type PanelColumns,
  type Preset,
} from '@qipan/clusters';
import { skipWithout } from '@qipan/testing';
import { caseOf, near, panelsOf, plainCells, rowsOf } from './reference-data.js';

interface Case {
  readonly input: string;
  readonly columns: PanelColumns;
  readonly numbers: readonly { figure: string; expected: number; tolerance: number }[];
  readonly columnsOf: readonly { file: string; column: string; figure: string; tolerance: number }[];
  readonly wide: readonly { file: string; figure: string; tolerance: number }[];
}
const kase = caseOf<Case>('trade128');
const skip = skipWithout(kase.input);
const presets = ['harvard', 'r', 'econgeo', 'oec'] as const;

/** Figures by name: a column by code, or a table by two codes. */
interface Figures {
  readonly panel: Panel;
  readonly results: Record<Preset, ComplexityResult>;
  readonly column: (figure: string) => Map<string, number>;
  readonly table: (figure: string) => (row: string, col: string) => number;
}

let made: Figures | null = null;

function figures(): Figures {
  if (made) return made;
  const panel = panelsOf(kase.input, kase.columns)[0]!;
  const results = Object.fromEntries(presets.map((p) => [p, complexity(panel, { preset: p })])) as Figures['results'];
  const m = results.harvard.kept;
  const region = Array.from(m.region, (r) => panel.regionCode[r]!);
  const industry = Array.from(m.industry, (i) => panel.industryCode[i]!);
  const f19 = fitness(m, { steps: 19 });
  const f199 = fitness(m, { steps: 199 });
  const k20 = reflections(m, 20).region;
  const [low, high] = [Math.min(...k20), Math.max(...k20)];
  const columns: Record<string, ArrayLike<number>> = {
    diversity: m.diversity,
    ubiquity: m.ubiquity,
    'fitness19.region': f19.region,
    'fitness19.industry': f19.industry,
    'fitness199.region': f199.region,
    'fitness199.industry': f199.industry,
    'reflections20.rescaled': k20.map((k) => ((k - low) / (high - low)) * 100),
  };
  const s = specialisation(panel);
  const places = spread(panel);
  Object.assign(columns, {
    krugman: s.krugman,
    krugmanHalf: s.krugman.map((k) => k / 2),
    hhi: s.hhi,
    entropy: s.entropy,
    hachman: s.hachman,
    hooverPercent: places.hoover.map((h) => h * 100),
    locationalGiniHalf: places.locationalGini.map((g) => g / 2),
    gini: places.gini,
  });
  for (const p of presets) {
    for (const name of ['eci', 'pci', 'coi'] as const) columns[`${p}.${name}`] = results[p][name];
  }
  const byIndustry = (x: ArrayLike<number>) => x.length === industry.length;
  const cosine = complexity(panel, { preset: 'econgeo', proximity: 'cosine' });
  const tables: Record<string, ArrayLike<number>> = {
    'oec.density': results.oec.density,
    'oec.cog': results.oec.cog,
    'econgeo.densityPercent': cosine.density.map((w) => w * 100),
  };
  for (const kind of ['association', 'cosine', 'jaccard', 'probability'] as const)
    tables[kind] = proximity(m, { kind, diagonal: 0 });
  const at = (codes: readonly string[]) => new Map(codes.map((c, k) => [c, k]));
  made = {
    panel,
    results,
    column: (figure) => {
      const x = columns[figure]!;
      return new Map((byIndustry(x) ? industry : region).map((c, k) => [c, x[k]!]));
    },
    table: (figure) => {
      const x = tables[figure]!;
      const rows = at(x.length === industry.length ** 2 ? industry : region);
      const cols = at(industry);
      return (a, b) => x[rows.get(a)! * industry.length + cols.get(b)!]!;
    },
  };
  return made;
}

for (const c of kase.columnsOf) {
  test(`${c.figure} equals ${c.column} of ${c.file} to ${c.tolerance}`, { skip }, () => {
    const got = figures().column(c.figure);
    const rows = rowsOf(`clusters/trade128/${c.file}`);
    const key = Object.keys(rows[0]!)[0]!;
    assert.equal(rows.length, got.size);
    for (const r of rows) near(got.get(r[key]!)!, Number(r[c.column]), c.tolerance, r[key]!);
  });
}

for (const w of kase.wide) {
  test(`${w.figure} equals ${w.file} to ${w.tolerance}`, { skip }, () => {
    const got = figures().table(w.figure);
    const [header, ...rows] = plainCells(`clusters/trade128/${w.file}`) as [string[], ...string[][]];
    for (const [row, ...cells] of rows as [string, ...string[]][])
      cells.forEach((x, k) => near(got(row, header[k + 1]!), Number(x), w.tolerance, row));
  });
}

test('λ2 and λ3 are those of a dense solver', { skip }, () => {
  for (const n of kase.numbers)
    near(figures().results.harvard[n.figure as 'lambda2'], n.expected, n.tolerance, n.figure);
});

test('every cell and every pair of py-ecomplexity is met to its 12 digits', { skip }, () => {
  const { panel, results } = figures();
  const c = results.harvard;
  const row = new Map(Array.from(c.kept.region, (r, k) => [panel.regionCode[r], k]));
  const col = new Map(Array.from(c.kept.industry, (i, k) => [panel.industryCode[i], k]));
  const [names, ...cells] = plainCells('clusters/trade128/pyecomplexity_cells.csv.gz') as [string[], ...string[][]];
  const at = (name: string) => names.indexOf(name);
  const [density, cog, rca] = [at('density'), at('cog'), at('rca')];
  for (const r of cells) {
    const k = row.get(r[0])! * c.kept.cols + col.get(r[1])!;
    near(c.density[k]!, Number(r[density]), 1e-11, 'density');
    near(c.cog[k]!, Number(r[cog]), 1e-11, 'cog');
    near(c.lq[k]!, Number(r[rca]), 1e-11 * Math.max(1, Number(r[rca])), 'rca');
  }
  assert.equal(cells.length, 100_480);
  const pairs = plainCells('clusters/trade128/pyecomplexity_proximity.csv.gz').slice(1);
  for (const r of pairs) {
    const k = col.get(r[1])! * c.kept.cols + col.get(r[2])!;
    near(c.proximity[k]!, Number(r[3]), 1e-11, 'proximity');
  }
  assert.ok(pairs.length > 300_000);
});

test('the four presets are told apart: by figures, by deviation, by recipe', { skip }, () => {
  const { results } = figures();
  results.harvard.eci.forEach((x, k) => near(x / results.r.eci[k]!, 1.0039293, 1e-7, 'ratio √(R/(R−1))'));
  const seen = new Set(presets.map((p) => `${results[p].eci[0]} ${results[p].pci[0]}`));
  assert.equal(seen.size, 4);
  for (const p of presets) {
    assert.equal(results[p].recipe.preset, p);
    assert.equal(results[p].status, 'ok');
  }
});

test('R’s and harvard’s outlook correlate at .949 only: they are two measures', { skip }, () => {
  const { results } = figures();
  const [x, y] = [results.harvard.coi, results.r.coi];
  const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((a, k) => {
    xy += (a - mx) * (y[k]! - my);
    xx += (a - mx) ** 2;
    yy += (y[k]! - my) ** 2;
  });
  near(xy / Math.sqrt(xx * yy), 0.949, 5e-4, 'correlation');
});
