import { secondEigenvector } from '@qipan/numeric';
import type { Presence } from '../presence.js';
import { ranks } from './ranks.js';
import { reflections } from './reflections.js';

/** EconGeo's KCI (regions) and TCI (industries), NaN where the rounded matrix has no clear second direction. */
export interface KnowledgeComplexity {
  readonly region: Float64Array;
  readonly industry: Float64Array;
}

const round4 = (x: number): number => Math.round(x * 1e4) / 1e4;

/** `D⁻¹M(MU⁻¹)ᵀ` by region, or its counterpart by industry, every cell rounded to 4 decimals. */
function rounded(m: Presence, by: 'region' | 'industry'): Float64Array {
  const [n, inner] = by === 'region' ? [m.rows, m.cols] : [m.cols, m.rows];
  const lists: number[][] = Array.from({ length: n }, () => []);
  const members: number[][] = Array.from({ length: inner }, () => []);
  for (let r = 0; r < m.rows; r++) {
    for (let e = m.start[r]; e < m.start[r + 1]; e++) {
      const [a, b] = by === 'region' ? [r, m.index[e]] : [m.index[e], r];
      lists[a].push(b);
      members[b].push(a);
    }
  }
  const out = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (const b of lists[a]) {
      const share = 1 / lists[a].length / members[b].length;
      for (const c of members[b]) out[a * n + c] += share;
    }
  }
  for (let k = 0; k < out.length; k++) out[k] = round4(out[k]);
  return out;
}

function correlation(x: Float64Array, y: Float64Array): number {
  const mean = (v: Float64Array) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - mx) * (y[i] - my);
  return sum;
}

/** The second eigenvector over its own sum, which is where EconGeo's sign comes from before it is turned. */
function scaled(a: Float64Array, n: number): Float64Array {
  const second = secondEigenvector(a, n);
  if (!second.converged) return new Float64Array(n).fill(Number.NaN);
  const sum = second.vector.reduce((x, y) => x + y, 0);
  return second.vector.map((v) => v / sum);
}

/**
 * Knowledge complexity as R EconGeo 1.3 computes it (`KCI`, `TCI`): second eigenvector of the projected matrix rounded to four
 * decimals, divided by its sum, not centred, not standardised. KCI is turned to agree with twenty reflections, TCI against
 * ubiquity (Spearman). The rounding makes it coarse: compare ranks, not values, with other recipes. Dense: O((R² + I²)·steps).
 */
export function knowledgeComplexity(m: Presence): KnowledgeComplexity {
  const region = scaled(rounded(m, 'region'), m.rows);
  const industry = scaled(rounded(m, 'industry'), m.cols);
  const turn = (x: Float64Array, wrong: boolean) => (wrong ? x.map((v) => -v) : x);
  return {
    region: turn(region, correlation(region, reflections(m, 20).region) < 0),
    industry: turn(industry, correlation(ranks(industry), ranks(Float64Array.from(m.ubiquity))) > 0),
  };
}
