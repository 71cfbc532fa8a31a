import type { Lagrangian } from './lagrangian.js';
import type { SolverModel } from './model.js';
import { PathShares } from './path-shares.js';

/** Rounds in which every multiplier has its own step; afterwards one step for all, aimed at the best plan's value. */
const ownStepRounds = 60;
/** Rounds without a better bound after which the step is shortened, and by how much. */
const patience = 10;
const shorter = 0.7;
/** Largest part of a new violation in the averaged one: at first, and at last. */
const freshest = 0.1;
const stalest = 0.01;
/** Every so many rounds the part is halved when the bound rose by less than this share. */
const review = 50;
const littleRise = 3e-4;
/** A step so short that nothing moves is lengthened to this again, so many times. */
const shortest = 3e-4;
const renewed = 0.02;
const renewals = 8;

/**
 * Raises the Lagrangian bound: from the best uniform price by steps scaled to each multiplier's own violations, then by
 * the volume algorithm: steps from the best point along the averaged violation, aimed at the best known plan (Barahona and
 * Anbil, "The volume algorithm", Math. Prog. 87, 2000). All multipliers are measured in units of what they can sensibly be.
 */
export class DualAscent {
  bound = -Infinity;
  /** Multipliers of the best bound. */
  readonly best: Float64Array;
  /** What the sites do on average along the way: close to a fractional plan. */
  readonly shares: PathShares;
  rounds = 0;
  /** Part of Polyak's step that is taken now. */
  step = 0.1;
  private readonly lagrangian: Lagrangian;
  private readonly model: SolverModel;
  private readonly caps: Float64Array;
  private readonly scale: Float64Array;
  private readonly at: Float64Array;
  private readonly direction: Float64Array;
  private readonly size: Float64Array;
  private fresh = freshest;
  private fails = 0;
  private renewed = 0;
  private reviewed = -Infinity;
  private isFlat = false;

  constructor(model: SolverModel, lagrangian: Lagrangian) {
    this.model = model;
    this.lagrangian = lagrangian;
    this.caps = lagrangian.caps();
    this.scale = scales(model, lagrangian, this.caps);
    this.best = new Float64Array(this.caps.length);
    this.at = new Float64Array(this.caps.length);
    this.direction = new Float64Array(this.caps.length);
    this.size = new Float64Array(this.caps.length);
    this.shares = new PathShares(model.J, model.T);
  }

  /** Begins at the best uniform price: every village at the same part of what leaving it unserved costs. */
  start(): void {
    const { model, lagrangian, at } = this;
    this.priceTheImpossible();
    const bound = (part: number) => {
      for (let e = 0; e < model.I * model.T; e++) at[e] = part * model.unservedAll[e];
      const value = lagrangian.evaluate(at);
      this.accept(value);
      return value;
    };
    // The bound is concave in the price: the third that cannot hold the top is dropped.
    let [low, high] = [0, 1];
    for (let k = 0; k < 8; k++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (bound(a) < bound(b)) low = a;
      else high = b;
    }
    this.back();
    this.direction.fill(0);
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
    if (this.rounds < ownStepRounds) {
      this.ownSteps();
      this.project();
      this.accept(this.lagrangian.evaluate(this.at));
    } else this.volumeStep(value);
    if (++this.rounds === ownStepRounds) this.back();
    return this.bound;
  }

  /** True when further rounds can hardly bring anything. */
  get isSpent(): boolean {
    return this.isFlat || this.renewed >= renewals;
  }

  private accept(value: number): boolean {
    if (!(value > this.bound)) return false;
    this.bound = value;
    this.best.set(this.at);
    return true;
  }

  /** To the best point, with nothing remembered but what is violated there. */
  private back(): void {
    this.at.set(this.best);
    this.lagrangian.evaluate(this.at);
    this.direction.set(this.lagrangian.violation);
    this.shares.add(this.lagrangian.sitePath, 1);
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

  private volumeStep(value: number): void {
    const { at, best, direction, scale, caps, lagrangian } = this;
    const priced = this.model.I * this.model.T;
    let norm = 0;
    for (let r = 0; r < at.length; r++) {
      const outside = (best[r] >= caps[r] && direction[r] > 0) || (r >= priced && best[r] <= 0 && direction[r] < 0);
      if (!outside) norm += (scale[r] * direction[r]) ** 2;
    }
    this.isFlat = norm === 0;
    if (this.isFlat) return;
    const length = (this.step * Math.max(value - this.bound, 1e-6 * Math.abs(value))) / norm;
    for (let r = 0; r < at.length; r++) at[r] = best[r] + length * scale[r] * scale[r] * direction[r];
    this.project();
    const rose = this.accept(lagrangian.evaluate(at));
    const { part, agrees } = this.mixing();
    this.adaptStep(rose, agrees);
    for (let r = 0; r < at.length; r++) direction[r] += part * (lagrangian.violation[r] - direction[r]);
    this.shares.add(lagrangian.sitePath, part);
    if (this.rounds % review === review - 1) {
      if (this.bound - this.reviewed < littleRise * Math.abs(this.bound))
        this.fresh = Math.max(this.fresh / 2, stalest);
      this.reviewed = this.bound;
    }
  }

  /** How much of the new violation makes the average shortest, within its limits; and whether old and new point the same way. */
  private mixing(): { part: number; agrees: boolean } {
    const { direction, scale } = this;
    const { violation } = this.lagrangian;
    let [old, both, now] = [0, 0, 0];
    for (let r = 0; r < direction.length; r++) {
      const square = scale[r] * scale[r];
      old += square * direction[r] * direction[r];
      both += square * direction[r] * violation[r];
      now += square * violation[r] * violation[r];
    }
    const ideal = (old - both) / (old + now - 2 * both);
    return { part: ideal > this.fresh / 10 ? Math.min(ideal, this.fresh) : this.fresh / 10, agrees: both > 0 };
  }

  private adaptStep(rose: boolean, agrees: boolean): void {
    if (rose) {
      if (agrees) this.step *= 1.1;
      this.fails = 0;
    } else if (++this.fails >= patience) {
      this.step *= shorter;
      this.fails = 0;
    }
    if (this.step >= shortest) return;
    this.step = renewed;
    this.renewed++;
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
