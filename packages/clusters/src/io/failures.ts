import { QipanError } from '@qipan/base';
import { checkNetwork, supplierConcentration, type SupplyNetwork } from './supply-graph.js';

/** What fails: nodes, all nodes of regions, or single links. */
export interface Failure {
  readonly nodes?: readonly number[];
  readonly regions?: readonly number[];
  readonly links?: readonly number[];
}

/** What a failure costs once buyers have found other makers as far as these have room. */
export interface FailureLoss {
  /** Value added lost, yuan a year, the failed nodes' own included. */
  readonly loss: number;
  /** Value added lost by nodes that did not fail themselves. */
  readonly knockOn: number;
  /** Output of each node as a share of before. */
  readonly level: Float64Array;
  /** Purchases that moved to another maker, yuan a year. */
  readonly resourced: number;
  readonly rounds: number;
}

/** The network by groups: a group is what one buyer buys of one input from everybody. */
interface Prepared {
  readonly nodes: number;
  readonly source: Int32Array;
  readonly buyer: Int32Array;
  readonly value: Float64Array;
  /** Of each link, what moves to another maker when it is lost. */
  readonly movable: Float64Array;
  readonly group: Int32Array;
  /** Links in the order of their sources, and where those of each source begin. */
  readonly bySource: Int32Array;
  readonly start: Int32Array;
  readonly groupBuyer: Int32Array;
  readonly groupInput: Int32Array;
  readonly groupValue: Float64Array;
  /** Spare output of each node, and of each industry together. */
  readonly spare: Float64Array;
  readonly room: Float64Array;
}

function prepare(g: SupplyNetwork): Prepared {
  checkNetwork(g);
  const { links, industries } = g;
  const nodes = g.regions * industries;
  const count = links.value.length;
  const number = new Map<number, number>();
  const [source, buyer, group] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  const keys: number[] = [];
  const values: number[] = [];
  for (let e = 0; e < count; e++) {
    source[e] = links.fromRegion[e] * industries + links.fromIndustry[e];
    buyer[e] = links.toRegion[e] * industries + links.toIndustry[e];
    const key = buyer[e] * industries + links.fromIndustry[e];
    let k = number.get(key);
    if (k === undefined) {
      k = keys.push(key) - 1;
      number.set(key, k);
      values.push(0);
    }
    group[e] = k;
    values[k] += links.value[e];
  }
  const start = new Int32Array(nodes + 1);
  for (const v of source) start[v + 1]++;
  for (let v = 0; v < nodes; v++) start[v + 1] += start[v];
  const next = start.slice(0, nodes);
  const bySource = new Int32Array(count);
  for (let e = 0; e < count; e++) bySource[next[source[e]]++] = e;
  const value = Float64Array.from(links.value);
  const spare = g.spare.map((share, v) => share * g.output[v]);
  const room = new Float64Array(industries);
  spare.forEach((x, v) => (room[v % industries] += x));
  return {
    nodes,
    source,
    buyer,
    value,
    movable: value.map((v, e) => v * (links.substitutable?.[e] ?? 1)),
    group,
    bySource,
    start,
    groupBuyer: Int32Array.from(keys, (key) => Math.floor(key / industries)),
    groupInput: Int32Array.from(keys, (key) => key % industries),
    groupValue: Float64Array.from(values),
    spare,
    room,
  };
}

/** A network made ready for many failures. */
export interface FailureModel {
  fail(failure: Failure): FailureLoss;
}

/**
 * Losses by failure. Nodes that fail stop. A buyer lacks what its suppliers make less; of that the substitutable part moves to
 * other working makers of the same product as far as their spare capacity goes (shared in proportion); a buyer's output
 * falls with its scarcest input, `1 − binding·shortage`, and its own buyers lack in turn. Rounds until nothing moves
 * (the levels only fall, so they end at the greatest fixed point).
 * @throws as `checkNetwork`, `UNKNOWN_CODE` for a node, region or link that is not there
 */
export function failureModel(g: SupplyNetwork): FailureModel {
  const p = prepare(g);
  return { fail: (failure) => cascade(g, p, failure) };
}

function marks(failure: Failure, g: SupplyNetwork, p: Prepared): { nodes: number[]; links: number[] } {
  const known = (k: number, count: number) => {
    if (!(k >= 0 && k < count)) throw new QipanError('UNKNOWN_CODE', `no such part of the network: ${k}`, { got: k });
    return k;
  };
  const nodes = new Set((failure.nodes ?? []).map((v) => known(v, p.nodes)));
  for (const r of failure.regions ?? [])
    for (let i = 0; i < g.industries; i++) nodes.add(known(r, g.regions) * g.industries + i);
  return { nodes: [...nodes], links: [...new Set(failure.links ?? [])].map((e) => known(e, p.source.length)) };
}

/** What one round works on; only what the failure has reached is touched. */
interface Reach {
  readonly level: Float64Array;
  /** Nodes below full output. */
  readonly held: number[];
  readonly lacking: Float64Array;
  readonly movable: Float64Array;
  readonly wanted: Float64Array;
  /** Groups that lack something. */
  readonly touched: number[];
}

/** Purchases that fall away at the present levels; those of failed nodes are not missed. */
function shortages(p: Prepared, r: Reach, failed: { isOut: Uint8Array; links: readonly number[] }): void {
  for (const k of r.touched) r.lacking[k] = r.movable[k] = 0;
  r.touched.length = 0;
  r.wanted.fill(0);
  const lose = (e: number, share: number) => {
    if (failed.isOut[p.buyer[e]] === 1 || share === 0 || p.value[e] === 0) return;
    const k = p.group[e];
    if (r.lacking[k] === 0) r.touched.push(k);
    r.lacking[k] += p.value[e] * share;
    r.movable[k] += p.movable[e] * share;
    r.wanted[p.groupInput[k]] += p.movable[e] * share;
  };
  for (const v of r.held) for (let q = p.start[v]; q < p.start[v + 1]; q++) lose(p.bySource[q], 1 - r.level[v]);
  for (const e of failed.links) lose(e, r.level[p.source[e]]);
}

/** One round: shares out the room of makers at full output and lowers the levels of buyers; gives the largest fall. */
function lower(g: SupplyNetwork, p: Prepared, r: Reach): { change: number; resourced: number } {
  const room = p.room.slice();
  // A maker that is itself held back has no room to give.
  for (const v of r.held) room[v % g.industries] -= p.spare[v];
  const found = r.wanted.map((w, i) => (w > 0 ? Math.min(1, Math.max(0, room[i]) / w) : 0));
  let [change, resourced] = [0, 0];
  const before = new Map<number, number>();
  for (const k of r.touched) {
    const moved = r.movable[k] * found[p.groupInput[k]];
    resourced += moved;
    const shortage = (r.lacking[k] - moved) / p.groupValue[k];
    const b = p.groupBuyer[k];
    const w = g.binding?.[p.groupInput[k] * g.industries + (b % g.industries)] ?? 1;
    const now = Math.max(0, 1 - w * shortage);
    if (now >= r.level[b] || shortage < 1e-12) continue;
    if (r.level[b] === 1) r.held.push(b);
    if (!before.has(b)) before.set(b, r.level[b]);
    r.level[b] = now;
    change = Math.max(change, (before.get(b) as number) - now);
  }
  return { change, resourced };
}

function cascade(g: SupplyNetwork, p: Prepared, failure: Failure): FailureLoss {
  const { nodes, links } = marks(failure, g, p);
  const r: Reach = {
    level: new Float64Array(p.nodes).fill(1),
    held: [...nodes],
    lacking: new Float64Array(p.groupValue.length),
    movable: new Float64Array(p.groupValue.length),
    wanted: new Float64Array(g.industries),
    touched: [],
  };
  const isOut = new Uint8Array(p.nodes);
  for (const v of nodes) {
    isOut[v] = 1;
    r.level[v] = 0;
  }
  let resourced = 0;
  let rounds = 0;
  for (let change = 1; change >= 1e-10 && rounds < 200; rounds++) {
    shortages(p, r, { isOut, links });
    ({ change, resourced } = lower(g, p, r));
  }
  let [loss, own] = [0, 0];
  for (const v of r.held) {
    loss += g.valueAdded[v] * (1 - r.level[v]);
    if (isOut[v] === 1) own += g.valueAdded[v];
  }
  return { loss, knockOn: loss - own, level: r.level, resourced, rounds };
}

/** Another maker of the same product, and what it could add. */
export interface Alternative {
  readonly node: number;
  readonly room: number;
}

/** One row of the ranked list. */
export interface SinglePoint {
  readonly kind: 'node' | 'region' | 'link';
  /** Node, region or link number. */
  readonly what: number;
  readonly loss: number;
  readonly knockOn: number;
  /** Nodes hit hardest in value added, failed ones left out. */
  readonly hit: readonly { readonly node: number; readonly loss: number }[];
  /** Days until buyers run out: stock over the share of use that is lacking, the smallest of those hit; NaN = unknown. */
  readonly daysOfCover: number;
  /** Makers of what failed with room, the largest first. */
  readonly alternatives: readonly Alternative[];
  /** Room of all alternatives over the output that failed; 0 = nobody else. */
  readonly replaceable: number;
}

export interface RankOptions {
  /** Rows that come back; default 50. */
  readonly top?: number;
  /** What is tried; default nodes and regions. */
  readonly kinds?: readonly SinglePoint['kind'][];
  /** Try this one alone (of the kinds). */
  readonly only?: number;
}

/** N−1: every node, region (and, when asked, link) fails alone; ranked by value added that is lost elsewhere, then in all. */
export function singlePoints(g: SupplyNetwork, o: RankOptions = {}): readonly SinglePoint[] {
  const model = failureModel(g);
  const kinds = o.kinds ?? ['node', 'region'];
  const tried: (Pick<SinglePoint, 'kind' | 'what' | 'loss' | 'knockOn'> & { readonly failure: Failure })[] = [];
  const sells = sellers(g);
  const add = (kind: SinglePoint['kind'], what: number, failure: Failure) => {
    if (o.only !== undefined && what !== o.only) return;
    // Who sells to nobody stops nobody: no need to try.
    const isQuiet = kind === 'node' && sells[what] === 0;
    const { loss, knockOn } = isQuiet ? { loss: g.valueAdded[what], knockOn: 0 } : model.fail(failure);
    if (loss > 0) tried.push({ kind, what, loss, knockOn, failure });
  };
  if (kinds.includes('node')) g.output.forEach((x, v) => (x > 0 ? add('node', v, { nodes: [v] }) : undefined));
  if (kinds.includes('region')) for (let r = 0; r < g.regions; r++) add('region', r, { regions: [r] });
  if (kinds.includes('link')) for (let e = 0; e < g.links.value.length; e++) add('link', e, { links: [e] });
  tried.sort((a, b) => b.knockOn - a.knockOn || b.loss - a.loss || a.what - b.what);
  return tried.slice(0, o.top ?? 50).map((t) => describe(g, { ...t, r: model.fail(t.failure) }));
}

/** 1 where a node sells to somebody. */
function sellers(g: SupplyNetwork): Uint8Array {
  const out = new Uint8Array(g.output.length);
  for (let e = 0; e < g.links.value.length; e++)
    out[g.links.fromRegion[e] * g.industries + g.links.fromIndustry[e]] = 1;
  return out;
}

interface Described {
  readonly kind: SinglePoint['kind'];
  readonly what: number;
  readonly failure: Failure;
  readonly r: FailureLoss;
}

function describe(g: SupplyNetwork, { kind, what, failure, r }: Described): SinglePoint {
  const n = g.industries;
  const isOut = (v: number) =>
    (failure.nodes?.includes(v) ?? false) || (failure.regions?.includes(Math.floor(v / n)) ?? false);
  const sources =
    kind === 'link'
      ? [g.links.fromRegion[what] * n + g.links.fromIndustry[what]]
      : [...g.output.keys()].filter((v) => isOut(v) && g.output[v] > 0);
  const made = new Set(sources.map((v) => v % n));
  const alternatives = [...g.output.keys()]
    .filter((v) => made.has(v % n) && !sources.includes(v) && r.level[v] >= 1 - 1e-12 && g.spare[v] * g.output[v] > 0)
    .map((node): Alternative => ({ node, room: g.spare[node] * g.output[node] }))
    .sort((a, b) => b.room - a.room || a.node - b.node);
  const hit = [...r.level.keys()]
    .filter((v) => !isOut(v) && r.level[v] < 1 - 1e-9)
    .map((node) => ({ node, loss: g.valueAdded[node] * (1 - r.level[node]) }))
    .sort((a, b) => b.loss - a.loss || a.node - b.node)
    .slice(0, 10);
  const out = kind === 'link' ? g.links.value[what] : sources.reduce((s, v) => s + g.output[v], 0);
  return {
    kind,
    what,
    loss: r.loss,
    knockOn: r.knockOn,
    hit,
    daysOfCover: coverOf(g, made, hit.length > 0 ? 1 - Math.min(...hit.map((h) => r.level[h.node])) : 0),
    alternatives: alternatives.slice(0, 5),
    replaceable: alternatives.reduce((s, a) => s + a.room, 0) / out,
  };
}

/** Stock of the scarcest product lasts `cover / shortage` days. */
function coverOf(g: SupplyNetwork, made: ReadonlySet<number>, shortage: number): number {
  if (shortage <= 0) return Infinity;
  return Math.min(...[...made].map((i) => g.coverDays[i])) / shortage;
}

/** Two nodes whose joint failure costs more than both alone. */
export interface FailurePair {
  readonly a: number;
  readonly b: number;
  readonly loss: number;
  /** Loss together − loss of a − loss of b. */
  readonly extra: number;
}

/**
 * N−2: pairs of the given nodes (the head of the N−1 list, say) that are worse together than apart, worst first: each is the
 * other's fallback. All pairs are tried: k(k − 1)/2 failures.
 */
export function failurePairs(g: SupplyNetwork, nodes: readonly number[], top = 20): readonly FailurePair[] {
  const model = failureModel(g);
  const alone = nodes.map((v) => model.fail({ nodes: [v] }).loss);
  const out: FailurePair[] = [];
  nodes.forEach((a, i) =>
    nodes.slice(i + 1).forEach((b, k) => {
      const { loss } = model.fail({ nodes: [a, b] });
      const extra = loss - alone[i] - alone[i + 1 + k];
      if (extra > 1e-9 * loss) out.push({ a, b, loss, extra });
    }),
  );
  return out.sort((p, q) => q.extra - p.extra || p.a - q.a || p.b - q.b).slice(0, top);
}

/** Fragility of a region beside what it is specialised in: the two columns that belong together. */
export interface RegionStress {
  readonly region: number;
  /** Value added lost elsewhere when the region fails, and when its worst single node fails. */
  readonly knockOn: number;
  readonly worstNode: number;
  readonly worstNodeKnockOn: number;
  /** Purchases of the region's nodes with one effective supplier (HHI ≥ 0.99), share of all its purchases. */
  readonly singleSourced: number;
  /** Imports over purchases and imports; NaN when unknown. */
  readonly importShare: number;
  /** Industries with a quotient of 1 or more, the strongest first, with the quotient of output. */
  readonly specialisation: readonly { readonly industry: number; readonly quotient: number }[];
}

/** One row a region: stress and specialisation (location quotients of output) of the same regions, side by side. */
export function stressBesideSpecialisation(g: SupplyNetwork): readonly RegionStress[] {
  const model = failureModel(g);
  const n = g.industries;
  const sum = (keep: (v: number) => boolean, of: Float64Array = g.output) =>
    of.reduce((s, x, v) => (keep(v) ? s + x : s), 0);
  const all = sum(() => true);
  const sells = sellers(g);
  const industry = Array.from({ length: n }, (_, i) => sum((v) => v % n === i));
  const [bought, single] = [new Float64Array(g.regions), new Float64Array(g.regions)];
  for (const k of supplierConcentration(g)) {
    const r = Math.floor(k.buyer / n);
    bought[r] += k.value;
    if (k.hhi >= 0.99) single[r] += k.value;
  }
  return Array.from({ length: g.regions }, (_, region): RegionStress => {
    const nodes = Array.from({ length: n }, (_i, i) => region * n + i).filter((v) => g.output[v] > 0);
    const losses = nodes.map((v) => (sells[v] === 1 ? model.fail({ nodes: [v] }).knockOn : 0));
    const worst = losses.reduce((b, v, k) => (v > (losses[b] ?? -1) ? k : b), 0);
    const here = sum((v) => Math.floor(v / n) === region);
    const imports = g.imports ? sum((v) => Math.floor(v / n) === region, g.imports) : Number.NaN;
    return {
      region,
      knockOn: model.fail({ regions: [region] }).knockOn,
      worstNode: nodes[worst] ?? -1,
      worstNodeKnockOn: losses[worst] ?? 0,
      singleSourced: bought[region] > 0 ? single[region] / bought[region] : 0,
      importShare: imports / (imports + bought[region]),
      specialisation: nodes
        .map((v) => ({ industry: v % n, quotient: g.output[v] / here / (industry[v % n] / all) }))
        .filter((s) => s.quotient >= 1)
        .sort((a, b) => b.quotient - a.quotient || a.industry - b.industry),
    };
  });
}
