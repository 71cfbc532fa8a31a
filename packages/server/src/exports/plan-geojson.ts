import type { BoardView, PlanView } from '../contract.js';

/** Sites and villages as GeoJSON points (RFC 7946: WGS-84, `[lon, lat]`), told apart by `layer`. */
export function planGeoJson(plan: PlanView, board: BoardView): unknown {
  const point = (lon: number, lat: number, properties: object) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties,
  });
  return {
    type: 'FeatureCollection',
    qipan: {
      run: plan.runId,
      status: plan.status,
      value: plan.value,
      bound: plan.bound,
      gap: plan.gap,
      unit: plan.unit,
      verified: plan.verified,
      travel: plan.travel,
      provenance: plan.provenance,
      attribution: board.attribution,
    },
    features: [
      ...plan.sites.map((s) =>
        point(s.lon, s.lat, {
          layer: 'site',
          id: s.id,
          name: s.name,
          openYear: s.openYear,
          existing: s.existing,
          powerKw: s.powerKwByYear.at(-1) ?? null,
          modules: s.modules.map((m) => ({ moduleType: m.moduleType, guns: m.gunsByYear.at(-1) ?? 0 })),
          capex: s.capex,
          energyKwhPerDay: s.energyKwhPerDay,
        }),
      ),
      ...plan.villages.map((v) =>
        point(board.place.lon[v.place] as number, board.place.lat[v.place] as number, {
          layer: 'village',
          id: board.place.id[v.place],
          name: board.place.name[v.place],
          coveredYear: v.coveredYear,
          reason: v.reason,
          nearestSite: v.nearestSite === null ? null : plan.sites[v.nearestSite]?.id,
          travelMin: v.travelMin,
          positionQuality: board.place.positionQuality[v.place],
        }),
      ),
    ],
  };
}
