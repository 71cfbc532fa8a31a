import type { Bilingual } from '@qipan/base';
import type { PlanProblem } from '../model/problem.js';

/** A quantity of a layout that linking rows may count. `station` depends on the threshold, so a family adds its own. */
export interface Feature {
  readonly name: string;
  /** By layout, [V]. */
  readonly value: Float64Array;
}

/** The part of a row that counts a feature of some sites in one year. */
export interface RowTerm {
  readonly year: number;
  readonly feature: Feature;
  readonly sites: Int32Array;
  readonly coefficient: Float64Array;
}

/** A row that links sites: `Σ coefficient · feature(layout of site in year) + slack ≥ rhs`, slack ≥ 0 at a price. */
export interface LinkRow {
  /** Id of the township, county, hosting group or year: names may stand twice. */
  readonly whereId: string;
  readonly where: string;
  readonly year: number;
  readonly terms: readonly RowTerm[];
  readonly rhs: number;
  /** Discounted price of a unit of slack; Infinity = the row holds without exception. */
  readonly price: number;
  /** Size of a reasonable multiplier: scales the first steps. */
  readonly typicalPrice: number;
}

/** A kind of linking constraint: its stable name, its inequality in words, and its rows. Further kinds are further files. */
export interface Family {
  readonly name: string;
  readonly inequality: Bilingual;
  readonly unit: string;
  readonly rows: (problem: PlanProblem, features: LayoutFeatures) => readonly LinkRow[];
}

/** Features that several families share. */
export interface LayoutFeatures {
  /** 1 for every layout but nothing. */
  readonly open: Feature;
  readonly guns: Feature;
  readonly powerKw: Feature;
  /** Installed cost of the modules, undiscounted. */
  readonly installedCost: Feature;
}

/** Value of each layout as a sum over its modules. */
function overModules(problem: PlanProblem, each: (k: number) => number): Float64Array {
  const K = problem.moduleTypes.length;
  const V = problem.layoutCounts.length / K;
  const out = new Float64Array(V);
  for (let v = 0; v < V; v++) for (let k = 0; k < K; k++) out[v] += problem.layoutCounts[v * K + k] * each(k);
  return out;
}

export function layoutFeatures(problem: PlanProblem): LayoutFeatures {
  const types = problem.moduleTypes;
  const guns = overModules(problem, (k) => types[k].guns);
  return {
    open: { name: 'open', value: guns.map((n) => (n > 0 ? 1 : 0)) },
    guns: { name: 'guns', value: guns },
    powerKw: { name: 'powerKw', value: overModules(problem, (k) => types[k].powerKw) },
    installedCost: { name: 'installedCost', value: overModules(problem, (k) => types[k].capex) },
  };
}

/** Sites by a group number; sites of group −1 belong to none. */
export function sitesByGroup(group: Int32Array, groups: number): Int32Array[] {
  const lists: number[][] = Array.from({ length: groups }, () => []);
  group.forEach((g, j) => {
    if (g >= 0) lists[g].push(j);
  });
  return lists.map((list) => Int32Array.from(list));
}

export const ones = (n: number): Float64Array => new Float64Array(n).fill(1);
