import type { GridNetwork } from '@qipan/grid';
import type { GridTransformerView } from '../contract.js';

/** The tree below the busbar, parents before children, for a single-line drawing. Loops are cut where they close. */
export function drawingOf(network: GridNetwork): NonNullable<GridTransformerView['drawing']> {
  const transformer = network.branches.find((b) => b.kind === 'transformer');
  const root = transformer?.to ?? 0;
  const loads = new Map<number, number>();
  for (const l of network.loads)
    if (l.on && !l.isGenerator) loads.set(l.node, (loads.get(l.node) ?? 0) + l.pW.reduce((a, b) => a + b, 0) / 1000);
  const ends = new Map<number, { to: number; k: number }[]>();
  network.branches.forEach((b, k) => {
    if (b.kind === 'transformer' || !b.fromOn || !b.toOn) return;
    ends.set(b.from, [...(ends.get(b.from) ?? []), { to: b.to, k }]);
    ends.set(b.to, [...(ends.get(b.to) ?? []), { to: b.from, k }]);
  });
  const out: NonNullable<GridTransformerView['drawing']>[number][] = [];
  const order: number[] = [];
  const seen = new Set<number>();
  const add = (node: number, parent: number, k: number | null) => {
    const b = k === null ? undefined : network.branches[k];
    const isLine = b?.kind === 'line';
    seen.add(node);
    order.push(node);
    out.push({
      id: network.nodes[node]?.id ?? String(node),
      parent,
      ratedA: isLine && Number.isFinite(b.ratedA) ? b.ratedA : null,
      line: b?.id ?? null,
      customersKw: loads.get(node) ?? 0,
    });
  };
  add(root, -1, null);
  for (let i = 0; i < out.length; i++) {
    for (const { to, k } of ends.get(order[i] as number) ?? [])
      if (!seen.has(to) && to !== transformer?.from) add(to, i, k);
  }
  return out;
}
