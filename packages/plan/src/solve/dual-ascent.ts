import type { Lagrangian } from './lagrangian.js';
import type { SolverModel } from './model.js';

/**
 * Raises the Lagrangian bound by the volume algorithm (Barahona and Anbil 2000): steps from the best multipliers along
 * an exponential average of the violations, which is also an estimate of a fractional plan. Multipliers are scaled by
 * the size that each can sensibly have.
 */
export class DualAscent {
  bound = -Infinity;
  /** Multipliers of the best bound. */
  readonly best: Float64Array;
  /** Share of recent minima in which a site is open in the last year, by site. */
  readonly openShare: Float64Array;
  rounds = 0;
  private readonly lagrangian: Lagrangian;
  private readonly model: SolverModel;
  private readonly caps: Float64Array;
  private readonly scale: Float64Array;
  private readonly trial: Float64Array;
  private readonly average: Float64Array;
  private step = 0.1;
  private alpha = 0.1;
  private sinceBetter = 0;
  private readonly recent: number[] = [];

  constructor(model: SolverModel, lagrangian: Lagrangian) {
    this.model = model;
    this.lagrangian = lagrangian;
    this.caps = lagrangian.caps();
    this.scale = scales(model, lagrangian, this.caps);
    this.best = new Float64Array(this.caps.length);
    this.trial = new Float64Array(this.caps.length);
    this.average = new Float64Array(this.caps.length);
    this.openShare = new Float64Array(model.J);
  }

  /** Begins at the best uniform price: every village at the same part of what leaving it unserved costs. */
  start(): void {
    const { model, lagrangian, trial } = this;
    const at = (part: number) => {
      for (let e = 0; e < model.I * model.T; e++) trial[e] = part * model.unservedAll[e];
      this.rounds++;
      const bound = lagrangian.evaluate(trial);
      if (bound > this.bound) {
        this.bound = bound;
        this.best.set(trial);
        this.average.set(lagrangian.violation);
      }
      return bound;
    };
    // The bound is concave in the price: halving the third that cannot hold the top.
    let [low, high] = [0, 1];
    for (let k = 0; k < 10; k++) {
      const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
      if (at(a) < at(b)) low = a;
      else high = b;
    }
  }

  /** One evaluation; `value` is the best plan known, Infinity for none. Gives the best bound so far. */
  round(value: number): number {
    const { lagrangian, caps, scale, trial, average, best } = this;
    const first = this.rounds++ === 0;
    let norm = 0;
    if (!first) for (let r = 0; r < average.length; r++) norm += (scale[r] * this.direction(r)) ** 2;
    const target = Number.isFinite(value) ? value : this.bound + Math.abs(this.bound) * 0.1;
    const size = norm > 0 ? (this.step * Math.max(1.05 * target - this.bound, 1e-4 * Math.abs(target))) / norm : 0;
    for (let r = 0; r < trial.length; r++) {
      const moved = best[r] + size * scale[r] * scale[r] * average[r];
      const low = r < this.model.I * this.model.T ? -Infinity : 0;
      trial[r] = moved < low ? low : moved > caps[r] ? caps[r] : moved;
    }
    this.projectCover();
    const got = lagrangian.evaluate(trial);
    this.mix(first);
    this.adapt(got, norm);
    const { T, J } = this.model;
    for (let j = 0; j < J; j++)
      this.openShare[j] += 0.1 * ((lagrangian.sitePath[j * T + T - 1] > 0 ? 1 : 0) - this.openShare[j]);
    return this.bound;
  }

  /** Violation as it counts at the borders: what would push a multiplier out of its range does not. */
  private direction(r: number): number {
    const g = this.average[r];
    if (g < 0 && this.best[r] <= 0 && r >= this.model.I * this.model.T) return 0;
    if (g > 0 && this.best[r] >= this.caps[r]) return 0;
    return g;
  }

  /** A point's share in covering is worth no more than the rule pays for it. */
  private projectCover(): void {
    const { coverage, I, T } = this.model;
    if (!coverage) return;
    const { county, cover } = this.lagrangian.layout;
    for (let i = 0; i < I; i++)
      for (let t = 0; t < T && coverage.county[i] >= 0; t++) {
        const most = this.trial[county + coverage.county[i] * T + t] * coverage.weight[i];
        if (this.trial[cover + i * T + t] > most) this.trial[cover + i * T + t] = most;
      }
  }

  private mix(first: boolean): void {
    const { average, lagrangian, scale } = this;
    const now = lagrangian.violation;
    if (first) {
      average.set(now);
      return;
    }
    // The weight that makes the average shortest, kept within a tenth and the whole of alpha.
    let num = 0;
    let den = 0;
    for (let r = 0; r < average.length; r++) {
      const s2 = scale[r] * scale[r];
      const d = now[r] - average[r];
      num -= s2 * average[r] * d;
      den += s2 * d * d;
    }
    const shortest = den > 0 ? num / den : this.alpha;
    const a = Math.min(this.alpha, Math.max(this.alpha / 10, shortest));
    for (let r = 0; r < average.length; r++) average[r] += a * (now[r] - average[r]);
  }

  private adapt(got: number, norm: number): void {
    if (got > this.bound) {
      const { lagrangian, scale } = this;
      let agree = 0;
      for (let r = 0; r < this.average.length; r++)
        agree += scale[r] * scale[r] * lagrangian.violation[r] * this.average[r];
      this.bound = got;
      this.best.set(this.trial);
      this.sinceBetter = 0;
      if (agree > 0 && norm > 0) this.step = Math.min(2, this.step * 1.1);
    } else if (++this.sinceBetter >= 8) {
      this.step = Math.max(1e-4, this.step * 0.66);
      this.sinceBetter = 0;
    }
    this.recent.push(this.bound);
    if (this.rounds % 50 === 0) {
      const before = this.recent[Math.max(0, this.recent.length - 50)];
      if (this.bound - before < 0.005 * Math.abs(this.bound)) this.alpha = Math.max(1e-3, this.alpha / 2);
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
