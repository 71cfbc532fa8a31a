import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { random } from '@qipan/base';
import {
  failureModel,
  failurePairs,
  singlePoints,
  stressBesideSpecialisation,
  supplierConcentration,
  supplyStructure,
  type SupplyNetwork,
} from '@qipan/clusters';

type Link = readonly [from: number, to: number, value: number, substitutable?: number];

/** Nodes are region · industries + industry. */
function network(
  regions: number,
  industries: number,
  links: readonly Link[],
  o: Partial<SupplyNetwork> = {},
): SupplyNetwork {
  const nodes = regions * industries;
  return {
    regions,
    industries,
    links: {
      fromRegion: links.map((l) => Math.floor(l[0] / industries)),
      fromIndustry: links.map((l) => l[0] % industries),
      toRegion: links.map((l) => Math.floor(l[1] / industries)),
      toIndustry: links.map((l) => l[1] % industries),
      value: links.map((l) => l[2]),
      substitutable: links.map((l) => l[3] ?? 1),
    },
    output: new Float64Array(nodes).fill(100),
    valueAdded: new Float64Array(nodes).fill(40),
    spare: new Float64Array(nodes),
    coverDays: new Float64Array(industries).fill(10),
    ...o,
  };
}

const drawn = fc.record({
  seed: fc.nat({ max: 1e6 }),
  regions: fc.integer({ min: 1, max: 5 }),
  industries: fc.integer({ min: 1, max: 4 }),
});
function randomNetwork(seed: number, regions: number, industries: number, share = 0.3): SupplyNetwork {
  const r = random(seed);
  const nodes = regions * industries;
  const links: Link[] = [];
  for (let a = 0; a < nodes; a++)
    for (let b = 0; b < nodes; b++) if (r.next() < share) links.push([a, b, 1 + 20 * r.next(), r.next()]);
  const list = (f: () => number) => Float64Array.from({ length: nodes }, f);
  return network(regions, industries, links, {
    output: list(() => 50 + 100 * r.next()),
    valueAdded: list(() => 20 + 20 * r.next()),
    spare: list(() => 0.2 * r.next()),
  });
}

// Two regions, industries 0 parts, 1 machines: machines of both regions take parts of region 0 alone.
const hub = (o: Partial<SupplyNetwork> = {}) =>
  network(
    2,
    2,
    [
      [0, 1, 30],
      [0, 3, 20],
    ],
    o,
  );

describe('one failure', () => {
  it('without another maker stops every buyer; its own value added counts apart', () => {
    const got = failureModel(hub()).fail({ nodes: [0] });
    assert.deepEqual([...got.level], [0, 0, 1, 0]);
    assert.deepEqual([got.loss, got.knockOn, got.resourced], [120, 80, 0]);
  });

  it('is made good as far as others have room, shared in proportion', () => {
    // Parts of region 1 (node 2) can add 25 of the 50 that are missing: both buyers run at half.
    const spare = Float64Array.from([0, 0, 0.25, 0]);
    const got = failureModel(hub({ spare })).fail({ nodes: [0] });
    assert.deepEqual([...got.level], [0, 0.5, 1, 0.5]);
    assert.equal(got.resourced, 25);
    const enough = failureModel(hub({ spare: Float64Array.from([0, 0, 0.5, 0]) })).fail({ nodes: [0] });
    assert.deepEqual([enough.knockOn, enough.resourced], [0, 50]);
  });

  it('of what cannot be replaced is not moved, and inputs that matter less hurt less', () => {
    const spare = Float64Array.from([0, 0, 1, 0]);
    const fixed = network(
      2,
      2,
      [
        [0, 1, 30, 0.4],
        [0, 3, 20, 0],
      ],
      { spare },
    );
    const level = [...failureModel(fixed).fail({ nodes: [0] }).level];
    assert.ok(Math.abs(level[1]! - 0.4) < 1e-12 && level[3] === 0);
    const binding = Float64Array.from([1, 0.5, 1, 1]);
    assert.deepEqual([...failureModel(hub({ binding })).fail({ nodes: [0] }).level], [0, 0.5, 1, 0.5]);
  });

  it('runs down a chain, and a region is all its nodes, a link itself alone', () => {
    const chain = network(3, 1, [
      [0, 1, 10],
      [1, 2, 10],
    ]);
    const model = failureModel(chain);
    assert.deepEqual([...model.fail({ nodes: [0] }).level], [0, 0, 0]);
    assert.deepEqual([...model.fail({ links: [1] }).level], [1, 1, 0]);
    assert.deepEqual([...model.fail({ regions: [1] }).level], [1, 0, 0]);
    assert.deepEqual([...model.fail({}).level], [1, 1, 1]);
    assert.throws(() => model.fail({ nodes: [3] }), { code: 'UNKNOWN_CODE' });
  });

  it('without room elsewhere is never undone by failing more, and never costs more than everything', () => {
    fc.assert(
      fc.property(drawn, ({ seed, regions, industries }) => {
        const g = randomNetwork(seed, regions, industries);
        // With room a second failure may free the fallback that the first one needs, so it can even help others.
        const model = failureModel({ ...g, spare: g.spare.map(() => 0) });
        const nodes = regions * industries;
        const [a, b] = [seed % nodes, (seed >> 3) % nodes];
        const one = model.fail({ nodes: [a] });
        const two = model.fail({ nodes: [a, b] });
        assert.ok(two.loss >= one.loss - 1e-6);
        one.level.forEach((y, v) => assert.ok(y >= 0 && y <= 1 && two.level[v]! <= y + 1e-6));
        assert.ok(two.loss <= g.valueAdded.reduce((s, v) => s + v, 0) + 1e-9);
        // Room never makes a single failure worse.
        const helped = failureModel(g).fail({ nodes: [a] });
        assert.ok(helped.loss <= one.loss + 1e-6 && helped.resourced >= 0 && one.resourced === 0);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('ends where every level equals what its shortages allow', () => {
    const g = randomNetwork(77, 4, 3);
    const { level } = failureModel(g).fail({ nodes: [2] });
    // Recomputed from scratch: lacking, room, share found, scarcest input.
    const at = (list: ArrayLike<number>, e: number) => list[e] as number;
    const { links, industries } = g;
    const count = links.value.length;
    const source = (e: number) => at(links.fromRegion, e) * industries + at(links.fromIndustry, e);
    const buyer = (e: number) => at(links.toRegion, e) * industries + at(links.toIndustry, e);
    const edges = Array.from({ length: count }, (_, e) => e);
    for (let b = 0; b < level.length; b++) {
      if (b === 2) continue;
      let want = 1;
      for (let i = 0; i < industries; i++) {
        const mine = edges.filter((e) => buyer(e) === b && at(links.fromIndustry, e) === i);
        const lost = (e: number) => at(links.value, e) * (1 - level[source(e)]!);
        const wanted = edges
          .filter((e) => at(links.fromIndustry, e) === i && buyer(e) !== 2)
          .reduce((s, e) => s + lost(e) * at(links.substitutable!, e), 0);
        let room = 0;
        level.forEach((y, v) => (room += v % industries === i && y >= 1 - 1e-9 ? g.spare[v]! * g.output[v]! : 0));
        const found = wanted > 0 ? Math.min(1, room / wanted) : 0;
        const all = mine.reduce((s, e) => s + at(links.value, e), 0);
        const short = mine.reduce((s, e) => s + lost(e) * (1 - at(links.substitutable!, e) * found), 0);
        if (all > 0) want = Math.min(want, Math.max(0, 1 - short / all));
      }
      assert.ok(Math.abs(level[b]! - want) < 1e-6, `node ${b}: ${level[b]} for ${want}`);
    }
  });
});

describe('the ranked list', () => {
  it('says what fails, who is hit, for how long stocks last, and who else makes it where', () => {
    const spare = Float64Array.from([0, 0, 0.25, 0]);
    const [first] = singlePoints(hub({ spare }), { kinds: ['node'] });
    assert.deepEqual([first!.kind, first!.what, first!.knockOn, first!.loss], ['node', 0, 40, 80]);
    assert.deepEqual(
      first!.hit.map((h) => [h.node, h.loss]),
      [
        [1, 20],
        [3, 20],
      ],
    );
    assert.deepEqual(first!.alternatives, [{ node: 2, room: 25 }]);
    assert.ok(Math.abs(first!.replaceable - 0.25) < 1e-12);
    assert.equal(first!.daysOfCover, 20, 'ten days of use, half of which is lacking');
  });

  it('is in order, complete for links too, and says when cover is unknown', () => {
    const g = { ...randomNetwork(5, 3, 3), coverDays: new Float64Array(3).fill(Number.NaN) };
    const rows = singlePoints(g, { kinds: ['node', 'region', 'link'], top: 1000 });
    for (let k = 1; k < rows.length; k++) assert.ok(rows[k - 1]!.knockOn >= rows[k]!.knockOn);
    assert.deepEqual(new Set(rows.map((r) => r.kind)), new Set(['node', 'region', 'link']));
    assert.equal(rows.filter((r) => r.kind === 'node').length, 9);
    assert.ok(rows.filter((r) => r.hit.length > 0).every((r) => Number.isNaN(r.daysOfCover)));
    assert.equal(singlePoints(g, { top: 3 }).length, 3);
  });

  it('of pairs finds the two that are each other’s fallback', () => {
    // Machines take parts from 0 and 1 alike; each could make all of it.
    const g = network(
      3,
      2,
      [
        [0, 5, 10],
        [2, 5, 10],
      ],
      { spare: Float64Array.from([1, 0, 1, 0, 0, 0]) },
    );
    assert.equal(failureModel(g).fail({ nodes: [0] }).knockOn, 0);
    const [pair] = failurePairs(g, [0, 2, 4]);
    assert.deepEqual([pair!.a, pair!.b, pair!.extra], [0, 2, 40]);
  });
});

describe('the supply graph', () => {
  it('measures how few suppliers a purchase has', () => {
    const rows = supplierConcentration(
      network(3, 2, [
        [0, 5, 30],
        [2, 5, 10],
        [1, 5, 8],
        [1, 5, 2],
      ]),
    );
    assert.deepEqual(
      rows.map((r) => [r.buyer, r.input, r.value, r.largestSupplier]),
      [
        [5, 1, 10, 1],
        [5, 0, 40, 0],
      ],
    );
    assert.deepEqual(
      rows.map((r) => r.hhi),
      [1, 0.625],
    );
    assert.ok(Math.abs(rows[1]!.effectiveSuppliers - 1.6) < 1e-12 && rows[1]!.largestShare === 0.75);
  });

  it('finds nodes that everything passes, cores, and the curve of falling apart', () => {
    // 0 → 1 → 2 → {3, 4}: 2 stands before both, 1 before three.
    const g = network(5, 1, [
      [0, 1, 10],
      [1, 2, 10],
      [2, 3, 10],
      [2, 4, 10],
    ]);
    const s = supplyStructure(g);
    assert.deepEqual([...s.articulation], [0, 1, 1, 0, 0]);
    assert.deepEqual([...s.dominated], [4, 3, 2, 0, 0]);
    assert.deepEqual([...s.core], [1, 1, 1, 1, 1]);
    assert.deepEqual(
      [...s.percolation].map((v) => Math.round(5 * v)),
      [5, 2, 1, 1, 1, 0],
    );
  });

  it('leaves out links below the share, and takes a circle for a start without raw makers', () => {
    const g = network(3, 1, [
      [0, 1, 99],
      [2, 1, 1],
      [1, 0, 5],
    ]);
    assert.deepEqual([...supplyStructure(g, 0.05).core], [1, 1, 0]);
    assert.deepEqual([...supplyStructure(g, 0.005).core], [1, 1, 1]);
    assert.deepEqual([...supplyStructure(g, 0.05).dominated], [1, 0, 0]);
  });

  it('percolates from the whole largest part to nothing, never rising by more than what falls', () => {
    fc.assert(
      fc.property(drawn, ({ seed, regions, industries }) => {
        const { percolation } = supplyStructure(randomNetwork(seed, regions, industries), 0);
        assert.equal(percolation[percolation.length - 1], 0);
        for (let k = 1; k < percolation.length; k++) assert.ok(percolation[k]! <= percolation[k - 1]!);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('is refused when its parts do not fit', () => {
    const g = hub();
    assert.throws(() => supplierConcentration({ ...g, output: new Float64Array(3) }), { code: 'SHAPE_MISMATCH' });
    assert.throws(() => supplierConcentration(network(1, 1, [[0, 1, 2]])), { code: 'UNKNOWN_CODE' });
    assert.throws(() => supplierConcentration(network(1, 2, [[0, 1, -2]])), { code: 'VALUE_NEGATIVE' });
  });
});

it('stress stands beside what the same region is specialised in', () => {
  const g = hub({ output: Float64Array.from([150, 50, 50, 100]), imports: Float64Array.from([0, 10, 0, 0]) });
  const [a, b] = stressBesideSpecialisation(g);
  assert.deepEqual([a!.worstNode, a!.worstNodeKnockOn, a!.knockOn], [0, 80, 40]);
  assert.deepEqual([b!.worstNodeKnockOn, b!.knockOn, b!.importShare], [0, 0, 0]);
  assert.deepEqual([a!.singleSourced, a!.importShare], [1, 10 / 40]);
  // 150/200 of region 0 in an industry of 200/350 of the nation.
  assert.deepEqual(
    a!.specialisation.map((s) => s.industry),
    [0],
  );
  assert.ok(Math.abs(a!.specialisation[0]!.quotient - 0.75 / (200 / 350)) < 1e-12);
  assert.ok(Number.isNaN(stressBesideSpecialisation(hub())[0]!.importShare));
});
