import { figure, money } from '../../../format.js';
import type { Language } from '../../../i18n/words.js';

/** An amount of a table: money where the unit is 10,000 yuan, else the figure with the table's own unit. */
export function amount(x: number | null | undefined, unit: string, lang: Language): string {
  if (/^10,000 (CNY|yuan)$/.test(unit)) return money(x === null || x === undefined ? null : x * 1e4, 'CNY', lang);
  return `${figure(x, lang)} ${unit}`;
}
