import { declareTable, type Bilingual, type Column, type Table } from '@qipan/base';

const both = (en: string, zh: string): Bilingual => ({ en, zh });
type More = Partial<Omit<Column, 'name' | 'description'>>;
const column = (name: string, en: string, zh: string, more: More = {}): Column => ({
  name,
  type: 'number',
  unit: '',
  required: false,
  description: both(en, zh),
  ...more,
});
const text = (name: string, en: string, zh: string, more: More = {}) =>
  column(name, en, zh, { type: 'string', ...more });
const code = (name: string, en: string, zh: string) => text(name, en, zh, { required: true });
const key = { required: true, unique: true } as const;
const table = (name: string, en: string, zh: string, columns: readonly Column[]): Table =>
  declareTable({ name: `chess${name}`, description: both(en, zh), source: 'user', columns });

export const chessRegionTable = table('Region', 'Regions that make moves.', '参与布局的地区。', [
  text('code', 'code of the region', '地区代码', { ...key, aliases: ['地区代码'] }),
  text('name', 'name of the region', '地区名称', { aliases: ['名称'] }),
  text('nameZh', 'its Chinese name', '中文名称'),
  text('province', 'province whose budget pays; empty = none', '出资的省份；空白表示无'),
  text('zone', 'hazard or geographic zone, for spreading critical links; empty = none', '风险或地理分区；空白表示无'),
  column('isLagging', 'counts towards the equity share', '计入均衡份额', { type: 'boolean' }),
  column('slots', 'at most so many focus industries', '聚焦产业数上限', { type: 'integer', required: true, min: 0 }),
  column('minSlots', 'at least so many; default 0', '聚焦产业数下限；默认 0', { type: 'integer', min: 0 }),
  column('valueFloor', 'least expected value, in the unit of value; default none', '预期价值下限；默认无', { min: 0 }),
  column('footprintLimit', 'limit on land, energy or carbon; empty = none', '土地、能源或碳的上限；空白表示无', {
    min: 0,
  }),
  column('lon', 'longitude, WGS-84', '经度（WGS-84）', { unit: 'deg', min: -180, max: 180 }),
  column('lat', 'latitude, WGS-84', '纬度（WGS-84）', { unit: 'deg', min: -90, max: 90 }),
]);

export const chessIndustryTable = table('Industry', 'Industries that can be focused on.', '可聚焦的产业。', [
  text('code', 'code of the industry', '产业代码', { ...key, aliases: ['产业代码'] }),
  text('name', 'name of the industry', '产业名称', { aliases: ['名称'] }),
  text('nameZh', 'its Chinese name', '中文名称'),
  text('link', 'critical chain link it belongs to; empty = none', '所属关键链环；空白表示无'),
  column(
    'marketRoom',
    'plants of minimum efficient scale that the market still takes; empty = not limited',
    '市场尚可容纳的最小有效规模工厂数；空白表示不限',
    { min: 0 },
  ),
]);

export const chessCandidateTable = table('Candidate', 'Pairs on the board.', '棋盘上的（地区，产业）对。', [
  code('region', 'code of the region', '地区代码'),
  code('industry', 'code of the industry', '产业代码'),
  column('probability', 'probability of success within the horizon', '期限内成功概率', {
    required: true,
    unit: 'share',
    min: 0,
    max: 1,
  }),
  column('value', 'value if it succeeds, in the one unit of the scenario', '成功时的价值（全方案同一单位）', {
    required: true,
    min: 0,
  }),
  column('cost', 'public money it takes; default 0', '所需公共资金；默认 0', { unit: 'currency', min: 0 }),
  column('footprint', 'land, energy or carbon it takes; default 0', '占用的土地、能源或碳；默认 0', { min: 0 }),
  column('size', 'size in plants of minimum efficient scale; default 1', '规模（最小有效规模的倍数）；默认 1', {
    min: 1e-9,
  }),
  column('isPresent', 'the industry stands there already', '该产业已存在', { type: 'boolean' }),
  column('relatedness', 'relatedness density, for the baselines', '关联密度，用于对照方案', { min: 0, max: 1 }),
]);

export const chessWishTable = table('Wish', 'What written plans ask for.', '各地规划提出的意向。', [
  code('region', 'code of the region', '地区代码'),
  code('industry', 'code of the industry', '产业代码'),
  column('plannedCapacity', 'in plants of minimum efficient scale; empty = the size', '规划产能；空白取规模', {
    min: 0,
  }),
  text('source', 'the plan it stands in', '来源规划'),
  column('year', 'year of the plan', '规划年份', { type: 'year', min: 1900, max: 2100 }),
]);

export const chessLinkTable = table('Link', 'Critical links of supply chains.', '供应链关键链环。', [
  text('code', 'code of the link', '链环代码', key),
  text('name', 'name of the link', '链环名称'),
  column('need', 'expected capacity needed, in plants', '所需预期产能（厂数）', { required: true, min: 0 }),
  column('zones', 'zones it must stand in; default 0', '须分布的分区数；默认 0', { type: 'integer', min: 0 }),
  column('maxZoneShare', 'largest share of one zone; default 1', '单一分区最大份额；默认 1', {
    unit: 'share',
    min: 0,
    max: 1,
  }),
]);

export const chessExistingTable = table('Existing', 'Capacity of critical links that stands.', '关键链环的现有产能。', [
  code('link', 'code of the link', '链环代码'),
  code('zone', 'zone', '分区'),
  column('capacity', 'in plants of minimum efficient scale', '产能（厂数）', { required: true, min: 0 }),
]);

export const chessProvinceTable = table('Province', 'Budgets of provinces.', '省级预算。', [
  text('code', 'code of the province', '省份代码', key),
  column('budget', 'public money; empty = not limited', '公共资金；空白表示不限', { unit: 'currency', min: 0 }),
]);

export const chessPrerequisiteTable = table(
  'Prerequisite',
  'What must be in place first; rows of one industry are alternatives.',
  '前置条件；同一产业的多行为可替代项。',
  [
    code('industry', 'code of the industry', '产业代码'),
    code('needs', 'one industry that will do', '可满足条件的产业'),
  ],
);

export const chessColocationTable = table(
  'Colocation',
  'Gains of two industries in one place.',
  '两个产业同地布局的增益。',
  [
    code('region', 'code of the region', '地区代码'),
    code('first', 'code of an industry', '产业代码'),
    code('second', 'code of another', '另一产业代码'),
    column('bonus', 'gain, in the unit of value', '增益（价值单位）', { required: true, min: 0 }),
  ],
);

/** Every table of a scenario under its name in a scenario file; `<name>.csv` in a scenario folder. */
export const chessTables = {
  regions: chessRegionTable,
  industries: chessIndustryTable,
  candidates: chessCandidateTable,
  wishes: chessWishTable,
  links: chessLinkTable,
  existing: chessExistingTable,
  provinces: chessProvinceTable,
  prerequisites: chessPrerequisiteTable,
  colocations: chessColocationTable,
} as const;

export type ChessTableName = keyof typeof chessTables;
