/** Products of items and capacity up to this are solved as whole items; above it items may be split (a valid bound). */
export const wholeItemsUpTo = 2_000_000;

/** Workspace and answer of the knapsack at one site: `min Σ saving·x, Σ size·x ≤ room`, all savings < 0. */
export class Knapsack {
  #best = new Float64Array(0);
  #took = new Uint8Array(0);
  #order = new Int32Array(0);
  #key = new Float64Array(0);
  /** Share of each item in the last answer. */
  share = new Float64Array(0);

  #grow(count: number): void {
    if (this.share.length >= count) return;
    this.share = new Float64Array(count * 2);
    this.#key = new Float64Array(count * 2);
    this.#order = new Int32Array(count * 2);
  }

  #takeAll(saving: Float64Array, count: number): number {
    this.share.fill(1, 0, count);
    return totalOf(saving, count);
  }

  /** Items may be split: Dantzig's order of saving per size. */
  splitItems(saving: Float64Array, size: Float64Array, count: number, room: number): number {
    this.#grow(count);
    if (totalOf(size, count) <= room) return this.#takeAll(saving, count);
    const { share } = this;
    const key = this.#key;
    const order = this.#order.subarray(0, count);
    for (let k = 0; k < count; k++) {
      key[k] = size[k] > 0 ? saving[k] / size[k] : -Infinity;
      order[k] = k;
      share[k] = 0;
    }
    return this.#fill({ saving, size, order, room });
  }

  /** Takes items by key until the room is full, by partition instead of sorting: expected O(items). */
  #fill(k: { saving: Float64Array; size: Float64Array; order: Int32Array; room: number }): number {
    const { saving, size, order } = k;
    const { share } = this;
    const key = this.#key;
    let [low, high, left, value] = [0, order.length - 1, k.room, 0];
    while (low <= high) {
      const pivot = order[(low + high) >> 1];
      const pivotKey = key[pivot];
      let i = low;
      let j = high;
      let taken = 0;
      // order[low…i) comes before the pivot, order(j…high] after it.
      for (let at = low; at <= j;) {
        const item = order[at];
        if (key[item] < pivotKey || (key[item] === pivotKey && item < pivot)) {
          taken += size[item];
          order[at++] = order[i];
          order[i++] = item;
        } else if (item === pivot) at++;
        else {
          order[at] = order[j];
          order[j--] = item;
        }
      }
      if (taken > left) {
        high = i - 1;
        continue;
      }
      for (let at = low; at < i; at++) {
        share[order[at]] = 1;
        value += saving[order[at]];
      }
      left -= taken;
      if (size[pivot] > left) {
        share[pivot] = left / size[pivot];
        return value + saving[pivot] * share[pivot];
      }
      share[pivot] = 1;
      value += saving[pivot];
      left -= size[pivot];
      low = j + 1;
    }
    return value;
  }

  /** Items are whole, sizes and room integers: dynamic programming over the room (Bellman 1957), O(items · room). */
  wholeItems(saving: Float64Array, size: Float64Array, count: number, room: number): number {
    this.#grow(count);
    if (totalOf(size, count) <= room) return this.#takeAll(saving, count);
    const { share } = this;
    const width = room + 1;
    if (this.#took.length < count * width) this.#took = new Uint8Array(count * width * 2);
    if (this.#best.length < width) this.#best = new Float64Array(width * 2);
    const took = this.#took;
    const best = this.#best;
    best.fill(0, 0, width);
    took.fill(0, 0, count * width);
    for (let k = 0; k < count; k++) {
      const s = size[k];
      const v = saving[k];
      const row = k * width;
      for (let c = room; c >= s; c--) {
        const other = best[c - s] + v;
        if (other < best[c]) {
          best[c] = other;
          took[row + c] = 1;
        }
      }
    }
    let c = room;
    for (let k = count - 1; k >= 0; k--) {
      share[k] = took[k * width + c];
      if (share[k] === 1) c -= size[k];
    }
    return best[room];
  }
}

function totalOf(of: Float64Array, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += of[k];
  return total;
}
