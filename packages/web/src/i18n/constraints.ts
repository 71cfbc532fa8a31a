import type { Language, Words } from './words.js';

/** The constraint families of the plan as people read them. */
export const constraintWords = {
  serviceLevel: { en: 'waiting target', zh: '等待目标' },
  budget: { en: 'budget', zh: '预算' },
  hostingCapacity: { en: 'spare power on the grid', zh: '电网可用容量' },
  townshipPile: { en: 'a pile in every township', zh: '乡乡有桩' },
  countyStation: { en: 'a station in every county', zh: '县县有站' },
  coverage: { en: 'share of people covered', zh: '人口覆盖率' },
  serve: { en: 'demand of the village', zh: '村庄需求' },
  access: { en: 'service limit', zh: '服务时间上限' },
} as const satisfies Words;

/** A constraint in the reader's language; one that the dictionary does not know keeps its own name. */
export function constraintText(name: string, lang: Language): string {
  return Object.hasOwn(constraintWords, name) ? constraintWords[name as keyof typeof constraintWords][lang] : name;
}
