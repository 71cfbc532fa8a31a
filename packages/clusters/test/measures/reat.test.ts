import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { concentration, dynamicShiftShare, estebanMarquillas, gerfin, shiftShare } from '@qipan/clusters';
import { sharedData, skipWithout } from '@qipan/testing';
import { caseOf, near, rowsOf } from '../reference-data.js';

interface Case {
  readonly firms: string;
  readonly employment: string;
  readonly reference: string;
  readonly tolerance: { readonly concentration: number; readonly shiftShareRelative: number };
  readonly gamma: Readonly<Record<string, number>>;
  readonly z: Readonly<Record<string, number>>;
  readonly forestryByRegionTotals: number;
  readonly shiftShare: { growth: number; dunn: number[]; esteban: number[]; gerfin: number[] };
}
const kase = caseOf<Case>('reat');
const skip = skipWithout(kase.reference);

/** Component values of REAT's printed tables, by row name. */
function printed(method: string): Map<string, number> {
  const whole = JSON.parse(readFileSync(sharedData(kase.reference) as string, 'utf8')) as Record<
    string,
    { components: { Components: number; _row: string }[] }
  >;
  return new Map(whole[method]!.components.map((c) => [c._row, c.Components]));
}

const firms = () =>
  rowsOf(kase.firms).map((f) => ({
    region: Number(f['region']) - 1,
    industry: f['industry']!,
    size: Number(f['emp_firm']),
    total: Number(f['emp_region']),
  }));

/** Sums over the firms' regions. */
function sums(list: ReturnType<typeof firms>, n: number): Float64Array {
  const out = new Float64Array(n);
  for (const f of list) out[f.region]! += f.size;
  return out;
}

test('Ellison–Glaeser γ and z of the textbook firms are those of REAT', { skip }, () => {
  const all = firms();
  const n = Math.max(...all.map((f) => f.region)) + 1;
  const reference = sums(all, n);
  const rows = (
    JSON.parse(readFileSync(sharedData(kase.reference) as string, 'utf8')) as {
      ellison_a2: { 'Gamma i': number; 'G i': number; 'z Gi': number; 'HHI i': number; _row: string }[];
    }
  ).ellison_a2;
  assert.equal(rows.length, 4);
  for (const row of rows) {
    const own = all.filter((f) => f.industry === row._row);
    const c = concentration({ industry: sums(own, n), reference }, { sizes: Float64Array.from(own, (f) => f.size) });
    near(c.gamma[0], row['Gamma i'], kase.tolerance.concentration, row._row);
    near(c.gamma[1], kase.gamma[row._row]!, kase.tolerance.concentration, row._row);
    near(c.g, row['G i'], kase.tolerance.concentration, row._row);
    near(c.h[0], row['HHI i'], kase.tolerance.concentration, row._row);
    near(c.z!, row['z Gi'], kase.tolerance.concentration, row._row);
    near(c.z!, kase.z[row._row]!, 1e-8, row._row);
  }
});

test('which x_r decides: total employment of the regions gives a quarter of Forestry’s γ', { skip }, () => {
  const all = firms();
  const n = Math.max(...all.map((f) => f.region)) + 1;
  const reference = new Float64Array(n);
  for (const f of all) reference[f.region] = f.total;
  const own = all.filter((f) => f.industry === 'Forestry');
  const c = concentration({ industry: sums(own, n), reference }, { sizes: Float64Array.from(own, (f) => f.size) });
  near(c.gamma[0], kase.forestryByRegionTotals, 5e-6, 'γ');
});

/** Göttingen and Germany by section; the row of totals is left out. */
function dates(from: number, to: number) {
  const rows = rowsOf(kase.employment).filter((r) => r['WZ2008_Code'] !== 'A-R');
  assert.equal(rows.length, 15);
  const column = (name: string) => Float64Array.from(rows, (r) => Number(r[name]));
  return {
    regionBefore: column(`Goettingen${from}`),
    regionAfter: column(`Goettingen${to}`),
    nationBefore: column(`BRD${from}`),
    nationAfter: column(`BRD${to}`),
  };
}

test('shift-share of Göttingen 2008–2017 by three methods is that of REAT', { skip }, () => {
  const rel = (got: number, want: number, name: string, tolerance = kase.tolerance.shiftShareRelative) =>
    near(got / want, 1, tolerance, name);
  const d = shiftShare(dates(2008, 2017));
  const dunn = printed('shift_Dunn');
  assert.equal(d.growth, kase.shiftShare.growth);
  rel(d.national, dunn.get('National share')!, 'national');
  rel(d.industryMix, dunn.get('Industrial mix')!, 'mix');
  rel(d.regional, dunn.get('Regional share')!, 'regional');
  [d.national, d.industryMix, d.regional].forEach((x, k) => near(x, kase.shiftShare.dunn[k]!, 5e-5, 'as printed'));
  const e = estebanMarquillas(dates(2008, 2017));
  const esteban = printed('shift_Esteban');
  rel(e.competitive, esteban.get('Regional share')!, 'competitive');
  rel(e.allocation, esteban.get('Allocation effect')!, 'allocation');
  [e.competitive, e.allocation].forEach((x, k) => near(x, kase.shiftShare.esteban[k]!, 5e-5, 'as printed'));
  const g = gerfin(dates(2008, 2017));
  const factors = printed('shift_Gerfin');
  rel(g.industryMix, factors.get('Industrial mix')!, 'mix');
  rel(g.regional, factors.get('Regional share')!, 'regional');
  rel(g.net, factors.get('Net total shift')!, 'net');
  [g.industryMix, g.regional, g.net].forEach((x, k) => near(x, kase.shiftShare.gerfin[k]!, 1e-7, 'as printed'));
});

test('the dynamic parts add up to the same growth, with another split', { skip }, () => {
  const years = Array.from({ length: 10 }, (_, k) => {
    const d = dates(2008 + k, 2017);
    return { region: d.regionBefore, nation: d.nationBefore };
  });
  const dynamic = dynamicShiftShare(years);
  const comparative = shiftShare(dates(2008, 2017));
  assert.equal(dynamic.growth, comparative.growth);
  near(dynamic.residual / dynamic.growth, 0, 1e-9, 'residual');
  assert.notEqual(Math.round(dynamic.regional), Math.round(comparative.regional));
  assert.deepEqual(dynamicShiftShare([years[0]!, years[9]!]), comparative);
});
