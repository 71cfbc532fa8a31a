/**
 * Rearranges `ids` so that its first k entries are the k of least key, in no order; ties go to the smaller id, so the
 * chosen set does not depend on the order given. Expected O(length). Keys must not be NaN.
 *
 * @param keys key of each id, by id
 * @param ids distinct ids, rearranged in place
 * @param k 0…ids.length
 */
export function selectSmallest(keys: ArrayLike<number>, ids: Int32Array, k: number): void {
  let left = 0;
  let right = ids.length - 1;
  const want = k - 1;
  if (want < 0 || k >= ids.length) return;
  while (left < right) {
    const pivot = middleOfThree(keys, ids, left, right);
    const pivotKey = keys[pivot];
    let i = left - 1;
    let j = right + 1;
    for (;;) {
      do i++;
      while (keys[ids[i]] < pivotKey || (keys[ids[i]] === pivotKey && ids[i] < pivot));
      do j--;
      while (keys[ids[j]] > pivotKey || (keys[ids[j]] === pivotKey && ids[j] > pivot));
      if (i >= j) break;
      const t = ids[i];
      ids[i] = ids[j];
      ids[j] = t;
    }
    if (want <= j) right = j;
    else left = j + 1;
  }
}

function middleOfThree(keys: ArrayLike<number>, ids: Int32Array, left: number, right: number): number {
  const a = ids[left];
  const b = ids[(left + right) >> 1];
  const c = ids[right];
  const less = (x: number, y: number) => keys[x] < keys[y] || (keys[x] === keys[y] && x < y);
  if (less(a, b)) {
    if (less(b, c)) return b;
    return less(a, c) ? c : a;
  }
  if (less(a, c)) return a;
  return less(b, c) ? c : b;
}

/**
 * The k-th smallest value (k from 0), leaving the argument as it was. Expected O(length). NaN values are not allowed.
 * The quantile of the project, `sorted[floor(p·(n−1))]`, is `kthSmallest(values, Math.floor(p * (values.length - 1)))`.
 */
export function kthSmallest(values: ArrayLike<number>, k: number): number {
  const ids = new Int32Array(values.length);
  for (let i = 0; i < ids.length; i++) ids[i] = i;
  selectSmallest(values, ids, k + 1);
  let most = -Infinity;
  for (let i = 0; i <= k; i++) if (values[ids[i]] > most) most = values[ids[i]];
  return most;
}
