import { earthRadiusM } from '@qipan/base';

const radians = Math.PI / 180;

/**
 * Great-circle distance by the haversine formula,
 * `2R·asin √(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2))`. Beyond a quarter of the globe, where the arcsine loses digits (0.3 m
 * at the antipode), it is half the globe less the distance to the antipode.
 *
 * @param lon1 degrees east; likewise `lon2`
 * @param lat1 degrees north; likewise `lat2`
 * @returns metres on the sphere of the Earth's mean radius, 6,371,008.8 m; NaN when an argument is NaN
 * Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984) 159.
 */
export function haversineM(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const sinLat = Math.sin(((lat2 - lat1) * radians) / 2);
  const sinLon = Math.sin(((lon2 - lon1) * radians) / 2);
  const h = sinLat * sinLat + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * sinLon * sinLon;
  if (!(h > 0.5)) return 2 * earthRadiusM * Math.asin(Math.sqrt(h));
  const sinBack = Math.sin(((lat1 + lat2) * radians) / 2);
  const cosLon = Math.cos(((lon2 - lon1) * radians) / 2);
  const back = sinBack * sinBack + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * cosLon * cosLon;
  return earthRadiusM * (Math.PI - 2 * Math.asin(Math.sqrt(back)));
}

/**
 * Great-circle distance by the spherical law of cosines, `R·acos(sin φ₁ sin φ₂ + cos φ₁ cos φ₂ cos Δλ)`, as a
 * function of `(lon1, lat1, lon2, lat2)` in degrees. Published covering instances were made with it; it loses digits
 * below about a metre, where `haversineM` does not. Identical points are exactly 0 apart.
 *
 * @param radiusM radius of the sphere in metres
 */
export function sphericalCosinesM(
  radiusM: number = earthRadiusM,
): (lon1: number, lat1: number, lon2: number, lat2: number) => number {
  return (lon1, lat1, lon2, lat2) => {
    if (lon1 === lon2 && lat1 === lat2) return 0;
    const phi1 = lat1 * radians;
    const phi2 = lat2 * radians;
    const c = Math.sin(phi1) * Math.sin(phi2) + Math.cos(phi1) * Math.cos(phi2) * Math.cos((lon2 - lon1) * radians);
    return radiusM * Math.acos(Math.max(-1, Math.min(1, c)));
  };
}
