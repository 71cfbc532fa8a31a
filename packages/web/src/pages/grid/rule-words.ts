import type { HeadroomFigure, RuleName } from '@qipan/server/contract';
import type { gridWords } from '../../i18n/grid.js';

/** The four ways to charge, in the order of every table, with the colour of their line. */
export const rules: readonly { readonly name: RuleName; readonly colour: string }[] = [
  { name: 'onArrival', colour: '--series-1' },
  { name: 'tariffStep', colour: '--series-2' },
  { name: 'staggeredValley', colour: '--series-3' },
  { name: 'dynamicLimit', colour: '--series-4' },
];

const kinds = {
  transformer: 'kindTransformer',
  line: 'kindLine',
  lowVoltage: 'kindLowVoltage',
  highVoltage: 'kindHighVoltage',
  noSolution: 'kindNoSolution',
} as const;

/** Word for what stops the next car. */
export const limitingWord = (kind: string): keyof typeof gridWords =>
  Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : 'kindNone';

export const levelWord = (level: 'L0' | 'L1' | 'L2') => `level${level}` as const;

/** The figure of a rule, null when there is none. */
export const figureOf = (figures: readonly HeadroomFigure[], rule: RuleName): HeadroomFigure | null =>
  figures.find((f) => f.rule === rule) ?? null;

/** Class of headroom by cars a household: 0 (next to none) to 3; null without a figure. */
export function headroomClass(figure: HeadroomFigure | null, customers: number): 0 | 1 | 2 | 3 | null {
  if (figure === null || customers === 0) return null;
  const share = figure.cars / customers;
  return share < 0.15 ? 0 : share < 0.35 ? 1 : share < 0.7 ? 2 : 3;
}

/** Words of the classes: cars a household. */
export const classWords = ['< 0.15', '0.15 – 0.35', '0.35 – 0.7', '≥ 0.7'] as const;

/** Time of day of a quarter hour of the design day, which begins at noon. */
export function clockOf(step: number): string {
  const minutes = ((12 * 60 + 15 * Math.round(step)) % 1440) + 0;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
