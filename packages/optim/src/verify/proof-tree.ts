import type { Certificate, CertificateNode, CertificateStep } from '../location/problem.js';

/** What the multipliers of one step prove under the decisions at its node, in scaled cost. */
export interface StepBound {
  /** No solution under the decisions costs less. */
  readonly bound: number;
  /** Likewise with this free site open as well. */
  ifOpen(site: number): number;
  ifClosed(site: number): number;
  /** Likewise with this demand point served by the site, or not (problems with assignment branching only). */
  ifServed?(demandPoint: number, site: number): number;
}

/** The decisions on the way to a node. */
export interface Decisions {
  /** By site: 0 free, 1 open, 2 closed. */
  readonly site: Uint8Array;
  /** Pairs `demandPoint·sites + site` → 1 served by it, 2 not. */
  readonly served: Map<number, number>;
}

/** What a walk over the proof found: the least bound over leaves and exclusions, and what does not hold. */
export interface TreeVerdict {
  readonly bound: number;
  readonly failures: string[];
  readonly leaves: number;
  readonly steps: number;
}

/** Largest multiplier of each demand point anywhere in the proof. */
export function multiplierCeiling(c: Certificate, n: number): Float64Array {
  const ceiling = new Float64Array(n).fill(-Infinity);
  const stack: CertificateNode[] = [c.root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const { multipliers } of node.steps)
      for (let i = 0; i < n; i++) if (multipliers[i] > ceiling[i]) ceiling[i] = multipliers[i];
    if (node.branch) stack.push(node.branch.yes, node.branch.no);
  }
  return ceiling;
}

interface WalkOptions {
  readonly n: number;
  readonly m: number;
  /** Every demand point is served whole from one site, so that "by this site" and "not by it" leave nothing between. */
  readonly isWhole: boolean;
  readonly evaluate: (step: CertificateStep, decisions: Decisions) => StepBound;
}

/**
 * Walks the proof: every step's exclusions are charged with what its own multipliers prove, every leaf with its last
 * step; the branches must halve what is left. The bound of the whole is the least of all charges, whatever was claimed.
 */
export function walkTree(root: CertificateNode, decisions: Decisions, o: WalkOptions): TreeVerdict {
  const failures: string[] = [];
  let bound = Infinity;
  let leaves = 0;
  let steps = 0;
  // What is no number proves nothing, and stays so: it must not give way to the next charge.
  const charge = (v: number) => {
    if (!(v >= bound)) bound = Number.isNaN(v) ? -Infinity : v;
  };
  const shapeHolds = (step: CertificateStep): boolean => {
    const { multipliers, capacityPrice, countPrice } = step;
    const fits = multipliers.length === o.n && multipliers.every((l) => Number.isFinite(l) && isQuantised(l));
    const isPrice = (v: number) => v >= 0 && Number.isFinite(v) && isQuantised(v);
    if (!fits || !isPrice(capacityPrice) || !isPrice(countPrice)) {
      failures.push(`a step has multipliers that are not ${o.n} multiples of 2^-20`);
      bound = -Infinity;
      return false;
    }
    return true;
  };
  // Visits are explicit: enter a node, or undo decisions on the way back.
  const stack: (() => void)[] = [];
  const decide = (site: number, to: number) => {
    if (!(Number.isInteger(site) && site >= 0 && site < o.m) || decisions.site[site] !== 0) {
      failures.push(`site ${site} is decided twice or does not exist`);
      bound = -Infinity;
      return;
    }
    decisions.site[site] = to;
    undo.push(site);
  };
  let undo: number[] = [];
  const runSteps = (node: CertificateNode): void => {
    let last: StepBound | null = null;
    for (const step of node.steps) {
      steps++;
      if (!shapeHolds(step)) return;
      last = o.evaluate(step, decisions);
      for (const j of step.closed) if (j >= 0 && j < o.m) charge(last.ifOpen(j));
      for (const j of step.opened) if (j >= 0 && j < o.m) charge(last.ifClosed(j));
      for (const j of step.closed) decide(j, 2);
      for (const j of step.opened) decide(j, 1);
    }
    if (node.branch) return;
    leaves++;
    if (last) charge(last.bound);
    else {
      failures.push('a leaf has no multipliers');
      bound = -Infinity;
    }
  };
  const enter = (node: CertificateNode, way: (() => void) | null): void => {
    const outer = undo;
    undo = [];
    way?.();
    runSteps(node);
    const mine = undo;
    undo = outer;
    const { branch } = node;
    stack.push(() => {
      for (const j of mine) decisions.site[j] = 0;
    });
    if (!branch) return;
    const { site, demandPoint } = branch;
    if (demandPoint < 0) {
      stack.push(() => enter(branch.no, () => decide(site, 2)));
      stack.push(() => enter(branch.yes, () => decide(site, 1)));
      return;
    }
    const key = demandPoint * o.m + site;
    const pair = (to: number) => () => {
      const isThere = Number.isInteger(demandPoint) && demandPoint < o.n && Number.isInteger(site) && site >= 0;
      if (!o.isWhole || !isThere || !(site < o.m) || decisions.served.has(key)) {
        failures.push(`demand point ${demandPoint} and site ${site} are decided twice, do not exist or may be split`);
        bound = -Infinity;
      } else decisions.served.set(key, to);
    };
    stack.push(() => decisions.served.delete(key));
    stack.push(() => enter(branch.no, pair(2)));
    stack.push(() => decisions.served.delete(key));
    stack.push(() => enter(branch.yes, pair(1)));
  };
  enter(root, null);
  for (let next = stack.pop(); next; next = stack.pop()) next();
  return { bound, failures, leaves, steps };
}

function isQuantised(v: number): boolean {
  return Number.isInteger(v * 1048576);
}
