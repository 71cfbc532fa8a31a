import { activeLeases, isIgnoring, mayDrawKw, type LoadOrder, type LoadState, type StationLoad } from './load-limit.js';

/** A node of the limit tree `transformer → feeder → station → evse`, as `grid` makes it; parents before children. */
export interface LoadNode {
  readonly id: string;
  readonly kind: 'transformer' | 'feeder' | 'station' | 'evse';
  readonly parent: string | null;
  /** kW, one value a quarter hour of the local day from midnight (96), or one for all of it. */
  readonly limitKw: readonly number[];
}

export interface LoadRules {
  /** Length of a lease; it is renewed at half of it. */
  readonly leaseMs: number;
  /** A lease is counted this long beyond its end. */
  readonly graceMs: number;
  /** Share of the least limit of the day that is given away as fail-safe limits. */
  readonly failSafeShare: number;
  /** A raise below both of these is not sent. */
  readonly leastStepKw: number;
  readonly leastStepShare: number;
  readonly utcOffsetMin: number;
}

export const defaultLoadRules: LoadRules = {
  leaseMs: 900_000,
  graceMs: 60_000,
  failSafeShare: 0.3,
  leastStepKw: 1,
  leastStepShare: 0.1,
  utcOffsetMin: 480,
};

const dayMs = 86_400_000;
/** Limits go out in steps of 100 W, rounded down. */
const rounded = (kw: number): number => Math.floor(kw * 10 + 1e-6) / 10;

/** The least limit of a node over a time, kW. */
export function leastLimitKw(node: LoadNode, fromMs: number, toMs: number, utcOffsetMin: number): number {
  const n = node.limitKw.length;
  const stepMs = dayMs / n;
  const first = Math.floor((fromMs + utcOffsetMin * 60_000) / stepMs);
  const last = Math.floor((toMs + utcOffsetMin * 60_000) / stepMs);
  let least = Infinity;
  for (let k = first; k <= last && k < first + n; k++)
    least = Math.min(least, node.limitKw[((k % n) + n) % n] as number);
  return least;
}

/** A node that limits several stations, with those below it. */
interface Branch {
  readonly node: LoadNode;
  readonly stations: readonly string[];
}

/** Every node with the stations below it; a station is its own. Evses share their station's power among themselves. */
function branchesOf(tree: readonly LoadNode[]): Branch[] {
  const parent = new Map(tree.map((n) => [n.id, n.parent]));
  const below = new Map<string, string[]>();
  for (const n of tree) {
    if (n.kind !== 'station') continue;
    for (let id: string | null = n.id; id !== null; id = parent.get(id) ?? null)
      below.set(id, [...(below.get(id) ?? []), n.id]);
  }
  return tree.filter((n) => n.kind !== 'evse').map((node) => ({ node, stations: below.get(node.id) ?? [] }));
}

/**
 * The fail-safe limit of each station, kW: its share by nameplate of `failSafeShare` of the least limit of the day, at every node
 * above it. Together they stay below every node's limit at all hours.
 */
export function failSafeKw(tree: readonly LoadNode[], state: LoadState, rules: LoadRules): Map<string, number> {
  const out = new Map([...state.values()].map((s) => [s.stationId, s.nameplateKw]));
  for (const { node, stations } of branchesOf(tree)) {
    const least = Math.min(...node.limitKw);
    const total = stations.reduce((a, id) => a + (state.get(id)?.nameplateKw ?? 0), 0);
    for (const id of stations) {
      const share = total > 0 ? (rules.failSafeShare * least * (state.get(id)?.nameplateKw ?? 0)) / total : 0;
      out.set(id, Math.min(out.get(id) ?? share, share));
    }
  }
  return new Map([...out].map(([id, kw]) => [id, rounded(kw)]));
}

interface Filling {
  readonly id: string;
  readonly weight: number;
  readonly floor: number;
  readonly cap: number;
}

const clamp = (f: Filling, level: number) => Math.min(f.cap, Math.max(f.floor, level * f.weight));

/**
 * Weighted max-min fairness over a tree by water-filling: the level rises for all until a node is full, whose stations then stay
 * where they are while it rises on for the others (Bertsekas and Gallager 1992, §6.5.2).
 * @param room kW that each branch has for these stations
 */
function fill(fillings: readonly Filling[], branches: readonly Branch[], room: readonly number[]): Map<string, number> {
  const done = new Map<string, number>();
  let open = [...fillings];
  while (open.length > 0) {
    const members = branches.map((b) => open.filter((f) => b.stations.includes(f.id)));
    const spent = branches.map((b) => b.stations.reduce((a, id) => a + (done.get(id) ?? 0), 0));
    const isOver = (k: number, level: number) =>
      (spent[k] as number) + (members[k] as Filling[]).reduce((a, f) => a + clamp(f, level), 0) >
      (room[k] as number) + 1e-9;
    let low = 0;
    let high = Math.max(...open.map((f) => f.cap / f.weight), 0);
    const someOver = (level: number) =>
      branches.some((_, k) => (members[k] as Filling[]).length > 0 && isOver(k, level));
    if (!someOver(high)) low = high;
    else
      for (let i = 0; i < 60; i++)
        if (someOver((low + high) / 2)) high = (low + high) / 2;
        else low = (low + high) / 2;
    // Full nodes hold their stations; at the highest level everybody has what he wants.
    const full = branches.flatMap((_, k) => (low < high && isOver(k, high) ? (members[k] as Filling[]) : []));
    const held =
      low === high || full.length === 0 ? open : open.filter((f) => full.includes(f) || f.cap <= low * f.weight);
    for (const f of held) done.set(f.id, clamp(f, low));
    open = open.filter((f) => !held.includes(f));
  }
  return done;
}

/** What stands against a raise: the room of every branch, less what all its stations may draw. */
interface Book {
  readonly branches: readonly Branch[];
  readonly limits: readonly number[];
  /** kW that each station may draw, orders of this round included. */
  readonly draw: Map<string, number>;
}

/** The most that a station may be given while all others may draw what they may. */
function allowedKw(book: Book, stationId: string): number {
  let least = Infinity;
  book.branches.forEach((b, k) => {
    if (!b.stations.includes(stationId)) return;
    const others = b.stations.reduce((a, id) => a + (id === stationId ? 0 : (book.draw.get(id) ?? 0)), 0);
    least = Math.min(least, (book.limits[k] as number) - others);
  });
  return least;
}

const isFree = (s: StationLoad, nowMs: number): boolean => s.isConnected && s.pending === null && nowMs >= s.askAgainMs;

/** The limit that is confirmed to hold now, kW. */
export const heldKw = (s: StationLoad, nowMs: number): number | null => {
  if (s.failSafeKw === null) return null;
  const lease = s.leases.filter((l) => l.isConfirmed && l.untilMs > nowMs).at(-1);
  return lease ? lease.kw : s.failSafeKw;
};

/**
 * The orders to send now. What may be drawn by all stations together, those out of reach and those whose answer is still awaited
 * counted at the most they may draw, stays within every node's limit from now to the end of the longest lease: a raise waits until
 * the lowering of the others is confirmed. A node with stations that count at their nameplate may be beyond its limit already;
 * then everybody else is lowered and nobody is raised.
 */
export function loadOrders(tree: readonly LoadNode[], state: LoadState, nowMs: number, rules: LoadRules): LoadOrder[] {
  const { graceMs, leaseMs } = rules;
  const branches = branchesOf(tree);
  const untilMs = nowMs + leaseMs;
  const limits = branches.map((b) => leastLimitKw(b.node, nowMs, untilMs + graceMs, rules.utcOffsetMin));
  const safe = failSafeKw(tree, state, rules);
  const draw = new Map([...state.values()].map((s) => [s.stationId, mayDrawKw(s, nowMs, graceMs)]));
  const orders: LoadOrder[] = [];
  const order = (o: LoadOrder) => {
    orders.push(o);
    draw.set(o.stationId, Math.max(draw.get(o.stationId) ?? 0, o.kw));
  };
  const ready: StationLoad[] = [];
  for (const s of state.values()) {
    const kw = safe.get(s.stationId) ?? 0;
    if (!isFree(s, nowMs)) continue;
    const isSet =
      s.failSafeKw !== null &&
      (s.failSafeKw === kw || (kw > s.failSafeKw && kw > allowedKw({ branches, limits, draw }, s.stationId)));
    if (!isSet) order({ stationId: s.stationId, profile: 'failSafe', kw, untilMs: null });
    else if (!isIgnoring(s)) ready.push(s);
  }
  const book: Book = { branches, limits, draw };
  leaseOrders(book, ready, targets(book, ready), { nowMs, untilMs, rules }).forEach(order);
  return orders;
}

/** What each station should have: fair shares of what those that cannot be reached leave. */
function targets(book: Book, ready: readonly StationLoad[]): Map<string, number> {
  const mine = new Set(ready.map((s) => s.stationId));
  const room = book.branches.map(
    (b, k) =>
      (book.limits[k] as number) - b.stations.reduce((a, id) => a + (mine.has(id) ? 0 : (book.draw.get(id) ?? 0)), 0),
  );
  const fillings = ready.map((s) => {
    const floor = s.failSafeKw ?? 0;
    const wants = s.guns === 0 ? 0 : Math.min(s.wantKw, s.nameplateKw);
    return { id: s.stationId, weight: Math.max(1, s.guns), floor, cap: Math.max(floor, wants) };
  });
  return fill(fillings, book.branches, room);
}

function leaseOrders(
  book: Book,
  ready: readonly StationLoad[],
  target: ReadonlyMap<string, number>,
  o: { readonly nowMs: number; readonly untilMs: number; readonly rules: LoadRules },
): LoadOrder[] {
  const { nowMs, untilMs, rules } = o;
  const orders: LoadOrder[] = [];
  const raises: { readonly s: StationLoad; readonly held: number; readonly wanted: number }[] = [];
  for (const s of ready) {
    const held = Math.max(heldKw(s, nowMs) ?? 0, ...activeLeases(s, nowMs, 0).map((l) => l.kw));
    const wanted = rounded(target.get(s.stationId) ?? 0);
    if (wanted < held - 0.05) orders.push({ stationId: s.stationId, profile: 'lease', kw: wanted, untilMs });
    else raises.push({ s, held, wanted });
  }
  raises.sort((a, b) => a.held / Math.max(1, a.s.guns) - b.held / Math.max(1, b.s.guns));
  for (const { s, held, wanted } of raises) {
    const kw = rounded(Math.min(wanted, allowedKw(book, s.stationId)));
    const failSafe = s.failSafeKw ?? 0;
    const isWorth = kw - held >= Math.min(rules.leastStepKw, Math.max(0.1, rules.leastStepShare * held));
    const lease = s.leases.at(-1);
    const isEnding = lease !== undefined && lease.untilMs - nowMs < rules.leaseMs / 2;
    if (kw <= failSafe || !(isWorth || (isEnding && kw > failSafe))) continue;
    orders.push({ stationId: s.stationId, profile: 'lease', kw, untilMs });
    book.draw.set(s.stationId, Math.max(book.draw.get(s.stationId) ?? 0, kw));
  }
  return orders;
}
