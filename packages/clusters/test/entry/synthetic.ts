import { readFileSync } from 'node:fs';
import { random } from '@qipan/base';
import {
  entryData,
  entryRows,
  matchPanels,
  readPanels,
  type EntryRows,
  type FeatureName,
  type Panel,
} from '@qipan/clusters';
import { parseCsv } from '@qipan/territory';
import { sharedData } from '@qipan/testing';

export const features: readonly FeatureName[] = ['relatedness', 'complexity', 'regionSize'];

export interface World {
  readonly benchmark: Float64Array;
  readonly size: Float64Array;
  readonly regions: number;
  readonly industries: number;
}

/**
 * A panel with exactly the presence asked for: against a fixed benchmark, an absent industry has the quotient 0.3 and a present one
 * `0.3 + 0.7 / (share of the present ones in the benchmark)`, so the shares of a region add up to 1.
 */
export function panelWith(w: World, present: Uint8Array, year: number): Panel {
  const n = w.industries;
  const value = new Float64Array(w.regions * n);
  for (let r = 0; r < w.regions; r++) {
    let share = 0;
    for (let i = 0; i < n; i++) if (present[r * n + i]) share += w.benchmark[i];
    for (let i = 0; i < n; i++)
      value[r * n + i] = w.size[r] * w.benchmark[i] * (0.3 + (present[r * n + i] ? 0.7 / share : 0));
  }
  const code = (k: number, letter: string) => `${letter}${String(k).padStart(4, '0')}`;
  return {
    value,
    regions: w.regions,
    industries: n,
    year,
    measure: 'employment',
    regionCode: Array.from({ length: w.regions }, (_, r) => code(r, 'r')),
    industryCode: Array.from({ length: n }, (_, i) => code(i, 'i')),
  };
}

/** A world whose presence has a structure: regions and industries stand on a circle and prefer who is near. */
export function makeWorld(seed: number, regions: number, industries: number): { world: World; present: Uint8Array } {
  const r = random(seed);
  const raw = Float64Array.from({ length: industries }, () => 0.5 + r.next());
  const sum = raw.reduce((a, b) => a + b, 0);
  const world = {
    benchmark: raw.map((v) => v / sum),
    size: Float64Array.from({ length: regions }, () => Math.exp(8 + r.normal())),
    regions,
    industries,
  };
  const place = Float64Array.from({ length: regions }, () => r.next() * 2 * Math.PI);
  const present = new Uint8Array(regions * industries);
  for (let k = 0; k < regions; k++) {
    for (let i = 0; i < industries; i++) {
      const near = Math.cos(place[k] - (2 * Math.PI * i) / industries);
      present[k * industries + i] = Number(r.next() < 1 / (1 + Math.exp(2 - 2.2 * near)));
    }
    present[k * industries + (k % industries)] = 1;
  }
  return { world, present };
}

/** The next date: entries drawn from a logit with `beta` on features standardised by `by`, nothing exits. */
export function nextDate(
  w: World,
  present: Uint8Array,
  o: { beta: readonly number[]; seed: number; by?: { mean: number[]; sd: number[] } },
): { present: Uint8Array; by: { mean: number[]; sd: number[] } } {
  const now = panelWith(w, present, 2000);
  const later = panelWith(w, present, 2001);
  const matched = matchPanels([now, later], [w.benchmark, w.benchmark]);
  const rows: EntryRows = entryRows(entryData(matched, { features }), { from: 0, to: 1 });
  const n = rows.y.length;
  const column = (c: number) => Float64Array.from({ length: n }, (_, k) => rows.x[k * rows.cols + c]);
  const mean = o.by?.mean ?? features.map((_, c) => column(c).reduce((a, b) => a + b, 0) / n);
  const sd = o.by?.sd ?? features.map((_, c) => Math.sqrt(column(c).reduce((a, b) => a + (b - mean[c]) ** 2, 0) / n));
  const chance = random(o.seed);
  const next = present.slice();
  for (let k = 0; k < n; k++) {
    let t = o.beta[0] as number;
    for (let c = 0; c < rows.cols; c++) t += (o.beta[c + 1] * (rows.x[k * rows.cols + c] - mean[c])) / sd[c];
    if (chance.next() < 1 / (1 + Math.exp(-t))) next[rows.region[k] * w.industries + rows.industry[k]] = 1;
  }
  return { present: next, by: { mean, sd } };
}

/** The Australian pair as published, three labels dropped. */
export function australia(): readonly Panel[] {
  const sheet = parseCsv(
    readFileSync(sharedData('clusters/australia/lga_industry_2011_2016.csv') as string),
    'lga.csv',
  );
  const [header, ...rows] = sheet.rows;
  return readPanels(
    { file: 'lga.csv', header: (header as unknown[]).map(String), rows, rowNumbers: sheet.rowNumbers.slice(1) },
    {
      columns: { region: 'lga_pow', industry: 'industry', value: 'employment', year: 'year' },
      dropIndustries: ['Inadequately described', 'Not stated', 'Not applicable'],
    },
  ).panels;
}
