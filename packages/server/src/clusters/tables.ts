import { declareTable, type Column, type Table, type Unit } from '@qipan/base';

type More = Partial<Omit<Column, 'name' | 'description'>>;

const column = (name: string, [en, zh]: readonly [string, string], more: More = {}): Column => ({
  name,
  type: 'string',
  unit: '',
  required: false,
  ...more,
  description: { en, zh },
});

const text = (name: string, both: readonly [string, string], ...aliases: readonly string[]) =>
  column(name, both, { aliases });
const key = (name: string, both: readonly [string, string], ...aliases: readonly string[]) =>
  column(name, both, { required: true, aliases });
const number = (name: string, both: readonly [string, string], more: More = {}) =>
  column(name, both, { type: 'number', min: 0, ...more });

const position = [
  number('lon', ['longitude, degrees east, WGS-84', '经度（度，WGS-84）'], {
    unit: 'deg',
    min: -180,
    max: 180,
    aliases: ['lng', 'longitude', '经度'],
  }),
  number('lat', ['latitude, degrees north, WGS-84', '纬度（度，WGS-84）'], {
    unit: 'deg',
    min: -90,
    max: 90,
    aliases: ['latitude', '纬度'],
  }),
];

const regionKey = key(
  'regionCode',
  ['code of the region', '地区代码'],
  'region',
  'country',
  'area',
  'region_code',
  'lga_pow',
  '地区代码',
  '地区',
  '区域',
  '行政区划代码',
);
const industryKey = key(
  'industryCode',
  ['code of the industry or product', '行业或产品代码'],
  'industry',
  'product',
  'sector',
  'industry_code',
  '行业代码',
  '行业',
  '产品',
  '产业',
);

const source = 'docs/glossary.md';
const table = (name: string, [en, zh]: readonly [string, string], columns: readonly Column[]): Table =>
  declareTable({ name, description: { en, zh }, source, columns });

export const panelTable = table(
  'panel',
  [
    'One measure by region and industry, a row a cell; years beneath each other',
    '按地区与行业的指标，每格一行，各年依次排列',
  ],
  [
    regionKey,
    industryKey,
    column('value', ['the measure, or a symbol for suppressed or missing', '指标数值，或表示隐去、缺失的符号'], {
      required: true,
      aliases: [
        'employment',
        'output',
        'valueAdded',
        'value_added',
        'exports',
        'firms',
        '就业人数',
        '从业人员',
        '产值',
        '增加值',
        '数值',
      ],
    }),
    column('year', ['year; without it the file is one year', '年份；没有此列时视为同一年'], {
      type: 'year',
      min: 1900,
      max: 2100,
      aliases: ['年份', '年度'],
    }),
    column('flag', ['state of the cell', '单元格状态'], {
      values: ['observed', 'zero', 'suppressed', 'missing', 'estimated'],
      aliases: ['状态', '标记'],
    }),
  ],
);

export const panelRegionTable = table(
  'panelRegions',
  ['Regions of a panel', '面板中的地区'],
  [
    { ...regionKey, name: 'code', unique: true, aliases: ['regionCode', ...(regionKey.aliases ?? [])] },
    key('name', ['name', '名称'], '地区名称', '名称'),
    text('nameZh', ['name in Chinese', '中文名称'], '中文名称', '中文名'),
    column('level', ['level', '层级'], {
      values: ['nation', 'province', 'prefecture', 'county', 'custom'],
      aliases: ['层级'],
    }),
    text('parent', ['code of the region it belongs to', '上级地区代码'], 'parentCode', '上级代码', '上级地区'),
    ...position,
    number('population', ['persons', '人口（人）'], { unit: 'persons', aliases: ['人口', '常住人口'] }),
    number('areaKm2', ['area, square kilometres', '面积（平方千米）'], { aliases: ['面积'] }),
    column('isLagging', ['counts as lagging in the equity rules', '是否为欠发达地区'], {
      type: 'boolean',
      aliases: ['欠发达'],
    }),
  ],
);

export const panelIndustryTable = table(
  'panelIndustries',
  ['Industries of a panel', '面板中的行业'],
  [
    { ...industryKey, name: 'code', unique: true, aliases: ['industryCode', ...(industryKey.aliases ?? [])] },
    key('name', ['name', '名称'], '行业名称', '名称'),
    text('nameZh', ['name in Chinese', '中文名称'], '中文名称', '中文名'),
    text('parent', ['section or other group', '门类或上级行业'], 'section', 'parentCode', '门类'),
    text('classification', ['classification, such as GB/T 4754-2017', '分类标准'], '分类标准'),
    text('ioSector', ['sector of the input-output table', '投入产出部门代码'], '投入产出部门'),
    text('chainLink', ['critical chain it is a link of', '所属关键产业链'], '产业链'),
  ],
);

const money: Unit = 'currency/yr';

export const firmTable = table(
  'firms',
  ['Firms; no names of persons', '企业（不含个人信息）'],
  [
    column('id', ['identifier', '企业标识'], { required: true, unique: true, aliases: ['企业代码', '编号'] }),
    regionKey,
    industryKey,
    ...position,
    number('employment', ['persons employed', '从业人员（人）'], {
      unit: 'persons',
      aliases: ['从业人员', '就业人数'],
    }),
    number('revenue', ['revenue a year', '年营业收入'], { unit: money, aliases: ['营业收入'] }),
    column('foundedYear', ['year of foundation', '成立年份'], {
      type: 'year',
      min: 1600,
      max: 2100,
      aliases: ['成立年份'],
    }),
    text('echelon', ['rung of the enterprise ladder', '梯度层级'], '梯度'),
  ],
);

export const supplyLinkTable = table(
  'supplyLinks',
  ['Who supplies whom', '供应关系'],
  [
    key('fromRegion', ['region of the seller', '供方地区'], '供方地区'),
    key('fromIndustry', ['industry of the seller', '供方行业'], '供方行业'),
    key('toRegion', ['region of the buyer', '需方地区'], '需方地区'),
    key('toIndustry', ['industry of the buyer', '需方行业'], '需方行业'),
    number('value', ['value a year', '年供应额'], { unit: money, aliases: ['金额', '供应额'] }),
    number('substitutable', ['share that others could deliver', '可替代比例'], {
      unit: 'share',
      max: 1,
      aliases: ['可替代比例'],
    }),
  ],
);

export const wishTable = table(
  'wishes',
  ['What plans name: industries that regions want to build', '规划意愿：各地区规划发展的行业'],
  [
    regionKey,
    industryKey,
    text('sourcePlan', ['the plan that says so', '来源规划'], 'plan', '来源规划', '规划'),
    column('year', ['year', '年份'], { type: 'year', min: 1900, max: 2100, aliases: ['年份'] }),
    number('plannedCapacity', ['capacity in units of the smallest efficient plant', '规划产能（最小有效规模单位）'], {
      aliases: ['规划产能', '产能'],
    }),
  ],
);

export const evidenceTable = table(
  'evidence',
  ['Evidence for rule packs: a figure about a subject in a year', '认定指标证据：对象在某年的指标值'],
  [
    key('subject', ['cluster, region or firm the figure is about', '对象（集群、地区或企业）'], '对象', '集群'),
    key('metric', ['metric of the rule pack', '指标'], '指标'),
    column('year', ['year', '年份'], { type: 'year', min: 1900, max: 2100, aliases: ['年份'] }),
    number('value', ['value; blank is unknown', '数值（空白表示未知）'], { min: -1e18, aliases: ['数值'] }),
    text('unit', ['unit', '单位'], '单位'),
    text('source', ['where the figure stands', '来源'], '来源'),
  ],
);
