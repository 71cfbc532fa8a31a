import type { Words } from './words.js';

export const reportWords = {
  openReport: { en: 'Printable report', zh: '可打印报告' },
} as const satisfies Words;
