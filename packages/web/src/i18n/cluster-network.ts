import type { Words } from './words.js';

/** Words of the relatedness network. */
export const networkWords = {
  title: { en: 'Relatedness network', zh: '产业关联网络' },
  lead: {
    en: 'Industries that the same regions are good at stand together. Lines: the maximum spanning tree (dark) and the strongest links beyond it (light). Relatedness is association, not cause.',
    zh: '同一批地区共同具有优势的行业彼此靠近。连线：最大生成树（深色）及其外的最强关联（浅色）。关联只表示共现，不表示因果。',
  },
  region: { en: 'Presence of', zh: '显示地区' },
  noRegion: { en: '(no region)', zh: '（不选地区）' },
  yearShown: { en: 'Year', zh: '年份' },
  drawing: {
    en: 'Network of {n} industries. The table below holds the same; press an industry to see its nearest ones.',
    zh: '{n} 个行业的网络图，下表内容相同；点击行业可查看最相近的行业。',
  },
  recipe: {
    en: 'Recipe {preset}: presence {presence}, proximity {proximity}, benchmark {benchmark}; {regions} regions, {measure}.',
    zh: '口径 {preset}：存在 {presence}，邻近度 {proximity}，基准 {benchmark}；{regions} 个地区，指标 {measure}。',
  },
  leftOut: { en: 'Left out, no region has an advantage in them: {list}', zh: '已剔除（无地区具有优势）：{list}' },
  ambiguous: {
    en: 'The network falls apart or has no clear second direction: complexity is not determined and not shown.',
    zh: '网络不连通或缺乏清晰的第二方向：复杂度无法确定，故不显示。',
  },
  sizeHint: { en: 'area: {measure} of the industry', zh: '面积：行业{measure}' },
  presentHint: { en: 'ringed: the region has an advantage (LQ ≥ 1)', zh: '描边：该地区具有优势（区位商 ≥ 1）' },
  table: { en: 'Industries of the network', zh: '网络中的行业' },
  industry: { en: 'Industry', zh: '行业' },
  sector: { en: 'Section', zh: '门类' },
  total: { en: 'Total', zh: '合计' },
  ubiquity: { en: 'Regions with advantage', zh: '优势地区数' },
  pci: { en: 'Complexity (PCI)', zh: '产品复杂度（PCI）' },
  lq: { en: 'LQ here', zh: '本地区位商' },
  present: { en: 'Advantage here', zh: '本地是否有优势' },
  density: { en: 'Density here', zh: '本地关联密度' },
  nearest: { en: 'Nearest industries', zh: '最相近行业' },
  chosen: { en: '{name}: nearest industries', zh: '{name}：最相近的行业' },
  proximity: { en: 'Proximity', zh: '邻近度' },
  panelSum: { en: 'sum of the regions of the panel', zh: '面板各地区合计' },
  employment: { en: 'persons employed', zh: '从业人员' },
  output: { en: 'output a year', zh: '年产值' },
  valueAdded: { en: 'value added a year', zh: '年增加值' },
  exports: { en: 'exports a year', zh: '年出口' },
  firms: { en: 'firms', zh: '企业数' },
  unspecified: { en: 'the measure of the file', zh: '文件指标' },
  none: { en: 'Load a panel to see its network.', zh: '载入面板后可查看网络。' },
} as const satisfies Words;
