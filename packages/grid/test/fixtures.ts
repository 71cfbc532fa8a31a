import type {
  GridBranch,
  GridLoad,
  GridNetwork,
  GridShunt,
  GridSource,
  LineBranch,
  TransformerBranch,
} from '@qipan/grid';

/** A source so stiff that its node keeps its voltage to the last digit. */
export const source = (node: number, change: Partial<GridSource> = {}): GridSource => ({
  id: `s${node}`,
  node,
  on: true,
  uPu: [1],
  angleRad: [0],
  shortCircuitVa: 1e20,
  rxRatio: 0.1,
  z01Ratio: 1,
  ...change,
});

export const line = (id: string, from: number, to: number, change: Partial<LineBranch> = {}): LineBranch => ({
  kind: 'line',
  id,
  from,
  to,
  fromOn: true,
  toOn: true,
  r1: 0.02,
  x1: 0.01,
  c1: 0,
  tan1: 0,
  r0: 0.06,
  x0: 0.03,
  c0: 0,
  tan0: 0,
  ratedA: 100,
  ...change,
});

/** 100 kVA 10/0.4 kV, uk 4 %, copper 1.2 kW, no iron branch unless asked for. */
export const transformer = (
  id: string,
  from: number,
  to: number,
  change: Partial<TransformerBranch> = {},
): TransformerBranch => ({
  kind: 'transformer',
  id,
  from,
  to,
  fromOn: true,
  toOn: true,
  u1V: 10_000,
  u2V: 400,
  ratedVa: 100_000,
  uk: 0.04,
  pkW: 1200,
  i0: 0,
  p0W: 0,
  i0Zero: 0,
  p0ZeroW: 0,
  windingFrom: 'delta',
  windingTo: 'wyeN',
  clock: 5,
  tapSide: 'from',
  tapPosition: 0,
  tapMin: -2,
  tapMax: 2,
  tapNominal: 0,
  tapSizeV: 250,
  ukMin: Number.NaN,
  ukMax: Number.NaN,
  pkMinW: Number.NaN,
  pkMaxW: Number.NaN,
  groundFromOhm: [0, 0],
  groundToOhm: [0, 0],
  ...change,
});

export const load = (node: number, pW: number | readonly number[], change: Partial<GridLoad> = {}): GridLoad => {
  const p = typeof pW === 'number' ? [pW] : pW;
  return {
    id: `d${node}`,
    node,
    on: true,
    model: 'power',
    pW: p,
    qVar: p.map((x) => 0.3 * x),
    isGenerator: false,
    ...change,
  };
};

export const shunt = (node: number, change: Partial<GridShunt> = {}): GridShunt => ({
  id: `h${node}`,
  node,
  on: true,
  g1: 0,
  b1: 0,
  g0: 0,
  b0: 0,
  ...change,
});

export interface Parts {
  readonly ratedV: readonly number[];
  readonly branches?: readonly GridBranch[];
  readonly loads?: readonly GridLoad[];
  readonly sources?: readonly GridSource[];
  readonly shunts?: readonly GridShunt[];
}

export const network = (p: Parts): GridNetwork => ({
  name: 'fixture',
  frequencyHz: 50,
  nodes: p.ratedV.map((ratedV, i) => ({ id: `n${i}`, ratedV })),
  branches: p.branches ?? [],
  shunts: p.shunts ?? [],
  sources: p.sources ?? [source(0)],
  loads: p.loads ?? [],
  warnings: [],
});

/** `count` nodes of 400 V. */
export const lowVoltage = (count: number): number[] => Array.from({ length: count }, () => 400);
