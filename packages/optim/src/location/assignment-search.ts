import { assignmentModel, type AssignmentModel } from './assignment-model.js';
import { OpenSet } from './interchange.js';
import type { Certificate, LocationResult, SolveOptions, SolveStatus, UncapacitatedProblem } from './problem.js';
import { coreLists, polish, searchRoot } from './root-search.js';
import { SearchControl } from './search-control.js';
import { proofNode, proofStep, TreeSearch, type ProofNode } from './tree-search.js';

/** Solves a p-median, UFL, MCLP or LSCP with a proof. The methods are those of `searchRoot` and `TreeSearch`. */
export function solveAssignment(problem: UncapacitatedProblem, options: SolveOptions = {}): LocationResult {
  const model = assignmentModel(problem);
  const control = new SearchControl(model, options);
  const proof = proofNode();
  const { rootBound, coreSites, bound } = search(control, proof);
  return resultOf(problem, control, { proof, bound, rootBound, coreSites });
}

function search(control: SearchControl, proof: ProofNode): { rootBound: number; coreSites: number; bound: number } {
  const { model } = control;
  const { dual, ascent, rng } = searchRoot(control);
  const { states } = dual;
  const rootBound = ascent.bound;
  const narrow = () => {
    const f = dual.fix(dual.evaluate(ascent.lambda), control.cutoff);
    if (f.closed.length + f.opened.length > 0) proof.steps.push(proofStep(ascent.lambda, f.closed, f.opened));
  };
  if (rootBound > control.cutoff || control.shouldStop) {
    proof.steps.push(proofStep(ascent.lambda, [], []));
    return { rootBound, coreSites: model.m, bound: Math.min(rootBound, control.cutoff) };
  }
  // Polish among the sites with small reduced cost: the others are hardly ever in a good solution.
  const full = new OpenSet(model, dual.lists, dual.columns);
  dual.evaluate(ascent.lambda);
  holdUnlikely(full, dual.rho, model);
  polish(control, full, rng, 30 * Math.max(dual.lists.index.length, 1e5));
  narrow();
  const core = coreLists(model, states, ascent.lambda, dual.lists);
  dual.useLists(core.lists);
  const set = new OpenSet(model, core.lists, dual.columns);
  for (let j = 0; j < model.m; j++) if (states.state[j] === 2) set.held[j] = 2;
  const tree = new TreeSearch(control, {
    dual,
    set,
    rng,
    states,
    lambda: ascent.lambda,
    bound: rootBound,
    proof,
  });
  const bound = tree.run();
  return { rootBound, coreSites: core.sites.length, bound };
}

function holdUnlikely(set: OpenSet, rho: Float64Array, model: AssignmentModel): void {
  const likely = model.p > 0 ? 3 * model.p + 150 : Math.ceil(model.m / 3) + 100;
  const order = Int32Array.from({ length: model.m }, (_, j) => j).sort((a, b) => rho[a] - rho[b] || a - b);
  for (let k = likely; k < model.m; k++) if (set.held[order[k]] === 0) set.held[order[k]] = 2;
}

interface Proved {
  readonly proof: ProofNode;
  readonly bound: number;
  readonly rootBound: number;
  readonly coreSites: number;
}

function resultOf(problem: UncapacitatedProblem, control: SearchControl, proved: Proved): LocationResult {
  const { model, options } = control;
  const { sign, constant, scale } = model;
  const shown = (v: number) => constant + (sign * v) / scale.scale;
  const closedGap = proved.bound >= control.cutoff;
  const tight = (v: number) => {
    const rounded = scale.integral ? Math.ceil(v - 2 ** -12) : v;
    return Math.min(rounded, control.value);
  };
  const bound = shown(tight(closedGap && scale.integral && control.tolerance < 1 ? control.value : proved.bound));
  const value = shown(control.value);
  const gap = Math.max(0, (sign * (value - bound)) / Math.max(Math.abs(value), 1e-9));
  const infeasible = control.value >= model.penalty;
  const status: SolveStatus =
    infeasible && closedGap ? 'infeasible' : gap <= 1e-9 ? 'optimal' : closedGap ? 'gapReached' : 'stopped';
  const certificate: Certificate | null =
    options.certify === false
      ? null
      : {
          format: 'qipan.locationCertificate/1',
          kind: problem.kind,
          scale: scale.scale,
          integral: scale.integral,
          bound,
          dominated: new Int32Array(0),
          root: proved.proof,
        };
  return {
    status,
    value: infeasible ? NaN : value,
    bound: infeasible && closedGap ? Infinity : bound,
    gap: infeasible ? Infinity : gap,
    open: control.sites,
    assignment: assignmentOf(model, control.sites),
    certificate,
    stats: {
      iterations: control.iterations,
      nodes: control.nodes,
      coreSites: proved.coreSites,
      rootBound: shown(proved.rootBound),
    },
  };
}

/** Cheapest open site of each demand point, −1 where going unserved costs less. */
function assignmentOf(model: AssignmentModel, sites: Int32Array): Int32Array {
  const isOpen = new Uint8Array(model.m);
  for (const j of sites) isOpen[j] = 1;
  const { source, unserved } = model;
  return Int32Array.from({ length: model.n }, (_, i) => {
    const j = source.cheapest(i, isOpen, sites);
    return j >= 0 && source.cost(i, j) < unserved[i] ? j : -1;
  });
}
