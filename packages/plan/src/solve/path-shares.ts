import type { Random } from '@qipan/base';

/**
 * What the sites did along the rounds of the bound: for each the paths it took, with falling weight of what is long ago.
 * The weights are those of the averaged direction, so together they are the fractional plan that the bound is the cost of.
 */
export class PathShares {
  private readonly T: number;
  private readonly paths: Int32Array[][];
  private readonly weight: number[][];
  /** Weights are kept in units of this, so that ageing all of them is one product. */
  private unit = 1;

  constructor(sites: number, years: number) {
    this.T = years;
    this.paths = Array.from({ length: sites }, () => []);
    this.weight = Array.from({ length: sites }, () => []);
  }

  /** Takes in what the sites do now, [J, T], as a part of 1 of all there is. */
  add(sitePath: Int32Array, part: number): void {
    const { T, paths, weight } = this;
    if (part >= 1)
      for (let j = 0; j < paths.length; j++) {
        paths[j].length = 0;
        weight[j].length = 0;
      }
    this.unit = part >= 1 ? 1 : this.unit * (1 - part);
    for (let j = 0; j < paths.length; j++) {
      const list = paths[j];
      let n = 0;
      while (n < list.length && !this.isSame(list[n], sitePath, j * T)) n++;
      if (n === list.length) {
        list.push(sitePath.slice(j * T, j * T + T));
        weight[j].push(0);
      }
      weight[j][n] += part / this.unit;
    }
    if (this.unit < 1e-100) {
      for (const list of weight) list.forEach((w, n) => (list[n] = w * this.unit));
      this.unit = 1;
    }
  }

  /** A path drawn by weight. */
  draw(j: number, rng: Random): Int32Array {
    let left = rng.next() / this.unit;
    const list = this.paths[j];
    for (let n = 0; n + 1 < list.length; n++) {
      left -= this.weight[j][n];
      if (left < 0) return list[n];
    }
    return list[list.length - 1];
  }

  private isSame(path: Int32Array, flat: Int32Array, from: number): boolean {
    for (let t = 0; t < this.T; t++) if (path[t] !== flat[from + t]) return false;
    return true;
  }
}
