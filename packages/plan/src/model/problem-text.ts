import { sha256Hex } from '@qipan/numeric';
import type { PlanProblem } from './problem.js';

/** A value as JSON with the keys of objects in order and typed arrays as lists; NaN and infinities by name. */
function canonical(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, canonical);
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>).filter(([, v]) => v !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, canonical(v)]));
  }
  return value;
}

/** SHA-256 of everything that decides the optimum: what a certificate is tied to. Facts for the reports are left out. */
export function problemHash(problem: PlanProblem): string {
  const { facts: _facts, ...decisive } = problem;
  return sha256Hex(JSON.stringify(canonical(decisive)));
}
