import { QipanError, type Bilingual } from '@qipan/base';

/** How the yearly values of a metric become what is compared; `years` back from the year asked about, that year included. */
export interface RuleWindow {
  readonly years: number;
  /**
   * `last` the latest year alone · `each` every year must pass · `any` one year that passes is enough · `mean`, `sum` · `annualGrowth`
   * the yearly growth in % from the first to the last year of the window (compound).
   */
  readonly of: 'last' | 'each' | 'any' | 'mean' | 'sum' | 'annualGrowth';
}

export type RuleOperator = '>=' | '>' | '<=' | '<' | '==';

/** One comparison. Yes and no are 1 and 0. */
export interface RuleCriterion {
  readonly id: string;
  readonly dimension: string;
  readonly metric: string;
  readonly window: RuleWindow;
  readonly op: RuleOperator;
  readonly value: number;
  readonly unit: string;
  readonly name: Bilingual;
  /** What shows it: the kind of document. */
  readonly evidence: string;
  /** True only when the figure was read in the document itself. */
  readonly confirmed: boolean;
  /** Where the figure was seen when not in the document itself. */
  readonly seenIn?: string;
}

/** How criteria add up; a text is the id of a criterion. */
export type RuleLogic =
  | string
  | { readonly allOf: readonly RuleLogic[] }
  | { readonly anyOf: readonly RuleLogic[] }
  | { readonly atLeast: number; readonly of: readonly RuleLogic[] };

/** A set of rules as data: no code in it, so a new province needs none. A veto that passes (it did happen) fails the whole. */
export interface RulePack {
  readonly id: string;
  readonly version: string;
  readonly name: Bilingual;
  readonly source: string;
  readonly dimensions: readonly { readonly id: string; readonly name: Bilingual }[];
  readonly criteria: readonly RuleCriterion[];
  readonly logic: RuleLogic;
  readonly vetoes: readonly RuleCriterion[];
  /** Years that a designation holds; null when not known. */
  readonly validYears: number | null;
  readonly note?: Bilingual;
}

const operators: readonly string[] = ['>=', '>', '<=', '<', '=='];
const windows: readonly string[] = ['last', 'each', 'any', 'mean', 'sum', 'annualGrowth'];

/** Ids of the criteria in a logic, each once, in order of appearance. */
export function criteriaIn(logic: RuleLogic): readonly string[] {
  if (typeof logic === 'string') return [logic];
  const parts = 'allOf' in logic ? logic.allOf : 'anyOf' in logic ? logic.anyOf : logic.of;
  return [...new Set(parts.flatMap(criteriaIn))];
}

type Json = Record<string, unknown>;

/** Reads one value of an untyped tree, or refuses it by its path. */
class Reader {
  readonly #pack: string;
  constructor(pack: string) {
    this.#pack = pack;
  }
  refuse(path: string, got: unknown, expected: string): never {
    throw new QipanError(
      'BAD_INPUT',
      `rule pack ${this.#pack}: ${path} is ${JSON.stringify(got) ?? 'missing'}; expected ${expected}`,
      {
        field: path,
        got,
        expected,
      },
    );
  }
  text(o: Json, key: string, at: string): string {
    const v = o[key];
    return typeof v === 'string' && v.trim() !== '' ? v : this.refuse(`${at}.${key}`, v, 'a text');
  }
  number(o: Json, key: string, at: string): number {
    const v = o[key];
    return typeof v === 'number' && Number.isFinite(v) ? v : this.refuse(`${at}.${key}`, v, 'a number');
  }
  object(v: unknown, at: string): Json {
    return typeof v === 'object' && v !== null && !Array.isArray(v) ? (v as Json) : this.refuse(at, v, 'an object');
  }
  list(v: unknown, at: string): readonly unknown[] {
    return Array.isArray(v) ? v : this.refuse(at, v, 'a list');
  }
  bilingual(v: unknown, at: string): Bilingual {
    const o = this.object(v, at);
    return { en: this.text(o, 'en', at), zh: this.text(o, 'zh', at) };
  }
}

function readCriterion(r: Reader, v: unknown, at: string): RuleCriterion {
  const o = r.object(v, at);
  const w = r.object(o['window'], `${at}.window`);
  const years = r.number(w, 'years', `${at}.window`);
  if (!Number.isInteger(years) || years < 1 || years > 20)
    r.refuse(`${at}.window.years`, years, 'a whole number from 1 to 20');
  if (!windows.includes(w['of'] as string)) r.refuse(`${at}.window.of`, w['of'], windows.join(', '));
  if (w['of'] === 'annualGrowth' && years < 2) r.refuse(`${at}.window.years`, years, 'two years at least for a growth');
  if (!operators.includes(o['op'] as string)) r.refuse(`${at}.op`, o['op'], operators.join(', '));
  if (typeof o['confirmed'] !== 'boolean') r.refuse(`${at}.confirmed`, o['confirmed'], 'true or false');
  return {
    id: r.text(o, 'id', at),
    dimension: r.text(o, 'dimension', at),
    metric: r.text(o, 'metric', at),
    window: { years, of: w['of'] as RuleWindow['of'] },
    op: o['op'] as RuleOperator,
    value: r.number(o, 'value', at),
    unit: r.text(o, 'unit', at),
    name: r.bilingual(o['name'], `${at}.name`),
    evidence: r.text(o, 'evidence', at),
    confirmed: o['confirmed'] as boolean,
    ...(o['seenIn'] === undefined ? {} : { seenIn: r.text(o, 'seenIn', at) }),
  };
}

function readLogic(r: Reader, v: unknown, at: string): RuleLogic {
  if (typeof v === 'string') return v;
  const o = r.object(v, at);
  const parts = (key: string) => {
    const list = r.list(o[key], `${at}.${key}`).map((part, k) => readLogic(r, part, `${at}.${key}[${k}]`));
    return list.length > 0 ? list : r.refuse(`${at}.${key}`, list, 'one part at least');
  };
  if ('allOf' in o) return { allOf: parts('allOf') };
  if ('anyOf' in o) return { anyOf: parts('anyOf') };
  if (!('atLeast' in o)) return r.refuse(at, v, 'the id of a criterion, allOf, anyOf, or atLeast with of');
  const of = parts('of');
  const n = r.number(o, 'atLeast', at);
  if (!Number.isInteger(n) || n < 1 || n > of.length)
    r.refuse(`${at}.atLeast`, n, `a whole number from 1 to ${of.length}`);
  return { atLeast: n, of };
}

/**
 * Checks a pack that came as JSON: shapes, operators, windows, and that logic, dimensions and ids fit together.
 * @throws BAD_INPUT naming the path; DUPLICATE_ID; UNKNOWN_REFERENCE
 */
export function readRulePack(json: unknown): RulePack {
  const named = typeof json === 'object' && json !== null ? (json as Json)['id'] : undefined;
  const r = new Reader(typeof named === 'string' ? named : '(without id)');
  const o = r.object(json, 'pack');
  const dimensions = r.list(o['dimensions'], 'dimensions').map((d, k) => {
    const dim = r.object(d, `dimensions[${k}]`);
    return { id: r.text(dim, 'id', `dimensions[${k}]`), name: r.bilingual(dim['name'], `dimensions[${k}].name`) };
  });
  const each = (key: string) => r.list(o[key], key).map((c, k) => readCriterion(r, c, `${key}[${k}]`));
  const criteria = each('criteria');
  const vetoes = each('vetoes');
  const logic = readLogic(r, o['logic'], 'logic');
  const ids = new Set<string>();
  for (const c of [...criteria, ...vetoes]) {
    if (ids.has(c.id))
      throw new QipanError('DUPLICATE_ID', `rule pack: criterion ${c.id} stands twice`, { field: 'id', got: c.id });
    ids.add(c.id);
    if (!dimensions.some((d) => d.id === c.dimension))
      throw new QipanError(
        'UNKNOWN_REFERENCE',
        `criterion ${c.id} is of dimension ${c.dimension}, which is not declared`,
        {
          field: 'dimension',
          got: c.dimension,
          expected: dimensions.map((d) => d.id).join(', '),
        },
      );
  }
  const lost = criteriaIn(logic).filter((id) => !criteria.some((c) => c.id === id));
  if (lost.length > 0)
    throw new QipanError('UNKNOWN_REFERENCE', `the logic names ${lost.join(', ')}, which no criterion is`, {
      field: 'logic',
      got: lost,
      expected: criteria.map((c) => c.id).join(', '),
    });
  const validYears = o['validYears'] === null ? null : r.number(o, 'validYears', 'pack');
  return {
    id: r.text(o, 'id', 'pack'),
    version: r.text(o, 'version', 'pack'),
    name: r.bilingual(o['name'], 'name'),
    source: r.text(o, 'source', 'pack'),
    dimensions,
    criteria,
    logic,
    vetoes,
    validYears,
    ...(o['note'] === undefined ? {} : { note: r.bilingual(o['note'], 'note') }),
  };
}
