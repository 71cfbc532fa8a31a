import type { Lagrangian } from './lagrangian.js';
import type { SolverModel } from './model.js';

/** Rounds in which every multiplier has its own step; afterwards one step for all, aimed at the best plan's value. */
const ownStepRounds = 60;
const patience = 8;

/**
 * Raises the Lagrangian bound: from the best uniform price by steps scaled to each multiplier's own violations, then by
 * deflected subgradients with Polyak's step towards the best known plan, returning to the best point and shortening
 * the step whenever some rounds bring nothing. All multipliers are measured in units of what they can sensibly be.
 */
export class DualAscent {
  bound = -Infinity;
  /** Multipliers of the best bound. */
  readonly best: Float64Array;
  rounds = 0;
  /** Part of Polyak's step that is taken now. */
  step = 0.3;
  private readonly lagrangian: Lagrangian;
  private readonly model: SolverModel;
  private readonly caps: Float64Array;
  private readonly scale: Float64Array;
  private readonly at: Float64Array;
  private readonly direction: Float64Array;
  private readonly size: Float64Array;
  private current = -Infinity;
  private fails = 0;

  constructor(model: SolverModel, lagrangian: Lagrangian) {
    this.model = model;
    this.lagrangian = lagrangian;
    this.caps = lagrangian.caps();
    this.scale = scales(model, lagrangian, this.caps);
    this.best = new Float64Array(this.caps.length);
    this.at = new Float64Array(this.caps.length);
    this.direction = new Float64Array(this.caps.length);
    this.size = new Float64Array(this.caps.length);
  }

  /** Begins at the best uniform price: every village at the same part of what leaving it unserved costs. */
  start(): void {
    const { model, lagrangian, at } = this;
    this.priceTheImpossible();
    const bound = (part: number) => {
      for (let e = 0; e < model.I * model.T; e++) at[e] = part * model.unservedAll[e];
      return this.accept(lagrangian.evaluate(at));
    };
    // The bound is concave in the price: the third that cannot hold the top is dropped.
    let [low, high] = [0, 1];
    for (let k = 0; k < 8; k++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (bound(a) < bound(b)) low = a;
      else high = b;
    }
    this.back();
  }

  /** A row that cannot be met with everything built lacks something in any plan: its multiplier is the price of that. */
  private priceTheImpossible(): void {
    const { T, V, J, ladder, siteRows, rows, featureValue } = this.model;
    const most = new Float64Array(rows.length);
    for (let j = 0; j < J; j++)
      for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++) {
        let best = 0;
        for (let v = 0; v < V; v++)
          if (ladder.allowed[(j * T + siteRows.year[s]) * V + v])
            best = Math.max(best, siteRows.coefficient[s] * featureValue[siteRows.feature[s]][v]);
        most[siteRows.row[s]] += best;
      }
    rows.forEach((row, r) => {
      if (row.price < Infinity && most[r] < row.rhs) this.at[this.lagrangian.layout.rows + r] = row.price;
    });
  }

  /** One step and evaluation; `value` is the best plan known. Gives the best bound so far. */
  round(value: number): number {
    const before = this.bound;
    if (this.rounds < ownStepRounds) this.ownSteps();
    else this.polyakStep(value);
    this.project();
    this.rounds++;
    this.current = this.accept(this.lagrangian.evaluate(this.at));
    if (this.rounds === ownStepRounds) this.back();
    if (this.rounds <= ownStepRounds) return this.bound;
    if (this.bound > before + 1e-5 * Math.abs(this.bound)) this.fails = 0;
    else if (++this.fails >= patience) {
      this.step *= 0.65;
      this.fails = 0;
      this.back();
    }
    return this.bound;
  }

  /** True when further rounds can hardly bring anything. */
  get isSpent(): boolean {
    return this.step < 2e-4;
  }

  private accept(value: number): number {
    if (value > this.bound) {
      this.bound = value;
      this.best.set(this.at);
    }
    return value;
  }

  private back(): void {
    this.at.set(this.best);
    this.direction.fill(0);
    this.current = this.lagrangian.evaluate(this.at);
  }

  private ownSteps(): void {
    const { at, direction, size, scale } = this;
    const { violation } = this.lagrangian;
    const step = 0.02 / Math.sqrt(1 + this.rounds / 20);
    for (let r = 0; r < at.length; r++) {
      direction[r] = 0.9 * direction[r] + 0.1 * violation[r];
      size[r] = 0.95 * size[r] + 0.05 * violation[r] * violation[r];
      if (size[r] > 0) at[r] += (step * scale[r] * direction[r]) / Math.sqrt(size[r]);
    }
  }

  private polyakStep(value: number): void {
    const { at, direction, scale, caps } = this;
    const { violation } = this.lagrangian;
    const priced = this.model.I * this.model.T;
    let norm = 0;
    for (let r = 0; r < at.length; r++) {
      const outside = (at[r] >= caps[r] && violation[r] > 0) || (r >= priced && at[r] <= 0 && violation[r] < 0);
      direction[r] = 0.8 * direction[r] + (outside ? 0 : 0.2 * violation[r]);
      norm += (scale[r] * direction[r]) ** 2;
    }
    if (norm === 0) return;
    const aim = Math.max(value - this.current, 1e-6 * Math.abs(value));
    const length = (this.step * aim) / norm;
    for (let r = 0; r < at.length; r++) at[r] += length * scale[r] * scale[r] * direction[r];
  }

  /** Puts multipliers back into their ranges; a point's part in covering is worth no more than the rule pays for it. */
  private project(): void {
    const { at, caps, model } = this;
    const priced = model.I * model.T;
    for (let r = 0; r < at.length; r++) {
      if (at[r] > caps[r]) at[r] = caps[r];
      else if (r >= priced && at[r] < 0) at[r] = 0;
    }
    const { coverage, I, T } = model;
    if (!coverage) return;
    const { county, cover } = this.lagrangian.layout;
    for (let i = 0; i < I; i++)
      for (let t = 0; t < T && coverage.county[i] >= 0; t++) {
        const most = at[county + coverage.county[i] * T + t] * coverage.weight[i];
        if (at[cover + i * T + t] > most) at[cover + i * T + t] = most;
      }
  }
}

function scales(model: SolverModel, lagrangian: Lagrangian, caps: Float64Array): Float64Array {
  const scale = Float64Array.from(caps, (c) => (Number.isFinite(c) ? c : 0));
  model.rows.forEach((row, r) => {
    scale[lagrangian.layout.rows + r] = row.typicalPrice;
  });
  return scale;
}
