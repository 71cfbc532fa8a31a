import type { Random } from '@qipan/base';
import { closed, free, open, type AssignmentDual, SiteStates } from './assignment-dual.js';
import { ascend, type Ascent } from './dual-ascent.js';
import { NodeHeap } from './node-heap.js';
import type { OpenSet } from './interchange.js';
import type { CertificateNode, CertificateStep } from './problem.js';
import type { SearchControl } from './search-control.js';
import { quantised } from './scale.js';

/** A node of the proof while it grows. */
export interface ProofNode {
  readonly steps: CertificateStep[];
  branch: CertificateNode['branch'];
}

export const proofNode = (): ProofNode => ({ steps: [], branch: null });

export function proofStep(
  multipliers: Float64Array,
  shut: readonly number[],
  opened: readonly number[],
): CertificateStep {
  return {
    multipliers,
    capacityPrice: 0,
    countPrice: 0,
    closed: Int32Array.from(shut),
    opened: Int32Array.from(opened),
  };
}

interface OpenNode {
  readonly bound: number;
  readonly lambda: Float64Array;
  /** Decisions on the way from the root: `site·2 + (1 if open)`. */
  readonly decisions: Int32Array;
  readonly depth: number;
  readonly proof: ProofNode;
}

export interface TreeOptions {
  readonly dual: AssignmentDual;
  readonly set: OpenSet;
  readonly rng: Random;
  /** Decisions that hold everywhere. */
  readonly states: SiteStates;
  readonly lambda: Float64Array;
  readonly bound: number;
  readonly proof: ProofNode;
}

/**
 * Depth-first branch and bound over "site open" and "site closed", every node bounded by the dual from its parent's
 * multipliers and narrowed by reduced-cost fixing; when a dive ends, the open node with the least bound comes next.
 */
export class TreeSearch {
  readonly #control: SearchControl;
  readonly #dual: AssignmentDual;
  readonly #set: OpenSet;
  readonly #base: SiteStates;
  readonly #heap = new NodeHeap<OpenNode>();
  /** Least bound of a node that was given up because time ran out. */
  #leastLeft = Infinity;

  constructor(control: SearchControl, o: TreeOptions) {
    this.#control = control;
    this.#dual = o.dual;
    this.#set = o.set;
    this.#base = o.states;
    this.#heap.push({ bound: o.bound, lambda: o.lambda, decisions: new Int32Array(0), depth: 0, proof: o.proof });
  }

  /** Searches until nothing is open or the control says stop; gives the bound proved for the whole tree. */
  run(): number {
    const control = this.#control;
    let next: OpenNode | null = null;
    for (;;) {
      const node: OpenNode | undefined = next ?? this.#heap.pop();
      if (!node) break;
      if (control.shouldStop) {
        this.#giveUp(node);
        next = null;
        continue;
      }
      control.nodes++;
      next = this.#process(node);
      control.iterations = this.#dual.evaluations;
      if (next === null) this.#raiseBound();
    }
    return Math.min(this.#leastLeft, control.cutoff);
  }

  #raiseBound(): void {
    const control = this.#control;
    const least = this.#heap.leastBound;
    control.raise(Math.min(least, control.cutoff));
  }

  #giveUp(node: OpenNode): void {
    node.proof.steps.push(proofStep(node.lambda, [], []));
    this.#leastLeft = Math.min(this.#leastLeft, node.bound);
  }

  #process(node: OpenNode): OpenNode | null {
    const control = this.#control;
    const dual = this.#dual;
    const states = statesAt(this.#base, node.decisions);
    dual.states = states;
    const fixed: number[] = [];
    let ascent = this.#bound(node.lambda, node.bound);
    for (let round = 0; ; round++) {
      if (ascent.bound > control.cutoff) return this.#end(node, ascent.lambda);
      const value = dual.evaluate(ascent.lambda);
      const f = dual.fix(value, control.cutoff);
      const count = f.closed.length + f.opened.length;
      if (count > 0) {
        node.proof.steps.push(proofStep(ascent.lambda, f.closed, f.opened));
        for (const j of f.closed) fixed.push(2 * j);
        for (const j of f.opened) fixed.push(2 * j + 1);
      }
      this.#tryPrimal(ascent, node.depth + round);
      if (ascent.bound > control.cutoff) return this.#end(node, ascent.lambda);
      if (this.#isDecided()) return this.#endDecided(node);
      if (count * 10 < states.freeCount || round >= 4) break;
      ascent = this.#bound(ascent.lambda, ascent.bound);
    }
    const site = this.#branchSite(ascent);
    const decisions = Int32Array.from([...node.decisions, ...fixed]);
    return this.#branch(node, { site, decisions, ascent });
  }

  /** Raises the dual while it pays: until it passes the cutoff or stalls. */
  #bound(lambda: Float64Array, known: number): Ascent {
    const control = this.#control;
    let before = -Infinity;
    let step = 0.1;
    let ascent: Ascent | null = null;
    for (let round = 0; round < 12; round++) {
      ascent = ascend(this.#dual, ascent?.lambda ?? lambda, {
        iterations: 30,
        cutoff: control.cutoff,
        target: Math.max(control.value, ascent?.bound ?? -Infinity),
        step,
      });
      step = Math.max(ascent.step, 1e-3);
      if (ascent.bound > control.cutoff) break;
      // Going on pays if at this pace some ten more rounds would reach the cutoff.
      const pace = ascent.bound - Math.max(before, known);
      if (round > 0 && pace * 8 < control.cutoff - ascent.bound) break;
      before = ascent.bound;
    }
    return ascent as Ascent;
  }

  #tryPrimal(ascent: Ascent, depth: number): void {
    if (depth > 3 && this.#control.nodes % 8 !== 0) return;
    const { dual, set, control } = { dual: this.#dual, set: this.#set, control: this.#control };
    const sites: number[] = [];
    for (let j = 0; j < dual.chosen.length; j++) if (dual.chosen[j] === 1) sites.push(j);
    if (control.model.p >= 0 && sites.length !== control.model.p) return;
    set.reset(sites);
    const order = Int32Array.from(ascent.share.keys()).filter((j) => ascent.share[j] > 1e-4 && set.held[j] !== 2);
    set.improve(order, 2);
    control.offer(set.value, set.ids);
  }

  #isDecided(): boolean {
    const { p } = this.#control.model;
    const { openCount, freeCount } = this.#dual.states;
    return freeCount === 0 || (p >= 0 && (openCount >= p || openCount + freeCount <= p));
  }

  /** All sites are decided: the solution is offered, and its own costs are the multipliers that prove its value. */
  #endDecided(node: OpenNode): null {
    const { model } = this.#control;
    const { state, openCount, freeCount } = this.#dual.states;
    const takeFree = model.p < 0 || openCount + freeCount === model.p;
    const sites: number[] = [];
    for (let j = 0; j < state.length; j++) if (state[j] === open || (takeFree && state[j] === free)) sites.push(j);
    const set = this.#set;
    if (model.p < 0 || sites.length === model.p) {
      set.reset(sites);
      this.#control.offer(set.value, set.ids);
      const lambda = Float64Array.from(set.cost1, (c, i) => Math.min(this.#dual.cap[i], quantised(c)));
      return this.#end(node, lambda);
    }
    return this.#end(node, node.lambda);
  }

  #end(node: OpenNode, lambda: Float64Array): null {
    node.proof.steps.push(proofStep(lambda, [], []));
    return null;
  }

  /** The free site about which the dual solutions disagree most. */
  #branchSite(ascent: Ascent): number {
    const { state } = this.#dual.states;
    let best = -1;
    let most = -1;
    for (let j = 0; j < state.length; j++) {
      if (state[j] !== free) continue;
      const doubt = Math.min(ascent.share[j], 1 - ascent.share[j]);
      if (doubt > most) {
        most = doubt;
        best = j;
      }
    }
    return best;
  }

  #branch(node: OpenNode, b: { site: number; decisions: Int32Array; ascent: Ascent }): OpenNode {
    const { site, ascent } = b;
    const child = (toOpen: 0 | 1): OpenNode => ({
      bound: ascent.bound,
      lambda: ascent.lambda,
      decisions: Int32Array.from([...b.decisions, 2 * site + toOpen]),
      depth: node.depth + 1,
      proof: proofNode(),
    });
    const yes = child(1);
    const no = child(0);
    node.proof.branch = { site, demandPoint: -1, yes: yes.proof, no: no.proof };
    const first = ascent.share[site] >= 0.5 ? yes : no;
    this.#heap.push(first === yes ? no : yes);
    return first;
  }
}

function statesAt(base: SiteStates, decisions: Int32Array): SiteStates {
  const states = new SiteStates(base.state.length);
  for (let j = 0; j < base.state.length; j++) if (base.state[j] !== free) states.set(j, base.state[j]);
  for (const d of decisions) states.set(d >> 1, (d & 1) === 1 ? open : closed);
  return states;
}
