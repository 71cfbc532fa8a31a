import { random } from '@qipan/base';
import type { Panel } from '../panel.js';
import type { DemoRegion } from './panel.js';

/** A small input-output table, row-major; `n` sectors, three kinds of domestic final use, three rows of value added. */
export interface DemoIoTable {
  readonly n: number;
  readonly Z: Float64Array;
  readonly M: Float64Array;
  readonly finalCategory: readonly string[];
  readonly F: Float64Array;
  readonly valueAddedName: readonly string[];
  readonly va: Float64Array;
  readonly x: Float64Array;
}

const finalCategory = ['consumption', 'investment', 'exports'] as const;
const valueAddedName = ['wages', 'taxes', 'surplus'] as const;

/**
 * A balanced, productive table from a seed, in 10,000 yuan: coefficients are drawn with own-sector weight, columns of intermediate
 * inputs add up to 0.35–0.7 of output, 3–12 % of it imported; output solves `x = A x + f` (the series of Leontief, to 1e-14), and
 * value added is what is left of it.
 */
export function demoIoTable(seed: number, n: number): DemoIoTable {
  const g = random(seed).fork('io');
  const A = new Float64Array(n * n);
  const importShare = Float64Array.from({ length: n }, () => 0.03 + 0.09 * g.next());
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const isUsed = i === j || g.next() < 0.55;
      const share = isUsed ? Math.exp(1.3 * g.normal()) * (i === j ? 6 : 1) : 0;
      A[i * n + j] = share;
      sum += share;
    }
    const inputs = 0.35 + 0.35 * g.next();
    for (let i = 0; i < n; i++) A[i * n + j] *= inputs / sum;
  }
  const F = Float64Array.from({ length: n * finalCategory.length }, () => Math.round(2e6 * Math.exp(1.1 * g.normal())));
  const f = Float64Array.from({ length: n }, (_, i) => F[3 * i] + F[3 * i + 1] + F[3 * i + 2]);
  const x = f.slice();
  let term = f.slice();
  for (let step = 0; step < 400; step++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[i] += A[i * n + j] * (1 - importShare[i]) * term[j];
    for (let i = 0; i < n; i++) x[i] += next[i];
    term = next;
  }
  const Z = A.map((a, k) => a * (1 - importShare[Math.floor(k / n)]) * x[k % n]);
  const M = A.map((a, k) => a * importShare[Math.floor(k / n)] * x[k % n]);
  const va = new Float64Array(valueAddedName.length * n);
  for (let j = 0; j < n; j++) {
    let left = x[j];
    for (let i = 0; i < n; i++) left -= Z[i * n + j] + M[i * n + j];
    const wages = 0.4 + 0.25 * g.next();
    va[j] = wages * left;
    va[n + j] = 0.12 * left;
    va[2 * n + j] = left - va[j] - va[n + j];
  }
  return { n, Z, M, finalCategory, F, valueAddedName, va, x };
}

/** Draws an index with chances in proportion to the running sums `upTo`. */
function drawn(upTo: Float64Array, u: number): number {
  const wanted = u * upTo[upTo.length - 1];
  let low = 0;
  for (let high = upTo.length - 1; low < high;) {
    const middle = (low + high) >> 1;
    if (upTo[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}

function running(x: Float64Array): Float64Array {
  let sum = 0;
  return x.map((v) => (sum += v));
}

export interface DemoFirm {
  readonly id: string;
  readonly regionCode: string;
  readonly industryCode: string;
  readonly lon: number;
  readonly lat: number;
  readonly employment: number;
  /** 10,000 yuan a year. */
  readonly revenue: number;
  readonly foundedYear: number;
  /** Rung of the ladder of quality firms, `none` for a firm on no rung. */
  readonly echelon: string;
}

/** Rungs from the top: the least employment at which the demo gives one, and the chance of it. */
const rungs = [
  ['chainLeader', 600, 0.15],
  ['singleChampion', 250, 0.08],
  ['littleGiant', 100, 0.08],
  ['srdi', 40, 0.12],
  ['innovativeSme', 10, 0.2],
] as const;

/** Firms drawn where the panel has jobs, within about 30 km of their region's centre; sizes are log-normal, rungs drawn by size. */
export function demoFirms(seed: number, panel: Panel, regions: readonly DemoRegion[], count: number): DemoFirm[] {
  const g = random(seed).fork('firms');
  // Of its own, so that places and sizes are those of the seed whatever the ladder.
  const ladder = random(seed).fork('rungs');
  const upTo = running(panel.value);
  return Array.from({ length: count }, (_, k) => {
    const cell = drawn(upTo, g.next());
    const region = regions[Math.floor(cell / panel.industries)];
    const employment = Math.max(3, Math.round(Math.exp(4 + 1.2 * g.normal())));
    return {
      id: `F${String(k + 1).padStart(5, '0')}`,
      regionCode: region.code,
      industryCode: panel.industryCode[cell % panel.industries],
      lon: region.lon + 0.15 * g.normal(),
      lat: region.lat + 0.12 * g.normal(),
      employment,
      revenue: Math.round(employment * 80 * Math.exp(0.5 * g.normal())),
      foundedYear: Math.round(2018 - 12 * g.exponential() * 0.7),
      echelon: rungs.find(([, least, chance]) => ladder.next() < chance && employment >= least)?.[0] ?? 'none',
    };
  });
}

export interface DemoWish {
  readonly regionCode: string;
  readonly industryCode: string;
  readonly sourcePlan: string;
  readonly year: number;
  /** In units of the smallest efficient plant. */
  readonly plannedCapacity: number;
}

/**
 * What the regions' plans name: three industries a region, two of three among the same few fashionable ones whether they fit or not,
 * so that plans pile up.
 */
export function demoWishes(seed: number, panel: Panel, fashionable: readonly string[]): DemoWish[] {
  const g = random(seed).fork('wishes');
  const { industryCode } = panel;
  return panel.regionCode.flatMap((regionCode) => {
    const named = new Set<string>();
    while (named.size < Math.min(3, industryCode.length)) {
      const from = g.next() < 2 / 3 && named.size < fashionable.length ? fashionable : industryCode;
      named.add(from[g.below(from.length)]);
    }
    return [...named].map((code) => ({
      regionCode,
      industryCode: code,
      sourcePlan: 'demo plan 2026-2030',
      year: 2026 + g.below(5),
      plannedCapacity: 1 + g.below(3),
    }));
  });
}

export interface DemoLink {
  readonly fromRegion: string;
  readonly fromIndustry: string;
  readonly toRegion: string;
  readonly toIndustry: string;
  /** 10,000 yuan a year. */
  readonly value: number;
  /** 0 to 1. */
  readonly substitutable: number;
}

/**
 * Who supplies whom: the largest cells of the listed industries buy from one to four sellers of each of three inputs; some inputs
 * have a single seller, so that a stress test has something to find.
 */
export function demoLinks(seed: number, panel: Panel, chain: readonly string[], buyers: number): DemoLink[] {
  const g = random(seed).fork('links');
  const column = chain.map((code) => panel.industryCode.indexOf(code)).filter((i) => i >= 0);
  const sellers = new Map(
    column.map((i) => [
      i,
      running(Float64Array.from(panel.regionCode, (_, r) => panel.value[r * panel.industries + i])),
    ]),
  );
  const cells = column
    .flatMap((i) => panel.regionCode.map((_, r) => ({ r, i, jobs: panel.value[r * panel.industries + i] })))
    .sort((a, b) => b.jobs - a.jobs || a.r - b.r || a.i - b.i)
    .slice(0, buyers);
  return cells.flatMap(({ r, i, jobs }) =>
    [1, 2, 3].flatMap((step) => {
      const input = column[(column.indexOf(i) + step * 2 + g.below(2)) % column.length];
      const upTo = sellers.get(input) as Float64Array;
      const from = new Set(Array.from({ length: 1 + g.below(4) }, () => drawn(upTo, g.next())));
      const substitutable = Math.round(100 * g.next()) / 100;
      return [...from].map((seller) => ({
        fromRegion: panel.regionCode[seller],
        fromIndustry: panel.industryCode[input],
        toRegion: panel.regionCode[r],
        toIndustry: panel.industryCode[i],
        value: Math.round((jobs * 20 * (0.5 + g.next())) / from.size),
        substitutable,
      }));
    }),
  );
}
