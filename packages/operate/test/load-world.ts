import type { Random } from '@qipan/base';
import {
  afterRestart,
  applyLoad,
  loadOrders,
  newStationLoad,
  type LoadEvent,
  type LoadNode,
  type LoadOrder,
  type LoadRules,
  type LoadState,
} from '@qipan/operate';

/** A station as it stands in the field: it obeys what it has taken, and knows nothing of the ledger. */
interface Field {
  readonly nameplateKw: number;
  failSafeKw: number | null;
  lease: { readonly kw: number; readonly untilMs: number } | null;
  isUp: boolean;
  wantKw: number;
  /** A clock that is slow keeps a lease longer. */
  readonly slowMs: number;
}

interface Flying {
  readonly commandId: string;
  readonly order: LoadOrder;
  readonly atMs: number;
  readonly fate: 'answered' | 'lost' | 'taken but not answered' | 'refused';
}

/** What a dishonest ledger would do; the invariant must catch it. */
export type Cheat = 'none' | 'lost orders never held' | 'raises do not wait';

export interface Chances {
  readonly drop: number;
  readonly restart: number;
  readonly lost: number;
}

/** One transformer, its stations and a management system, on a clock that the test moves. Drops, lost answers, restarts, slow clocks. */
export class LoadWorld {
  nowMs: number;
  state: LoadState;
  readonly field: ReadonlyMap<string, Field>;
  readonly tree: readonly LoadNode[];
  readonly counts = { orders: 0, drops: 0, unknown: 0, restarts: 0 };
  readonly #rules: LoadRules;
  readonly #r: Random;
  readonly #cheat: Cheat;
  #flying: Flying[] = [];
  #ids = 0;

  constructor(o: {
    readonly tree: readonly LoadNode[];
    readonly rules: LoadRules;
    readonly random: Random;
    readonly nowMs: number;
    readonly cheat?: Cheat;
  }) {
    this.tree = o.tree;
    this.#rules = o.rules;
    this.#r = o.random;
    this.#cheat = o.cheat ?? 'none';
    this.nowMs = o.nowMs;
    const stations = o.tree.filter((n) => n.kind === 'station');
    this.state = new Map(stations.map((n) => [n.id, newStationLoad(n.id, n.limitKw[0] as number)]));
    this.field = new Map(
      stations.map((n) => [
        n.id,
        {
          nameplateKw: n.limitKw[0] as number,
          failSafeKw: null,
          lease: null,
          isUp: true,
          wantKw: 0,
          slowMs: o.rules.graceMs * o.random.next() * 0.99,
        },
      ]),
    );
  }

  tell(event: LoadEvent): void {
    this.state = applyLoad(this.state, event);
  }

  draws(id: string): number {
    const f = this.field.get(id) as Field;
    const isLeased = f.lease !== null && f.lease.untilMs + f.slowMs > this.nowMs;
    const limit = isLeased ? (f.lease?.kw ?? 0) : (f.failSafeKw ?? f.nameplateKw);
    return Math.min(f.wantKw, limit);
  }

  /** What all stations below a node draw together, kW. */
  below(id: string): number {
    const parent = new Map(this.tree.map((n) => [n.id, n.parent]));
    let sum = 0;
    for (const s of this.field.keys())
      for (let at: string | null = s; at !== null; at = parent.get(at) ?? null) if (at === id) sum += this.draws(s);
    return sum;
  }

  /** One turn of the management system: sees who is there, sends what is due. */
  turn(lost: number): void {
    for (const [stationId, f] of this.field) {
      this.tell({ kind: 'seen', stationId, isConnected: f.isUp });
      if (f.isUp) this.tell({ kind: 'wants', stationId, wantKw: f.wantKw, guns: f.wantKw > 0 ? 1 : 0 });
    }
    const seen = this.#cheat === 'raises do not wait' ? this.#believing() : this.state;
    for (const order of loadOrders(this.tree, seen, this.nowMs, this.#rules)) {
      const commandId = `c${this.#ids++}`;
      this.counts.orders++;
      this.tell({ kind: 'sent', order, commandId });
      const u = this.#r.next();
      const fate =
        u > lost ? 'answered' : u < lost / 3 ? 'lost' : u < (2 * lost) / 3 ? 'taken but not answered' : 'refused';
      this.#flying.push({ commandId, order, atMs: this.nowMs + 200 + 20_000 * this.#r.next(), fate });
    }
  }

  /** The state as if every order on its way had been obeyed already. */
  #believing(): LoadState {
    let state = this.state;
    for (const { order, commandId } of this.#flying)
      state = applyLoad(state, {
        kind: 'settled',
        stationId: order.stationId,
        commandId,
        outcome: 'accepted',
        nowMs: this.nowMs,
      });
    return state;
  }

  /** Lets time pass; orders arrive, and a cut link loses those on their way. */
  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.#flying.filter((f) => f.atMs <= this.nowMs);
    this.#flying = this.#flying.filter((f) => f.atMs > this.nowMs);
    for (const f of due) this.#arrive(f);
  }

  #arrive({ order, commandId, fate }: Flying): void {
    const station = this.field.get(order.stationId) as Field;
    const isTaken = station.isUp && (fate === 'answered' || fate === 'taken but not answered');
    if (isTaken && order.profile === 'failSafe') station.failSafeKw = order.kw;
    if (isTaken && order.profile === 'lease') station.lease = { kw: order.kw, untilMs: order.untilMs ?? 0 };
    const isAnswered = station.isUp && (fate === 'answered' || fate === 'refused');
    const outcome = !isAnswered ? 'unknown' : fate === 'answered' ? 'accepted' : 'refused';
    if (outcome === 'unknown') this.counts.unknown++;
    const told = outcome === 'unknown' && this.#cheat === 'lost orders never held' ? 'refused' : outcome;
    this.tell({ kind: 'settled', stationId: order.stationId, commandId, outcome: told, nowMs: this.nowMs });
  }

  /** One random thing happens: a car comes or goes, a link drops or comes back, the server is restarted. */
  happen(chances: Chances): void {
    for (const f of this.field.values()) {
      if (this.#r.next() < 0.08) f.wantKw = this.#r.next() < 0.75 ? f.nameplateKw : 0;
      if (f.isUp && this.#r.next() < chances.drop) {
        f.isUp = false;
        this.counts.drops++;
      } else if (!f.isUp && this.#r.next() < 0.15) f.isUp = true;
    }
    if (this.#r.next() < chances.restart) {
      this.counts.restarts++;
      this.state = afterRestart(this.state, this.nowMs);
      // Answers to the old process go nowhere; what was on its way is still taken by the stations.
      this.#flying = this.#flying.map((f) => ({ ...f, commandId: `old ${f.commandId}` }));
    }
  }

  /** Everybody at his fail-safe limit before the first car: how a transformer is commissioned. */
  commission(): void {
    for (let i = 0; i < 20 && [...this.field.values()].some((f) => f.failSafeKw === null); i++) {
      this.turn(0);
      this.pass(30_000);
    }
  }
}
