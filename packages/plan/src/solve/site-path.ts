import type { SolverModel } from './model.js';

/** Gains that a site could have in one year: money per unit of weight and how much weight, sorted by gain, falling. */
export class GainList {
  size = 0;
  total = 0;
  gain = new Float64Array(64);
  weight = new Float64Array(64);
  /** What each entry stands for: a pair of the serve model. */
  pair = new Int32Array(64);
  private weightTo = new Float64Array(64);
  private gainTo = new Float64Array(64);

  clear(): void {
    this.size = 0;
    this.total = 0;
  }

  push(gain: number, weight: number, pair: number): void {
    if (this.size === this.gain.length) this.grow();
    this.gain[this.size] = gain;
    this.weight[this.size] = weight;
    this.pair[this.size++] = pair;
    this.total += gain * weight;
  }

  /** Sorts by falling gain: quicksort down to short pieces, then insertion, which is all that a nearly sorted list needs. */
  sort(): void {
    if (this.size > 32 && this.disorder() > this.size) this.partition(0, this.size - 1);
    this.insertion();
  }

  /** How many neighbours stand in the wrong order, weighted so that a few far-off entries count. */
  private disorder(): number {
    let wrong = 0;
    for (let k = 1; k < this.size; k++) if (this.gain[k] > this.gain[k - 1]) wrong++;
    return wrong * 8;
  }

  private partition(first: number, last: number): void {
    let [low, high] = [first, last];
    while (high - low > 16) {
      const pivot = this.middle(low, high);
      let [a, b] = [low, high];
      while (a <= b) {
        while (this.gain[a] > pivot) a++;
        while (this.gain[b] < pivot) b--;
        if (a <= b) this.swap(a++, b--);
      }
      // The shorter side by recursion, the longer one in the loop: depth stays logarithmic.
      if (b - low < high - a) {
        this.partition(low, b);
        low = a;
      } else {
        this.partition(a, high);
        high = b;
      }
    }
  }

  private middle(low: number, high: number): number {
    const [x, y, z] = [this.gain[low], this.gain[(low + high) >> 1], this.gain[high]];
    return x > y ? (y > z ? y : x > z ? z : x) : x > z ? x : y > z ? z : y;
  }

  private swap(a: number, b: number): void {
    const { gain, weight, pair } = this;
    const [g, w, e] = [gain[a], weight[a], pair[a]];
    gain[a] = gain[b];
    weight[a] = weight[b];
    pair[a] = pair[b];
    gain[b] = g;
    weight[b] = w;
    pair[b] = e;
  }

  private insertion(): void {
    const { gain, weight, pair, size } = this;
    for (let a = 1; a < size; a++) {
      const g = gain[a];
      if (gain[a - 1] >= g) continue;
      const w = weight[a];
      const e = pair[a];
      let b = a - 1;
      while (b >= 0 && gain[b] < g) {
        gain[b + 1] = gain[b];
        weight[b + 1] = weight[b];
        pair[b + 1] = pair[b];
        b--;
      }
      gain[b + 1] = g;
      weight[b + 1] = w;
      pair[b + 1] = e;
    }
  }

  /** Running sums over the sorted list, for `within`. */
  accumulate(): void {
    let weight = 0;
    let sum = 0;
    for (let k = 0; k < this.size; k++) {
      weight += this.weight[k];
      sum += this.weight[k] * this.gain[k];
      this.weightTo[k] = weight;
      this.gainTo[k] = sum;
    }
  }

  /** Largest gain within a capacity: fills by falling gain, the last one in part. Needs `sort` and `accumulate` before. */
  within(capacity: number): number {
    const { size, weightTo, gainTo } = this;
    if (size === 0 || capacity <= 0) return 0;
    if (capacity >= weightTo[size - 1]) return gainTo[size - 1];
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (weightTo[mid] <= capacity) low = mid + 1;
      else high = mid;
    }
    const left = low > 0 ? capacity - weightTo[low - 1] : capacity;
    return (low > 0 ? gainTo[low - 1] : 0) + left * this.gain[low];
  }

  private grow(): void {
    const n = this.gain.length * 2;
    const gain = new Float64Array(n);
    const weight = new Float64Array(n);
    const pair = new Int32Array(n);
    gain.set(this.gain);
    weight.set(this.weight);
    pair.set(this.pair);
    Object.assign(this, { gain, weight, pair, weightTo: new Float64Array(n), gainTo: new Float64Array(n) });
  }
}

/** What a row over two years allows between a layout and the next: `now[next] + before[layout] ≥ atLeast`, year by year. */
export interface StepLimit {
  readonly now: Float64Array;
  readonly before: Float64Array;
  readonly atLeast: number;
}

/** Cheapest growing sequence of layouts by dynamic programming over the years, last year first. */
export class PathSearch {
  /** Layout by year of the last search. */
  readonly path: Int32Array;
  private readonly best: Float64Array;
  private readonly next: Int32Array;
  private readonly model: SolverModel;

  constructor(model: SolverModel) {
    this.model = model;
    this.path = new Int32Array(model.T);
    this.best = new Float64Array(model.T * model.V);
    this.next = new Int32Array(model.T * model.V);
  }

  /**
   * @param j site whose layouts are looked at; the others may hold anything
   * @param cost of each layout in each year, [T, V]; Infinity = not allowed
   * @param openFrom the site must be open from this year on; T = need not
   * @param limits of the step into each year; null = none
   * @returns the least cost; the sequence stands in `path`; Infinity when there is none
   */
  search(
    j: number,
    cost: Float64Array,
    openFrom = this.model.T,
    limits: readonly (StepLimit | null)[] | null = null,
  ): number {
    const { T, V, ladder } = this.model;
    const { siteStart, siteLayout, growStart, growTo } = ladder;
    const { best, next } = this;
    const [first, end] = [siteStart[j], siteStart[j + 1]];
    for (let t = T - 1; t >= 0; t--) {
      best.fill(Infinity, t * V, t * V + V);
      for (let n = first; n < end; n++) {
        const v = siteLayout[n];
        const own = cost[t * V + v];
        if (own === Infinity || (v === 0 && t >= openFrom)) continue;
        if (t === T - 1) {
          best[t * V + v] = own;
          continue;
        }
        let least = Infinity;
        let arg = -1;
        const limit = limits?.[t + 1];
        for (let s = growStart[v]; s < growStart[v + 1]; s++) {
          const b = best[(t + 1) * V + growTo[s]];
          if (b < least) {
            if (limit && limit.now[growTo[s]] + limit.before[v] < limit.atLeast) continue;
            least = b;
            arg = growTo[s];
          }
        }
        best[t * V + v] = own + least;
        next[t * V + v] = arg;
      }
    }
    let v = siteLayout[first];
    for (let n = first + 1; n < end; n++) if (best[siteLayout[n]] < best[v]) v = siteLayout[n];
    const value = best[v];
    if (value === Infinity) return value;
    for (let t = 0; t < T; t++) {
      this.path[t] = v;
      v = next[t * V + v];
    }
    return value;
  }
}
