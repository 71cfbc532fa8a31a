import { QipanError } from '@qipan/base';
import { bindingShare, type Criticality, type ImportCut } from './import-cut.js';
import { rowSums, sumColumns, type IoTable } from './table.js';

export interface DaysPathOptions {
  /** Days that are followed. */
  readonly days: number;
  /** Days the shock lasts, from day 0; default all. */
  readonly shockDays?: number;
  /** Stock of every input in days of use; a number for all or an entry an input. Default 15. */
  readonly stockDays?: number | Float64Array;
  /** Days over which a stock is refilled; default 30. Below 7 stocks overshoot and the path swings. */
  readonly restoreDays?: number;
  /** Output that can be added above the present, as a share; default 0.1. */
  readonly overproduction?: number;
  /** Days to reach it; default 90. */
  readonly overproductionDays?: number;
  /** Of input i for sector j, `[i·n + j]`; default critical. */
  readonly criticality?: readonly Criticality[];
}

/** Output day by day. Shares are of the output before the shock. */
export interface DaysPath {
  /** `[day·n + sector]`. */
  readonly output: Float64Array;
  /** Value added of the economy, share of before, an entry a day. */
  readonly valueAdded: Float64Array;
  /** Value added lost until the last day, in the table's unit. */
  readonly loss: number;
  /** First day on which a sector makes less than 99 % of before; −1 if never. */
  readonly firstDay: Int32Array;
  /** Input that holds a sector most on its worst day; −1 where none does. */
  readonly heldBy: Int32Array;
  /** The last third of the path turns more often than every ten days: the restoration time is too short to be believed. */
  readonly isOscillating: boolean;
}

interface State {
  readonly home: Float64Array;
  readonly abroad: Float64Array;
  readonly orders: Float64Array;
  readonly extra: Float64Array;
}

/**
 * Days after an import cut, with stocks, rationing in proportion to orders, and overproduction: the adaptive regional
 * input-output model (Hallegatte 2008; stocks after Hallegatte 2014), simplified: production takes inputs from stock
 * down to the last unit, orders replace what was used plus a part of what the stock lacks, foreign supply of the product is
 * cut to `(1 − κ)` of before and shared in proportion to orders.
 * @throws `SUPPRESSED_USED` without import rows or value added, `OUT_OF_RANGE` for a cut, a number of days or a stock
 */
export function daysPath(t: IoTable, cuts: readonly ImportCut[], o: DaysPathOptions): DaysPath {
  if (!t.imports || t.valueAdded.length === 0)
    throw new QipanError('SUPPRESSED_USED', 'a days path needs import rows and value added', { expected: 'both' });
  const { n } = t;
  const stock = stockDaysOf(n, o);
  const supply = new Float64Array(n).fill(1);
  for (const c of cuts) {
    if (!(c.cut >= 0 && c.cut <= 1) || !(c.sector >= 0 && c.sector < n))
      throw new QipanError('OUT_OF_RANGE', `a cut of ${c.cut} at sector ${c.sector}`, {
        expected: 'a share 0…1 of a sector',
      });
    supply[c.sector] = 1 - c.cut;
  }
  const state: State = {
    home: t.z.map((v, k) => (v / 365) * stock[Math.floor(k / n)]),
    abroad: t.imports.map((v, k) => (v / 365) * stock[Math.floor(k / n)]),
    orders: t.z.map((v) => v / 365),
    extra: new Float64Array(n),
  };
  const path = {
    output: new Float64Array(o.days * n),
    heldBy: new Int32Array(n).fill(-1),
    worst: new Float64Array(n).fill(1),
  };
  for (let d = 0; d < o.days; d++) {
    const cutNow = d < (o.shockDays ?? o.days);
    const y = produce(t, state, o);
    for (let j = 0; j < n; j++) {
      path.output[d * n + j] = y.level[j];
      if (y.level[j] < path.worst[j] - 1e-12) {
        path.worst[j] = y.level[j];
        path.heldBy[j] = y.heldBy[j];
      }
    }
    deliver(t, state, { level: y.level, wanted: y.wanted, supply: cutNow ? supply : null, stock, o });
  }
  return summary(t, path, o.days);
}

function stockDaysOf(n: number, o: DaysPathOptions): Float64Array {
  const { stockDays = 15 } = o;
  const out = typeof stockDays === 'number' ? new Float64Array(n).fill(stockDays) : stockDays;
  if (out.length !== n || out.some((v) => !(v >= 1)) || !(o.days >= 1) || !((o.restoreDays ?? 30) >= 1))
    throw new QipanError('OUT_OF_RANGE', 'stocks and restoration take at least one day, for every input', {
      got: { stockDays, days: o.days, restoreDays: o.restoreDays },
      expected: '≥ 1',
    });
  return out;
}

/** Output of the day as a share of before: what is ordered, up to capacity, as far as the stocks go. */
function produce(t: IoTable, s: State, o: DaysPathOptions) {
  const { n } = t;
  const imports = t.imports as Float64Array;
  const use = rowSums(t.z, n);
  const ordered = rowSums(s.orders, n);
  const wanted = Float64Array.from({ length: n }, (_, i) => ordered[i] + (t.x[i] - use[i]) / 365);
  const level = new Float64Array(n);
  const heldBy = new Int32Array(n).fill(-1);
  for (let j = 0; j < n; j++) {
    const normal = t.x[j] / 365;
    if (normal === 0) continue;
    const desired = Math.min(1 + s.extra[j], wanted[j] / normal);
    level[j] = desired;
    for (let i = 0; i < n; i++)
      for (const [flow, stock] of [
        [t.z[i * n + j] / 365, s.home[i * n + j]],
        [imports[i * n + j] / 365, s.abroad[i * n + j]],
      ] as const) {
        const w = bindingShare[o.criticality?.[i * n + j] ?? 'critical'];
        if (!(flow > 0) || w === 0 || stock >= flow * desired) continue;
        const allowed = desired * (1 - w * (1 - stock / (flow * desired)));
        if (allowed < level[j] - 1e-12) {
          level[j] = Math.max(0, allowed);
          heldBy[j] = i;
        }
      }
  }
  return { level, heldBy, wanted };
}

interface Delivery {
  readonly level: Float64Array;
  readonly wanted: Float64Array;
  readonly supply: Float64Array | null;
  readonly stock: Float64Array;
  readonly o: DaysPathOptions;
}

/** Uses inputs, shares out what was made, takes in what came, places new orders. The state is changed in place. */
function deliver(t: IoTable, s: State, p: Delivery): void {
  const { n } = t;
  const imports = t.imports as Float64Array;
  const { restoreDays = 30, overproduction = 0.1, overproductionDays = 90 } = p.o;
  const refill = (flow: number, stock: number, i: number, j: number) =>
    Math.max(0, flow * p.level[j] + (flow * p.stock[i] - stock) / restoreDays);
  for (let i = 0; i < n; i++) {
    const made = (p.level[i] * t.x[i]) / 365;
    const served = p.wanted[i] > 0 ? Math.min(1, made / p.wanted[i]) : 1;
    const abroad = imports.subarray(i * n, (i + 1) * n).map((v) => v / 365);
    const ask = abroad.map((flow, j) => refill(flow, s.abroad[i * n + j], i, j));
    const asked = ask.reduce((a, b) => a + b, 0);
    // Uncut foreign supply follows the orders; a cut one is a ceiling.
    const cut = p.supply ? p.supply[i] : 1;
    const ceiling = cut < 1 ? cut * abroad.reduce((a, b) => a + b, 0) : asked;
    const share = asked > 0 ? Math.min(1, ceiling / asked) : 0;
    for (let j = 0, k = i * n; j < n; j++, k++) {
      s.home[k] = Math.max(0, s.home[k] - (t.z[k] / 365) * p.level[j]) + s.orders[k] * served;
      s.abroad[k] = Math.max(0, s.abroad[k] - abroad[j] * p.level[j]) + share * ask[j];
      s.orders[k] = refill(t.z[k] / 365, s.home[k], i, j);
    }
    // Scarcity raises capacity towards its ceiling; plenty lets it back.
    const pressure = served < 1 - 1e-9 ? overproduction - s.extra[i] : -s.extra[i];
    s.extra[i] += pressure / overproductionDays;
  }
}

function summary(t: IoTable, path: { output: Float64Array; heldBy: Int32Array }, days: number): DaysPath {
  const { n } = t;
  const v = sumColumns(t.valueAdded, n);
  const all = v.reduce((a, b) => a + b, 0);
  const valueAdded = new Float64Array(days);
  const firstDay = new Int32Array(n).fill(-1);
  for (let d = 0; d < days; d++)
    for (let j = 0; j < n; j++) {
      const y = path.output[d * n + j];
      valueAdded[d] += (y * v[j]) / all;
      if (firstDay[j] < 0 && t.x[j] > 0 && y < 0.99) firstDay[j] = d;
    }
  const late = valueAdded.subarray(Math.floor((2 * days) / 3));
  let turns = 0;
  for (let d = 2; d < late.length; d++) {
    const [a, b] = [late[d - 1] - late[d - 2], late[d] - late[d - 1]];
    if (a * b < 0 && Math.abs(a) > 1e-6 && Math.abs(b) > 1e-6) turns++;
  }
  return {
    output: path.output,
    valueAdded,
    loss: valueAdded.reduce((s, share) => s + ((1 - share) * all) / 365, 0),
    firstDay,
    heldBy: path.heldBy,
    isOscillating: turns > late.length / 10,
  };
}
