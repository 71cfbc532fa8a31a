/** A network in physical units, as the readers give it. Nodes are referred to by their place in `nodes`. */
export interface GridNetwork {
  readonly name: string;
  readonly frequencyHz: number;
  readonly nodes: readonly GridNode[];
  readonly branches: readonly GridBranch[];
  readonly shunts: readonly GridShunt[];
  readonly sources: readonly GridSource[];
  readonly loads: readonly GridLoad[];
  /** What the reader had to say, one sentence each. */
  readonly warnings: readonly string[];
}

export interface GridNode {
  readonly id: string;
  /** Rated line-to-line voltage, V. */
  readonly ratedV: number;
}

interface BranchEnds {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** Switch closed at that end. */
  readonly fromOn: boolean;
  readonly toOn: boolean;
}

/** π line: series r + jx in Ω, shunt capacitance in F with loss angle tangent; sequence 1 and 0 (NaN = unknown). */
export interface LineBranch extends BranchEnds {
  readonly kind: 'line';
  readonly r1: number;
  readonly x1: number;
  readonly c1: number;
  readonly tan1: number;
  readonly r0: number;
  readonly x0: number;
  readonly c0: number;
  readonly tan0: number;
  /** Rated current, A; NaN = unknown. */
  readonly ratedA: number;
}

/** Line given by phase matrices: 3×3, or 4×4 with the neutral last (reduced by Kron), Ω and F. */
export interface PhaseLineBranch extends BranchEnds {
  readonly kind: 'phaseLine';
  readonly r: readonly (readonly number[])[];
  readonly x: readonly (readonly number[])[];
  readonly c: readonly (readonly number[])[];
  readonly ratedA: number;
}

/** A closed link is no impedance at all: its ends are one node. */
export interface LinkBranch extends BranchEnds {
  readonly kind: 'link';
}

export type Winding = 'wye' | 'wyeN' | 'delta' | 'zigzag' | 'zigzagN';

/** Two-winding transformer; uk and i0 as fractions, losses in W, `clock` in steps of 30° by which `to` lags. */
export interface TransformerBranch extends BranchEnds {
  readonly kind: 'transformer';
  /** Where the iron branch stands: `pi` (default) halves it, `t` puts it in the middle of the series part (pandapower). */
  readonly model?: 'pi' | 't';
  readonly u1V: number;
  readonly u2V: number;
  readonly ratedVa: number;
  readonly uk: number;
  readonly pkW: number;
  readonly i0: number;
  readonly p0W: number;
  readonly i0Zero: number;
  readonly p0ZeroW: number;
  readonly windingFrom: Winding;
  readonly windingTo: Winding;
  readonly clock: number;
  readonly tapSide: 'from' | 'to';
  readonly tapPosition: number;
  readonly tapMin: number;
  readonly tapMax: number;
  readonly tapNominal: number;
  /** Voltage of one tap step, V. */
  readonly tapSizeV: number;
  readonly ukMin: number;
  readonly ukMax: number;
  readonly pkMinW: number;
  readonly pkMaxW: number;
  readonly groundFromOhm: readonly [number, number];
  readonly groundToOhm: readonly [number, number];
}

/** General π branch in Ω and S of the `to` side with a complex off-nominal ratio `k∠theta`; balanced calculation only. */
export interface GenericBranch extends BranchEnds {
  readonly kind: 'generic';
  readonly r1: number;
  readonly x1: number;
  readonly g1: number;
  readonly b1: number;
  readonly k: number;
  readonly thetaRad: number;
  readonly ratedVa: number;
}

export type GridBranch = LineBranch | PhaseLineBranch | LinkBranch | TransformerBranch | GenericBranch;

/** Conductance and susceptance to earth, S. */
export interface GridShunt {
  readonly id: string;
  readonly node: number;
  readonly on: boolean;
  readonly g1: number;
  readonly b1: number;
  readonly g0: number;
  readonly b0: number;
}

/** Voltage source behind its short-circuit impedance; `uPu` per phase when it differs. */
export interface GridSource {
  readonly id: string;
  readonly node: number;
  readonly on: boolean;
  readonly uPu: readonly number[];
  readonly angleRad: readonly number[];
  readonly shortCircuitVa: number;
  readonly rxRatio: number;
  readonly z01Ratio: number;
}

/** `power` draws the same S, `impedance` S·|V|², `current` S·|V| (V in per unit). */
export type LoadModel = 'power' | 'impedance' | 'current';

/** Demand, positive when drawn; generators are negative demand. One value (three-phase total) or three (by phase). */
export interface GridLoad {
  readonly id: string;
  readonly node: number;
  readonly on: boolean;
  readonly model: LoadModel;
  readonly pW: readonly number[];
  readonly qVar: readonly number[];
  /** True for a generator: results are reported as production. */
  readonly isGenerator: boolean;
}

/** Base power of the per-unit system, VA, three phases. */
export const baseVa = 1e6;
