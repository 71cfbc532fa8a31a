/** A node that waits: its proved bound and how deep it lies. */
export interface WaitingNode {
  readonly bound: number;
  readonly depth: number;
}

/** Waiting nodes, least bound first, the deeper among equals. */
export class NodeHeap<N extends WaitingNode> {
  readonly #nodes: N[] = [];

  /** Infinity when empty. */
  get leastBound(): number {
    return this.#nodes.length > 0 ? this.#nodes[0].bound : Infinity;
  }

  push(node: N): void {
    const nodes = this.#nodes;
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!comesBefore(node, nodes[parent])) break;
      nodes[at] = nodes[parent];
      at = parent;
    }
    nodes[at] = node;
  }

  pop(): N | undefined {
    const nodes = this.#nodes;
    const top = nodes[0];
    const last = nodes.pop();
    if (nodes.length === 0 || !last) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= nodes.length) break;
      if (child + 1 < nodes.length && comesBefore(nodes[child + 1], nodes[child])) child++;
      if (!comesBefore(nodes[child], last)) break;
      nodes[at] = nodes[child];
      at = child;
    }
    nodes[at] = last;
    return top;
  }
}

function comesBefore(a: WaitingNode, b: WaitingNode): boolean {
  return a.bound < b.bound || (a.bound === b.bound && a.depth > b.depth);
}
