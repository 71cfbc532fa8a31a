import type { DataLevel } from '@qipan/base';
import type { PositionQuality, SiteClass, Sites } from './board.js';
import type { Seat } from './county-tables.js';

export interface SiteRule {
  readonly siteClass: SiteClass;
  /** Upper limit of guns. */
  readonly slots: number;
}

/** What may be built where, when no list of sites is at hand. */
export interface SiteRules {
  readonly countySeat: SiteRule;
  /** Seat of a town 镇 or subdistrict 街道. */
  readonly townSeat: SiteRule;
  /** Seat of a township 乡. */
  readonly townshipSeat: SiteRule;
  readonly village: SiteRule;
}

/**
 * Assumptions, to be replaced by the county's own list of sites: the county seat's commercial centre, the bus station
 * square of a town, the yard of a township's government, the square before a village committee.
 */
export const defaultSiteRules: SiteRules = {
  countySeat: { siteClass: 'commercial', slots: 60 },
  townSeat: { siteClass: 'hub', slots: 24 },
  townshipSeat: { siteClass: 'government', slots: 16 },
  village: { siteClass: 'parking', slots: 8 },
};

export interface SiteInput {
  readonly seats: readonly Seat[];
  /** Places in the board's order; villages among them become sites. */
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly nameLatin: string;
    readonly kind: string;
    readonly region: number;
    readonly lon: number;
    readonly lat: number;
    readonly quality: PositionQuality;
  }[];
  readonly regionOf: (division: string) => number;
  readonly level: DataLevel;
}

/** One site at each seat, named `seat-<id>`, then one at each village under the village's own id. */
export function countySites(input: SiteInput, rules: SiteRules): Sites {
  const places = new Map(input.rows.map((r, i) => [r.id, i]));
  const seats = input.seats.map((s) => ({
    id: `seat-${s.id}`,
    name: s.name,
    nameLatin: s.nameLatin,
    region: input.regionOf(s.division),
    lon: s.lon,
    lat: s.lat,
    quality: 'seat' as const,
    place: places.get(s.id) ?? -1,
    rule: s.isCountySeat ? rules.countySeat : s.name.endsWith('乡') ? rules.townshipSeat : rules.townSeat,
  }));
  const villages = input.rows.flatMap((r, place) =>
    r.kind === 'village' ? [{ ...r, place, rule: rules.village }] : [],
  );
  const all = [...seats, ...villages];
  return {
    id: all.map((s) => s.id),
    name: all.map((s) => s.name),
    nameLatin: all.map((s) => s.nameLatin),
    siteClass: all.map((s) => s.rule.siteClass),
    place: Int32Array.from(all, (s) => s.place),
    region: Int32Array.from(all, (s) => s.region),
    lon: Float64Array.from(all, (s) => s.lon),
    lat: Float64Array.from(all, (s) => s.lat),
    positionQuality: all.map((s) => s.quality),
    slots: Int32Array.from(all, (s) => s.rule.slots),
    landLeaseYears: new Float64Array(all.length).fill(NaN),
    landCost: new Float64Array(all.length).fill(NaN),
    transformer: all.map(() => ''),
    feeder: all.map(() => ''),
    dataLevel: all.map(() => input.level),
  };
}
