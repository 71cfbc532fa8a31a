/** Sets of pairs by owner in one flat array: add, remove and walk in constant time each. */
export class PairLists {
  readonly start: Int32Array;
  readonly count: Int32Array;
  readonly item: Int32Array;
  private readonly place: Int32Array;
  private readonly owner: Int32Array;

  /** @param owner of each pair */
  constructor(owner: Int32Array, owners: number) {
    this.owner = owner;
    this.start = new Int32Array(owners + 1);
    this.count = new Int32Array(owners);
    this.item = new Int32Array(owner.length);
    this.place = new Int32Array(owner.length).fill(-1);
    for (const o of owner) this.start[o + 1]++;
    for (let o = 0; o < owners; o++) this.start[o + 1] += this.start[o];
  }

  add(pair: number): void {
    if (this.place[pair] >= 0) return;
    const o = this.owner[pair];
    const at = this.start[o] + this.count[o]++;
    this.item[at] = pair;
    this.place[pair] = at;
  }

  remove(pair: number): void {
    const at = this.place[pair];
    if (at < 0) return;
    const o = this.owner[pair];
    const last = this.start[o] + --this.count[o];
    const moved = this.item[last];
    this.item[at] = moved;
    this.place[moved] = at;
    this.place[pair] = -1;
  }
}
