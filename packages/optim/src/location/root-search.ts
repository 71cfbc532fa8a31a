import { random, type Random } from '@qipan/base';
import { AssignmentDual, type SiteStates } from './assignment-dual.js';
import type { AssignmentModel } from './assignment-model.js';
import { ascend, type Ascent } from './dual-ascent.js';
import { OpenSet } from './interchange.js';
import { LocalSearch } from './local-search.js';
import type { SearchControl } from './search-control.js';
import type { ServiceLists } from './service-lists.js';

/** What the first phase leaves behind: the dual with good multipliers and the working sets of the primal search. */
export interface Root {
  readonly dual: AssignmentDual;
  readonly ascent: Ascent;
  readonly rng: Random;
}

/**
 * Bound and incumbent of the whole problem: the dual is raised in rounds; between them the sites that the dual takes
 * are repaired by interchange. Lists are lengthened where a multiplier reaches the end of its list.
 */
export function searchRoot(control: SearchControl): Root {
  const { model } = control;
  const rng = random(control.options.seed ?? 1);
  const lengths = firstLengths(model);
  const dual = new AssignmentDual(model, model.source.lists(lengths));
  let set = new OpenSet(model, dual.lists, dual.columns);
  if (control.options.start) {
    set.reset(control.options.start);
    if (model.p < 0 || set.count === model.p) control.offer(set.value, set.ids);
  }
  let ascent = ascend(dual, firstMultipliers(dual), {
    iterations: 60,
    cutoff: Infinity,
    target: firstTarget(dual),
  });
  repair(control, { dual, set, ascent, passes: 30 });
  let before = -Infinity;
  for (let round = 0; round < 60; round++) {
    control.iterations = dual.evaluations;
    if (control.shouldStop || control.isClosed) break;
    ascent = ascend(dual, ascent.lambda, {
      iterations: 150,
      cutoff: control.cutoff,
      target: control.value,
      step: round === 0 ? 0.5 : Math.max(ascent.step, 1e-4),
      every: 50,
      watch: (_, bound) => (control.raise(bound), control.shouldStop),
    });
    control.raise(ascent.bound);
    if (lengthen(dual, lengths, ascent.lambda)) set = new OpenSet(model, dual.lists, dual.columns);
    repair(control, { dual, set, ascent, passes: 3 });
    const left = Math.max(control.cutoff - ascent.bound, 0);
    if (ascent.bound - before < 0.02 * left + 1e-7 * Math.abs(ascent.bound) && round > 1) break;
    before = ascent.bound;
  }
  control.iterations = dual.evaluations;
  return { dual, ascent, rng };
}

/** About five times the sites that compete for a demand point at the optimum; whole rows where cost does not order. */
function firstLengths(model: AssignmentModel): Int32Array {
  const { n, m, p } = model;
  const sparse = model.source.lists(new Int32Array(n).fill(1));
  const zero = sparse.value.every((v) => v === 0) && sparse.limit.some((v) => v === 0);
  const k = zero || m <= 40 ? m : p > 0 ? Math.max(24, Math.ceil((5 * m) / p)) : 64;
  return new Int32Array(n).fill(Math.min(m, k));
}

/** The cost at which about one open site is within reach. */
function firstMultipliers(dual: AssignmentDual): Float64Array {
  const { n, m, p } = dual.model;
  const { start, value } = dual.lists;
  const reach = p > 0 ? Math.ceil(m / p) : 4;
  return Float64Array.from({ length: n }, (_, i) => {
    const length = start[i + 1] - start[i];
    const c = length === 0 ? 0 : value[start[i] + Math.min(length - 1, reach)];
    return Math.min(dual.cap[i], c > 0 ? c : Math.min(dual.model.unserved[i], dual.model.penalty) / 4);
  });
}

function firstTarget(dual: AssignmentDual): number {
  const bound = dual.evaluate(firstMultipliers(dual));
  return bound + 0.1 * Math.abs(bound) + 1;
}

/** Doubles the lists of rows whose multiplier presses against the end of the list; true if there were any. */
function lengthen(dual: AssignmentDual, lengths: Int32Array, lambda: Float64Array): boolean {
  const { n, m, unserved, source } = dual.model;
  let any = false;
  for (let i = 0; i < n; i++) {
    const { limit } = dual.lists;
    if (limit[i] < unserved[i] && lambda[i] >= limit[i] * 0.999 && lengths[i] < m) {
      lengths[i] = Math.min(m, 2 * lengths[i]);
      any = true;
    }
  }
  if (any) dual.useLists(source.lists(lengths));
  return any;
}

interface Repair {
  readonly dual: AssignmentDual;
  readonly set: OpenSet;
  readonly ascent: Ascent;
  readonly passes: number;
}

/** Interchange from the sites that the dual takes at its best multipliers, and from those it takes most often. */
function repair(control: SearchControl, r: Repair): void {
  const { dual, set, ascent } = r;
  const { m, p } = control.model;
  dual.evaluate(ascent.lambda);
  const byRho = Int32Array.from({ length: m }, (_, j) => j).sort((a, b) => dual.rho[a] - dual.rho[b] || a - b);
  const starts: ArrayLike<number>[] = [];
  if (p >= 0) {
    starts.push(byRho.slice(0, p));
    starts.push(
      byRho
        .slice()
        .sort((a, b) => ascent.share[b] - ascent.share[a] || a - b)
        .slice(0, p),
    );
  } else
    starts.push(
      byRho.filter((j) => dual.rho[j] < 0),
      byRho.filter((j) => ascent.share[j] > 0.5),
    );
  for (const sites of starts) {
    set.reset(withExisting(sites, control.model));
    set.improve(byRho, r.passes, () => control.shouldStop);
    if (p < 0 || set.count === p) control.offer(set.value, set.ids);
  }
}

/** The sites with all existing ones among them, as many as the model wants. */
export function withExisting(sites: ArrayLike<number>, model: AssignmentModel): Int32Array {
  const all = [...new Set([...model.existing, ...Array.from(sites)])];
  return Int32Array.from(model.p >= 0 ? all.slice(0, model.p) : all);
}

/** Lists for the sites that are still in play, so long that no multiplier presses against an end. */
export function coreLists(
  model: AssignmentModel,
  states: SiteStates,
  lambda: Float64Array,
  cover: ServiceLists,
): { lists: ServiceLists; sites: Int32Array } {
  const sites = Int32Array.from({ length: model.m }, (_, j) => j).filter((j) => states.state[j] !== 2);
  const open = Math.max(1, model.p);
  let k = model.p > 0 ? Math.max(12, Math.ceil((6 * sites.length) / open)) : Math.max(40, Math.ceil(sites.length / 4));
  if (cover.limit.every((v) => v === Infinity) && cover.index.length < 4e6) k = model.m;
  const lengths = new Int32Array(model.n).fill(Math.min(sites.length, k));
  for (;;) {
    const lists = model.source.lists(lengths, sites);
    let short = 0;
    for (let i = 0; i < model.n; i++)
      if (lists.limit[i] < model.unserved[i] && lambda[i] * 1.05 > lists.limit[i] && lengths[i] < sites.length) {
        lengths[i] = Math.min(sites.length, 2 * lengths[i]);
        short++;
      }
    if (short === 0) return { lists, sites };
  }
}

/** Local search among the given sites from the incumbent, for about so much work; true if the incumbent improved. */
export function polish(control: SearchControl, set: OpenSet, rng: Random, work: number): boolean {
  const search = new LocalSearch(set, rng);
  set.reset(control.sites);
  const first = control.value;
  const end = set.work + work;
  while (set.work < end && !control.shouldStop) {
    search.run(50, () => control.shouldStop || set.work > end);
    control.offer(set.value, set.ids);
  }
  return control.value < first;
}
