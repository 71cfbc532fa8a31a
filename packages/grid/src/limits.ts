import { QipanError } from '@qipan/base';
import { hourOfStep, householdShape, stepsPerDay } from './charging.js';

/** A node of the tree that the charging station management system enforces. */
export interface LimitNode {
  readonly id: string;
  readonly kind: 'transformer' | 'feeder' | 'station' | 'evse';
  readonly parent: string | null;
  /** kW that may be drawn for charging, one value a quarter hour of the day from midnight (96), or one for all of it. */
  readonly limitKw: readonly number[];
  /** How the limit came about: level of the grid data. */
  readonly level: 'L0' | 'L1' | 'L2';
  readonly validFromMs: number;
}

export interface LimitStation {
  readonly id: string;
  readonly feeder?: string;
  readonly evses: readonly { readonly id: string; readonly powerKw: number }[];
}

export interface TransformerLimit {
  readonly id: string;
  readonly ratedKva: number;
  /** Households' evening peak, kW. */
  readonly basePeakKw: number;
  readonly powerFactor?: number;
  /** Share of the rating that may be used. Default 1. */
  readonly loading?: number;
  readonly level: LimitNode['level'];
  readonly feeders?: readonly { readonly id: string; readonly limitKw: number }[];
  readonly stations: readonly LimitStation[];
  readonly validFromMs: number;
}

/** What a transformer has left for charging by quarter hour from midnight, kW: rating less the households' winter day. */
export function headroomKw(t: Pick<TransformerLimit, 'ratedKva' | 'basePeakKw' | 'powerFactor' | 'loading'>): number[] {
  const room = t.ratedKva * (t.powerFactor ?? 0.95) * (t.loading ?? 1);
  return Array.from({ length: stepsPerDay }, (_, q) =>
    Math.max(0, room - t.basePeakKw * householdShape[Math.floor(q / 4)]),
  );
}

/**
 * The tree `transformer → feeder → station → evse` with its limits, parents before children. A station's limit is the sum of its
 * sockets, so that a child never promises more than its parent could be asked for.
 * @throws UNKNOWN_REFERENCE for a feeder that is not listed, DUPLICATE_ID
 */
export function limitTree(t: TransformerLimit): LimitNode[] {
  const common = { level: t.level, validFromMs: t.validFromMs };
  const nodes: LimitNode[] = [{ id: t.id, kind: 'transformer', parent: null, limitKw: headroomKw(t), ...common }];
  for (const f of t.feeders ?? [])
    nodes.push({ id: f.id, kind: 'feeder', parent: t.id, limitKw: [f.limitKw], ...common });
  const feeders = new Set((t.feeders ?? []).map((f) => f.id));
  for (const s of t.stations) {
    if (s.feeder !== undefined && !feeders.has(s.feeder))
      throw new QipanError('UNKNOWN_REFERENCE', `station ${s.id}: no feeder ${s.feeder} under transformer ${t.id}`, {
        field: `${s.id}.feeder`,
        got: s.feeder,
        expected: [...feeders].join(', '),
      });
    nodes.push({
      id: s.id,
      kind: 'station',
      parent: s.feeder ?? t.id,
      limitKw: [s.evses.reduce((a, e) => a + e.powerKw, 0)],
      ...common,
    });
    for (const e of s.evses) nodes.push({ id: e.id, kind: 'evse', parent: s.id, limitKw: [e.powerKw], ...common });
  }
  const seen = new Set<string>();
  for (const n of nodes) {
    if (seen.has(n.id))
      throw new QipanError('DUPLICATE_ID', `limit node ${n.id} stands twice`, {
        got: n.id,
        expected: 'an id of its own',
      });
    seen.add(n.id);
  }
  return nodes;
}

/** Limit of a node at a time of the day, kW. */
export function limitAt(node: LimitNode, hour: number): number {
  const k = node.limitKw.length === 1 ? 0 : Math.floor(((((hour % 24) + 24) % 24) / 24) * node.limitKw.length);
  return node.limitKw[k];
}

/** The transformer's series in the order of a design day (noon to noon), for drawing beside a hosting study. */
export const designDayOrder = (limitKw: readonly number[]): number[] =>
  Array.from({ length: stepsPerDay }, (_, t) => limitKw[Math.floor(hourOfStep(t) * 4)]);
