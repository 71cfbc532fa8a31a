import { declareTable } from '@qipan/base';

const text = (name: string, required: boolean, description: { en: string; zh: string }, aliases: string[]) =>
  ({ name, type: 'string', unit: '', required, description, aliases }) as const;

/** `--regions` and `--industries` of `clusters check`. */
export const codeTable = declareTable({
  name: 'codes',
  description: { en: 'Codes that a panel may use', zh: '面板可用的代码' },
  source: 'the office that publishes the panel',
  columns: [
    { ...text('code', true, { en: 'code', zh: '代码' }, ['代码']), unique: true },
    text('level', false, { en: 'level; never mixed in one panel', zh: '层级，不得混用' }, ['层级']),
    text('parentCode', false, { en: 'code one level up', zh: '上级代码' }, ['上级代码']),
  ],
});

/** `--published` of `clusters check`. */
export const publishedTable = declareTable({
  name: 'publishedTotals',
  description: { en: 'Totals that an office published', zh: '官方公布的合计' },
  source: 'the office that publishes the panel',
  columns: [
    {
      name: 'year',
      type: 'year',
      unit: '',
      required: false,
      description: { en: 'year; blank for a panel without', zh: '年份；面板无年份时留空' },
      aliases: ['年份'],
    },
    text('region', false, { en: 'region whose total this is', zh: '所属地区' }, ['地区']),
    text('industry', false, { en: 'industry whose total this is', zh: '所属行业' }, ['行业']),
    {
      name: 'total',
      type: 'number',
      unit: '',
      required: true,
      min: 0,
      description: {
        en: 'published total; of all when neither region nor industry is named',
        zh: '公布的合计；不填地区和行业即总计',
      },
      aliases: ['合计'],
    },
  ],
});

/** `--places` of `clusters space` and `clusters gravity`. */
export const placeTable = declareTable({
  name: 'regionPlaces',
  description: { en: 'Where regions stand', zh: '地区位置' },
  source: 'the office that publishes the panel',
  columns: [
    {
      name: 'code',
      type: 'string',
      unit: '',
      required: true,
      unique: true,
      description: { en: 'code of the region', zh: '地区代码' },
      aliases: ['regionCode', 'region', '地区代码', '代码'],
    },
    {
      name: 'lon',
      type: 'number',
      unit: 'deg',
      required: true,
      min: -180,
      max: 180,
      description: { en: 'longitude, degrees east', zh: '经度' },
      aliases: ['经度', 'longitude'],
    },
    {
      name: 'lat',
      type: 'number',
      unit: 'deg',
      required: true,
      min: -90,
      max: 90,
      description: { en: 'latitude, degrees north', zh: '纬度' },
      aliases: ['纬度', 'latitude'],
    },
  ],
});
