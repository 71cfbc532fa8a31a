import { random } from '@qipan/base';
import type { Csr } from '@qipan/numeric';
import { closed, free, open, SiteStates } from '../location/assignment-dual.js';
import { ascend, type Ascent } from '../location/dual-ascent.js';
import { NodeHeap } from '../location/node-heap.js';
import type { CertificateStep, CflProblem, LocationResult, SolveOptions } from '../location/problem.js';
import { quantised } from '../location/scale.js';
import { proofNode, type ProofNode } from '../location/tree-search.js';
import { CapacitatedDual, PairStates } from './capacitated-dual.js';
import { capacitatedModel, type CapacitatedModel } from './capacitated-model.js';
import { CapacitatedPrimal } from './capacitated-primal.js';

interface OpenNode {
  readonly bound: number;
  readonly depth: number;
  readonly lambda: Float64Array;
  /** `site·2 + (1 if open)`. */
  readonly decisions: Int32Array;
  /** Pairs `(demandPoint·m + site)·2 + (1 if served)`. */
  readonly pairs: readonly number[];
  readonly proof: ProofNode;
}

/**
 * Capacitated facility location with a proof: the dual of the assignment rows with a knapsack a site, transport or
 * local search for solutions, and branch and bound on sites, then (single source) on who is served by whom.
 */
class CapacitatedSearch {
  readonly #model: CapacitatedModel;
  readonly #options: SolveOptions;
  readonly #dual: CapacitatedDual;
  readonly #primal: CapacitatedPrimal;
  readonly #heap = new NodeHeap<OpenNode>();
  #nodes = 0;
  #rootBound = -Infinity;
  #bound = -Infinity;
  #leastLeft = Infinity;
  #coreSites = 0;
  #stopped = false;

  constructor(problem: CflProblem, options: SolveOptions) {
    this.#model = capacitatedModel(problem);
    this.#options = options;
    this.#dual = new CapacitatedDual(this.#model);
    const isToldToStop = () => options.shouldStop?.() === true;
    this.#primal = new CapacitatedPrimal(this.#model, random(options.seed ?? 1), isToldToStop);
    this.#primal.onBetter = () => this.#report();
  }

  get #shouldStop(): boolean {
    const { shouldStop, nodeLimit, iterationLimit } = this.#options;
    this.#stopped ||=
      shouldStop?.() === true ||
      this.#nodes >= (nodeLimit ?? Infinity) ||
      this.#dual.evaluations >= (iterationLimit ?? Infinity);
    return this.#stopped;
  }

  get #tolerance(): number {
    const { value } = this.#primal;
    const asked = (this.#options.gap ?? 0) * Math.abs(value);
    return Math.max(asked, this.#model.scale.integral ? 0 : 5e-10 * Math.abs(value));
  }

  get #cutoff(): number {
    const { value } = this.#primal;
    // Without a solution, a bound above what any could cost ends a branch: none is there.
    if (value === Infinity) return this.#model.mostCost + 1;
    if (this.#model.scale.integral && this.#tolerance < 1) return value - 1 + 2 ** -10;
    return value - this.#tolerance;
  }

  /** Nothing better than the incumbent, or nothing at all, lies above such a bound. */
  #isBeyond(bound: number): boolean {
    return bound > this.#cutoff || bound === Infinity;
  }

  #report(): void {
    const s = this.#model.scale.scale;
    this.#options.progress?.(this.#primal.value / s, Math.min(this.#bound, this.#primal.value) / s);
  }

  solve(): LocationResult {
    const proof = proofNode();
    const { n } = this.#model;
    const first = Float64Array.from({ length: n }, (_, i) => this.#secondCheapest(i));
    this.#heap.push({ bound: -Infinity, depth: 0, lambda: first, decisions: new Int32Array(0), pairs: [], proof });
    let next: OpenNode | null = null;
    for (;;) {
      const node: OpenNode | undefined = next ?? this.#heap.pop();
      if (!node) break;
      if (this.#shouldStop && this.#nodes > 0) {
        this.#giveUp(node);
        next = null;
        continue;
      }
      this.#nodes++;
      next = this.#process(node);
      if (next === null && !this.#stopped) {
        this.#bound = Math.max(this.#bound, Math.min(this.#heap.leastBound, this.#cutoff));
        this.#report();
      }
    }
    return this.#result(proof, Math.min(this.#leastLeft, this.#cutoff));
  }

  #secondCheapest(i: number): number {
    const { n, m, cost } = this.#model;
    let [first, second] = [Infinity, Infinity];
    for (let j = 0; j < m; j++) {
      const c = cost[j * n + i];
      if (c < first) [first, second] = [c, first];
      else if (c < second) second = c;
    }
    return second < Infinity ? second : first < Infinity ? first * 1.5 + 1 : 1;
  }

  #giveUp(node: OpenNode): void {
    this.#enter(node);
    const bound = this.#dual.evaluate(node.lambda);
    node.proof.steps.push(this.#step(node.lambda, { closed: [], opened: [] }));
    this.#leastLeft = Math.min(this.#leastLeft, bound);
  }

  /** A step at the prices of the last evaluation, which was at this λ. */
  #step(lambda: Float64Array, f: { closed: number[]; opened: number[] }): CertificateStep {
    return {
      multipliers: lambda,
      capacityPrice: this.#dual.price,
      countPrice: this.#dual.countPrice,
      closed: Int32Array.from(f.closed),
      opened: Int32Array.from(f.opened),
    };
  }

  #process(node: OpenNode): OpenNode | null {
    const dual = this.#dual;
    this.#enter(node);
    const fixed: number[] = [];
    let ascent = this.#raise(node.lambda, node);
    for (let round = 0; ; round++) {
      if (this.#isBeyond(ascent.bound)) return this.#end(node, ascent.lambda);
      const value = dual.evaluate(ascent.lambda);
      this.#primal.fromDual(dual, ascent, { thorough: node.depth <= 2 || this.#nodes % 10 === 0 });
      const f = dual.fix(value, this.#cutoff);
      const count = f.closed.length + f.opened.length;
      if (count > 0) {
        node.proof.steps.push(this.#step(ascent.lambda, f));
        for (const j of f.closed) fixed.push(2 * j);
        for (const j of f.opened) fixed.push(2 * j + 1);
      }
      if (this.#isBeyond(ascent.bound)) return this.#end(node, ascent.lambda);
      if (count === 0 || round >= 4 || this.#shouldStop) break;
      ascent = this.#raise(ascent.lambda, node);
    }
    if (node.depth === 0) {
      this.#rootBound = ascent.bound;
      this.#coreSites = this.#model.m - dual.states.closedCount;
    }
    const decisions = Int32Array.from([...node.decisions, ...fixed]);
    return dual.states.freeCount > 0
      ? this.#branchOnSite(node, { decisions, ascent })
      : this.#branchOnPair(node, { decisions, ascent });
  }

  #enter(node: OpenNode): void {
    const { n, m } = this.#model;
    const states = new SiteStates(m);
    for (const d of node.decisions) states.set(d >> 1, (d & 1) === 1 ? open : closed);
    const pairs = new PairStates(n, m);
    for (const p of node.pairs) {
      const pair = Math.floor(p / 2);
      const [i, j] = [Math.floor(pair / m), pair % m];
      if (p % 2 === 1) {
        pairs.force(i, j);
        if (states.state[j] === free) states.set(j, open);
      } else pairs.forbid(i, j);
    }
    this.#dual.states = states;
    this.#dual.pairs = pairs;
  }

  #raise(lambda: Float64Array, node: OpenNode): Ascent {
    const isRoot = node.depth === 0;
    let ascent: Ascent | null = null;
    let before = node.bound;
    let step = isRoot ? 0.5 : 0.1;
    for (let round = 0; round < (isRoot ? 30 : 12); round++) {
      const target = this.#primal.value < Infinity ? this.#primal.value : this.#guess(ascent, lambda);
      ascent = ascend(this.#dual, ascent?.lambda ?? lambda, {
        iterations: isRoot ? 60 : 30,
        cutoff: this.#cutoff,
        target: Math.max(target, ascent?.bound ?? -Infinity),
        step,
        every: 10,
        watch: () => this.#shouldStop,
      });
      step = Math.max(ascent.step, 1e-3);
      if (this.#isBeyond(ascent.bound) || this.#shouldStop) break;
      if (isRoot && round % 3 === 0) {
        this.#dual.evaluate(ascent.lambda);
        this.#primal.fromDual(this.#dual, ascent, { thorough: true });
        this.#bound = Math.max(this.#bound, ascent.bound);
        this.#report();
      }
      const left = this.#cutoff - ascent.bound;
      const pace = ascent.bound - before;
      if (round > (isRoot ? 3 : 0) && pace * (isRoot ? 40 : 8) < left) break;
      before = ascent.bound;
    }
    return ascent as Ascent;
  }

  /** Aim of the step while no solution is known. */
  #guess(ascent: Ascent | null, lambda: Float64Array): number {
    const bound = ascent?.bound ?? this.#dual.evaluate(lambda);
    return Number.isFinite(bound) ? bound + 0.1 * Math.abs(bound) + 1 : 1;
  }

  #end(node: OpenNode, lambda: Float64Array): null {
    this.#dual.evaluate(lambda);
    node.proof.steps.push(this.#step(lambda, { closed: [], opened: [] }));
    return null;
  }

  #branchOnSite(node: OpenNode, b: { decisions: Int32Array; ascent: Ascent }): OpenNode {
    const { state } = this.#dual.states;
    const { share } = b.ascent;
    let [site, most] = [-1, -1];
    for (let j = 0; j < state.length; j++) {
      if (state[j] !== free) continue;
      const doubt = Math.min(share[j], 1 - share[j]);
      if (doubt > most) [site, most] = [j, doubt];
    }
    const yes = this.#child(node, b, { decisions: Int32Array.from([...b.decisions, 2 * site + 1]), pairs: node.pairs });
    const no = this.#child(node, b, { decisions: Int32Array.from([...b.decisions, 2 * site]), pairs: node.pairs });
    node.proof.branch = { site, demandPoint: -1, yes: yes.proof, no: no.proof };
    return this.#follow(share[site] >= 0.5 ? [yes, no] : [no, yes]);
  }

  #child(node: OpenNode, b: { ascent: Ascent }, d: { decisions: Int32Array; pairs: readonly number[] }): OpenNode {
    const { bound, lambda } = b.ascent;
    return { bound: Math.max(bound, node.bound), depth: node.depth + 1, lambda, ...d, proof: proofNode() };
  }

  #follow([first, other]: readonly [OpenNode, OpenNode]): OpenNode {
    this.#heap.push(other);
    return first;
  }

  /** All sites are decided. Split demand: the transport prices end the node. Single source: branch on a pair. */
  #branchOnPair(node: OpenNode, b: { decisions: Int32Array; ascent: Ascent }): OpenNode | null {
    const { singleSource, m } = this.#model;
    if (!singleSource) {
      return this.#end(node, this.#primal.transportPrices(this.#openSites()).map(quantised));
    }
    const pair = this.#doubtfulPair(b.ascent);
    if (pair === null) return this.#end(node, this.#exactPrices(b.ascent.lambda));
    const key = pair.i * m + pair.j;
    const yes = this.#child(node, b, { decisions: b.decisions, pairs: [...node.pairs, 2 * key + 1] });
    const no = this.#child(node, b, { decisions: b.decisions, pairs: [...node.pairs, 2 * key] });
    node.proof.branch = { site: pair.j, demandPoint: pair.i, yes: yes.proof, no: no.proof };
    return this.#follow([yes, no]);
  }

  #openSites(): number[] {
    const { state } = this.#dual.states;
    return Array.from(state.keys()).filter((j) => state[j] === open);
  }

  /** The demand point about which the dual solutions disagree most, and the site that it most often goes to. */
  #doubtfulPair(ascent: Ascent): { i: number; j: number } | null {
    const { n, demand, cost } = this.#model;
    const { forced, forbidden } = this.#dual.pairs;
    this.#dual.evaluate(ascent.lambda);
    const { gradient } = this.#dual;
    let [i, most] = [-1, -1];
    for (let k = 0; k < n; k++) {
      if (forced[k] >= 0) continue;
      const doubt = (Math.abs(ascent.violation[k]) + 0.5 * Math.abs(gradient[k]) + 1e-6) * (demand[k] + 1e-9);
      if (doubt > most) [i, most] = [k, doubt];
    }
    if (i < 0) return null;
    let [best, least] = [-1, Infinity];
    for (const j of this.#openSites()) {
      if (forbidden[j * n + i] === 1) continue;
      const taken = this.#dual.itemsOf(j).item.includes(i) ? 0 : 1e12;
      const score = taken + cost[j * n + i];
      if (score < least) [best, least] = [j, score];
    }
    return best < 0 ? null : { i, j: best };
  }

  /** Everybody is forced somewhere, or somebody has nowhere to go: multipliers that say so. */
  #exactPrices(lambda: Float64Array): Float64Array {
    const { n, cost } = this.#model;
    const { forced } = this.#dual.pairs;
    if (forced.every((j) => j >= 0)) return lambda;
    // A demand point without any site left: raising its multiplier raises the bound without end.
    const raised = lambda.slice();
    const { forbidden } = this.#dual.pairs;
    const sites = this.#openSites();
    for (let i = 0; i < n; i++)
      if (forced[i] < 0 && sites.every((j) => forbidden[j * n + i] === 1 || cost[j * n + i] === Infinity))
        raised[i] = quantised(lambda[i] + Math.max(0, this.#cutoff - this.#dual.evaluate(lambda)) * 2 + 1);
    return raised;
  }

  #result(proof: ProofNode, proved: number): LocationResult {
    const { scale } = this.#model;
    const primal = this.#primal;
    const isClosed = proved >= this.#cutoff;
    const exact = isClosed && scale.integral && this.#tolerance < 1;
    const rounded = scale.integral ? Math.ceil(proved - 2 ** -12) : proved;
    const infeasible = primal.value === Infinity && isClosed;
    const bound = exact ? primal.value : Math.min(rounded, primal.value);
    const gap = primal.value === Infinity ? Infinity : (primal.value - bound) / Math.max(Math.abs(primal.value), 1e-9);
    const shown = bound / scale.scale;
    return {
      status: infeasible ? 'infeasible' : gap <= 1e-9 ? 'optimal' : isClosed ? 'gapReached' : 'stopped',
      value: primal.value === Infinity ? NaN : primal.value / scale.scale,
      bound: infeasible ? Infinity : shown,
      gap: Math.max(0, gap),
      open: primal.open,
      assignment: primal.assignment,
      ...(this.#model.singleSource ? {} : { shares: primal.shares as Csr }),
      certificate:
        this.#options.certify === false
          ? null
          : {
              format: 'qipan.locationCertificate/1',
              kind: 'cfl',
              scale: scale.scale,
              integral: scale.integral,
              bound: shown,
              dominated: new Int32Array(0),
              root: proof,
            },
      stats: {
        iterations: this.#dual.evaluations,
        nodes: this.#nodes,
        coreSites: this.#coreSites,
        rootBound: this.#rootBound / scale.scale,
      },
    };
  }
}

/** Solves a capacitated problem, split or single-source. */
export function solveCapacitated(problem: CflProblem, options: SolveOptions = {}): LocationResult {
  return new CapacitatedSearch(problem, options).solve();
}
