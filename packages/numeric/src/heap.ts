/**
 * A minimum heap over the items 0…capacity−1 with changeable keys, on typed arrays. Four children a node: the
 * children share a cache line and the tree is half as deep as a binary one. Ties come out in any, but always the same, order.
 */
export class IndexedHeap {
  readonly capacity: number;
  #size = 0;
  readonly #item: Int32Array;
  /** Place of an item in the heap, or −1. */
  readonly #place: Int32Array;
  readonly #key: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#item = new Int32Array(capacity);
    this.#place = new Int32Array(capacity).fill(-1);
    this.#key = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  has(item: number): boolean {
    return this.#place[item] !== -1;
  }

  /** The key the item has, or had when it left; 0 if it was never in. */
  keyOf(item: number): number {
    return this.#key[item];
  }

  /** The item with the least key, or −1 when empty. */
  peek(): number {
    return this.#size === 0 ? -1 : this.#item[0];
  }

  /** Puts the item in, or moves it up or down when it is in already. The key must not be NaN. */
  set(item: number, key: number): void {
    let at = this.#place[item];
    if (at === -1) {
      at = this.#size++;
      this.#key[item] = key;
      this.#up(at, item, key);
      return;
    }
    const before = this.#key[item];
    this.#key[item] = key;
    if (key < before) this.#up(at, item, key);
    else this.#down(at, item, key);
  }

  /** Puts the item in, or lowers its key; a key not lower than the present one changes nothing. True if it changed. */
  lower(item: number, key: number): boolean {
    if (this.#place[item] !== -1 && !(key < this.#key[item])) return false;
    this.set(item, key);
    return true;
  }

  /** Takes out the item with the least key and gives it; −1 when empty. */
  pop(): number {
    if (this.#size === 0) return -1;
    const top = this.#item[0];
    this.#place[top] = -1;
    const last = this.#item[--this.#size];
    if (this.#size > 0) this.#down(0, last, this.#key[last]);
    return top;
  }

  remove(item: number): boolean {
    const at = this.#place[item];
    if (at === -1) return false;
    this.#place[item] = -1;
    const last = this.#item[--this.#size];
    if (at === this.#size) return true;
    const key = this.#key[last];
    if (at > 0 && key < this.#key[this.#item[(at - 1) >> 2]]) this.#up(at, last, key);
    else this.#down(at, last, key);
    return true;
  }

  /** Empties the heap in time proportional to its size, not its capacity. */
  clear(): void {
    for (let i = 0; i < this.#size; i++) this.#place[this.#item[i]] = -1;
    this.#size = 0;
  }

  #up(from: number, item: number, key: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const other = this.#item[parent];
      if (!(key < this.#key[other])) break;
      this.#item[at] = other;
      this.#place[other] = at;
      at = parent;
    }
    this.#item[at] = item;
    this.#place[item] = at;
  }

  #down(from: number, item: number, key: number): void {
    let at = from;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= this.#size) break;
      let least = first;
      let leastKey = this.#key[this.#item[first]];
      const end = Math.min(first + 4, this.#size);
      for (let c = first + 1; c < end; c++) {
        const k = this.#key[this.#item[c]];
        if (k < leastKey) {
          least = c;
          leastKey = k;
        }
      }
      if (!(leastKey < key)) break;
      const other = this.#item[least];
      this.#item[at] = other;
      this.#place[other] = at;
      at = least;
    }
    this.#item[at] = item;
    this.#place[item] = at;
  }
}
