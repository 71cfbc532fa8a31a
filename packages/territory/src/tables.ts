import { declareTable, type Column, type Table } from '@qipan/base';
import { siteClasses } from './board.js';
import { countColumn, dataLevelColumn, lonLatColumns, numberColumn, textColumn, yearColumn } from './columns.js';

const id = textColumn('id', ['identifier, unique in the file', '唯一标识'], {
  required: true,
  unique: true,
  aliases: ['code', '编号', '代码', '编码'],
});
const nameAliases = ['名称', '村名', '地名'];
const name = textColumn('name', ['name as people write it', '名称'], { aliases: nameAliases });
const nameLatin = textColumn('nameLatin', ['name in Latin letters', '拉丁字母名称'], {
  aliases: ['name_latin', 'name_en', '拼音'],
});
const region = textColumn('region', ['id of the region it lies in', '所属区划的标识'], {
  required: true,
  aliases: ['unit', 'township', '所属区划', '乡镇', '区划代码'],
});
const population = countColumn('population', ['residents; an empty cell is unknown', '常住人口；空白表示未知'], {
  unit: 'persons',
  aliases: ['人口', '常住人口', 'population_2020_scaled'],
});

/** Regions with their official totals. */
export const regionTable: Table = declareTable({
  name: 'region',
  description: { en: 'Administrative units and their official totals.', zh: '行政区划及其官方总数。' },
  source: 'user',
  columns: [
    id,
    { ...name, required: true },
    nameLatin,
    textColumn('level', ['level of administration', '行政级别'], {
      required: true,
      values: ['country', 'province', 'prefecture', 'county', 'township', 'village', 'cell'],
      aliases: ['级别'],
    }),
    textColumn('parent', ['id of the region above; empty at the top', '上级区划标识；最上级为空'], {
      aliases: ['上级'],
    }),
    population,
    countColumn('control', ['official total to hold tables against', '用于核对的官方总数'], {
      unit: 'persons',
      max: 2e9,
      aliases: ['控制总数'],
    }),
    yearColumn('controlYear', ['year of the official total', '官方总数的年份'], { aliases: ['year', '年份'] }),
    ...lonLatColumns(false),
    dataLevelColumn,
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
      textColumn('kind', ['kind of demand point; village when empty', '需求点类型；空白为村'], {
        values: ['village', 'settlement', 'cell', 'flow'],
        aliases: ['类型'],
      }),
      ...lonLatColumns(true),
      textColumn('positionQuality', ['how the position came about; surveyed when empty', '坐标来源；空白为实测'], {
        values: ['surveyed', 'seat', 'synthetic'],
      }),
      population,
      countColumn('households', ['households; an empty cell is unknown', '户数；空白表示未知'], {
        unit: 'households',
        aliases: ['户数'],
      }),
      numberColumn('homeShare', ['share of charging energy taken at home', '在家充电电量占比'], {
        unit: 'share',
        min: 0,
        max: 1,
        aliases: ['在家充电比例'],
      }),
      dataLevelColumn,
      ...years.map(evCountColumn),
    ],
  });
}

const evCountColumn = (year: number): Column =>
  numberColumn(`evCount${year}`, [`electric vehicles at the end of ${year} (stock)`, `${year} 年末电动汽车保有量`], {
    unit: 'vehicles',
    min: 0,
    max: 2e8,
  });

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
    textColumn('siteClass', ['kind of site; other when empty', '场所类型；空白为 other'], {
      values: siteClasses,
      aliases: ['class', '场所类型'],
    }),
    ...lonLatColumns(true),
    countColumn('slots', ['upper limit of guns', '充电枪数上限'], { required: true, max: 500, aliases: ['车位数'] }),
    numberColumn('landLeaseYears', ['years for which the land can be had', '土地可用年限'], {
      unit: 'yr',
      min: 0,
      max: 70,
      aliases: ['租期'],
    }),
    numberColumn('landCost', ['cost of the land a year', '每年土地费用'], {
      unit: 'currency/yr',
      min: 0,
      aliases: ['租金'],
    }),
    textColumn('transformer', ['id of the transformer that feeds it; empty: unknown', '供电配变标识；空白表示未知'], {
      aliases: ['配变', '变压器'],
    }),
    textColumn('feeder', ['id of the feeder; empty: unknown', '馈线标识；空白表示未知'], { aliases: ['馈线', '线路'] }),
    dataLevelColumn,
  ],
});

/** Charging stations that stand already. */
export const existingStationTable: Table = declareTable({
  name: 'existingStation',
  description: { en: 'Charging stations that stand already.', zh: '已建充电站。' },
  source: 'user',
  columns: [
    id,
    { ...name, aliases: [...nameAliases, 'title', '站名'] },
    { ...region, required: false },
    ...lonLatColumns(true),
    yearColumn('commissionedYear', ['year it went into service', '投运年份'], {
      min: 1990,
      aliases: ['投运年份', '投运时间'],
    }),
    countColumn('guns', ['guns (connectors) in all; empty: unknown', '充电枪总数；空白表示未知'], {
      max: 2000,
      aliases: ['points', '枪数', '充电枪数'],
    }),
    numberColumn('maxPowerKw', ['power of the strongest gun', '单枪最大功率'], {
      unit: 'kW',
      min: 0,
      max: 2000,
      aliases: ['max_kw', '最大功率'],
    }),
    textColumn('connections', ['what is there, as `22kW AC x2; 50kW DC x1`', '设备构成，如 `22kW AC x2; 50kW DC x1`']),
    textColumn('status', ['unknown when empty, and never counted as working', '空白为 unknown，不计为可用'], {
      values: ['working', 'faulty', 'unknown'],
      aliases: ['状态'],
    }),
    dataLevelColumn,
  ],
});
