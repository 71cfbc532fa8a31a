import type { Words } from './words.js';

/** Units that are words; signs such as kW stand for themselves. */
export const unitWords = {
  persons: { en: 'persons', zh: '人' },
  vehicles: { en: 'vehicles', zh: '辆' },
  share: { en: 'share', zh: '比例' },
  yr: { en: 'yr', zh: '年' },
  min: { en: 'min', zh: '分钟' },
  'd/yr': { en: 'd/yr', zh: '天/年' },
  CNY: { en: 'CNY', zh: '元' },
  'CNY/h': { en: 'CNY/h', zh: '元/小时' },
  'CNY/kW': { en: 'CNY/kW', zh: '元/kW' },
  'CNY/kWh': { en: 'CNY/kWh', zh: '元/kWh' },
  'CNY/yr': { en: 'CNY/yr', zh: '元/年' },
  guns: { en: 'guns', zh: '枪' },
} as const satisfies Words;

/** A unit in the reader's language where it is a word, otherwise as it is written. */
export function unitText(unit: string, lang: 'zh' | 'en'): string {
  return Object.hasOwn(unitWords, unit) ? unitWords[unit as keyof typeof unitWords][lang] : unit;
}
