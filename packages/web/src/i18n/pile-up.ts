import type { Words } from './words.js';

/** Words of the part about plans that pile up beyond the market's room. */
export const pileUpWords = {
  title: { en: 'Do the plans pile up?', zh: '规划是否扎堆？' },
  lead: {
    en: 'Planned capacity over the room that the chessboard scenario leaves in the market, both in smallest efficient plants. It forecasts collision, not failure.',
    zh: '规划产能与一盘棋情景所给市场空间之比，均以最小有效规模计。它预示冲突，不等于失败。',
  },
  ratio: { en: 'Planned ÷ room', zh: '规划 ÷ 空间' },
  room: { en: 'Market room', zh: '市场空间' },
  excess: { en: 'Beyond the room', zh: '超出空间' },
  share: { en: 'Beyond the room, all industries', zh: '全部行业超出空间的比例' },
  notKnown: { en: 'not known', zh: '未知' },
  unlimited: { en: 'not limited', zh: '不受限' },
  noRoom: {
    en: 'No scenario hands in a market room for this industry, so that whether the plans pile up is not known.',
    zh: '没有情景给出该行业的市场空间，因此无法判断规划是否扎堆。',
  },
  fits: { en: 'The plans fit into the room.', zh: '规划未超出市场空间。' },
  collide: {
    en: 'The plans exceed the room: {n} regions collide.',
    zh: '规划超出市场空间：{n} 个地区相互冲突。',
  },
  colliding: { en: 'Regions that collide', zh: '相互冲突的地区' },
  shareOfPlans: { en: 'Share of the plans', zh: '占规划比重' },
  alarms: { en: 'Plans that resemble each other', zh: '雷同的规划' },
  alarmsLead: {
    en: 'Of the regions that collide, pairs whose whole plans are more alike than 95 % of pairs of the same sizes; {shown} of {n} shown.',
    zh: '相互冲突的地区中，整体规划相似度高于同等规模 95% 配对的地区对；显示 {n} 对中的 {shown} 对。',
  },
  noAlarm: { en: 'No pair of these plans is unusually alike.', zh: '这些规划中没有异常雷同的地区对。' },
  one: { en: 'Region', zh: '地区' },
  other: { en: 'And', zh: '与' },
  similarity: { en: 'Similarity (cosine)', zh: '相似度（余弦）' },
  usual: { en: '95th percentile', zh: '第 95 百分位' },
} as const satisfies Words;
