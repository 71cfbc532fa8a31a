import { QipanError, type DataLevel } from '@qipan/base';
import type { Stations, StationStatus } from './board.js';
import { currentOf, modulesOf, type Connection } from './connections.js';
import { pointsToWgs84, type Crs } from './crs.js';
import type { OsmPoint } from './osm-points.js';

/** A charging station as one source tells of it. NaN and '' = unknown. */
export interface StationRecord {
  readonly id: string;
  readonly otherIds: readonly string[];
  readonly name: string;
  readonly lon: number;
  readonly lat: number;
  readonly connections: readonly Connection[];
  readonly guns: number;
  readonly maxPowerKw: number;
  readonly status: StationStatus;
  readonly commissionedYear: number;
  readonly dataLevel: DataLevel;
}

type Json = Readonly<Record<string, unknown>>;

const object = (v: unknown): Json => (typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Json) : {});
const list = (v: unknown): readonly unknown[] => (Array.isArray(v) ? v : []);
const text = (v: unknown): string => (typeof v === 'string' ? v.trim() : typeof v === 'number' ? String(v) : '');
const number = (v: unknown): number => {
  const n = typeof v === 'number' ? v : typeof v === 'string' && v.trim() !== '' ? Number(v) : NaN;
  return Number.isFinite(n) ? n : NaN;
};

function recordOf(
  r: Pick<StationRecord, 'id' | 'name' | 'lon' | 'lat' | 'connections' | 'status'> & { readonly guns?: number },
): StationRecord {
  const counted = r.connections.reduce((s, c) => s + c.count, 0);
  const powers = r.connections.map((c) => c.powerKw).filter((p) => !Number.isNaN(p));
  return {
    otherIds: [],
    commissionedYear: NaN,
    dataLevel: 'official',
    ...r,
    guns: r.guns !== undefined && !Number.isNaN(r.guns) ? r.guns : counted > 0 ? counted : NaN,
    maxPowerKw: powers.length > 0 ? Math.max(...powers) : NaN,
  };
}

function needPosition(file: string, row: number, lon: number, lat: number): void {
  if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && !(lon === 0 && lat === 0)) return;
  throw new QipanError('BAD_CELL', `${file} station ${row}: position (${lon}, ${lat}); expected degrees on the globe`, {
    file,
    row,
    column: 'lon, lat',
    got: [lon, lat],
    expected: 'lon −180…180, lat −90…90, not (0, 0)',
  });
}

/**
 * Stations of an Open Charge Map answer (`AddressInfo`, `Connections`, `StatusType`). A quantity that is not given
 * counts as one connector; a status that is not given is `unknown`.
 * @throws `BAD_FILE` when it is no list, `BAD_CELL` for a position off the globe
 */
export function ocmStations(json: unknown, file: string): StationRecord[] {
  if (!Array.isArray(json))
    throw new QipanError('BAD_FILE', `${file} is not a list of Open Charge Map records`, {
      file,
      got: typeof json,
      expected: 'an array',
    });
  return json.map((raw, i) => {
    const poi = object(raw);
    const address = object(poi['AddressInfo']);
    const [lon, lat] = [number(address['Longitude']), number(address['Latitude'])];
    needPosition(file, i + 1, lon, lat);
    const connections = list(poi['Connections']).map((c): Connection => {
      const type = text(object(object(c)['CurrentType'])['Title']);
      const plug = text(object(object(c)['ConnectionType'])['Title']);
      const quantity = number(object(c)['Quantity']);
      return {
        powerKw: number(object(c)['PowerKW']),
        current: currentOf(type) || currentOf(plug),
        count: quantity >= 1 ? quantity : 1,
      };
    });
    const works = object(poi['StatusType'])['IsOperational'];
    return recordOf({
      id: `OCM-${text(poi['ID'])}`,
      name: text(address['Title']),
      lon,
      lat,
      connections,
      status: works === true ? 'working' : works === false ? 'faulty' : 'unknown',
      guns: number(poi['NumberOfPoints']),
    });
  });
}

/**
 * Stations of a T/CEC 102 `query_stations_info` answer (`StationInfos` › `EquipmentInfos` › `ConnectorInfos`).
 * Coordinates there are usually GCJ-02; the caller names the system. StationStatus 50 is in service, 5 and 6 are closed
 * and under maintenance, all else is unknown. ConnectorType 4 is a DC gun, 1…3 are AC sockets and plugs.
 */
export function tcecStations(json: unknown, file: string, crs: Crs): StationRecord[] {
  const infos = object(json)['StationInfos'];
  if (!Array.isArray(infos))
    throw new QipanError('BAD_FILE', `${file} has no StationInfos`, {
      file,
      got: typeof json,
      expected: '{ StationInfos: […] }',
    });
  return infos.map((raw, i) => {
    const station = object(raw);
    const at = pointsToWgs84([number(station['StationLng'])], [number(station['StationLat'])], crs);
    const [lon, lat] = [at.lon[0] as number, at.lat[0] as number];
    needPosition(file, i + 1, lon, lat);
    const connections = list(station['EquipmentInfos'])
      .flatMap((e) => list(object(e)['ConnectorInfos']))
      .map((c): Connection => {
        const type = number(object(c)['ConnectorType']);
        return {
          powerKw: number(object(c)['Power']),
          current: type === 4 ? 'DC' : type >= 1 && type <= 3 ? 'AC' : '',
          count: 1,
        };
      });
    const status = number(station['StationStatus']);
    return recordOf({
      id: text(station['StationID']),
      name: text(station['StationName']),
      lon,
      lat,
      connections,
      status: status === 50 ? 'working' : status === 5 || status === 6 ? 'faulty' : 'unknown',
    });
  });
}

/** Stations mapped in OpenStreetMap: `socket:<type>` holds the count, `socket:<type>:output` the power. */
export function osmStations(points: readonly OsmPoint[]): StationRecord[] {
  return points.map(({ id, lon, lat, tags }) => {
    const connections = Object.entries(tags).flatMap(([key, value]): Connection[] => {
      const socket = /^socket:([^:]+)$/.exec(key)?.[1];
      if (socket === undefined || value === 'no' || value === '0') return [];
      const power = /([\d.]+)\s*kW/i.exec(tags[`${key}:output`] ?? '')?.[1];
      const count = number(value);
      return [{ powerKw: number(power), current: currentOf(socket), count: count >= 1 ? count : 1 }];
    });
    return recordOf({
      id: `osm-${id}`,
      name: tags['name'] ?? '',
      lon,
      lat,
      connections,
      status: 'unknown',
      guns: number(tags['capacity']),
    });
  });
}

/** Stations of a board's columns as records, to be merged with others. */
export function stationRecords(
  stations: Stations,
  connectionsOf: (row: number) => readonly Connection[] = () => [],
): StationRecord[] {
  return stations.id.map((id, i) => ({
    id,
    otherIds: stations.otherIds[i] ?? [],
    name: stations.name[i] ?? '',
    lon: stations.lon[i] as number,
    lat: stations.lat[i] as number,
    connections: connectionsOf(i),
    guns: stations.guns[i] as number,
    maxPowerKw: stations.maxPowerKw[i] as number,
    status: stations.status[i] ?? 'unknown',
    commissionedYear: stations.commissionedYear[i] as number,
    dataLevel: stations.dataLevel[i] ?? 'official',
  }));
}

/** Records as columns of a board; `regionAt` gives the region index of a point, −1 for none. */
export function stationColumns(
  records: readonly StationRecord[],
  regionAt: (lon: number, lat: number) => number,
): Stations {
  return {
    id: records.map((r) => r.id),
    otherIds: records.map((r) => r.otherIds),
    name: records.map((r) => r.name),
    region: Int32Array.from(records, (r) => regionAt(r.lon, r.lat)),
    lon: Float64Array.from(records, (r) => r.lon),
    lat: Float64Array.from(records, (r) => r.lat),
    commissionedYear: Float64Array.from(records, (r) => r.commissionedYear),
    modules: records.map((r) => modulesOf(r.connections)),
    guns: Float64Array.from(records, (r) => r.guns),
    maxPowerKw: Float64Array.from(records, (r) => r.maxPowerKw),
    status: records.map((r) => r.status),
    dataLevel: records.map((r) => r.dataLevel),
  };
}
