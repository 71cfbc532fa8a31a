import type { Bilingual } from '@qipan/base';

/** Figures as people read them: at most three digits behind the point, thousands apart. */
export function figure(x: number): string {
  const digits = Math.abs(x) >= 100 ? 0 : Math.abs(x) >= 10 ? 1 : 2;
  const [whole, part] = Math.abs(x).toFixed(digits).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part && Number(part) > 0 ? `.${part.replace(/0+$/, '')}` : '');
  return x < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

export const percent = (share: number): string => `${figure(share * 100)} %`;

export const both = (en: string, zh: string): Bilingual => ({ en, zh });

/** Labels of the terms of the objective. */
export const termLabels: Readonly<Record<string, Bilingual>> = {
  opening: both('Opening sites', '新建站点'),
  modules: both('Charging modules', '充电设备'),
  operation: both('Operation and maintenance', '运行维护'),
  travel: both('Travel of users', '用户出行'),
  unserved: both('Unserved demand', '未满足需求'),
  ruleSlack: both('Rules not met', '规则缺口'),
  salvage: both('Value left at the end', '期末残值'),
};

/** Names of constraints as people read them. */
export const constraintWords: Readonly<Record<string, Bilingual>> = {
  serviceLevel: both('waiting target', '等待目标'),
  budget: both('budget', '预算'),
  hostingCapacity: both('spare power', '可用容量'),
  townshipPile: both('piles in every township', '乡乡有桩'),
  countyStation: both('a station in every county', '县县有站'),
  coverage: both('people covered', '人口覆盖'),
  serve: both('demand of the village', '村庄需求'),
  access: both('service limit', '服务时间上限'),
};

/** Units of what a rule counts: one of them, and any other number. */
const unitWords: Readonly<Record<string, { readonly one: Bilingual; readonly many: Bilingual }>> = {
  guns: { one: both('gun', '枪'), many: both('guns', '枪') },
  stations: { one: both('station', '座站'), many: both('stations', '座站') },
  persons: { one: both('person', '人'), many: both('persons', '人') },
};

/** The unit as it stands behind a printed figure; units of measurement have no plural and stand as they are. */
export function unitOf(unit: string, printed: string): Bilingual {
  const words = unitWords[unit];
  return words ? words[printed === '1' ? 'one' : 'many'] : both(unit, unit);
}
