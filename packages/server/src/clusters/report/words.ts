import type { Bilingual } from '@qipan/base';

/** What the report says, in both languages. `{name}` is filled in. */
export const reportWords = {
  title: { en: 'What {region} is good at and near to', zh: '{region}：优势与潜力' },
  panel: { en: 'Panel', zh: '面板' },
  year: { en: 'Year', zh: '年份' },
  measure: { en: 'Measure', zh: '指标' },
  level: { en: 'Data level', zh: '数据级别' },
  source: { en: 'Source', zh: '来源' },
  made: { en: 'Made', zh: '生成时间' },
  figures: { en: 'In figures', zh: '主要数据' },
  total: { en: 'Total of the measure', zh: '指标合计' },
  diversity: { en: 'Industries with an advantage (LQ ≥ 1)', zh: '优势行业数（区位商 ≥ 1）' },
  eci: { en: 'Complexity (ECI)', zh: '经济复杂度（ECI）' },
  rank: { en: 'Rank of complexity, 90 % interval', zh: '复杂度位次（90% 区间）' },
  rankOf: { en: '{rank} ({lower}–{upper}) of {n}', zh: '第 {rank} 位（{lower}–{upper}），共 {n} 个地区' },
  rankUnknown: { en: 'not determined: {why}', zh: '无法确定：{why}' },
  ambiguous: { en: 'the network has no clear second direction', zh: '网络缺乏清晰的第二方向' },
  advantages: { en: 'Ranked advantages', zh: '优势行业排序' },
  advantagesHint: {
    en: 'Location quotient against all regions of the panel, drawn towards 1 where counts are small (empirical Bayes), with a 90 % interval. The line marks 1: no advantage.',
    zh: '以面板全部地区为基准的区位商；小样本向 1 收缩（经验贝叶斯），并给出 90% 区间。竖线为 1，即无优势。',
  },
  noInterval: {
    en: 'The measure is no count: quotients have no interval here.',
    zh: '该指标不是计数，此处区位商没有区间。',
  },
  industry: { en: 'Industry', zh: '行业' },
  value: { en: 'Value', zh: '数值' },
  share: { en: 'Share of the region', zh: '占本地区比重' },
  lq: { en: 'LQ', zh: '区位商' },
  shrunk: { en: 'LQ, shrunk', zh: '收缩区位商' },
  interval: { en: '90 % interval', zh: '90% 区间' },
  stars: { en: 'Stars', zh: '星级' },
  starsHint: {
    en: 'Stars after the European Cluster Observatory: size (top tenth of regions), specialisation (LQ ≥ {quotient}), focus (top tenth); none below {floor}.',
    zh: '星级按欧洲集群观察站规则：规模（前 10%）、专业化（区位商 ≥ {quotient}）、集中度（前 10%）；低于 {floor} 不评星。',
  },
  near: { en: 'Near to what there is', zh: '邻近机会' },
  nearHint: {
    en: 'Industries without an advantage here, by relatedness density: the share of their kin that the region has. Association, not a forecast of success.',
    zh: '本地尚无优势的行业，按关联密度排序（其相关行业在本地的占比）。这是关联，不是成功预测。',
  },
  density: { en: 'Density', zh: '关联密度' },
  pci: { en: 'Complexity (PCI)', zh: '产品复杂度（PCI）' },
  similar: { en: 'Similar regions', zh: '相似地区' },
  similarHint: {
    en: 'Cosine of the shares of industries (1 = the same structure): whose plans may collide with ours.',
    zh: '行业结构余弦相似度（1 为结构相同）：规划最可能与本地重复的地区。',
  },
  region: { en: 'Region', zh: '地区' },
  similarity: { en: 'Similarity', zh: '相似度' },
  common: { en: 'Advantages in common', zh: '共同优势行业' },
  moves: { en: 'Moves of the one board', zh: '一盘棋结果' },
  noMoves: {
    en: 'No chessboard run that names this region has finished; without it there is no answer on focus, keep or abstain.',
    zh: '尚无包含本地区的一盘棋计算结果，故不给出有所为、保持或有所不为的结论。',
  },
  move: { en: 'Move', zh: '结论' },
  focus: { en: 'focus', zh: '有所为（聚焦）' },
  keep: { en: 'keep', zh: '保持' },
  abstain: { en: 'abstain: no new public support', zh: '有所不为（不新增公共支持）' },
  reason: { en: 'Reason', zh: '理由' },
  abstainHint: {
    en: 'Abstain means no new public support, never a ban.',
    zh: '“有所不为”指不新增公共支持，不是禁止。',
  },
  stress: { en: 'Supply: inputs that hang on few', zh: '供应链：来源集中的投入' },
  stressHint: {
    en: 'Purchases of this region by concentration of their suppliers; effective suppliers = 1/HHI; 1 is a single source.',
    zh: '本地采购按供应商集中度排序；有效供应商数 = 1/HHI，1 表示单一来源。',
  },
  noStress: { en: 'No supply links of this region are loaded.', zh: '尚未载入本地区的供应关系。' },
  buyer: { en: 'Buyer', zh: '需方行业' },
  input: { en: 'Input', zh: '投入品' },
  effective: { en: 'Effective suppliers', zh: '有效供应商数' },
  largest: { en: 'Largest source', zh: '最大来源地' },
  purchase: { en: 'Share of the purchase', zh: '占该项采购比重' },
  card: { en: 'Method card', zh: '方法卡' },
  limits: { en: 'Limits', zh: '局限' },
  synthetic: {
    en: 'The figures are synthetic: they were drawn from a seed and belong to no real place.',
    zh: '本报告数据为合成数据，由随机种子生成，不对应任何真实地区。',
  },
  print: { en: 'Print', zh: '打印' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** Said in each report. */
export const limits: readonly Bilingual[] = [
  { en: 'Relatedness is association, not cause.', zh: '关联度反映共现，不代表因果。' },
  {
    en: 'Probabilities and densities are fitted to past, policy-shaped entries.',
    zh: '概率与密度依据过去的、受政策影响的进入行为得出。',
  },
  {
    en: 'Complexity measures mix, not productivity; making an index the aim weakens it.',
    zh: '复杂度衡量结构而非生产率；以指数为目标会削弱其意义。',
  },
  { en: 'Smallest efficient sizes and market room are estimates.', zh: '最小有效规模与市场空间均为估计值。' },
  { en: 'Codes lag behind new sectors.', zh: '行业代码滞后于新兴产业。' },
  { en: 'Small regions are noise: read the interval, not the point.', zh: '小地区噪声大：请看区间而非点值。' },
  {
    en: 'Administrative regions are not economic areas: compare a second level before deciding.',
    zh: '行政区划不等于经济区：决策前请对照另一层级。',
  },
  {
    en: 'Firms choose, not governments: this is screening for deliberation, not a quota.',
    zh: '选择由企业作出：本报告供研究讨论，不是指标任务。',
  },
];

/** Lines of the method card. */
export const cardWords = {
  dataset: { en: 'Dataset', zh: '数据集' },
  preset: { en: 'Recipe', zh: '口径' },
  presence: { en: 'Presence', zh: '优势判定' },
  proximity: { en: 'Proximity', zh: '邻近度' },
  benchmark: { en: 'Benchmark', zh: '基准' },
  benchmarkIs: { en: 'sum of the {n} regions given', zh: '所给 {n} 个地区合计' },
  kept: { en: 'Regions kept', zh: '参与计算的地区' },
  draws: { en: 'Rank interval', zh: '位次区间' },
  poisson: { en: '{n} draws, Poisson, seed {seed}', zh: '{n} 次泊松抽样，种子 {seed}' },
  resampled: { en: '{n} draws, industries resampled, seed {seed}', zh: '{n} 次行业重抽样，种子 {seed}' },
  quotient: { en: 'LQ interval', zh: '区位商区间' },
  gamma: { en: 'Gamma–Poisson posterior, 5–95 %', zh: '伽马–泊松后验，5–95%' },
  notCount: { en: 'none: the measure is no count', zh: '无：指标不是计数' },
  masked: { en: 'Masked', zh: '遮蔽' },
  maskedIs: {
    en: '{cells} cells are masked: below {below}, and others that would give them away',
    zh: '已遮蔽 {cells} 个单元格：小于 {below} 者，以及可据以推算者',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;

export const measureWords: Readonly<Record<string, Bilingual>> = {
  employment: { en: 'persons employed', zh: '从业人员' },
  output: { en: 'output a year', zh: '年产值' },
  valueAdded: { en: 'value added a year', zh: '年增加值' },
  exports: { en: 'exports a year', zh: '年出口' },
  firms: { en: 'firms', zh: '企业数' },
  unspecified: { en: 'not named', zh: '未注明' },
};

export const levelWords: Readonly<Record<string, Bilingual>> = {
  measured: { en: 'measured', zh: '实测' },
  official: { en: 'official', zh: '官方' },
  estimated: { en: 'estimated', zh: '估算' },
  synthetic: { en: 'synthetic', zh: '合成' },
  default: { en: 'default', zh: '默认值' },
};
