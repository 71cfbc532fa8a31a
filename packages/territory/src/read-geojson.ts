import { QipanError, type Bilingual } from '@qipan/base';
import type { Feature, FeatureCollection, Geometry, Position, Ring } from './geojson.js';
import { decodeText } from './text.js';

export interface GeoJsonReading {
  readonly collection: FeatureCollection;
  /** What was repaired on the way, for instance rings that did not close. */
  readonly warnings: readonly Bilingual[];
}

/**
 * Reads a GeoJSON FeatureCollection, Feature or geometry of points, lines and polygons (RFC 7946). Rings that do not
 * close are closed and reported. Coordinates out of range, or rings of fewer than three points, refuse the file.
 * @throws `BAD_FILE` naming the feature, with what was got and expected
 */
export function readGeoJson(bytes: Uint8Array, file: string): GeoJsonReading {
  const warnings: Bilingual[] = [];
  let json: unknown;
  try {
    json = JSON.parse(decodeText(bytes, file).text.replace(/^\ufeff/, ''));
  } catch (e) {
    if (e instanceof QipanError) throw e;
    throw bad(file, 'is not JSON', e instanceof Error ? e.message : e, 'GeoJSON (RFC 7946)');
  }
  const features = featuresOf(json, file).map((f, i) => readFeature(f, { file, at: i + 1, warnings }));
  return { collection: { type: 'FeatureCollection', features }, warnings };
}

interface Where {
  readonly file: string;
  readonly at: number;
  readonly warnings: Bilingual[];
}

function bad(file: string, sentence: string, got: unknown, expected: string): QipanError {
  return new QipanError('BAD_FILE', `${file} ${sentence}`, { file, got, expected });
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);

function featuresOf(json: unknown, file: string): unknown[] {
  if (isObject(json)) {
    if (json['type'] === 'FeatureCollection' && Array.isArray(json['features'])) return json['features'];
    if (json['type'] === 'Feature') return [json];
    if ('coordinates' in json) return [{ type: 'Feature', properties: {}, geometry: json }];
  }
  throw bad(file, 'is not GeoJSON', isObject(json) ? json['type'] : typeof json, 'a FeatureCollection');
}

function readFeature(raw: unknown, where: Where): Feature {
  const geometry = isObject(raw) && raw['type'] === 'Feature' ? raw['geometry'] : undefined;
  if (!isObject(raw) || !isObject(geometry))
    throw bad(where.file, `feature ${where.at} has no geometry`, raw, 'a Feature with a geometry');
  const properties = isObject(raw['properties']) ? raw['properties'] : {};
  return { type: 'Feature', properties, geometry: readGeometry(geometry, where) };
}

function readGeometry(raw: Record<string, unknown>, where: Where): Geometry {
  const c = raw['coordinates'];
  switch (raw['type']) {
    case 'Point':
      return { type: 'Point', coordinates: position(c, where) };
    case 'LineString':
      return { type: 'LineString', coordinates: list(c, where).map((p) => position(p, where)) };
    case 'Polygon':
      return { type: 'Polygon', coordinates: list(c, where).map((r) => ring(r, where)) };
    case 'MultiPolygon':
      return {
        type: 'MultiPolygon',
        coordinates: list(c, where).map((p) => list(p, where).map((r) => ring(r, where))),
      };
    default:
      throw bad(
        where.file,
        `feature ${where.at} is a ${String(raw['type'])}`,
        raw['type'],
        'Point, LineString, Polygon or MultiPolygon',
      );
  }
}

function list(raw: unknown, where: Where): unknown[] {
  if (Array.isArray(raw)) return raw;
  throw bad(where.file, `feature ${where.at} has coordinates that are no list`, raw, 'nested lists of [lon, lat]');
}

function position(raw: unknown, where: Where): Position {
  const [lon, lat] = list(raw, where);
  if (typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 180 && Math.abs(lat) <= 90)
    return [lon, lat];
  throw bad(
    where.file,
    `feature ${where.at} has the position [${String(lon)}, ${String(lat)}]`,
    [lon, lat],
    '[lon, lat] in degrees, lon −180…180 first, lat −90…90 second',
  );
}

function ring(raw: unknown, where: Where): Ring {
  const points = list(raw, where).map((p) => position(p, where));
  const [first, last] = [points[0], points.at(-1)];
  if (first !== undefined && last !== undefined && (first[0] !== last[0] || first[1] !== last[1])) {
    points.push(first);
    where.warnings.push({
      en: `${where.file}: a ring of feature ${where.at} did not close; it was closed with its first point`,
      zh: `${where.file}：第 ${where.at} 个要素有一个环未闭合，已用首点闭合`,
    });
  }
  if (points.length < 4)
    throw bad(where.file, `feature ${where.at} has a ring of ${points.length} positions`, points.length, 'at least 4');
  return points;
}
