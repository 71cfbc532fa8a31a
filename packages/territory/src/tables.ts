import { declareTable, type Column, type DataLevel, type Table } from '@qipan/base';
import { siteClasses } from './board.js';

const dataLevels: readonly DataLevel[] = ['measured', 'official', 'estimated', 'synthetic', 'default'];
const positionQualities = ['surveyed', 'seat', 'synthetic'] as const;
const lonLat = (required: boolean): Column[] => [
  {
    name: 'lon',
    type: 'number',
    unit: 'deg',
    required,
    min: -180,
    max: 180,
    aliases: ['lng', 'longitude', '经度'],
    description: { en: 'longitude, degrees east', zh: '经度（度，东经为正）' },
  },
  {
    name: 'lat',
    type: 'number',
    unit: 'deg',
    required,
    min: -90,
    max: 90,
    aliases: ['latitude', '纬度'],
    description: { en: 'latitude, degrees north', zh: '纬度（度，北纬为正）' },
  },
];
const id: Column = {
  name: 'id',
  type: 'string',
  unit: '',
  required: true,
  unique: true,
  aliases: ['code', '编号', '代码', '编码'],
  description: { en: 'identifier, unique in the file', zh: '唯一标识' },
};
const name: Column = {
  name: 'name',
  type: 'string',
  unit: '',
  required: false,
  aliases: ['名称', '村名', '地名'],
  description: { en: 'name as people write it', zh: '名称' },
};
const nameLatin: Column = {
  name: 'nameLatin',
  type: 'string',
  unit: '',
  required: false,
  aliases: ['name_latin', 'name_en', '拼音'],
  description: { en: 'name in Latin letters', zh: '拉丁字母名称' },
};
const region: Column = {
  name: 'region',
  type: 'string',
  unit: '',
  required: true,
  aliases: ['unit', 'township', '所属区划', '乡镇', '区划代码'],
  description: { en: 'id of the region it lies in', zh: '所属区划的标识' },
};
const population: Column = {
  name: 'population',
  type: 'integer',
  unit: 'persons',
  required: false,
  min: 0,
  max: 1e8,
  aliases: ['人口', '常住人口', 'population_2020_scaled'],
  description: { en: 'residents; an empty cell is unknown, not 0', zh: '常住人口；空白表示未知而非 0' },
};
const level: Column = {
  name: 'dataLevel',
  type: 'string',
  unit: '',
  required: false,
  values: dataLevels,
  aliases: ['data_level', '数据级别'],
  description: { en: 'how the figures came about', zh: '数据来源级别' },
};
const lastYear = 2200;

/** Regions with their official totals. */
export const regionTable: Table = declareTable({
  name: 'region',
  description: { en: 'Administrative units and their official totals.', zh: '行政区划及其官方总数。' },
  source: 'user',
  columns: [
    id,
    { ...name, required: true },
    nameLatin,
    {
      name: 'level',
      type: 'string',
      unit: '',
      required: true,
      values: ['country', 'province', 'prefecture', 'county', 'township', 'village', 'cell'],
      aliases: ['级别'],
      description: { en: 'level of administration', zh: '行政级别' },
    },
    {
      name: 'parent',
      type: 'string',
      unit: '',
      required: false,
      aliases: ['上级'],
      description: { en: 'id of the region above; empty at the top', zh: '上级区划标识；最上级为空' },
    },
    population,
    {
      name: 'control',
      type: 'integer',
      unit: 'persons',
      required: false,
      min: 0,
      max: 2e9,
      aliases: ['控制总数'],
      description: { en: 'official total to hold tables against', zh: '用于核对的官方总数' },
    },
    {
      name: 'controlYear',
      type: 'year',
      unit: '',
      required: false,
      min: 1900,
      max: lastYear,
      aliases: ['year', '年份'],
      description: { en: 'year of the official total', zh: '官方总数的年份' },
    },
    ...lonLat(false),
    level,
  ],
});

/** Where people are. One column `evCount<year>` for each of `years`. */
export function demandPointTable(years: readonly number[] = []): Table {
  return declareTable({
    name: 'demandPoint',
    description: {
      en: 'Villages, settlements, cells or flows that ask for charging.',
      zh: '产生充电需求的村、居民点、网格或车流。',
    },
    source: 'user',
    columns: [
      id,
      name,
      nameLatin,
      region,
      {
        name: 'kind',
        type: 'string',
        unit: '',
        required: false,
        values: ['village', 'settlement', 'cell', 'flow'],
        aliases: ['类型'],
        description: { en: 'kind of demand point; village when empty', zh: '需求点类型；空白为村' },
      },
      ...lonLat(true),
      {
        name: 'positionQuality',
        type: 'string',
        unit: '',
        required: false,
        values: positionQualities,
        description: { en: 'how the position came about; surveyed when empty', zh: '坐标来源；空白为实测' },
      },
      population,
      {
        name: 'households',
        type: 'integer',
        unit: 'households',
        required: false,
        min: 0,
        max: 1e8,
        aliases: ['户数'],
        description: { en: 'households; an empty cell is unknown', zh: '户数；空白表示未知' },
      },
      {
        name: 'homeShare',
        type: 'number',
        unit: 'share',
        required: false,
        min: 0,
        max: 1,
        aliases: ['在家充电比例'],
        description: { en: 'share of charging energy taken at home', zh: '在家充电电量占比' },
      },
      level,
      ...years.map((year): Column => ({
        name: `evCount${year}`,
        type: 'number',
        unit: 'vehicles',
        required: false,
        min: 0,
        max: 2e8,
        description: { en: `electric vehicles at the end of ${year} (stock)`, zh: `${year} 年末电动汽车保有量` },
      })),
    ],
  });
}

/** Where charging could be built. */
export const candidateSiteTable: Table = declareTable({
  name: 'candidateSite',
  description: { en: 'Places where charging could be built.', zh: '可以建设充电设施的地点。' },
  source: 'user',
  columns: [
    id,
    name,
    nameLatin,
    region,
    {
      name: 'siteClass',
      type: 'string',
      unit: '',
      required: false,
      values: siteClasses,
      aliases: ['class', '场所类型'],
      description: { en: 'kind of site; other when empty', zh: '场所类型；空白为 other' },
    },
    ...lonLat(true),
    {
      name: 'slots',
      type: 'integer',
      unit: '',
      required: true,
      min: 0,
      max: 500,
      aliases: ['车位数'],
      description: { en: 'upper limit of guns', zh: '充电枪数上限' },
    },
    {
      name: 'landLeaseYears',
      type: 'number',
      unit: 'yr',
      required: false,
      min: 0,
      max: 70,
      aliases: ['租期'],
      description: { en: 'years for which the land can be had', zh: '土地可用年限' },
    },
    {
      name: 'landCost',
      type: 'number',
      unit: 'currency/yr',
      required: false,
      min: 0,
      aliases: ['租金'],
      description: { en: 'cost of the land a year', zh: '每年土地费用' },
    },
    {
      name: 'transformer',
      type: 'string',
      unit: '',
      required: false,
      aliases: ['配变', '变压器'],
      description: { en: 'id of the transformer that feeds it; empty: unknown', zh: '供电配变标识；空白表示未知' },
    },
    {
      name: 'feeder',
      type: 'string',
      unit: '',
      required: false,
      aliases: ['馈线', '线路'],
      description: { en: 'id of the feeder; empty: unknown', zh: '馈线标识；空白表示未知' },
    },
    level,
  ],
});

/** Charging stations that stand already. */
export const existingStationTable: Table = declareTable({
  name: 'existingStation',
  description: { en: 'Charging stations that stand already.', zh: '已建充电站。' },
  source: 'user',
  columns: [
    id,
    { ...name, aliases: [...(name.aliases ?? []), 'title', '站名'] },
    { ...region, required: false },
    ...lonLat(true),
    {
      name: 'commissionedYear',
      type: 'year',
      unit: '',
      required: false,
      min: 1990,
      max: lastYear,
      aliases: ['投运年份', '投运时间'],
      description: { en: 'year it went into service', zh: '投运年份' },
    },
    {
      name: 'guns',
      type: 'integer',
      unit: '',
      required: false,
      min: 0,
      max: 2000,
      aliases: ['points', '枪数', '充电枪数'],
      description: { en: 'guns (connectors) in all; empty: unknown', zh: '充电枪总数；空白表示未知' },
    },
    {
      name: 'maxPowerKw',
      type: 'number',
      unit: 'kW',
      required: false,
      min: 0,
      max: 2000,
      aliases: ['max_kw', '最大功率'],
      description: { en: 'power of the strongest gun', zh: '单枪最大功率' },
    },
    {
      name: 'connections',
      type: 'string',
      unit: '',
      required: false,
      description: { en: 'what is there, as `22kW AC x2; 50kW DC x1`', zh: '设备构成，如 `22kW AC x2; 50kW DC x1`' },
    },
    {
      name: 'status',
      type: 'string',
      unit: '',
      required: false,
      values: ['working', 'faulty', 'unknown'],
      aliases: ['状态'],
      description: { en: 'unknown when empty, and never counted as working', zh: '空白为 unknown，不计为可用' },
    },
    level,
  ],
});
