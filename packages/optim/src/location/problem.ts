import type { RunControl } from '@qipan/base';
import type { Csr } from '@qipan/numeric';

/**
 * Cost of serving the whole of demand point i (row) from candidate site j (column); an absent entry = cannot be served.
 * Costs are ≥ 0. The entries of a row may stand in any order.
 */
export type CsrCost = Csr;

/**
 * Costs that follow from coordinates, `weight[i] · distance(i, j)`, for sets too large for a table of all pairs.
 * `floorEuclidean` is the Euclidean distance rounded down to an integer, `haversineKm` takes degrees (x = longitude).
 */
export interface PointCost {
  readonly form: 'points';
  readonly metric: 'floorEuclidean' | 'euclidean' | 'haversineKm';
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Coordinates of the candidate sites; absent = every demand point is a candidate. */
  readonly siteX?: Float64Array;
  readonly siteY?: Float64Array;
  /** Per demand point, ≥ 0; absent = 1 each. */
  readonly weight?: Float64Array;
}

export type Costs = CsrCost | PointCost;

/** Open exactly p sites so that the summed cost of serving every demand point from its cheapest open site is least. */
export interface PMedianProblem {
  readonly kind: 'p-median';
  readonly costs: Costs;
  readonly p: number;
  /** Cost of leaving a demand point unserved; absent = all must be served. */
  readonly unserved?: Float64Array;
  /** Sites open in every solution; they count towards p. */
  readonly existing?: Int32Array;
}

/** Open any number of sites: least `Σ fixedCost + Σ cost`. */
export interface UflProblem {
  readonly kind: 'ufl';
  readonly costs: Costs;
  readonly fixedCost: Float64Array;
  readonly unserved?: Float64Array;
  readonly existing?: Int32Array;
}

/** Open at most p sites so that the weight of the covered demand points is most. */
export interface MclpProblem {
  readonly kind: 'mclp';
  /** Row i holds the sites that cover demand point i; its values are not read. */
  readonly cover: Csr;
  /** Per demand point, ≥ 0. */
  readonly weight: Float64Array;
  readonly p: number;
  readonly existing?: Int32Array;
}

/** Cover every demand point at least fixed cost (absent = 1 a site: fewest sites). */
export interface LscpProblem {
  readonly kind: 'lscp';
  readonly cover: Csr;
  readonly fixedCost?: Float64Array;
  readonly existing?: Int32Array;
}

/** Open p sites so that the largest cost from a demand point to its cheapest open site is least. */
export interface PCenterProblem {
  readonly kind: 'p-center';
  readonly costs: Costs;
  readonly p: number;
}

/**
 * Sites with limited capacity: `Σ fixedCost + Σ cost·share` least, where site j carries at most `capacity[j]` of the
 * demand. `singleSource`: every demand point is served whole from one site.
 */
export interface CflProblem {
  readonly kind: 'cfl';
  /** Cost of serving the whole of a demand point; every row may be partial. */
  readonly costs: CsrCost;
  readonly fixedCost: Float64Array;
  readonly capacity: Float64Array;
  readonly demand: Float64Array;
  readonly singleSource: boolean;
}

export type UncapacitatedProblem = PMedianProblem | UflProblem | MclpProblem | LscpProblem;
export type LocationProblem = UncapacitatedProblem | PCenterProblem | CflProblem;

/** What a solver is told beside the problem. */
export interface SolveOptions extends RunControl {
  /** Relative gap at which the search may end, default 0: prove optimality. */
  readonly gap?: number;
  /** Default 1. The same seed gives the same answer whenever the run does not end by `shouldStop`. */
  readonly seed?: number;
  /** Limit on branch-and-bound nodes, default none. */
  readonly nodeLimit?: number;
  /** Limit on evaluations of the dual function over all nodes, default none. */
  readonly iterationLimit?: number;
  /** Open sites of a known solution to start from. */
  readonly start?: ArrayLike<number>;
  /** Keep the certificate; default true. */
  readonly certify?: boolean;
}

export type SolveStatus = 'optimal' | 'gapReached' | 'stopped' | 'infeasible';

export interface SolveStats {
  /** Evaluations of the dual function. */
  readonly iterations: number;
  readonly nodes: number;
  /** Candidate sites that no proof had excluded after the first node. */
  readonly coreSites: number;
  /** Bound after the first node, in the sense of `bound`. */
  readonly rootBound: number;
}

/** The answer of every location solver. */
export interface LocationResult {
  /** `optimal` = proved, `gapReached` = proved to the asked gap, `stopped` = the incumbent with its bound. */
  readonly status: SolveStatus;
  /** Objective of the incumbent; NaN without one. */
  readonly value: number;
  /** Proved bound: from below when minimising, from above for MCLP. */
  readonly bound: number;
  /** `(value − bound) / max(|value|, 1e-9)`, sign by sense, ≥ 0; Infinity without an incumbent. */
  readonly gap: number;
  /** Open sites, ascending. */
  readonly open: Int32Array;
  /** Site that serves each demand point, −1 = none. With split demand the site with the largest share. */
  readonly assignment: Int32Array;
  /** Share of each demand point (row) served by each site (column), with split demand only. */
  readonly shares?: Csr;
  readonly certificate: Certificate | null;
  readonly stats: SolveStats;
}

/** Multipliers and what follows from them given the decisions above; sites in `closed` and `opened` are proved. */
export interface CertificateStep {
  /** One a demand point, in scaled cost, multiples of 2⁻²⁰. */
  readonly multipliers: Float64Array;
  /** Price of total capacity (capacitated problems), ≥ 0, a multiple of 2⁻²⁰; otherwise 0. */
  readonly capacityPrice: number;
  /** Price of one more open site where capacities force a least number (capacitated problems), likewise. */
  readonly countPrice: number;
  readonly closed: Int32Array;
  readonly opened: Int32Array;
}

/** A node of the proof: its steps, then either two halves that partition what is left, or an end. */
export interface CertificateNode {
  readonly steps: readonly CertificateStep[];
  /** Null at a leaf. The halves: `site` open, `site` closed; or a demand point served by the site, or not. */
  readonly branch: CertificateBranch | null;
}

export interface CertificateBranch {
  readonly site: number;
  /** −1: the halves are "site open" and "site closed". ≥ 0: this demand point is served by the site, or is not. */
  readonly demandPoint: number;
  readonly yes: CertificateNode;
  readonly no: CertificateNode;
}

/**
 * A proof that no solution is better than `bound`, to be checked without the solver. Costs are multiplied by `scale`
 * first; `integral` claims that all scaled costs, and so every value, are integers, so bounds may be rounded up.
 */
export interface Certificate {
  readonly format: 'qipan.locationCertificate/1';
  readonly kind: LocationProblem['kind'];
  readonly scale: number;
  readonly integral: boolean;
  /** As in the result. */
  readonly bound: number;
  /** Sites left out because another does all they do: `[site, dominating site]` pairs, flat. */
  readonly dominated: Int32Array;
  readonly root: CertificateNode;
}
