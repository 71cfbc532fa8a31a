/** An edge of a weighted graph over dense numbers, `a < b`. */
export interface WeightedEdge {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

/**
 * Maximum spanning forest of a complete graph given as a symmetric table (Prim 1957): the n − 1 edges of greatest total weight that
 * join everything; edges of weight 0 or less join nothing, so a graph that falls apart gives one tree a part. Ties go to the lower
 * number.
 * @param weight `[n × n]`, row-major, symmetric; the diagonal is not read
 * @returns edges in the order in which they join; O(n²)
 */
export function maximumSpanningForest(weight: ArrayLike<number>, n: number): WeightedEdge[] {
  const edges: WeightedEdge[] = [];
  const best = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const from = new Int32Array(n).fill(-1);
  const isIn = new Uint8Array(n);
  for (let step = 0; step < n; step++) {
    let next = -1;
    for (let v = 0; v < n; v++) if (!isIn[v] && (next === -1 || best[v] > best[next])) next = v;
    isIn[next] = 1;
    const u = from[next];
    if (u !== -1 && best[next] > 0) edges.push({ a: Math.min(u, next), b: Math.max(u, next), weight: best[next] });
    for (let v = 0; v < n; v++) {
      const w = weight[next * n + v];
      if (!isIn[v] && w > best[v]) {
        best[v] = w;
        from[v] = next;
      }
    }
  }
  return edges;
}
