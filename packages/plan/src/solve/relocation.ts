import type { Random } from '@qipan/base';
import type { SolverModel } from './model.js';
import type { PlanState } from './plan-state.js';
import { GainList } from './site-path.js';

/** Part of the draws that take the best place left; the others look further down the list. */
const bestFirst = 0.4;

/** Two sites and the path that each takes from the other. */
export interface Exchange {
  readonly site: number;
  readonly path: Int32Array;
  readonly other: number;
  readonly otherPath: Int32Array;
}

/**
 * Exchanges the paths of two neighbouring sites, a closed one included: what is built stays as large and as early, only elsewhere. Where
 * capacity just meets demand that is what a plan gains by; sites put in anew are estimated too large there.
 */
export class Relocation {
  private readonly model: SolverModel;
  private readonly state: PlanState;
  private readonly list = new GainList();

  constructor(model: SolverModel, state: PlanState) {
    this.model = model;
    this.state = state;
  }

  /**
   * A place near site j for its path, mostly one of the best: ranked by what the path is worth there at the present prices of demand, a
   * lower bound of the cost by duality. The prices of the flows must be those of now.
   * @returns null where no other site may have it
   */
  draw(j: number, near: Int32Array, rng: Random): Exchange | null {
    const path = this.pathOf(j);
    const ranked: { readonly gain: number; readonly exchange: Exchange }[] = [];
    for (const other of near) {
      const otherPath = this.pathOf(other);
      if (other === j || path.every((v, t) => v === otherPath[t])) continue;
      if (!this.isAllowed(other, path) || !this.isAllowed(j, otherPath)) continue;
      const gain = this.worth(other, path) + this.worth(j, otherPath) - this.worth(other, otherPath);
      ranked.push({ gain, exchange: { site: j, path, other, otherPath } });
    }
    if (ranked.length === 0) return null;
    ranked.sort((a, b) => b.gain - a.gain || a.exchange.other - b.exchange.other);
    let n = 0;
    while (n + 1 < ranked.length && rng.next() > bestFirst) n++;
    return ranked[n].exchange;
  }

  /** Carries an exchange out; false, and nothing changed, when scarce money or power forbids it. */
  apply({ site, path, other, otherPath }: Exchange): boolean {
    const { state } = this;
    if (!state.fits(site, otherPath)) return false;
    state.setPath(site, otherPath);
    if (state.fits(other, path)) {
      state.setPath(other, path);
      return true;
    }
    state.setPath(site, path);
    return false;
  }

  /** What the best service within a path is worth, all years together. */
  private worth(j: number, path: Int32Array): number {
    const { T, V, level } = this.model;
    let sum = 0;
    for (let t = 0; t < T; t++) {
      if (path[t] === 0) continue;
      this.list.clear();
      this.state.flows[t].gains(j, this.list);
      this.list.sort();
      this.list.accumulate();
      sum += this.list.within(level.always[(j * T + t) * V + path[t]]);
    }
    return sum;
  }

  private isAllowed(j: number, path: Int32Array): boolean {
    const { T, V, ladder, problem } = this.model;
    // What stands already stays where it stands.
    if (problem.sites.existing[j] > 0) return false;
    for (let t = 0; t < T; t++) if (ladder.allowed[(j * T + t) * V + path[t]] === 0) return false;
    return true;
  }

  private pathOf(j: number): Int32Array {
    const { T } = this.model;
    return this.state.path.slice(j * T, j * T + T);
  }
}
