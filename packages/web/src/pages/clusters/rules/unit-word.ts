import type { Bilingual } from '@qipan/base';

/** Units of the shipped packs for people; others stand as they came. */
const words: Readonly<Record<string, Bilingual>> = {
  'km²': { en: 'km²', zh: '平方公里' },
  'yuan/year': { en: 'yuan a year', zh: '元/年' },
  yuan: { en: 'yuan', zh: '元' },
  '%/year': { en: '% a year', zh: '%/年' },
  firms: { en: 'firms', zh: '家' },
  points: { en: 'points', zh: '分' },
  years: { en: 'years', zh: '年' },
  rank: { en: 'place', zh: '位' },
  'yes = 1': { en: 'yes 1, no 0', zh: '是 1，否 0' },
  'happened = 1': { en: 'happened 1, did not 0', zh: '发生 1，未发生 0' },
};

export const unitWord = (unit: string): Bilingual => words[unit] ?? { en: unit, zh: unit };

/** True for answers of yes and no, whose figures are words. */
export const isYesNo = (unit: string): boolean => unit === 'yes = 1' || unit === 'happened = 1';
