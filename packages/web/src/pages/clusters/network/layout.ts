export interface LayoutLink {
  readonly a: number;
  readonly b: number;
  readonly proximity: number;
  readonly isTree: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const rounds = 400;

/**
 * Places nodes by springs and repulsion (Fruchterman, Reingold 1991), started on a spiral so that the same network is always drawn
 * the same. `x` runs from 0 to 1, `y` from 0 as far as the picture is high. O(rounds · n²): about 40 ms for 100 nodes.
 */
export function layout(n: number, links: readonly LayoutLink[]): readonly Point[] {
  const x = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 1) * Math.cos(2.4 * i));
  const y = Float64Array.from({ length: n }, (_, i) => Math.sqrt(i + 1) * Math.sin(2.4 * i));
  const dx = new Float64Array(n);
  const dy = new Float64Array(n);
  for (let round = 0; round < rounds; round++) {
    dx.fill(0);
    dy.fill(0);
    for (let i = 0; i < n; i++)
      for (let j = i + 1; j < n; j++) {
        const [u, v] = [(x[i] as number) - (x[j] as number), (y[i] as number) - (y[j] as number)];
        const push = 1 / Math.max(0.01, u * u + v * v);
        push1(dx, dy, i, push * u, push * v);
        push1(dx, dy, j, -push * u, -push * v);
      }
    for (const { a, b, proximity, isTree } of links) {
      const [u, v] = [(x[a] as number) - (x[b] as number), (y[a] as number) - (y[b] as number)];
      const pull = (isTree ? 1.2 : 0.12) * proximity * Math.hypot(u, v);
      push1(dx, dy, a, -pull * u, -pull * v);
      push1(dx, dy, b, pull * u, pull * v);
    }
    const heat = 0.6 * (1 - round / rounds) + 0.005;
    for (let i = 0; i < n; i++) {
      // A weak pull to the middle keeps parts that nothing joins on the page.
      const [u, v] = [(dx[i] as number) - 0.01 * (x[i] as number), (dy[i] as number) - 0.01 * (y[i] as number)];
      const size = Math.max(1e-9, Math.hypot(u, v));
      x[i] = (x[i] as number) + (u / size) * Math.min(heat, size);
      y[i] = (y[i] as number) + (v / size) * Math.min(heat, size);
    }
  }
  return fitted(x, y);
}

/** Turned so that the longest extent lies across the page, then scaled to its width. */
function fitted(x: Float64Array, y: Float64Array): readonly Point[] {
  const n = x.length;
  const mean = (v: Float64Array) => v.reduce((s, one) => s + one, 0) / Math.max(1, n);
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [u, v] = [(x[i] as number) - mx, (y[i] as number) - my];
    xx += u * u;
    xy += u * v;
    yy += v * v;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const px = x.map((v, i) => c * (v - mx) + s * ((y[i] as number) - my));
  const py = y.map((v, i) => c * (v - my) - s * ((x[i] as number) - mx));
  const [left, right, top] = [Math.min(...px), Math.max(...px), Math.min(...py)];
  const scale = 1 / Math.max(1e-9, right - left);
  return Array.from({ length: n }, (_, i) => ({
    x: ((px[i] as number) - left) * scale,
    y: ((py[i] as number) - top) * scale,
  }));
}

function push1(dx: Float64Array, dy: Float64Array, i: number, u: number, v: number): void {
  dx[i] = (dx[i] as number) + u;
  dy[i] = (dy[i] as number) + v;
}

/** The industries that are linked to one, nearest first. */
export function neighbours(links: readonly LayoutLink[], node: number): readonly { node: number; proximity: number }[] {
  return links
    .flatMap(({ a, b, proximity }) =>
      a === node ? [{ node: b, proximity }] : b === node ? [{ node: a, proximity }] : [],
    )
    .sort((p, q) => q.proximity - p.proximity);
}
