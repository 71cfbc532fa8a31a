/**
 * A set of sequence numbers as sorted, disjoint, inclusive ranges `[from, to, from, to, …]`: one range while nothing is
 * missing, whatever the order of arrival.
 */
export type SeqSet = readonly number[];

export const emptySeqSet: SeqSet = [];

export function hasSeq(set: SeqSet, n: number): boolean {
  for (let i = 0; i < set.length; i += 2) {
    if (n < (set[i] as number)) return false;
    if (n <= (set[i + 1] as number)) return true;
  }
  return false;
}

/** The set with `n`; the same set when it is there already. */
export function addSeq(set: SeqSet, n: number): SeqSet {
  const last = set.length - 1;
  if (last < 0) return [n, n];
  if (n === (set[last] as number) + 1) return [...set.slice(0, last), n];
  if (hasSeq(set, n)) return set;
  const ranges: [number, number][] = [[n, n]];
  for (let i = 0; i < set.length; i += 2) ranges.push([set[i] as number, set[i + 1] as number]);
  ranges.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [from, to] of ranges) {
    const end = out.length - 1;
    if (end >= 0 && from <= (out[end] as number) + 1) out[end] = Math.max(out[end] as number, to);
    else out.push(from, to);
  }
  return out;
}

/** Whether numbers between the first and the last are missing. */
export const hasGap = (set: SeqSet): boolean => set.length > 2;
