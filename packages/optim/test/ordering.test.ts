import assert from 'node:assert/strict';
import test from 'node:test';
import { random } from '@qipan/base';
import { NodeHeap, type WaitingNode } from '../src/location/node-heap.js';
import { sortPairs } from '../src/location/sort-pairs.js';

test('a heap of nodes gives the least bound first, the deeper among equals', () => {
  const rng = random(701);
  const heap = new NodeHeap<WaitingNode>();
  assert.equal(heap.leastBound, Infinity);
  assert.equal(heap.pop(), undefined);
  const nodes = Array.from({ length: 200 }, () => ({ bound: rng.below(20), depth: rng.below(10) }));
  const expected = [...nodes].sort((a, b) => a.bound - b.bound || b.depth - a.depth);
  nodes.forEach((n) => heap.push(n));
  for (const node of expected) {
    assert.equal(heap.leastBound, node.bound);
    assert.deepEqual(heap.pop(), node);
  }
  assert.equal(heap.pop(), undefined);
});

test('a heap stays in order while nodes come and go', () => {
  const rng = random(702);
  const heap = new NodeHeap<WaitingNode>();
  let kept: WaitingNode[] = [];
  for (let step = 0; step < 500; step++) {
    if (rng.next() < 0.6) {
      const node = { bound: rng.below(50), depth: rng.below(3) };
      heap.push(node);
      kept.push(node);
    } else {
      const got = heap.pop();
      kept = [...kept].sort((a, b) => a.bound - b.bound || b.depth - a.depth);
      assert.deepEqual(got, kept.shift());
    }
  }
});

test('pairs are sorted by value, then by index, whatever their number', () => {
  const rng = random(703);
  for (const count of [0, 1, 2, 3, 23, 24, 25, 26, 100, 1000]) {
    const value = Float64Array.from({ length: count }, () => rng.below(count));
    const index = rng.permutation(count);
    const expected = [...index.keys()]
      .map((k) => [value[k], index[k]] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    sortPairs(value, index, 0, count - 1);
    assert.deepEqual(
      [...value].map((v, k) => [v, index[k]]),
      expected,
    );
  }
});

test('sorted, reversed and equal pairs are sorted too, and only in the range asked for', () => {
  for (const make of [(k: number) => k, (k: number) => 60 - k, () => 4]) {
    const value = Float64Array.from({ length: 60 }, (_, k) => make(k));
    const index = Int32Array.from({ length: 60 }, (_, k) => 59 - k);
    const outside = [value[0], value[59], index[0], index[59]];
    sortPairs(value, index, 1, 58);
    assert.deepEqual([value[0], value[59], index[0], index[59]], outside);
    for (let k = 2; k < 59; k++)
      assert.ok(value[k - 1] < value[k] || (value[k - 1] === value[k] && index[k - 1] < index[k]));
  }
});
