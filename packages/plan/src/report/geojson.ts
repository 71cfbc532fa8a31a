import type { PlanResult } from '../model/plan.js';

export interface PlanFeature {
  readonly type: 'Feature';
  readonly geometry: { readonly type: 'Point'; readonly coordinates: readonly [number, number] } | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A map of the plan: open sites as points (WGS-84, `[lon, lat]`), villages with the caller's positions. */
export interface PlanFeatureCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly PlanFeature[];
  /** Foreign member: where the figures come from. */
  readonly provenance: PlanResult['provenance'];
}

/** @param places positions of the board's places, for the villages; without them villages have no geometry */
export function planGeoJson(
  result: PlanResult,
  places?: { readonly lon: ArrayLike<number>; readonly lat: ArrayLike<number> },
): PlanFeatureCollection {
  const point = (lon: number | undefined, lat: number | undefined): PlanFeature['geometry'] =>
    lon === undefined || lat === undefined || Number.isNaN(lon) || Number.isNaN(lat)
      ? null
      : { type: 'Point', coordinates: [lon, lat] };
  const last = result.years.length - 1;
  const sites = result.sites.map((s): PlanFeature => ({
    type: 'Feature',
    geometry: point(s.lon, s.lat),
    properties: {
      kind: 'site',
      id: s.id,
      name: s.name.zh,
      openYear: s.openYear,
      existing: s.existing,
      guns: s.modules.reduce((n, m) => n + m.gunsByYear[last], 0),
      powerKw: s.powerKwByYear[last],
      capex: s.capex,
      energyKwhPerDay: s.energyKwhPerDayByYear[last],
      peakUse: s.peakUseByYear[last],
      reasonSize: s.reasonSize,
      reasonYear: s.reasonYear,
    },
  }));
  const villages = result.villages.map((v): PlanFeature => ({
    type: 'Feature',
    geometry: point(places?.lon[v.place], places?.lat[v.place]),
    properties: {
      kind: 'village',
      id: v.id,
      name: v.name,
      population: v.population,
      coveredYear: v.coveredYear,
      reason: v.reason,
      travelMin: v.travelMin,
      servedShare: v.servedShareByYear[last],
    },
  }));
  return { type: 'FeatureCollection', features: [...sites, ...villages], provenance: result.provenance };
}
