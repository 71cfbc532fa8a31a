import type { Words } from './words.js';

/** Sections of GB/T 4754-2017. */
export const sections = {
  A: { en: 'Agriculture', zh: '农、林、牧、渔业' },
  B: { en: 'Mining', zh: '采矿业' },
  C: { en: 'Manufacturing', zh: '制造业' },
  D: { en: 'Electricity, heat, gas, water', zh: '电力、热力、燃气及水' },
  E: { en: 'Construction', zh: '建筑业' },
  F: { en: 'Trade', zh: '批发和零售业' },
  G: { en: 'Transport, storage, post', zh: '交通运输、仓储和邮政业' },
  H: { en: 'Accommodation, catering', zh: '住宿和餐饮业' },
  I: { en: 'Information services', zh: '信息传输、软件和信息技术服务业' },
  J: { en: 'Finance', zh: '金融业' },
  K: { en: 'Real estate', zh: '房地产业' },
  L: { en: 'Leasing, business services', zh: '租赁和商务服务业' },
  M: { en: 'Research, technical services', zh: '科学研究和技术服务业' },
  N: { en: 'Water, environment, facilities', zh: '水利、环境和公共设施管理业' },
  O: { en: 'Household services, repair', zh: '居民服务、修理和其他服务业' },
  P: { en: 'Education', zh: '教育' },
  Q: { en: 'Health, social work', zh: '卫生和社会工作' },
  R: { en: 'Culture, sports, leisure', zh: '文化、体育和娱乐业' },
  S: { en: 'Public administration', zh: '公共管理、社会保障和社会组织' },
  T: { en: 'International organisations', zh: '国际组织' },
} as const satisfies Words;

/** The section of a code where the code is one of the standard's letters; otherwise null. */
export const sectionKey = (code: string): keyof typeof sections | null =>
  Object.hasOwn(sections, code) ? (code as keyof typeof sections) : null;
