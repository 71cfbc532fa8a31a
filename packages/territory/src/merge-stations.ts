import type { Bilingual } from '@qipan/base';
import { PointIndex } from '@qipan/numeric';
import type { StationRecord } from './station-records.js';

export interface MergedStations {
  readonly stations: readonly StationRecord[];
  /** Conflicting figures, by name. */
  readonly warnings: readonly Bilingual[];
  /** How many records of later sources were joined to one of an earlier. */
  readonly joined: number;
}

/** Records this near are the same place unless name and power both speak against it. */
export const sameStationM = 120;
/** Powers further apart than this factor conflict: 7 and 7.4 kW are one charger told twice, 22 and 50 are not. */
const powerFactor = 1.25;

/**
 * Joins the lists of several sources, the most trusted first. A record joins the nearest earlier one within 120 m
 * (inclusive) that is compatible; what the earlier one does not know is taken from the later, both ids are kept, and a
 * conflicting power is a warning. Records of one source are never joined to each other.
 */
export function mergeStations(sources: readonly (readonly StationRecord[])[]): MergedStations {
  let merged: StationRecord[] = [];
  const warnings: Bilingual[] = [];
  let joined = 0;
  for (const source of sources) {
    const index = new PointIndex(
      merged.map((m) => m.lon),
      merged.map((m) => m.lat),
    );
    const next = [...merged];
    for (const record of source) {
      const near = index.within(record.lon, record.lat, sameStationM);
      const k = [...near.id].find((id) => isCompatible(merged[id] as StationRecord, record));
      if (k === undefined) {
        next.push(record);
        continue;
      }
      const host = next[k] as StationRecord;
      if (powersConflict(host, record)) warnings.push(conflictNote(host, record));
      next[k] = joinedRecord(host, record);
      joined++;
    }
    merged = next;
  }
  return { stations: merged, warnings, joined };
}

function powersConflict(a: StationRecord, b: StationRecord): boolean {
  // Any comparison with an unknown power (NaN) is false: the unknown conflicts with nothing.
  return a.maxPowerKw > b.maxPowerKw * powerFactor || b.maxPowerKw > a.maxPowerKw * powerFactor;
}

function isCompatible(a: StationRecord, b: StationRecord): boolean {
  return !powersConflict(a, b) || namesAgree(a.name, b.name);
}

/** Names agree when one is missing or they share a word of three letters or two Chinese characters. */
function namesAgree(a: string, b: string): boolean {
  const words = (name: string) =>
    new Set(
      name
        .toLowerCase()
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .split(/[^\p{L}]+/u)
        .flatMap((w) =>
          /\p{Script=Han}/u.test(w) ? Array.from({ length: w.length - 1 }, (_, i) => w.slice(i, i + 2)) : [w],
        )
        .filter((w) => w.length >= 3 || /\p{Script=Han}{2}/u.test(w)),
    );
  const [first, second] = [words(a), words(b)];
  return first.size === 0 || second.size === 0 || [...first].some((w) => second.has(w));
}

function joinedRecord(host: StationRecord, other: StationRecord): StationRecord {
  const known = (a: number, b: number) => (Number.isNaN(a) ? b : a);
  return {
    ...host,
    otherIds: [...host.otherIds, other.id, ...other.otherIds],
    name: host.name === '' ? other.name : host.name,
    connections: host.connections.length > 0 ? host.connections : other.connections,
    guns: known(host.guns, other.guns),
    maxPowerKw: known(host.maxPowerKw, other.maxPowerKw),
    status: host.status === 'unknown' ? other.status : host.status,
    commissionedYear: known(host.commissionedYear, other.commissionedYear),
  };
}

function conflictNote(host: StationRecord, other: StationRecord): Bilingual {
  return {
    en: `${host.name || host.id}: ${host.maxPowerKw} kW in ${host.id}, ${other.maxPowerKw} kW in ${other.id}; the first is kept`,
    zh: `${host.name || host.id}：${host.id} 为 ${host.maxPowerKw} kW，${other.id} 为 ${other.maxPowerKw} kW；采用前者`,
  };
}
