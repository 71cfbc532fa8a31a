import type { Words } from './words.js';

export const boardImportWords = {
  import: { en: 'Import a county of your own', zh: '导入本县数据' },
  hint: {
    en: 'Tables are CSV (UTF-8 or GB18030) or XLSX, their columns as docs/tables.md names them, in English or Chinese. All files are checked first; a wrong one is named with row and column and nothing is stored. Roads (OSM PBF) come in by the command qipan import.',
    zh: '表格为 CSV（UTF-8 或 GB18030）或 XLSX，列名见 docs/tables.md，中英文均可。所有文件先校验；有错时指出行和列，不保存任何内容。路网（OSM PBF）请用命令 qipan import 导入。',
  },
  name: { en: 'Name of the county', zh: '县名' },
  regions: { en: 'Regions: id, name, level, parent, population', zh: '区划：编号、名称、级别、上级、人口' },
  places: { en: 'Villages: id, name, region, lon, lat, population', zh: '村：编号、名称、所属区划、经度、纬度、人口' },
  sites: { en: 'Candidate sites, if you have a list', zh: '候选场址（可选）' },
  stations: { en: 'Stations that stand already, if any', zh: '已建充电站（可选）' },
  outline: { en: 'Boundary, GeoJSON; villages outside it are refused', zh: '边界 GeoJSON（可选）；界外的村会被拒绝' },
  firstYear: { en: 'First year of the plan', zh: '规划首年' },
  lastYear: { en: 'Last year of the plan', zh: '规划末年' },
  populationYear: { en: 'Year of the population figures', zh: '人口数据年份' },
  crs: { en: 'Coordinates of the tables', zh: '表中坐标系' },
  wgs84: { en: 'WGS-84 (GPS)', zh: 'WGS-84（GPS 坐标）' },
  gcj02: { en: 'GCJ-02 (Chinese maps)', zh: 'GCJ-02（国测局，高德、腾讯地图）' },
  bd09: { en: 'BD-09 (Baidu)', zh: 'BD-09（百度地图）' },
  attribution: { en: 'Source of the data, printed wherever they are shown', zh: '数据来源（随数据显示）' },
  start: { en: 'Check and import', zh: '校验并导入' },
  importing: { en: 'Checking …', zh: '正在校验…' },
  made: {
    en: '{name} is imported: {regions} regions, {places} villages. Choose it when you make a new plan.',
    zh: '已导入{name}：{regions} 个区划、{places} 个村。新建方案时可选择它。',
  },
} as const satisfies Words;
