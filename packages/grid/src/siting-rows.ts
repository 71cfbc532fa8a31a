import type { GridLimits } from './hosting-check.js';
import type { GridNetwork } from './network.js';
import { powerFlow } from './power-flow.js';

/** One linear row of the siting model: `Σ_j coefficient_j · P_j ≤ room` with P_j the charging power at a site, kW. */
export interface HostingRow {
  readonly name: string;
  readonly kind: 'transformer' | 'line' | 'lowVoltage';
  readonly element: string;
  /** Numbers in the list of sites, and their coefficients: kW, A or per unit of voltage a kW. */
  readonly site: Int32Array;
  readonly coefficient: Float64Array;
  readonly room: number;
}

const probeKw = 1;

function withPower(network: GridNetwork, node: number, kw: number): GridNetwork {
  return {
    ...network,
    loads: [
      ...network.loads,
      { id: `probe ${node}`, node, on: true, model: 'power', pW: [kw * 1000], qVar: [0], isGenerator: false },
    ],
  };
}

/**
 * Linear rows of a network around its base load: what one kW at each site costs every transformer, line and node. Sensitivities are
 * taken by a small step of the exact flow, so they hold transformers and shunts too. A row stands only where the sites together could
 * pass the limit; a row that another one implies is left out.
 * @param sites network nodes at which charging may be connected
 * @param mostKw largest power each site can take
 * @returns null when the base load alone has no solution
 */
export function hostingRows(
  network: GridNetwork,
  sites: Int32Array,
  mostKw: Float64Array,
  limits: GridLimits,
): HostingRow[] | null {
  const base = powerFlow(network, 1);
  if (base.status !== 'converged') return null;
  const probes = Array.from(sites, (node) => powerFlow(withPower(network, node, probeKw), 1));
  const rows: HostingRow[] = [];
  const add = (row: Omit<HostingRow, 'site' | 'coefficient' | 'name'>, slope: (k: number) => number) => {
    const coefficient = Float64Array.from(sites, (_, k) => Math.max(0, slope(k) / probeKw));
    let most = 0;
    coefficient.forEach((c, k) => (most += c * mostKw[k]));
    if (most <= row.room) return;
    const used = [...coefficient.keys()].filter((k) => coefficient[k] > 1e-12);
    rows.push({
      ...row,
      name: `${row.kind} ${row.element}`,
      site: Int32Array.from(used),
      coefficient: Float64Array.from(used, (k) => coefficient[k]),
    });
  };
  network.branches.forEach((b, k) => {
    const now = base.branches[k];
    if (!now || !now.isEnergized || b.kind === 'link' || Number.isNaN(now.loading)) return;
    const kind = b.kind === 'transformer' ? 'transformer' : 'line';
    const limit = kind === 'transformer' ? limits.transformerLoading : limits.lineLoading;
    add({ kind, element: b.id, room: limit - now.loading }, (s) => probes[s].branches[k].loading - now.loading);
  });
  network.nodes.forEach((n, i) => {
    const now = base.nodes[i];
    if (!now.isEnergized) return;
    add(
      { kind: 'lowVoltage', element: n.id, room: now.uPu[0] - limits.minPu },
      (s) => now.uPu[0] - probes[s].nodes[i].uPu[0],
    );
  });
  return rows.filter(
    (row, i) => !rows.some((other, j) => j !== i && implies(other, row) && !(implies(row, other) && i < j)),
  );
}

/** True when every choice that satisfies `a` satisfies `b`: a's coefficients, scaled to one room, are all at least b's. */
function implies(a: HostingRow, b: HostingRow): boolean {
  if (a.room <= 0 || b.room <= 0) return false;
  const at = new Map([...a.site].map((s, k) => [s, a.coefficient[k] / a.room]));
  return [...b.site].every((s, k) => (at.get(s) ?? 0) >= b.coefficient[k] / b.room - 1e-12);
}

export interface PlanCheck {
  readonly ok: boolean;
  readonly status: 'converged' | 'noSolution';
  readonly violations: readonly {
    readonly kind: HostingRow['kind'] | 'noSolution';
    readonly element: string;
    readonly value: number;
    readonly limit: number;
  }[];
}

/** The exact check after a plan: the full flow with the planned power at the sites, every element against its limit. */
export function checkPlan(
  network: GridNetwork,
  sites: Int32Array,
  powerKw: Float64Array,
  limits: GridLimits,
): PlanCheck {
  let planned = network;
  sites.forEach((node, k) => {
    if (powerKw[k] > 0) planned = withPower(planned, node, powerKw[k]);
  });
  const flow = powerFlow(planned, 1);
  if (flow.status !== 'converged')
    return {
      ok: false,
      status: 'noSolution',
      violations: [{ kind: 'noSolution', element: 'network', value: Number.NaN, limit: Number.NaN }],
    };
  const violations = [
    ...flow.branches.flatMap((b, k) => {
      const kind = network.branches[k].kind === 'transformer' ? ('transformer' as const) : ('line' as const);
      const limit = kind === 'transformer' ? limits.transformerLoading : limits.lineLoading;
      return b.loading > limit + 1e-9 ? [{ kind, element: b.id, value: b.loading, limit }] : [];
    }),
    ...flow.nodes.flatMap((n) =>
      n.isEnergized && n.uPu[0] < limits.minPu - 1e-9
        ? [{ kind: 'lowVoltage' as const, element: n.id, value: n.uPu[0], limit: limits.minPu }]
        : [],
    ),
  ];
  return { ok: violations.length === 0, status: 'converged', violations };
}
