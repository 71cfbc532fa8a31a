/** `[lon, lat]` in degrees, WGS-84 unless a caller said otherwise. */
export type Position = readonly [lon: number, lat: number];
/** Closed: the last position repeats the first. */
export type Ring = readonly Position[];
/** Outer ring, then holes. */
export type PolygonCoordinates = readonly Ring[];
export type MultiPolygonCoordinates = readonly PolygonCoordinates[];

export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'LineString'; readonly coordinates: readonly Position[] }
  | { readonly type: 'Polygon'; readonly coordinates: PolygonCoordinates }
  | { readonly type: 'MultiPolygon'; readonly coordinates: MultiPolygonCoordinates };

export interface Feature {
  readonly type: 'Feature';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: Geometry;
}

export interface FeatureCollection {
  readonly type: 'FeatureCollection';
  readonly features: readonly Feature[];
}

/** All polygons of the collection, one after the other. */
export function polygonsOf(collection: FeatureCollection): MultiPolygonCoordinates {
  return collection.features.flatMap(({ geometry: g }) =>
    g.type === 'Polygon' ? [g.coordinates] : g.type === 'MultiPolygon' ? g.coordinates : [],
  );
}
