import assert from 'node:assert/strict';
import { isQipanError, type Random } from '@qipan/base';
import type { Table } from './brute-force.js';

/** A location problem with capacities as plain numbers: what the files of this folder are written from. */
export interface PlainInstance {
  /** `costs[i][j]`: serving the whole of customer i from site j. */
  readonly costs: Table;
  readonly demand: readonly number[];
  readonly fixedCost: readonly number[];
  readonly capacity: readonly number[];
}

/** A drawn instance whose capacities carry the demand, whole numbers throughout. */
export function plainInstance(rng: Random, n: number, m: number): PlainInstance {
  const demand = Array.from({ length: n }, () => 1 + rng.below(9));
  const wanted = demand.reduce((a, b) => a + b, 0);
  return {
    costs: Array.from({ length: n }, () => Array.from({ length: m }, () => rng.below(100))),
    demand,
    fixedCost: Array.from({ length: m }, () => rng.below(200)),
    capacity: Array.from({ length: m }, () => Math.ceil(wanted / m) + 9 + rng.below(20)),
  };
}

const sites = (p: PlainInstance): number[] => [...p.capacity.keys()];
const transposed = (p: PlainInstance): number[][] => sites(p).map((j) => p.costs.map((row) => row[j]));
const lines = (rows: readonly (readonly (number | string)[])[]): string =>
  `${rows.map((r) => r.join(' ')).join('\n')}\n`;

/** The layouts as the README of the data sets states them, one writer each. */
export const writers = {
  /** `m n`; m × (capacity, fixed cost); per customer its demand and m costs. */
  orlib: (p: PlainInstance): string =>
    lines([
      [p.capacity.length, p.demand.length],
      ...sites(p).map((j) => [p.capacity[j], p.fixedCost[j]]),
      ...p.demand.map((d, i) => [d, ...p.costs[i]]),
    ]),
  /** `m n`; m × (capacity, fixed cost); n demands; m rows × n costs. */
  holmberg: (p: PlainInstance): string =>
    lines([
      [p.capacity.length, p.demand.length],
      ...sites(p).map((j) => [p.capacity[j], p.fixedCost[j]]),
      p.demand,
      ...transposed(p),
    ]),
  /** `n m`; n rows × m costs; n demands; m fixed costs; m capacities. */
  delmaire: (p: PlainInstance): string =>
    lines([[p.demand.length, p.capacity.length], ...p.costs, p.demand, p.fixedCost, p.capacity]),
  /** `m n`; n demands; m capacities; m fixed costs; m rows × n unit costs. */
  tbed: (p: PlainInstance): string =>
    lines([
      [p.capacity.length, p.demand.length],
      p.demand,
      p.capacity,
      p.fixedCost,
      ...transposed(p).map((row) => row.map((c, i) => (c / p.demand[i]).toFixed(6))),
    ]),
} as const;

/** Asserts a refusal with its code and what the sentence must say; gives the details. */
export function refused(act: () => unknown, code: string, says: RegExp): Readonly<Record<string, unknown>> {
  try {
    act();
  } catch (e) {
    assert.ok(isQipanError(e), String(e));
    assert.equal(e.code, code, e.message);
    assert.match(e.message, says);
    return e.details ?? {};
  }
  assert.fail(`not refused: ${code} ${String(says)}`);
}

/** The text with its word number `at` (from 0, lines kept) put otherwise, and the line on which it stands. */
export function withWord(text: string, at: number, to: string): { readonly text: string; readonly line: number } {
  let k = -1;
  let line = 0;
  const changed = text.replace(/\S+/g, (word, offset: number) => {
    if (++k !== at) return word;
    line = text.slice(0, offset).split('\n').length;
    return to;
  });
  assert.ok(line > 0, `there is no word ${at}`);
  return { text: changed, line };
}

export const wordCount = (text: string): number => text.split(/\s+/).filter((w) => w !== '').length;
