import type { AssignmentModel } from './assignment-model.js';
import type { SolveOptions } from './problem.js';

/** The incumbent, the tolerance, and when to stop: shared by all phases of one search. All values are scaled costs. */
export class SearchControl {
  readonly model: AssignmentModel;
  readonly options: SolveOptions;
  /** Cost of the best solution known. */
  value = Infinity;
  sites: Int32Array = new Int32Array(0);
  /** Best bound proved for the whole problem. */
  bound = -Infinity;
  iterations = 0;
  nodes = 0;
  #stopped = false;

  constructor(model: AssignmentModel, options: SolveOptions) {
    this.model = model;
    this.options = options;
  }

  /** A solution better than `cutoff` is not looked for: bounds above it end a branch. */
  get cutoff(): number {
    if (this.value === Infinity) return Infinity;
    const tolerance = this.tolerance;
    // The 2⁻¹⁰ is far above the rounding of sums of multiples of 2⁻²⁰ and far below the unit.
    if (this.model.scale.integral && tolerance < 1) return this.value - 1 + 2 ** -10;
    return this.value - tolerance;
  }

  /** Largest difference between value and bound that counts as no difference, in scaled cost. */
  get tolerance(): number {
    const { sign, constant, scale } = this.model;
    const shown = Math.abs(constant + (sign * this.value) / scale.scale) * scale.scale;
    const asked = (this.options.gap ?? 0) * shown;
    return Math.max(asked, this.model.scale.integral ? 0 : 2e-10 * Math.max(shown, Math.abs(this.value)));
  }

  get shouldStop(): boolean {
    const { shouldStop, nodeLimit, iterationLimit } = this.options;
    this.#stopped ||=
      shouldStop?.() === true ||
      this.nodes >= (nodeLimit ?? Infinity) ||
      this.iterations >= (iterationLimit ?? Infinity);
    return this.#stopped;
  }

  get isClosed(): boolean {
    return this.bound > this.cutoff;
  }

  /** Keeps a solution if it is the best; the sites are copied. */
  offer(value: number, sites: Int32Array): boolean {
    if (!(value < this.value)) return false;
    this.value = value;
    this.sites = sites.slice().sort();
    this.report();
    return true;
  }

  raise(bound: number): void {
    if (bound > this.bound) {
      this.bound = bound;
      this.report();
    }
  }

  report(): void {
    if (!this.options.progress) return;
    const { sign, constant, scale } = this.model;
    const shown = (v: number) => constant + (sign * v) / scale.scale;
    this.options.progress(shown(this.value), shown(Math.min(this.bound, this.value)));
  }
}
