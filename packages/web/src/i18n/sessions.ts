import type { Words } from './words.js';

/** The page of all sessions. */
export const sessionListWords = {
  title: { en: 'Sessions', zh: '充电会话' },
  from: { en: 'From', zh: '从' },
  to: { en: 'to', zh: '至' },
  badSpan: { en: 'Choose a first and a last day in this order.', zh: '请按先后选择起止日期。' },
  downloads: { en: 'Downloads', zh: '下载' },
  count: { en: 'Sessions', zh: '会话数' },
  withoutEnergy: { en: 'Energy unknown', zh: '电量未知' },
  byDay: { en: 'Energy by day (server time) and site', zh: '按日（服务器时间）与站点的电量' },
  list: { en: 'All sessions', zh: '全部会话' },
  newestOnly: {
    en: 'The newest {n} of {all} sessions are listed; the sums and the downloads hold all.',
    zh: '列出最新的 {n} 条（共 {all} 条）；合计与下载包含全部。',
  },
  day: { en: 'Day', zh: '日期' },
  origin: { en: 'Origin', zh: '来源' },
  started: { en: 'Started', zh: '开始' },
  took: { en: 'Took', zh: '时长' },
  evse: { en: 'EVSE', zh: '枪' },
  token: { en: 'Token', zh: '卡号' },
  reason: { en: 'Stopped by', zh: '结束原因' },
  quality: { en: 'Quality flags', zh: '质量标记' },
  session: { en: 'Session', zh: '会话' },
  noneFound: { en: 'No session began in these days.', zh: '所选日期内没有会话。' },
} as const satisfies Words;
