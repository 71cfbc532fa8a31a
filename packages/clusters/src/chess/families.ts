import type { Bilingual } from '@qipan/base';
import type { AuxColumns } from './columns.js';
import { pairAt, pairStarts, type ChessData } from './data.js';
import { suppliedBy } from './suppliers.js';

/** Stable names of the constraint families; duals, conflicts and explanations speak by them. */
export type FamilyName =
  | 'slots'
  | 'answer'
  | 'marketRoom'
  | 'resilience'
  | 'zoneCover'
  | 'zoneShare'
  | 'budget'
  | 'equity'
  | 'footprint'
  | 'prerequisite'
  | 'colocation'
  | 'stages';

/** What a row is about; absent members do not apply. */
export interface RowPlace {
  readonly region?: number;
  readonly industry?: number;
  readonly link?: number;
  readonly zone?: number;
  readonly province?: number;
  readonly stage?: number;
  readonly pair?: number;
  readonly colocation?: number;
}

export interface FamilyRow {
  readonly at: RowPlace;
  readonly lower: number;
  readonly upper: number;
  /** Columns and coefficients that do not belong to a pair. */
  readonly aux: readonly (readonly [column: number, coefficient: number])[];
}

/** Tells one coefficient of the column of a pair: row within the family, coefficient, stage (default the last). */
export type Emit = (row: number, coefficient: number, stage?: number) => void;

/** One constraint family: its rows, and the entries that the column of a pair has in them. */
export interface Family {
  readonly name: FamilyName;
  readonly rows: readonly FamilyRow[];
  readonly entries: (pair: number, emit: Emit) => void;
}

/** What the families read. `chosen` are the pairs that have columns, in the order of these. */
export interface FamilyInput {
  readonly data: ChessData;
  readonly aux: AuxColumns;
  readonly chosen: Int32Array;
  readonly isAnswerImplicit?: boolean;
}

const noEntries = (): void => undefined;
const mapOf = (keys: Int32Array, size: number): Int32Array => {
  const at = new Int32Array(size).fill(-1);
  keys.forEach((k, row) => (at[k] = row));
  return at;
};

/** `slots`: Kmin_r ≤ Σ_i x_ri ≤ K_r. */
export function slots({ data }: FamilyInput): Family {
  const rows = data.regions.code.map((_, region) => ({
    at: { region },
    lower: data.regions.minSlots[region],
    upper: data.regions.slots[region],
    aux: [],
  }));
  return { name: 'slots', rows, entries: (pair, emit) => emit(data.pairs.region[pair], 1) };
}

/**
 * `answer`: x_ri + a_ri = 1 on wishes; elsewhere x_ri ≤ 1 is the limit of the column. Implicit answers leave the rows out:
 * a = 1 − x then stands in the objective.
 */
export function answer({ data, aux, isAnswerImplicit }: FamilyInput): Family {
  if (isAnswerImplicit === true) return { name: 'answer', rows: [], entries: noEntries };
  const at = mapOf(aux.wishes, data.pairs.region.length);
  const rows = [...aux.wishes].map((pair, k) => ({
    at: { pair, region: data.pairs.region[pair], industry: data.pairs.industry[pair] },
    lower: 1,
    upper: 1,
    aux: [[aux.abstain + k, 1]] as const,
  }));
  return { name: 'answer', rows, entries: (pair, emit) => at[pair] >= 0 && emit(at[pair], 1) };
}

/** `marketRoom`: Σ_r μ_ri x_ri ≤ cap_i + o_i. */
export function marketRoom({ data, aux }: FamilyInput): Family {
  const at = mapOf(aux.limited, data.industries.code.length);
  const rows = [...aux.limited].map((industry, k) => ({
    at: { industry },
    lower: -Infinity,
    upper: data.industries.marketRoom[industry],
    aux: [[aux.overflow + k, -1]] as const,
  }));
  const { industry, size } = data.pairs;
  return {
    name: 'marketRoom',
    rows,
    entries: (pair, emit) => at[industry[pair]] >= 0 && emit(at[industry[pair]], size[pair]),
  };
}

/** Expected capacity pμ of a pair. */
const capacity = (data: ChessData, pair: number) => data.pairs.probability[pair] * data.pairs.size[pair];
/** Expected value pv of a pair. */
const worth = (data: ChessData, pair: number) => data.pairs.probability[pair] * data.pairs.value[pair];

function existingOf(data: ChessData, link: number): number {
  let sum = 0;
  for (let z = 0; z < data.zones.length; z++) sum += data.links.existing[link * data.zones.length + z];
  return sum;
}

/** `resilience`: Σ_{i∈I_c} Σ_r p μ x + s_c ≥ N_c − u_c. */
export function resilience({ data, aux }: FamilyInput): Family {
  const rows = data.links.code.map((_, link) => ({
    at: { link },
    lower: data.links.need[link] - existingOf(data, link),
    upper: Infinity,
    aux: [[aux.shortfall + link, 1]] as const,
  }));
  const linkOf = (pair: number) => data.industries.link[data.pairs.industry[pair]];
  return {
    name: 'resilience',
    rows,
    entries: (pair, emit) => linkOf(pair) >= 0 && emit(linkOf(pair), capacity(data, pair)),
  };
}

/** `zoneCover`: y_cz ≤ [s_cz > 0] + Σ_{r∈z, i∈I_c} x_ri, Σ_z y_cz ≥ Z_c − q_c. Rows: one a link and zone, then one a link. */
export function zoneCover({ data, aux }: FamilyInput): Family {
  const Z = data.zones.length;
  const L = data.links.code.length;
  const cells = Array.from({ length: L * Z }, (_, k): FamilyRow => ({
    at: { link: Math.floor(k / Z), zone: k % Z },
    lower: -Infinity,
    upper: data.links.existing[k] > 0 ? 1 : 0,
    aux: [[aux.cover + k, 1]],
  }));
  const needs = data.links.code.map((_, link): FamilyRow => ({
    at: { link },
    lower: data.links.zones[link],
    upper: Infinity,
    aux: [
      ...Array.from({ length: Z }, (_zone, z) => [aux.cover + link * Z + z, 1] as const),
      [aux.zoneGap + link, 1] as const,
    ],
  }));
  const entries = (pair: number, emit: Emit) => {
    const link = data.industries.link[data.pairs.industry[pair]];
    const zone = data.regions.zone[data.pairs.region[pair]];
    if (link >= 0 && zone >= 0) emit(link * Z + zone, -1);
  };
  return { name: 'zoneCover', rows: [...cells, ...needs], entries };
}

/** `zoneShare`: Σ_{r∈z} p μ x + s_cz ≤ σ_c (Σ p μ x + s_c), for links with σ_c < 1. */
export function zoneShare({ data }: FamilyInput): Family {
  const Z = data.zones.length;
  const strict = data.links.code.flatMap((_, c) => (data.links.maxZoneShare[c] < 1 ? [c] : []));
  const at = mapOf(Int32Array.from(strict), data.links.code.length);
  const rows = strict.flatMap((link) =>
    data.zones.map((_, zone) => ({
      at: { link, zone },
      lower: -Infinity,
      upper: data.links.maxZoneShare[link] * existingOf(data, link) - data.links.existing[link * Z + zone],
      aux: [],
    })),
  );
  const entries = (pair: number, emit: Emit) => {
    const link = data.industries.link[data.pairs.industry[pair]];
    if (link < 0 || at[link] < 0) return;
    const own = data.regions.zone[data.pairs.region[pair]];
    const share = data.links.maxZoneShare[link];
    for (let z = 0; z < Z; z++) emit(at[link] * Z + z, ((z === own ? 1 : 0) - share) * capacity(data, pair));
  };
  return { name: 'zoneShare', rows, entries };
}

/** `budget`: Σ k x ≤ b of the nation, of each province, and for what begins in each stage. */
export function budget({ data }: FamilyInput): Family {
  const { rules, provinces, pairs, regions } = data;
  const rows: FamilyRow[] = [];
  const add = (at: RowPlace, upper: number) => rows.push({ at, lower: -Infinity, upper, aux: [] }) - 1;
  const nation = rules.nationBudget === null ? -1 : add({}, rules.nationBudget);
  const ofProvince = Int32Array.from(provinces.budget, (b, province) => (b < Infinity ? add({ province }, b) : -1));
  const ofStage = rules.stages.map((s, stage) => (s.budget === null ? -1 : add({ stage }, s.budget)));
  const entries = (pair: number, emit: Emit) => {
    const cost = pairs.cost[pair];
    if (cost === 0) return;
    if (nation >= 0) emit(nation, cost);
    const province = regions.province[pairs.region[pair]];
    if (province >= 0 && ofProvince[province] >= 0) emit(ofProvince[province], cost);
    ofStage.forEach((row, stage) => {
      if (row < 0) return;
      emit(row, cost, stage);
      if (stage > 0) emit(row, -cost, stage - 1);
    });
  };
  return { name: 'budget', rows, entries };
}

/** `equity`: Σ_{r∈Lg} p v x ≥ θ Σ p v x, and Σ_i p v x + d_r ≥ φ_r. */
export function equity({ data, aux }: FamilyInput): Family {
  const share = data.rules.equityShare;
  const national: FamilyRow[] = share > 0 ? [{ at: {}, lower: 0, upper: Infinity, aux: [] }] : [];
  const floors = [...aux.floored].map((region, k): FamilyRow => ({
    at: { region },
    lower: data.regions.valueFloor[region],
    upper: Infinity,
    aux: [[aux.floorGap + k, 1]],
  }));
  const at = mapOf(aux.floored, data.regions.code.length);
  const entries = (pair: number, emit: Emit) => {
    const r = data.pairs.region[pair];
    if (share > 0) emit(0, ((data.regions.isLagging[r] === 1 ? 1 : 0) - share) * worth(data, pair));
    if (at[r] >= 0) emit(national.length + at[r], worth(data, pair));
  };
  return { name: 'equity', rows: [...national, ...floors], entries };
}

/** `footprint`: Σ e x ≤ limit, of all and of each region that has one. */
export function footprint({ data }: FamilyInput): Family {
  const rows: FamilyRow[] = [];
  const add = (at: RowPlace, upper: number) => rows.push({ at, lower: -Infinity, upper, aux: [] }) - 1;
  const all = data.rules.footprintLimit === null ? -1 : add({}, data.rules.footprintLimit);
  const own = Int32Array.from(data.regions.footprintLimit, (limit, region) =>
    limit < Infinity ? add({ region }, limit) : -1,
  );
  const entries = (pair: number, emit: Emit) => {
    const use = data.pairs.footprint[pair];
    if (use === 0) return;
    if (all >= 0) emit(all, use);
    const row = own[data.pairs.region[pair]];
    if (row >= 0) emit(row, use);
  };
  return { name: 'footprint', rows, entries };
}

/**
 * `prerequisite`: x_ri ≤ Σ_{j∈up(i)} (M_rj + x_rj), or a standing supplier within D km. Rows exist for the pairs with
 * columns whose prerequisite does not stand yet.
 */
export function prerequisite({ data, chosen }: FamilyInput): Family {
  if (data.prerequisites.length === 0) return { name: 'prerequisite', rows: [], entries: noEntries };
  const met = suppliedBy(data);
  const start = pairStarts(data);
  const needs = new Map<number, readonly number[]>();
  for (const p of data.prerequisites) needs.set(p.industry, [...(needs.get(p.industry) ?? []), ...p.needs]);
  const rows: FamilyRow[] = [];
  const own = new Int32Array(data.pairs.region.length).fill(-1);
  const helps = new Map<number, number[]>();
  const isSupplier = new Uint8Array(data.industries.code.length);
  for (const p of data.prerequisites) for (const j of p.needs) isSupplier[j] = 1;
  for (const pair of chosen) {
    const [region, industry] = [data.pairs.region[pair], data.pairs.industry[pair]];
    const suppliers = needs.get(industry);
    if (!suppliers || met.get(industry)?.[region] === 1) continue;
    const row = rows.push({ at: { pair, region, industry }, lower: -Infinity, upper: 0, aux: [] }) - 1;
    own[pair] = row;
    for (const j of new Set(suppliers)) {
      const other = pairAt(data, start, region, j);
      if (other >= 0) helps.set(other, [...(helps.get(other) ?? []), row]);
    }
  }
  const entries = (pair: number, emit: Emit) => {
    if (own[pair] >= 0) emit(own[pair], 1);
    if (isSupplier[data.pairs.industry[pair]] === 1) for (const other of helps.get(pair) ?? []) emit(other, -1);
  };
  return { name: 'prerequisite', rows, entries };
}

/** `colocation`: m ≤ x_ri, m ≤ x_rj. Two rows a co-location. */
export function colocation({ data, aux }: FamilyInput): Family {
  const start = pairStarts(data);
  const at = new Map<number, number[]>();
  const rows = data.colocations.flatMap((c, k) =>
    [c.first, c.second].map((industry, side): FamilyRow => {
      const pair = pairAt(data, start, c.region, industry);
      at.set(pair, [...(at.get(pair) ?? []), 2 * k + side]);
      return {
        at: { region: c.region, industry, colocation: k },
        lower: -Infinity,
        upper: 0,
        aux: [[aux.together + k, 1]],
      };
    }),
  );
  const isPartner = new Uint8Array(data.pairs.region.length);
  for (const pair of at.keys()) if (pair >= 0) isPartner[pair] = 1;
  const entries = (pair: number, emit: Emit) => {
    if (isPartner[pair] === 1) at.get(pair)?.forEach((row) => emit(row, -1));
  };
  return { name: 'colocation', rows, entries };
}

/** `stages`: x_rit ≤ x_ri,t+1: what has begun goes on. */
export function stages({ data, chosen }: FamilyInput): Family {
  const steps = data.rules.stages.length - 1;
  if (steps === 0) return { name: 'stages', rows: [], entries: noEntries };
  const at = mapOf(chosen, data.pairs.region.length);
  const rows = [...chosen].flatMap((pair) =>
    Array.from({ length: steps }, (_, stage): FamilyRow => ({
      at: { pair, stage, region: data.pairs.region[pair], industry: data.pairs.industry[pair] },
      lower: -Infinity,
      upper: 0,
      aux: [],
    })),
  );
  const entries = (pair: number, emit: Emit) => {
    for (let t = 0; t < steps; t++) {
      emit(at[pair] * steps + t, 1, t);
      emit(at[pair] * steps + t, -1, t + 1);
    }
  };
  return { name: 'stages', rows, entries };
}

/** What a family asks for, in words for conflicts and explanations. */
export const familyWords: Readonly<Record<FamilyName, Bilingual>> = {
  slots: { en: 'focus slots', zh: '聚焦名额' },
  answer: { en: 'an answer to every wish', zh: '每项意向均须答复' },
  marketRoom: { en: 'market room', zh: '市场空间' },
  resilience: { en: 'capacity of critical links', zh: '关键链环产能' },
  zoneCover: { en: 'zones of critical links', zh: '关键链环分区覆盖' },
  zoneShare: { en: 'largest zone share of critical links', zh: '关键链环单区份额上限' },
  budget: { en: 'budget', zh: '预算' },
  equity: { en: 'equity', zh: '区域均衡' },
  footprint: { en: 'footprint', zh: '资源与环境占用' },
  prerequisite: { en: 'prerequisites', zh: '前置条件' },
  colocation: { en: 'co-location', zh: '同地布局' },
  stages: { en: 'stages', zh: '分期' },
};
