import type { Bilingual } from '@qipan/base';
import type { Language, Words } from './words.js';

/** Words of the national chessboard and of the comparison of two runs. */
export const chessWords = {
  title: { en: 'The whole country as one chessboard', zh: '全国一盘棋' },
  lead: {
    en: 'Which region focuses on which industry, and what it leaves, decided for all at once: slots, market room, budgets, critical links and equity together.',
    zh: '统一统筹各地聚焦什么、不做什么：聚焦名额、市场空间、预算、关键链环与区域均衡一并考虑。',
  },
  abstainMeans: {
    en: 'Abstain means no new public support. It is never a ban: firms choose, not governments.',
    zh: '“有所不为”仅指不新增公共支持，绝非禁止：选择权在企业，不在政府。',
  },
  run: { en: 'Solve this board', zh: '求解此棋盘' },
  running: {
    en: 'Solving: {phase}. Best so far {value}, bound {bound}.',
    zh: '求解中：{phase}。当前最优 {value}，上界 {bound}。',
  },
  phaseQueued: { en: 'waiting', zh: '排队' },
  stop: { en: 'Stop, keep the best so far', zh: '停止并保留当前最优' },
  noRun: { en: 'This board has not been solved yet.', zh: '此棋盘尚未求解。' },
  whichRun: { en: 'Run', zh: '运行' },
  value: { en: 'Value', zh: '方案价值' },
  bound: { en: 'Bound', zh: '上界' },
  boundHint: { en: 'no plan on this board is worth more', zh: '此棋盘上任何方案的价值都不会更高' },
  gap: { en: 'Proven gap', zh: '已证明间隙' },
  pairsOf: { en: 'Pairs, columns', zh: '配对数、列数' },
  conflict: { en: 'No plan', zh: '无可行方案' },
  sensitivityTitle: { en: 'First: what the result depends on most', zh: '首先：结果最依赖什么' },
  sensitivityScale: { en: 'every minimum efficient scale × {factor}', zh: '所有最小有效规模 × {factor}' },
  sensitivityRoom: { en: 'every market room × {factor}', zh: '所有市场空间 × {factor}' },
  weightsTitle: { en: 'Weights (political: set by the user)', zh: '权重（政治判断，由用户设定）' },
  overflow: { en: 'plant above market room', zh: '超出市场空间的每座工厂' },
  shortfallWeight: { en: 'missing capacity in a critical link', zh: '关键链环每单位产能缺口' },
  zoneGapWeight: { en: 'missing zone of a critical link', zh: '关键链环每个缺失分区' },
  floorGapWeight: { en: 'value below a region’s floor', zh: '低于地区下限的每单位价值' },
  refusal: { en: 'share of value given up by a refusal', zh: '拒绝意向损失的价值份额' },
  hard: { en: 'hard', zh: '硬约束' },
  plansTitle: { en: 'Six plans under one referee', zh: '同一评判下的六种方案' },
  plan: { en: 'Plan', zh: '方案' },
  inMarket: { en: 'Value in the market', zh: '市场内价值' },
  merit: { en: 'Less shortfalls', zh: '扣除缺口后' },
  spend: { en: 'Spend', zh: '支出' },
  over: { en: 'Above room', zh: '超出空间' },
  crowded: { en: 'In crowded industries', zh: '处于拥挤产业' },
  lagging: { en: 'To lagging regions', zh: '欠发达地区份额' },
  broken: { en: 'Rules broken', zh: '违反的规则' },
  uncoordination: {
    en: 'Price of uncoordination: the coordinated plan is worth {ratio} times the plans as written, at no more spend.',
    zh: '缺乏统筹的代价：在不增加支出的条件下，统筹方案的价值是现有规划的 {ratio} 倍。',
  },
  mapTitle: { en: 'Regions', zh: '地区' },
  mapHint: {
    en: 'Area: focus industries of the region. Press one to see its moves; the table holds the same.',
    zh: '面积：该地区聚焦产业数。点击查看其走法；下表内容相同。',
  },
  matrixTitle: {
    en: 'Moves: {regions} regions × {industries} industries',
    zh: '走法：{regions} 个地区 × {industries} 个产业',
  },
  matrixHint: {
    en: 'A row a region, a column an industry. Press a cell for its reason.',
    zh: '每行一个地区，每列一个产业。点击格子查看理由。',
  },
  focus: { en: 'Focus', zh: '聚焦' },
  keep: { en: 'Keep', zh: '保持' },
  abstain: { en: 'Abstain', zh: '有所不为' },
  open: { en: 'Not asked', zh: '未提出' },
  region: { en: 'Region', zh: '地区' },
  industry: { en: 'Industry', zh: '产业' },
  move: { en: 'Move', zh: '走法' },
  expected: { en: 'Expected value', zh: '预期价值' },
  share: { en: 'Of the draws', zh: '抽样占比' },
  firm: { en: 'firm', zh: '稳固' },
  weak: { en: 'weak', zh: '薄弱' },
  openFirmness: { en: 'open', zh: '待定' },
  reason: { en: 'Reason', zh: '理由' },
  movesOf: { en: 'Moves of {region}', zh: '{region}的走法' },
  why: { en: 'Why', zh: '为什么' },
  whyOf: { en: '{region}, {industry}', zh: '{region}，{industry}' },
  terms: { en: 'Prices in this decision', zh: '决策中的价格' },
  rule: { en: 'Rule', zh: '规则' },
  amount: { en: 'Adds or takes', zh: '增减' },
  cells: { en: 'Cells behind it', zh: '相关格子' },
  blockingTitle: { en: 'What keeps it out', zh: '阻碍因素' },
  integrality: {
    en: 'Prices alone lean the other way: foci are whole and do not divide as shares do.',
    zh: '仅按价格应相反：聚焦只能取整，不能按份额分割。',
  },
  flip: { en: 'What would the other move cost?', zh: '相反走法的代价？' },
  flipping: { en: 'Solving again …', zh: '正在重新求解…' },
  flipLoss: {
    en: 'Forcing {forced} costs the nation {loss} (proven between {low} and {high}).',
    zh: '强制{forced}使全国损失{loss}（已证明介于{low}与{high}之间）。',
  },
  flipNone: { en: 'No plan allows the other move.', zh: '没有方案允许相反的走法。' },
  forcedFocus: { en: 'focus', zh: '聚焦' },
  forcedNone: { en: 'no focus', zh: '不聚焦' },
  leaves: { en: 'leaves', zh: '退出' },
  enters: { en: 'enters', zh: '进入' },
  limitsTitle: { en: 'What these figures do not say', zh: '这些数字不能说明什么' },
  stability: {
    en: 'Firm: chosen in at least 80 % of {draws} draws; open: 20 to 80 %; weak: below. Standard deviations: p {p} (log-odds), v {v}, scale {scale}, room {room} (logarithms).',
    zh: '稳固：在 {draws} 次抽样中至少 80 % 被选中；待定：20–80 %；薄弱：低于 20 %。标准差：p {p}（对数几率），v {v}、规模 {scale}、空间 {room}（对数）。',
  },
  compareTitle: { en: 'Two runs side by side', zh: '两次运行对比' },
  compareLead: {
    en: 'Moves that differ, and what changes in value, spend and shortfalls.',
    zh: '走法的差异，以及价值、支出和缺口的变化。',
  },
  first: { en: 'First run', zh: '第一次运行' },
  second: { en: 'Second run', zh: '第二次运行' },
  difference: { en: 'Difference', zh: '差异' },
  quantity: { en: 'Quantity', zh: '指标' },
  shortfall: { en: 'Missing in critical links', zh: '关键链环缺口' },
  floorGap: { en: 'Below floors', zh: '低于下限' },
  focusCount: { en: 'Foci', zh: '聚焦数' },
  differing: { en: 'Moves that differ: {n}', zh: '不同的走法：{n}' },
  sameBoard: { en: 'Choose two finished runs of the chessboard.', zh: '请选择两次已完成的运行。' },
  needTwo: {
    en: 'There are fewer than two finished runs. Solve the board twice, with other weights or rules.',
    zh: '已完成的运行不足两次。请用不同的权重或规则求解两次。',
  },
  budget: { en: 'National budget (empty: as in the scenario)', zh: '国家预算（留空：按方案）' },
  overflowInput: { en: 'Weight of overflow (empty: as in the scenario)', zh: '超额权重（留空：按方案）' },
} as const satisfies Words;

/** Hard rules as the referee names them, units of value that boards use, and the source of the demo's. */
const named: Readonly<Record<string, Bilingual>> = {
  slots: { en: 'slots', zh: '聚焦名额' },
  'least slots': { en: 'least slots', zh: '聚焦数下限' },
  footprint: { en: 'footprint', zh: '资源占用' },
  budget: { en: 'budget', zh: '预算' },
  equity: { en: 'equity', zh: '区域均衡' },
  'zone share': { en: 'zone share', zh: '单区份额' },
  prerequisite: { en: 'prerequisites', zh: '前置条件' },
  'stage budget': { en: 'budget of a stage', zh: '分期预算' },
  'market room': { en: 'market room', zh: '市场空间' },
  resilience: { en: 'capacity of critical links', zh: '关键链环产能' },
  'zone cover': { en: 'zones of critical links', zh: '关键链环分区覆盖' },
  'value floor': { en: 'value floor', zh: '价值下限' },
  'demo panel, synthetic': { en: 'demo panel, synthetic', zh: '示例面板，合成数据' },
  'complexity points': { en: 'complexity points', zh: '复杂度分' },
};

const phases: Readonly<Record<string, Bilingual>> = {
  problem: { en: 'reading the board', zh: '读取棋盘' },
  pricing: { en: 'prices of all pairs', zh: '为全部配对定价' },
  integer: { en: 'whole foci', zh: '求整数解' },
  fixed: { en: 'whole foci', zh: '求整数解' },
  stability: { en: 'firmness of the moves, by draws', zh: '抽样检验走法稳固性' },
  report: { en: 'comparisons and reasons', zh: '对照方案与理由' },
};

/** What a run is doing, in the reader's language; the count of rounds behind a phase stays. */
export function chessPhase(phase: string, lang: Language): string {
  const [name = '', ...round] = phase.split(' ');
  return Object.hasOwn(phases, name) ? [(phases[name] as Bilingual)[lang], ...round].join(' ') : phase;
}

/** A name of the referee or a unit in the reader's language; one that the dictionary does not know stands as it is. */
export function chessName(name: string, lang: Language): string {
  return Object.hasOwn(named, name) ? (named[name] as Bilingual)[lang] : name;
}
