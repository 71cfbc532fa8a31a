import { QipanError, type Bilingual } from '@qipan/base';

/** A population table of the children of one parent, to be held against what is known about the parent. */
export interface CompletenessInput {
  readonly parent: string;
  /** Ids of all children that officially exist; empty when no such list is at hand. */
  readonly expected: readonly string[];
  readonly children: readonly {
    readonly id: string;
    /** Persons; NaN = blank. */
    readonly population: number;
    /** km²; NaN = unknown. */
    readonly areaKm2?: number;
  }[];
  /** Official total of the parent, persons; NaN when none is known. */
  readonly control: number;
  readonly controlYear: number;
}

export interface Completeness {
  readonly parent: string;
  readonly accepted: boolean;
  readonly childrenFound: number;
  readonly childrenExpected: number;
  /** Expected children that have no row, or whose population is blank. */
  readonly withoutFigure: readonly string[];
  readonly populationFound: number;
  readonly control: number;
  /** populationFound / control; NaN without a control total. */
  readonly share: number;
  readonly blankShare: number;
  readonly duplicates: readonly string[];
  readonly impossible: readonly string[];
  /** Why it is refused, or what to know although it is accepted. */
  readonly reasons: readonly Bilingual[];
}

/** Below this share of the control total a table is refused. */
const leastShare = 0.9;
/** More children than this without a figure need a sum that reaches the control. */
const mostBlank = 0.1;
/** Rounding and migration between two counts: the sum "reaches" the control from here on. */
const reaches = 0.99;
/** Persons per km²; the densest city districts of the world stay below it. */
const mostDense = 100_000;

/**
 * Completeness of a population table: children found against expected, their sum against the control total, blank
 * share, duplicates, impossible densities. It is refused when the sum is below 90 % of the control, or when more than
 * 10 % of the children lack a figure and the sum does not reach the control. Counting children alone is wrong both
 * ways: a division split off later has no figure of its own though its people are all counted.
 */
export function completeness(input: CompletenessInput): Completeness {
  const seen = new Map<string, number>();
  for (const c of input.children) seen.set(c.id, (seen.get(c.id) ?? 0) + 1);
  const duplicates = [...seen].filter(([, n]) => n > 1).map(([id]) => id);
  const known = new Map(input.children.filter((c) => !Number.isNaN(c.population)).map((c) => [c.id, c.population]));
  const expected = input.expected.length > 0 ? input.expected : [...seen.keys()];
  const withoutFigure = expected.filter((id) => !known.has(id));
  const populationFound = input.children.reduce((s, c) => s + (Number.isNaN(c.population) ? 0 : c.population), 0);
  const impossible = input.children
    .filter((c) => c.population < 0 || c.population / (c.areaKm2 ?? NaN) > mostDense)
    .map((c) => c.id);
  const share = populationFound / input.control;
  const blankShare = expected.length === 0 ? 1 : withoutFigure.length / expected.length;
  const refusals = refusalsOf({ input, share, blankShare, populationFound, duplicates, impossible });
  const notes = notesOf(input, share, withoutFigure);
  return {
    parent: input.parent,
    accepted: refusals.length === 0,
    childrenFound: known.size,
    childrenExpected: expected.length,
    withoutFigure,
    populationFound,
    control: input.control,
    share,
    blankShare,
    duplicates,
    impossible,
    reasons: [...refusals, ...notes],
  };
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const listed = (ids: readonly string[], comma: string) =>
  ids.slice(0, 30).join(comma) + (ids.length > 30 ? `${comma}… (${ids.length})` : '');
const yearOf = ({ controlYear }: CompletenessInput): Bilingual =>
  Number.isNaN(controlYear) ? { en: '', zh: '' } : { en: ` of ${controlYear}`, zh: ` ${controlYear} 年` };

function refusalsOf(c: {
  readonly input: CompletenessInput;
  readonly share: number;
  readonly blankShare: number;
  readonly populationFound: number;
  readonly duplicates: readonly string[];
  readonly impossible: readonly string[];
}): Bilingual[] {
  const { input, share, blankShare, populationFound } = c;
  const ofYear = yearOf(input);
  const out: Bilingual[] = [];
  if (share < leastShare)
    out.push({
      en: `${input.parent}: the table holds ${populationFound} persons, ${percent(share)} of the ${input.control}${ofYear.en}; at least ${percent(leastShare)} are needed`,
      zh: `${input.parent}：表中人口 ${populationFound} 人，仅为${ofYear.zh}总数 ${input.control} 人的 ${percent(share)}；至少需要 ${percent(leastShare)}`,
    });
  if (blankShare > mostBlank && !(share >= reaches))
    out.push({
      en: `${input.parent}: ${percent(blankShare)} of what lies below has no figure and the sum does not reach a control total`,
      zh: `${input.parent}：${percent(blankShare)} 的下级单位没有数据，且合计达不到控制总数`,
    });
  if (c.duplicates.length > 0)
    out.push({
      en: `${input.parent}: ${c.duplicates.join(', ')} stand more than once`,
      zh: `${input.parent}：${c.duplicates.join('、')} 重复出现`,
    });
  if (c.impossible.length > 0)
    out.push({
      en: `${input.parent}: ${c.impossible.join(', ')} have a negative population or more than ${mostDense} persons per km²`,
      zh: `${input.parent}：${c.impossible.join('、')} 人口为负或密度超过每平方公里 ${mostDense} 人`,
    });
  return out;
}

function notesOf(input: CompletenessInput, share: number, withoutFigure: readonly string[]): Bilingual[] {
  const ofYear = yearOf(input);
  const out: Bilingual[] = [];
  if (Number.isNaN(input.control))
    out.push({
      en: `${input.parent}: no control total, so the sum could not be checked`,
      zh: `${input.parent}：没有控制总数，合计未能核对`,
    });
  if (share > 1 / leastShare)
    out.push({
      en: `${input.parent}: the sum is ${percent(share)} of the control total${ofYear.en}`,
      zh: `${input.parent}：合计为${ofYear.zh}控制总数的 ${percent(share)}`,
    });
  if (withoutFigure.length > 0)
    out.push({
      en: `${input.parent}: no figure of their own: ${listed(withoutFigure, ', ')}`,
      zh: `${input.parent}：没有单独数据的单位：${listed(withoutFigure, '、')}`,
    });
  return out;
}

/** @throws `INCOMPLETE_TABLE` with every reason when the table was refused */
export function completeOrThrow(c: Completeness, file: string): Completeness {
  if (c.accepted) return c;
  throw new QipanError('INCOMPLETE_TABLE', `${file}: ${c.reasons.map((r) => r.en).join('; ')}`, {
    file,
    column: 'population',
    got: `${c.childrenFound} figures, ${c.populationFound} persons`,
    expected: `${c.childrenExpected} figures${Number.isNaN(c.control) ? '' : `, about ${c.control} persons`}`,
    reasons: c.reasons,
  });
}
