import { sha256Hex } from '@qipan/numeric';
import type { PlanProblem } from './problem.js';

/**
 * SHA-256 of a problem's canonical text: JSON with the keys of every object in order of their code units, typed arrays as
 * lists, numbers in their shortest form, and the words `NaN`, `Infinity`, `-Infinity` for what JSON cannot say.
 */
export function problemHash(problem: PlanProblem): string {
  return sha256Hex(canonicalText(problem));
}

function canonicalText(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : `"${String(value)}"`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (ArrayBuffer.isView(value))
    return `[${Array.from(value as unknown as ArrayLike<number>, canonicalText).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(object[key])}`).join(',')}}`;
}
