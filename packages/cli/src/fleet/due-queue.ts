/** A binary heap of (instant, who); an entry that was moved is passed over when it comes up. */
export class DueQueue {
  private readonly at: number[] = [];
  private readonly who: number[] = [];
  private readonly current: Float64Array;

  constructor(count: number) {
    this.current = new Float64Array(count).fill(Infinity);
  }

  set(who: number, atMs: number): void {
    if (this.current[who] === atMs) return;
    this.current[who] = atMs;
    if (atMs === Infinity) return;
    let i = this.at.length;
    this.at.push(atMs);
    this.who.push(who);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((this.at[parent] as number) <= (this.at[i] as number)) break;
      this.swap(i, parent);
      i = parent;
    }
  }

  /** The earliest instant anybody is due; Infinity when nobody is. */
  get nextMs(): number {
    this.skimOld();
    return this.at[0] ?? Infinity;
  }

  /** Takes who is due first, if by `nowMs`; −1 when nobody is. */
  take(nowMs: number): number {
    this.skimOld();
    if (this.at.length === 0 || (this.at[0] as number) > nowMs) return -1;
    const who = this.who[0] as number;
    this.current[who] = Infinity;
    this.pop();
    return who;
  }

  private skimOld(): void {
    while (this.at.length > 0 && this.current[this.who[0] as number] !== this.at[0]) this.pop();
  }

  private pop(): void {
    const at = this.at.pop() as number;
    const who = this.who.pop() as number;
    const n = this.at.length;
    if (n === 0) return;
    this.at[0] = at;
    this.who[0] = who;
    for (let i = 0; ;) {
      const left = 2 * i + 1;
      if (left >= n) return;
      const right = left + 1;
      const child = right < n && (this.at[right] as number) < (this.at[left] as number) ? right : left;
      if ((this.at[i] as number) <= (this.at[child] as number)) return;
      this.swap(i, child);
      i = child;
    }
  }

  private swap(i: number, j: number): void {
    [this.at[i], this.at[j]] = [this.at[j] as number, this.at[i] as number];
    [this.who[i], this.who[j]] = [this.who[j] as number, this.who[i] as number];
  }
}
