import { random } from '@qipan/base';
import type { CountyTransformer } from './county.js';
import { conductors, transformerTypeFor } from './equipment.js';
import { lowVoltageNetwork } from './low-voltage.js';
import type { GridNetwork } from './network.js';

export interface SyntheticVillage {
  readonly id: string;
  readonly seed: number;
  /** One node each. */
  readonly customers: number;
  readonly ratedKva: number;
}

const [service, trunk] = [conductors[0], conductors[1]];

/**
 * A seeded village that exists nowhere: two to five trunk lines with a customer about every 20 m, one in three at the end of a
 * service line of 15 to 60 m, connected loads of 2 to 3.5 kW. Nodes = customers + 2.
 */
export function syntheticNetwork(v: SyntheticVillage): GridNetwork {
  const r = random(v.seed).fork(`village ${v.id}`);
  const feeders = Math.max(2, Math.min(5, Math.round(v.customers / 25)));
  const ends = Array.from({ length: feeders }, () => v.id);
  const nodes: string[] = [];
  const lines = Array.from({ length: v.customers }, (_, i) => {
    const f = i % feeders;
    const to = `${v.id}/${i + 1}`;
    nodes.push(to);
    // The first of a feeder is on the trunk, so that a service line has something to start from.
    const isService = i >= feeders && r.next() < 1 / 3;
    const from = ends[f];
    if (!isService) ends[f] = to;
    const { rOhmPerKm, xOhmPerKm, ratedA } = isService ? service : trunk;
    const lengthKm = isService ? 0.015 + 0.045 * r.next() : 0.012 + 0.016 * r.next();
    return { id: `${v.id} line ${i + 1}`, from, to, lengthKm, rOhmPerKm, xOhmPerKm, ratedA, zeroRatio: 3 };
  });
  const customers = nodes.map((node) => ({
    id: `${node} customer`,
    node,
    connectedKw: 2 + 1.5 * r.next(),
    powerFactor: 0.95,
  }));
  const { ukPct, pCuKw, pFeKw, i0Pct } = transformerTypeFor(v.ratedKva);
  const type = { ukPct, pCuKw, pFeKw, i0Pct };
  const voltages = { ratedV: 400, feedingV: 10_000, feedingPu: 1.02 };
  return lowVoltageNetwork({ id: v.id, ratedKva: v.ratedKva, ...voltages, ...type, nodes, lines, customers });
}

/** Ratings of village transformers and their shares; synthetic. */
const ratings = [50, 100, 200, 400] as const;
const shares = [0.2, 0.4, 0.3, 0.1] as const;

/**
 * A village transformer with full topology, for measuring and demonstrating, labelled `synthetic`: 50 to 400 kVA, 2.6 to 4 kVA a
 * customer. The same id and seed give the same one, whatever else the county holds.
 */
export function syntheticTransformer(v: {
  readonly id: string;
  readonly name: string;
  readonly seed: number;
}): CountyTransformer {
  const { id, name, seed } = v;
  const r = random(seed).fork(`transformer ${id}`);
  let u = r.next();
  const k = shares.findIndex((share) => (u -= share) < 0);
  const ratedKva = ratings[k === -1 ? ratings.length - 1 : k];
  const customers = Math.max(8, Math.round(ratedKva / (2.6 + 1.4 * r.next())));
  const network = syntheticNetwork({ id, seed, customers, ratedKva });
  const connectedKw = network.loads.reduce((a, l) => a + l.pW[0], 0) / 1000;
  return {
    id,
    name,
    level: 'L2',
    dataLevel: 'synthetic',
    ledger: { id, ratedKva, customers, basePeakKw: 0.6 * connectedKw, powerFactor: 0.95 },
    path: null,
    network,
    assumptions: ['synthetic village: seeded, measured nowhere'],
  };
}

/** Names of the first villages of a county that exists nowhere. */
export const syntheticVillages = (count: number): { readonly id: string; readonly name: string }[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `S${String(i + 1).padStart(4, '0')}`,
    name: `synthetic village ${i + 1}`,
  }));

/** A whole synthetic county; the first of a larger one are a smaller one. */
export const syntheticCounty = (o: { readonly transformers: number; readonly seed: number }): CountyTransformer[] =>
  syntheticVillages(o.transformers).map((v) => syntheticTransformer({ ...v, seed: o.seed }));
