import type { Bilingual, DataLevel } from '@qipan/base';
import { gammaQuantile } from '@qipan/numeric';
import type { Board } from '@qipan/territory';
import type { DemandLayer, PlanParameters } from '../model/parameters.js';
import { hourShares, perthKinrossAttribution } from './hour-shape.js';
import { evCounts, fleetsKwh, residentsKwh, throughTrafficKwh, tourismKwh } from './layers.js';
import { demandLayers, normaliseDays, type NormalisedDay } from './scenario-days.js';

/** A layer of demand; an absent one is said to be absent and is not a zero that somebody measured. */
export interface DemandLayerColumn {
  readonly layer: DemandLayer;
  readonly present: boolean;
  readonly dataLevel: DataLevel;
  readonly note: Bilingual;
  /** Yearly mean of a day, [I, T], kWh. */
  readonly kwhPerDay: Float64Array;
  /** 24 shares of a day by hour of arrival. */
  readonly hourShare: Float64Array;
}

/** Demand by place, year, kind of day and hour. */
export interface DemandTable {
  readonly years: readonly number[];
  /** [I, T]; NaN where nobody is counted. */
  readonly evCount: Float64Array;
  readonly layers: readonly DemandLayerColumn[];
  readonly days: readonly NormalisedDay[];
  /** Yearly mean of a day over all layers, [I, T], kWh. */
  readonly kwhPerDay: Float64Array;
  /** Quantiles of the uncertain demand over its mean. */
  readonly p50: number;
  readonly p90: number;
  readonly dataLevel: DataLevel;
  readonly sources: readonly string[];
  readonly warnings: readonly Bilingual[];
}

const layerNotes: Readonly<Record<DemandLayer, readonly [Bilingual, Bilingual]>> = {
  residents: [
    { en: 'residents: cars of households by the EV scenario', zh: '居民：按电动汽车情景估算的家庭用车' },
    { en: 'residents: no population is known', zh: '居民：缺少人口数据' },
  ],
  throughTraffic: [
    { en: 'through-traffic: the flows handed in', zh: '过境车辆：按输入的车流' },
    { en: 'through-traffic is absent: no traffic counts were handed in', zh: '未计过境车辆：没有车流数据' },
  ],
  tourism: [
    { en: 'tourism: the visitor days handed in', zh: '旅游：按输入的游客数据' },
    { en: 'tourism is absent: no visitor days were handed in', zh: '未计旅游：没有游客数据' },
  ],
  fleets: [
    { en: 'fleets: the vehicles handed in', zh: '车队：按输入的车辆' },
    { en: 'fleets are absent: no fleets were handed in', zh: '未计车队：没有车队数据' },
  ],
};

/**
 * Demand for public charging by layer (residents, through-traffic, tourism, fleets), kinds of day and hours, with the
 * median and the 90th percentile of a gamma distribution about the forecast.
 * @throws `UNKNOWN_REFERENCE` for a place that is not on the board, `OUT_OF_RANGE` for negative figures
 */
export function demand(board: Pick<Board, 'places'>, parameters: PlanParameters): DemandTable {
  const { years, demand: d } = parameters;
  const evCount = evCounts(board, parameters);
  const given: Readonly<Record<DemandLayer, boolean>> = {
    residents: evCount.some((n) => n > 0),
    throughTraffic: (d.throughTraffic?.length ?? 0) > 0,
    tourism: (d.tourism?.length ?? 0) > 0,
    fleets: (d.fleets?.length ?? 0) > 0,
  };
  const columns: Readonly<Record<DemandLayer, Float64Array>> = {
    residents: residentsKwh(evCount, parameters),
    throughTraffic: throughTrafficKwh(board, parameters),
    tourism: tourismKwh(board, parameters),
    fleets: fleetsKwh(board, parameters),
  };
  const layers = demandLayers.map((layer): DemandLayerColumn => {
    return {
      layer,
      present: given[layer],
      dataLevel: layer === 'residents' && !d.evCount ? 'default' : 'estimated',
      note: layerNotes[layer][given[layer] ? 0 : 1],
      kwhPerDay: columns[layer],
      hourShare: hourShares(layer, parameters.hourShare[layer]),
    };
  });
  const kwhPerDay = new Float64Array(evCount.length);
  for (const { kwhPerDay: part } of layers) for (let e = 0; e < part.length; e++) kwhPerDay[e] += part[e];
  const unknown = board.places.name.filter((_, i) => Number.isNaN(evCount[i * years.length]));
  const warnings = layers.filter((l) => !l.present).map((l) => l.note);
  if (unknown.length > 0)
    warnings.push({
      en: `${unknown.length} places have no known population and carry no demand: ${unknown.slice(0, 10).join(', ')}`,
      zh: `${unknown.length}个地点人口未知，未计需求：${unknown.slice(0, 10).join('、')}`,
    });
  return {
    years,
    evCount,
    layers,
    days: normaliseDays(parameters.scenarioDays),
    kwhPerDay,
    p50: gammaQuantile(0.5, 1, d.uncertaintyCv),
    p90: gammaQuantile(0.9, 1, d.uncertaintyCv),
    dataLevel: layers.some((l) => l.present && l.dataLevel === 'default') ? 'default' : 'estimated',
    sources: layers.some((l) => l.present && !parameters.hourShare[l.layer]) ? [perthKinrossAttribution] : [],
    warnings,
  };
}

/** Energy arriving in an hour of a kind of day at a place, kWh, mean forecast; `day` and `place` are indices. */
export function hourKwh(table: DemandTable, at: { place: number; year: number; day: number; hour: number }): number {
  const e = at.place * table.years.length + at.year;
  let sum = 0;
  for (const l of table.layers)
    if (l.present) sum += l.kwhPerDay[e] * table.days[at.day].multiplier[l.layer] * l.hourShare[at.hour];
  return sum;
}

/** Vehicles plugged in at once in the mean, Erlangs: arrivals an hour times the MEAN plug time. */
export function occupancyErlangs(
  kwhPerHour: number,
  socket: { readonly sessionKwh: number; readonly plugMin: number },
): number {
  return ((kwhPerHour / socket.sessionKwh) * socket.plugMin) / 60;
}
