import { QipanError } from '@qipan/base';
import { isPointCost } from '../location/service-lists.js';
import { pointDistance } from '../location/point-distance.js';
import type { Costs, CsrCost, LocationProblem, LocationResult, SolveOptions } from '../location/problem.js';
import { solveLocation } from '../location/solve.js';
import { readMclpCity, readSjc, readTsplib } from './coordinates.js';
import { readCsv } from './csv.js';
import type { Instance, ReadOptions } from './instance.js';
import { denseCosts, readOrlibGraph, readOrlibWarehouses } from './orlib.js';
import { readDelmaire, readHolmberg, readTbed } from './single-source.js';

/** Problems that can be asked of a file. */
export const fileProblems = ['p-median', 'p-center', 'mclp', 'lscp', 'ufl', 'cfl'] as const;
export type FileProblem = (typeof fileProblems)[number];

/** Formats that are read. */
export const fileFormats = ['orlib', 'tsplib', 'holmberg', 'delmaire', 'tbed', 'mclp-city', 'sjc', 'csv'] as const;
export type FileFormat = (typeof fileFormats)[number];

export interface SolveFileOptions extends SolveOptions, Partial<ReadOptions> {
  /** Number of sites; without it the file's own. */
  readonly p?: number;
  /** Covering radius in the file's own unit of distance (metres for city files, kilometres for lon/lat). */
  readonly radius?: number;
  /** Overrides how the format means capacities: OR-Library and CSV split, the others single-source. */
  readonly singleSource?: boolean;
}

/** A result in the terms of the file. */
export interface SolvedFile {
  readonly problem: LocationProblem;
  readonly result: LocationResult;
  readonly status: LocationResult['status'];
  /** Null when there is no solution. */
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  /** Ids of the open sites as the file counts them. */
  readonly open: readonly (number | string)[];
  readonly warnings: readonly string[];
}

/**
 * Reads an instance from the text of a file and solves it.
 *
 * @throws `BAD_FILE` and others with file, line, got, expected when the text is not what the format says;
 * `BAD_USAGE` when the file cannot carry the problem or a number is missing; `UNSUPPORTED_FORMAT` for unknown names
 */
export function solveFile(
  problem: FileProblem,
  format: FileFormat,
  text: string,
  options: SolveFileOptions = {},
): SolvedFile {
  const file = options.file ?? 'input';
  const instance = readInstance(problem, format, text, { ...options, file });
  const asked = problemOf(problem, instance, options);
  const result = solveLocation(asked, options);
  const finite = (v: number) => (Number.isFinite(v) ? v : null);
  return {
    problem: asked,
    result,
    status: result.status,
    value: finite(result.value),
    bound: finite(result.bound),
    gap: finite(result.gap),
    open: Array.from(result.open, instance.siteId),
    warnings: instance.warnings,
  };
}

/** Reads the text of a file; OR-Library has one layout for graphs and one for warehouses, told apart by the problem. */
export function readInstance(problem: FileProblem, format: FileFormat, text: string, o: ReadOptions): Instance {
  switch (format) {
    case 'orlib':
      return problem === 'cfl' || problem === 'ufl' ? readOrlibWarehouses(text, o) : readOrlibGraph(text, o);
    case 'tsplib':
      return readTsplib(text, o);
    case 'holmberg':
      return readHolmberg(text, o);
    case 'delmaire':
      return readDelmaire(text, o);
    case 'tbed':
      return readTbed(text, o);
    case 'mclp-city':
      return readMclpCity(text, o);
    case 'sjc':
      return readSjc(text, o);
    case 'csv':
      return readCsv(text, o);
    default:
      throw new QipanError('UNSUPPORTED_FORMAT', `format "${String(format)}"; expected ${fileFormats.join(', ')}`, {
        got: format,
        expected: fileFormats.join(', '),
      });
  }
}

function problemOf(kind: FileProblem, instance: Instance, o: SolveFileOptions): LocationProblem {
  const p = () => given('p', '--p', o.p ?? instance.p);
  const cover = () => {
    const radius = given('a radius', '--radius', o.radius ?? null);
    if (!(radius >= 0)) throw new QipanError('OUT_OF_RANGE', `radius = ${radius}; expected ≥ 0`, { got: radius });
    return held(instance.cover, 'distances')(radius);
  };
  switch (kind) {
    case 'p-median':
      return { kind, costs: held(instance.costs, 'costs of service'), p: p() };
    case 'p-center':
      return { kind, costs: held(instance.distances, 'distances'), p: p() };
    case 'mclp':
      return { kind, cover: cover(), weight: instance.weight, p: p() };
    case 'lscp':
      return { kind, cover: cover(), ...(instance.fixedCost ? { fixedCost: instance.fixedCost } : {}) };
    case 'ufl':
      return {
        kind,
        costs: held(instance.costs, 'costs of service'),
        fixedCost: held(instance.fixedCost, 'fixed costs'),
      };
    case 'cfl':
      return {
        kind,
        costs: asTable(held(instance.costs, 'costs of service')),
        fixedCost: held(instance.fixedCost, 'fixed costs'),
        capacity: held(instance.capacity, 'capacities'),
        demand: held(instance.demand, 'demands'),
        singleSource: o.singleSource ?? instance.singleSource,
      };
    default:
      throw new QipanError('BAD_USAGE', `problem "${String(kind)}"; expected ${fileProblems.join(', ')}`, {
        got: kind,
        expected: fileProblems.join(', '),
      });
  }
}

function given(what: string, option: string, v: number | null): number {
  if (v === null)
    throw new QipanError('BAD_USAGE', `${what} is needed: the file gives none (${option})`, { field: option });
  return v;
}

function held<T>(part: T | null, what: string): T {
  if (part === null) throw new QipanError('BAD_USAGE', `the file holds no ${what}, which this problem needs`);
  return part;
}

/** Capacitated problems are small enough to write coordinates out as a table. */
function asTable(costs: Costs): CsrCost {
  if (!isPointCost(costs)) return costs;
  const { x, y, weight, metric } = costs;
  const n = x.length;
  const distance = pointDistance(metric);
  const value = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) value[i * n + j] = (weight ? weight[i] : 1) * distance(x[i], y[i], x[j], y[j]);
  return denseCosts(n, n, value);
}
