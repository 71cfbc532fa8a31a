import { QipanError } from '@qipan/base';
import {
  activeLeases,
  heldKw,
  isIgnoring,
  leastLimitKw,
  mayDrawKw,
  type LoadNode,
  type LoadOrder,
  type LoadRules,
  type LoadState,
  type StationLoad,
} from '@qipan/operate';
import type { LoadGroupInput, LoadGroupView, LoadReason, LoadStationView } from '../contract.js';
import { nameOf, settingsOf, type StationEntry } from '../stations/entry.js';

/** A station that says nothing of its power is taken for a usual one, kW. */
const usualKw = 60;

export const nameplateKw = (entry: StationEntry): number => settingsOf(entry).powerKw ?? usualKw;

/** The tree of a group: transformer, its feeders, the stations below. Throws `OUT_OF_RANGE`, `UNKNOWN_REFERENCE`, `DUPLICATE_ID`. */
export function treeOf(id: string, input: LoadGroupInput, stations: ReadonlyMap<string, StationEntry>): LoadNode[] {
  const wrong = [input.limitKw, ...(input.feeders ?? []).map((f) => [f.limitKw])].some((series) =>
    series.some((kw) => !(Number.isFinite(kw) && kw >= 0)),
  );
  if (wrong || (input.limitKw.length !== 1 && input.limitKw.length !== 96))
    throw new QipanError('OUT_OF_RANGE', `limits of ${id}: expected 1 or 96 numbers ≥ 0`, {
      field: 'limitKw',
      got: input.limitKw.length,
      expected: '1 or 96 numbers ≥ 0',
    });
  const feeders = (input.feeders ?? []).map((f) => ({ ...f, nodeId: `feeder ${f.id}` }));
  const nodes: LoadNode[] = [{ id, kind: 'transformer', parent: null, limitKw: input.limitKw }];
  for (const f of feeders) nodes.push({ id: f.nodeId, kind: 'feeder', parent: id, limitKw: [f.limitKw] });
  for (const s of input.stations) {
    const entry = stations.get(s.stationId);
    const feeder = s.feeder === undefined ? null : feeders.find((f) => f.id === s.feeder);
    if (!entry || feeder === undefined)
      throw new QipanError('UNKNOWN_REFERENCE', `limits of ${id}: no ${entry ? 'feeder' : 'station'}`, {
        got: entry ? s.feeder : s.stationId,
      });
    nodes.push({ id: s.stationId, kind: 'station', parent: feeder?.nodeId ?? id, limitKw: [nameplateKw(entry)] });
  }
  const ids = new Set(nodes.map((n) => n.id));
  if (ids.size < nodes.length)
    throw new QipanError('DUPLICATE_ID', `limits of ${id}: a node stands twice`, { got: id });
  return nodes;
}

/** Our own profiles have numbers and levels that an operator hardly gives. */
const profiles = { failSafe: { id: 990_001, stackLevel: 0 }, lease: { id: 990_002, stackLevel: 1 } } as const;

/** The command that an order becomes, in the words of the vocabulary. */
export const commandOf = (order: LoadOrder, nowMs: number) => ({
  action: 'SetChargingProfile',
  payload: {
    evseId: 0,
    chargingProfile: {
      ...profiles[order.profile],
      chargingProfilePurpose: 'ChargingStationMaxProfile',
      chargingProfileKind: 'Absolute',
      ...(order.untilMs === null ? {} : { validTo: new Date(order.untilMs).toISOString() }),
      chargingSchedule: [
        {
          id: 1,
          startSchedule: new Date(nowMs).toISOString(),
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: Math.round(order.kw * 1000) }],
        },
      ],
    },
  },
});

/** What the cars at a station could use, kW: a car that takes clearly less than it is given is left that and some room. */
export function wantOf(entry: StationEntry, s: StationLoad, nowMs: number): { wantKw: number; guns: number } {
  const guns = entry.state.open.size;
  const held = heldKw(s, nowMs);
  if (guns === 0) return { wantKw: 0, guns };
  if (s.measuredKw === null || s.measuredKw < 0.1 || held === null || s.measuredKw > 0.7 * held)
    return { wantKw: s.nameplateKw, guns };
  // In steps, so that a slowly falling power does not move everybody's share with each reading.
  return { wantKw: Math.min(s.nameplateKw, 5 * Math.ceil((1.3 * s.measuredKw + 1) / 5)), guns };
}

/** Sum of the readings of running transactions with the time of the oldest of them; null when one is missing. */
export function measuredOf(entry: StationEntry): { readonly kw: number; readonly atMs: number } | null {
  let kw = 0;
  let atMs = Infinity;
  for (const evse of entry.state.evses.values()) {
    if (evse.transactionId === null) continue;
    if (evse.powerW === null || evse.powerAtMs === null) return null;
    kw += evse.powerW / 1000;
    atMs = Math.min(atMs, evse.powerAtMs);
  }
  return { kw, atMs };
}

function reasonOf(s: StationLoad, nowMs: number): LoadReason {
  if (isIgnoring(s)) return 'ignoring';
  if (s.failSafeKw === null) return 'uncontrolled';
  if (!s.isConnected) return 'offline';
  if (s.pending !== null) return 'changing';
  if (s.guns === 0) return 'idle';
  return (heldKw(s, nowMs) ?? 0) < Math.min(s.wantKw, s.nameplateKw) - 1 ? 'curtailed' : 'free';
}

export function loadStationView(
  entry: StationEntry,
  s: StationLoad,
  o: { readonly nowMs: number; readonly rules: LoadRules; readonly feeder: string | null },
): LoadStationView {
  const { nowMs, rules, feeder } = o;
  const lease = activeLeases(s, nowMs, 0).at(-1);
  return {
    stationId: s.stationId,
    name: nameOf(entry),
    feeder,
    nameplateKw: s.nameplateKw,
    isConnected: s.isConnected,
    guns: s.guns,
    wantKw: s.wantKw,
    failSafeKw: s.failSafeKw,
    heldKw: heldKw(s, nowMs),
    untilMs: lease?.untilMs ?? null,
    mayDrawKw: mayDrawKw(s, nowMs, rules.graceMs),
    measuredKw: s.measuredKw,
    pending: s.pending === null ? null : { profile: s.pending.profile, kw: s.pending.kw },
    refusal: s.refusal,
    reason: reasonOf(s, nowMs),
  };
}

/** The sums of a group at an instant. */
export function totalsOf(tree: readonly LoadNode[], state: LoadState, nowMs: number, rules: LoadRules) {
  let may = 0;
  let measured: number | null = 0;
  for (const s of state.values()) {
    may += mayDrawKw(s, nowMs, rules.graceMs);
    measured = measured === null || s.measuredKw === null ? null : measured + s.measuredKw;
  }
  const limitKw = leastLimitKw(tree[0] as LoadNode, nowMs, nowMs, rules.utcOffsetMin);
  return { limitKw, mayDrawKw: may, measuredKw: measured } satisfies Omit<LoadGroupView['history'][number], 'atMs'>;
}
