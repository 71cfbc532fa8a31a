/** Sites of the plane in square cells of about three, to gather those near a point without looking at all. */
export class SiteGrid {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #left: number;
  readonly #bottom: number;
  readonly #side: number;
  readonly #across: number;
  readonly #up: number;
  readonly #start: Int32Array;
  readonly #site: Int32Array;

  constructor(x: Float64Array, y: Float64Array, sites: Int32Array) {
    this.#x = x;
    this.#y = y;
    const m = sites.length;
    let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const j of sites) {
      left = Math.min(left, x[j]);
      right = Math.max(right, x[j]);
      bottom = Math.min(bottom, y[j]);
      top = Math.max(top, y[j]);
    }
    const width = Math.max(right - left, 1e-9);
    const height = Math.max(top - bottom, 1e-9);
    this.#side = Math.max(Math.sqrt((width * height * 3) / Math.max(m, 1)), Math.max(width, height) / 2000);
    this.#left = left;
    this.#bottom = bottom;
    this.#across = Math.floor(width / this.#side) + 1;
    this.#up = Math.floor(height / this.#side) + 1;
    const cells = this.#across * this.#up;
    this.#start = new Int32Array(cells + 1);
    const cell = Int32Array.from(sites, (j) => this.#cell(x[j], y[j]));
    for (const c of cell) this.#start[c + 1]++;
    for (let c = 0; c < cells; c++) this.#start[c + 1] += this.#start[c];
    const next = this.#start.slice(0, cells);
    this.#site = new Int32Array(m);
    for (let k = 0; k < m; k++) this.#site[next[cell[k]]++] = sites[k];
  }

  #cell(x: number, y: number): number {
    const column = Math.min(this.#across - 1, Math.max(0, Math.floor((x - this.#left) / this.#side)));
    const row = Math.min(this.#up - 1, Math.max(0, Math.floor((y - this.#bottom) / this.#side)));
    return row * this.#across + column;
  }

  /** Writes a set of sites to `into` that holds the k nearest to (x, y), and gives how many it wrote. */
  near(x: number, y: number, k: number, into: Int32Array): number {
    const home = this.#cell(x, y);
    const homeColumn = home % this.#across;
    const homeRow = Math.floor(home / this.#across);
    const reach = Math.max(this.#across, this.#up);
    let count = 0;
    for (let ring = 0; ring <= reach; ring++) {
      count = this.#gatherRing(homeColumn, homeRow, ring, into, count);
      if (count < k) continue;
      // Everything closer than the border of the square searched is in; it is enough if k of the gathered are closer.
      const border = Math.min(
        x - (this.#left + (homeColumn - ring) * this.#side),
        this.#left + (homeColumn + ring + 1) * this.#side - x,
        y - (this.#bottom + (homeRow - ring) * this.#side),
        this.#bottom + (homeRow + ring + 1) * this.#side - y,
      );
      if (border > 0 && this.#within(x, y, border, into, count) >= k) return count;
    }
    return count;
  }

  #within(x: number, y: number, border: number, ids: Int32Array, count: number): number {
    // Less than the border by more than the rounding of a distance.
    const limit = border * (1 - 1e-12);
    let closer = 0;
    for (let e = 0; e < count; e++) {
      const dx = this.#x[ids[e]] - x;
      const dy = this.#y[ids[e]] - y;
      if (dx * dx + dy * dy < limit * limit) closer++;
    }
    return closer;
  }

  #gatherRing(column: number, row: number, ring: number, into: Int32Array, count: number): number {
    for (let r = Math.max(0, row - ring); r <= Math.min(this.#up - 1, row + ring); r++) {
      const edge = r === row - ring || r === row + ring;
      const step = edge || ring === 0 ? 1 : 2 * ring;
      for (let c = column - ring; c <= column + ring; c += step) {
        if (c < 0 || c >= this.#across) continue;
        const cell = r * this.#across + c;
        for (let e = this.#start[cell]; e < this.#start[cell + 1]; e++) into[count++] = this.#site[e];
      }
    }
    return count;
  }
}
