import type { GridBranch, GridLoad, GridNetwork } from './network.js';

/** One village: its transformer, lines from the busbar on (which has the transformer's id) and customers. */
export interface LowVoltageVillage {
  readonly id: string;
  readonly ratedKva: number;
  /** Line-to-line voltage of the village, and of the line that feeds its transformer, V. */
  readonly ratedV: number;
  readonly feedingV: number;
  /** Voltage of the feeding side, per unit. */
  readonly feedingPu: number;
  readonly ukPct: number;
  readonly pCuKw: number;
  readonly pFeKw: number;
  readonly i0Pct: number;
  readonly nodes: readonly string[];
  readonly lines: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly lengthKm: number;
    readonly rOhmPerKm: number;
    readonly xOhmPerKm: number;
    /** null = unknown: the line is then not checked. */
    readonly ratedA: number | null;
    /** Zero over positive sequence impedance; null = unknown, and a calculation by phase is refused. */
    readonly zeroRatio: number | null;
  }[];
  readonly customers: readonly {
    readonly id: string;
    readonly node: string;
    readonly connectedKw: number;
    readonly powerFactor: number;
  }[];
}

/** Impedance below which a line is a joint: its ends are one node. */
const jointOhm = 1e-6;

/**
 * A village as a network: a stiff feeding side, a Dyn5 transformer and its low-voltage lines. A line without impedance (length 0)
 * becomes a link, and a warning says so. Node names must be known; whoever reads them checks that.
 */
export function lowVoltageNetwork(v: LowVoltageVillage): GridNetwork {
  const names = [`${v.id} feeding side`, v.id, ...v.nodes.filter((n) => n !== v.id)];
  const at = new Map(names.map((n, i) => [n, i]));
  const node = (name: string) => at.get(name) as number;
  const loss = { pkW: v.pCuKw * 1000, p0W: v.pFeKw * 1000, i0: v.i0Pct / 100 };
  const transformer: GridBranch = {
    kind: 'transformer',
    id: v.id,
    from: 0,
    to: 1,
    fromOn: true,
    toOn: true,
    u1V: v.feedingV,
    u2V: v.ratedV,
    ratedVa: v.ratedKva * 1000,
    uk: v.ukPct / 100,
    ...loss,
    i0Zero: loss.i0,
    p0ZeroW: loss.p0W,
    windingFrom: 'delta',
    windingTo: 'wyeN',
    clock: 5,
    tapSide: 'from',
    tapPosition: 0,
    tapMin: -2,
    tapMax: 2,
    tapNominal: 0,
    tapSizeV: 0.025 * v.feedingV,
    ukMin: Number.NaN,
    ukMax: Number.NaN,
    pkMinW: Number.NaN,
    pkMaxW: Number.NaN,
    groundFromOhm: [0, 0],
    groundToOhm: [0, 0],
  };
  const warnings: string[] = [];
  const lines = v.lines.map((l): GridBranch => {
    const ends = { id: l.id, from: node(l.from), to: node(l.to), fromOn: true, toOn: true };
    const [r1, x1] = [l.rOhmPerKm * l.lengthKm, l.xOhmPerKm * l.lengthKm];
    if (Math.hypot(r1, x1) < jointOhm) {
      warnings.push(`line ${l.id} has no impedance: ${l.from} and ${l.to} are one node`);
      return { ...ends, kind: 'link' };
    }
    const k = l.zeroRatio ?? Number.NaN;
    const zero = { r0: k * r1, x0: k * x1, c0: 0, tan0: 0 };
    return { ...ends, kind: 'line', r1, x1, c1: 0, tan1: 0, ...zero, ratedA: l.ratedA ?? Number.NaN };
  });
  const loads = v.customers.map((c): GridLoad => ({
    id: c.id,
    node: node(c.node),
    on: true,
    model: 'power',
    pW: [c.connectedKw * 1000],
    qVar: [c.connectedKw * 1000 * Math.tan(Math.acos(c.powerFactor))],
    isGenerator: false,
  }));
  return {
    name: v.id,
    frequencyHz: 50,
    nodes: names.map((id, i) => ({ id, ratedV: i === 0 ? v.feedingV : v.ratedV })),
    branches: [transformer, ...lines],
    shunts: [],
    sources: [
      {
        id: `${v.id} source`,
        node: 0,
        on: true,
        uPu: [v.feedingPu],
        angleRad: [0],
        shortCircuitVa: 1e20,
        rxRatio: 0.1,
        z01Ratio: 1,
      },
    ],
    loads,
    warnings,
  };
}
