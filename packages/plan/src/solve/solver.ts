import { random } from '@qipan/base';
import type { Certificate, PlanOptions } from '../model/plan.js';
import type { PlanProblem } from '../model/problem.js';
import { certify } from './certificate.js';
import { DualAscent } from './dual-ascent.js';
import { Lagrangian } from './lagrangian.js';
import { compileModel, type SolverModel } from './model.js';
import { PlanState } from './plan-state.js';
import { PlanSearch } from './search.js';

export interface Solved {
  readonly status: 'optimal' | 'gapReached' | 'stopped';
  readonly model: SolverModel;
  /** Layout of each site and year, [J, T]. */
  readonly path: Int32Array;
  readonly certificate: Certificate;
  /** Loss of opening each site by the last year, at the prices of the certificate, [J]. */
  readonly reducedCost: Float64Array;
  readonly stats: { readonly lagrangianRounds: number; readonly searchRounds: number; readonly incumbents: number };
}

/** Rounds of a run of effort 1. */
const work = { boundRounds: 320, trials: 3750, trialsATurn: 75 };
/** Rounds of the bound cost little where pairs and years are few: so many times as many there. */
const [smallSize, mostTimes] = [30_000, 6] as const;
/** Part of the value by which a trial may make the plan worse at first; falls to nothing over the run. */
const allowance = 3e-4;
/** Gap of a plan that is optimal: the margin for rounding that a proof keeps, 1e-9 of the money that goes into it. */
const roundingGap = 1e-8;
/** Rounds of the bound before the second and the third plan are built. */
const fairAfter = [60, 240] as const;

/**
 * Bound and plan in turns: the bound's prices tell the search what is worth building, the plan's value tells the bound
 * how far it may hope to rise. Ends at the gap, when told to stop, or when the rounds are used up.
 */
export function solve(problem: PlanProblem, options: PlanOptions): Solved {
  const run = new Run(problem, options);
  run.start();
  while (!run.isDone()) run.turn();
  return run.finish();
}

class Run {
  private readonly model: SolverModel;
  private readonly lagrangian: Lagrangian;
  private readonly ascent: DualAscent;
  private readonly options: PlanOptions;
  private readonly effort: number;
  private readonly boundRounds: number;
  private search: PlanSearch;
  private value = Infinity;
  private path: Int32Array;
  private trials = 0;
  private incumbents = 0;
  private builds = 0;

  constructor(problem: PlanProblem, options: PlanOptions) {
    this.model = compileModel(problem);
    this.lagrangian = new Lagrangian(this.model);
    this.ascent = new DualAscent(this.model, this.lagrangian);
    this.options = options;
    this.effort = options.effort ?? 1;
    const size = this.model.serve.point.length * this.model.T;
    this.boundRounds = work.boundRounds * this.effort * Math.min(mostTimes, Math.max(1, smallSize / size));
    this.search = this.newSearch();
    this.path = this.search.state.path.slice();
    this.keep('nothing built');
  }

  start(): void {
    this.ascent.start();
    this.build();
  }

  /** Prices first, since a plan built along fair prices starts far ahead; then search, with the bound still rising. */
  turn(): void {
    const { ascent } = this;
    const { rounds } = ascent;
    for (let k = 0; k < 10 && !ascent.isSpent && !this.isDone(); k++) ascent.round(this.value);
    const isFair = ascent.isSpent || ascent.rounds >= fairAfter[1];
    if (this.builds < 2 && ascent.rounds >= fairAfter[0]) this.build();
    if (this.builds < 3 && isFair) this.build();
    if (isFair) this.trialTurn();
    if (ascent.rounds > rounds || isFair) this.report('bound');
  }

  private trialTurn(): void {
    for (let k = 0; k < work.trialsATurn && !this.isDone(); k++) {
      const left = Math.max(0, 1 - this.trials / (work.trials * this.effort));
      this.trials++;
      this.search.trial(allowance * left * left * this.value);
      if (this.search.state.value < this.value * (1 - 1e-9)) this.keep('search');
    }
  }

  isDone(): boolean {
    if (this.options.shouldStop?.()) return true;
    if (this.gap() <= this.options.gap) return true;
    const boundDone = this.ascent.isSpent || this.ascent.rounds >= this.boundRounds;
    return boundDone && this.trials >= work.trials * this.effort;
  }

  finish(): Solved {
    const { model, lagrangian, ascent } = this;
    this.polish();
    const certificate = certify(model, lagrangian, ascent.best);
    const last = model.T - 1;
    const reducedCost = Float64Array.from(
      { length: model.J },
      (_, j) => lagrangian.forcedOpen(j, last) - lagrangian.siteValue[j],
    );
    const gap = (this.value - certificate.bound) / Math.max(Math.abs(this.value), 1e-9);
    return {
      status: gap <= roundingGap ? 'optimal' : gap <= this.options.gap ? 'gapReached' : 'stopped',
      model,
      path: this.path,
      certificate,
      reducedCost,
      stats: { lagrangianRounds: ascent.rounds, searchRounds: this.trials, incumbents: this.incumbents },
    };
  }

  private gap(): number {
    return (this.value - this.ascent.bound) / Math.max(Math.abs(this.value), 1e-9);
  }

  private newSearch(): PlanSearch {
    const seed = random(this.options.seed).fork(`search ${this.builds}`);
    return new PlanSearch(this.model, new PlanState(this.model), seed);
  }

  private steer(): void {
    const { ascent, lagrangian, model } = this;
    const { rows, county } = lagrangian.layout;
    lagrangian.evaluate(ascent.best);
    const reduced = Float64Array.from(
      { length: model.J },
      (_, j) => lagrangian.forcedOpen(j, model.T - 1) - lagrangian.siteValue[j],
    );
    this.search.steer(ascent.best.subarray(0, rows), ascent.best.slice(rows, county), reduced);
  }

  /** A new plan along the present prices; the search goes on from it when it is better. */
  private build(): void {
    const before = this.search;
    this.builds++;
    this.search = this.newSearch();
    this.steer();
    if (this.builds > 2) this.search.round(this.ascent.shares);
    this.search.grow(() => this.options.shouldStop?.() ?? false);
    if (this.search.state.value < this.value) this.keep('built');
    else if (before.state.value < this.search.state.value) this.search = before;
    this.report('build');
  }

  /** Divides the demand anew over the best plan's sites, all of them at once. */
  private polish(): void {
    const state = new PlanState(this.model);
    const { T, J } = this.model;
    for (let j = 0; j < J; j++) state.setPath(j, this.path.slice(j * T, j * T + T));
    this.value = state.value;
  }

  private keep(phase: string): void {
    this.value = this.search.state.value;
    this.path = this.search.state.path.slice();
    this.incumbents++;
    this.report(phase);
  }

  private report(phase: string): void {
    this.options.progress?.(this.value, this.ascent.bound, phase);
  }
}
