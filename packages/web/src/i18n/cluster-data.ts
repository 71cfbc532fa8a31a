import type { Words } from './words.js';

/** Words of the data page of the cluster studies. */
export const dataWords = {
  title: { en: 'Data of the cluster studies', zh: '集群研究数据' },
  lead: {
    en: 'Panels, input-output tables, firms and plans that the studies read. Each is stored once, whole, under the hash of its content.',
    zh: '集群研究所用的面板、投入产出表、企业与规划数据。每份数据按内容哈希完整保存一次。',
  },
  noneOfKind: { en: 'No dataset of this kind is loaded: {kind}.', zh: '尚无此类数据集：{kind}。' },
  toData: { en: 'To the data', zh: '前往数据页' },
  datasets: { en: 'Datasets', zh: '数据集' },
  name: { en: 'Name', zh: '名称' },
  kind: { en: 'Kind', zh: '类型' },
  holds: { en: 'Holds', zh: '内容' },
  years: { en: 'Years', zh: '年份' },
  level: { en: 'Data level', zh: '数据级别' },
  added: { en: 'Added', zh: '导入时间' },
  noDatasets: { en: 'No dataset is loaded yet.', zh: '尚未导入数据集。' },
  panel: { en: 'Panel: region × industry × year', zh: '面板：地区 × 行业 × 年份' },
  ioTable: { en: 'Input-output table', zh: '投入产出表' },
  firms: { en: 'Firms', zh: '企业' },
  supplyLinks: { en: 'Supply links', zh: '供应关系' },
  wishes: { en: 'Wishes: what plans name', zh: '规划意愿' },
  evidence: { en: 'Evidence for rule packs', zh: '认定指标证据' },
  chessScenario: { en: 'Chessboard scenario', zh: '全国一盘棋情景' },
  register: { en: 'Cluster register', zh: '集群名录' },
  regions: { en: 'regions', zh: '个地区' },
  industries: { en: 'industries', zh: '个行业' },
  sectors: { en: 'sectors', zh: '个部门' },
  rows: { en: 'rows', zh: '行' },
} as const satisfies Words;
