import { QipanError } from '@qipan/base';
import {
  chinaLimits,
  checkPlan,
  householdShape,
  hostingRows,
  lowVoltageNetwork,
  transformerTypeFor,
  type CountyTransformer,
  type GridLimits,
  type GridNetwork,
  type WorstPathL1,
} from '@qipan/grid';
import type { Board } from '@qipan/territory';
import type { GridRow } from './grid-rows.js';
import type { HostingGroupInput } from './parameters.js';
import type { PlanProblem } from './problem.js';

/** A time at which the network must hold: what the households draw then, as a part of their base load. */
export interface GridMoment {
  readonly scenarioDay: string;
  readonly hour: number;
  readonly baseFactor: number;
}

/** A network under test: its base load, where the sites of the problem are connected, and what it must hold. */
export interface PlanGrid {
  readonly name: string;
  readonly level: 'L1' | 'L2';
  readonly network: GridNetwork;
  /** Sites of the problem, and the node of the network at which each is connected. */
  readonly site: Int32Array;
  readonly node: Int32Array;
  readonly limits: GridLimits;
  readonly moments: readonly GridMoment[];
}

/** An element beyond its limit at a moment of a year; `excess` in the unit of the limit (part of the rating, per unit of voltage). */
export interface GridBreak {
  readonly grid: string;
  readonly year: number;
  readonly moment: GridMoment;
  readonly kind: 'transformer' | 'line' | 'lowVoltage' | 'noSolution';
  readonly element: string;
  readonly value: number;
  readonly limit: number;
}

/** What the full flow said of each plan on the way, and what the bound is of. */
export interface GridReport {
  /** Plans that were made: 1 when the first one held. */
  readonly rounds: number;
  /** Breaks of the plan of each round; none in the last. */
  readonly breaks: readonly (readonly GridBreak[])[];
  /** Limits that are broken with nothing built: no plan of chargers mends or worsens them. */
  readonly brokenBefore: readonly GridBreak[];
  readonly rows: number;
  /** `allRows`: of the rows the plan was made under. `tangentsOnly`: of the rows that cut no plan that holds, since others had to be added. */
  readonly boundOf: 'allRows' | 'tangentsOnly';
}

/** Every hour of the kinds of day, with the households' winter shape on all of them: nothing is measured of the others. */
export function gridMoments(scenarioDays: readonly string[]): GridMoment[] {
  const days = scenarioDays.length > 0 ? scenarioDays : ['weekday'];
  return days.flatMap((scenarioDay) =>
    householdShape.map((part, hour) => ({
      scenarioDay,
      hour,
      baseFactor: part,
    })),
  );
}

/**
 * The moments that can be worst: charging stands at its installed power throughout, so of two moments the one with more base load
 * decides. One moment of the largest base load stands for all.
 */
export function worstMoment(grid: PlanGrid): GridMoment {
  return grid.moments.reduce((a, b) => (b.baseFactor > a.baseFactor ? b : a));
}

const scaled = (network: GridNetwork, factor: number): GridNetwork => ({
  ...network,
  loads: network.loads.map((l) => ({ ...l, pW: l.pW.map((x) => x * factor), qVar: l.qVar.map((x) => x * factor) })),
});

/**
 * Rows of one network as tangents of the exact flow at the worst moment, with `powerKw` at its sites already drawn: at a plan that breaks a
 * limit the tangent cuts that plan off. Loading and voltage drop are convex in what is drawn, so a tangent never cuts a plan that holds.
 * @returns null when there is no flow at this point
 */
export function tangentRows(grid: PlanGrid, powerKw: Float64Array, mostKw: Float64Array): GridRow[] | null {
  const base = scaled(grid.network, worstMoment(grid).baseFactor);
  const at: GridNetwork = {
    ...base,
    loads: [
      ...base.loads,
      ...Array.from(grid.site, (_, k) => ({
        id: `planned ${k}`,
        node: grid.node[k],
        on: true,
        model: 'power' as const,
        pW: [powerKw[k] * 1000],
        qVar: [0],
        isGenerator: false,
      })),
    ],
  };
  const rows = hostingRows(at, grid.node, mostKw, grid.limits);
  return (
    rows?.map((r) => {
      const site = Array.from(r.site, (k) => grid.site[k]);
      const coefficient = Array.from(r.coefficient);
      const drawn = coefficient.reduce((s, c, n) => s + c * powerKw[r.site[n]], 0);
      // A limit that the base load breaks by itself leaves no room, and takes nothing from what stands.
      return { name: `${grid.name}: ${r.name}`, site, coefficient, room: Math.max(0, r.room + drawn) };
    }) ?? null
  );
}

/** The full flow of every network with what a plan has installed, in every year at every moment that can be worst. */
export function gridBreaks(
  grids: readonly PlanGrid[],
  years: readonly number[],
  installedKw: (site: number, year: number) => number,
): GridBreak[] {
  return grids.flatMap((grid) => {
    const moment = worstMoment(grid);
    const network = scaled(grid.network, moment.baseFactor);
    let before = '';
    let found: GridBreak[] = [];
    return years.flatMap((year, t) => {
      const kw = Float64Array.from(grid.site, (j) => installedKw(j, t));
      const key = kw.join();
      // What has not changed since the year before breaks as much as then.
      if (key !== before)
        found = checkPlan(network, grid.node, kw, grid.limits).violations.map((v) => ({
          grid: grid.name,
          year,
          moment,
          ...v,
        }));
      before = key;
      return found.map((b) => ({ ...b, year }));
    });
  });
}

/** A path of level L1 as a network: its sections in a row, all load at the far end where the path is worst. */
function pathNetwork(p: WorstPathL1, peakKw: number): GridNetwork {
  const { ukPct, pCuKw, pFeKw, i0Pct } = transformerTypeFor(p.ratedKva);
  const nodes = p.sections.map((_, n) => `${p.id}/${n + 1}`);
  const share = p.shareOfCustomers ?? 1;
  const load = (id: string, node: string, connectedKw: number) => ({
    id,
    node,
    connectedKw,
    powerFactor: p.powerFactor ?? 0.95,
  });
  return lowVoltageNetwork({
    id: p.id,
    ratedKva: p.ratedKva,
    ratedV: p.ratedV,
    feedingV: 10_000,
    feedingPu: 1,
    ukPct,
    pCuKw,
    pFeKw,
    i0Pct,
    nodes,
    lines: p.sections.map((s, n) => ({
      id: `${p.id} section ${n + 1}`,
      from: n === 0 ? p.id : nodes[n - 1],
      to: nodes[n],
      ...s,
      zeroRatio: null,
    })),
    customers: [
      load(`${p.id} path`, nodes.at(-1) ?? p.id, peakKw * share),
      ...(share < 1 ? [load(`${p.id} rest`, p.id, peakKw * (1 - share))] : []),
    ],
  });
}

const peakOf = (t: CountyTransformer) => t.ledger.basePeakKw ?? 1.2 * t.ledger.customers;

/** Sites of a board by the transformer that their column names. */
function sitesUnder(board: Board): Map<string, string[]> {
  const out = new Map<string, string[]>();
  board.sites.transformer.forEach((id, row) => {
    if (id !== '') (out.get(id) ?? out.set(id, []).get(id))?.push(board.sites.id[row]);
  });
  return out;
}

/**
 * Transformers known by their ledger alone (level L0): spare power as a hosting group, `kVA · power factor · loading − evening peak`.
 * @throws UNKNOWN_REFERENCE for a site whose transformer is not among those given
 */
export function ledgerGroups(
  board: Board,
  transformers: readonly CountyTransformer[],
  years: readonly number[],
): HostingGroupInput[] {
  const known = new Map(transformers.map((t) => [t.id, t]));
  return [...sitesUnder(board)].flatMap(([id, sites]): HostingGroupInput[] => {
    const t = known.get(id);
    if (!t)
      throw new QipanError('UNKNOWN_REFERENCE', `site ${sites[0]}: no transformer ${id} among the grid data`, {
        field: 'sites.transformer',
        got: id,
        expected: 'the id of a transformer of the grid data',
      });
    if (t.level !== 'L0') return [];
    const spare = t.ledger.ratedKva * (t.ledger.powerFactor ?? 0.95) * chinaLimits.transformerLoading - peakOf(t);
    return [{ name: t.name ?? id, sites, spareKwByYear: { [years[0]]: Math.max(0, spare) } }];
  });
}

/**
 * Networks of levels L1 and L2 with the sites of a problem connected: at the node that the site's `feeder` names, else at the busbar
 * of the transformer; under a worst path, at its far end.
 */
export function planGrids(
  problem: PlanProblem,
  board: Board,
  transformers: readonly CountyTransformer[],
  limits: GridLimits = chinaLimits,
): PlanGrid[] {
  const number = new Map(problem.sites.id.map((id, j) => [id, j]));
  const row = new Map(board.sites.id.map((id, n) => [id, n]));
  const under = sitesUnder(board);
  const moments = gridMoments([...new Set(problem.peaks.map((p) => p.scenarioDay))]);
  return transformers.flatMap((t): PlanGrid[] => {
    const sites = (under.get(t.id) ?? []).filter((id) => number.has(id));
    if (sites.length === 0 || t.level === 'L0') return [];
    const network = t.network ?? (t.path ? pathNetwork(t.path, peakOf(t)) : null);
    if (!network) return [];
    const connected = network.loads.reduce((s, l) => s + l.pW.reduce((a, b) => a + b, 0), 0) / 1000;
    // Connected loads are not drawn all at once: the measured evening peak says how much together.
    const together = t.level === 'L2' && connected > 0 ? Math.min(1, peakOf(t) / connected) : 1;
    const nodeOf = (id: string) => {
      if (t.level === 'L1') return network.nodes.length - 1;
      const feeder = board.sites.feeder[row.get(id) as number];
      const at = network.nodes.findIndex((n) => n.id === feeder);
      return at >= 0 ? at : network.nodes.findIndex((n) => n.id === t.id);
    };
    return [
      {
        name: t.name ?? t.id,
        level: t.level,
        network: scaled(network, together),
        site: Int32Array.from(sites, (id) => number.get(id) as number),
        node: Int32Array.from(sites, nodeOf),
        limits,
        moments,
      },
    ];
  });
}
