import type { Bilingual } from '@qipan/base';
import type { ChessPlan, ChessResult, Move } from './coordinate.js';
import { movesOf } from './coordinate.js';
import type { ChessData } from './data.js';
import type { RowPlace } from './families.js';
import type { ModelSpec } from './formulation.js';
import { blockingRows, forEntries, useOf } from './point.js';
import { priceTerms, worthOf, type PriceTerm } from './pricing.js';
import { factWords, type RuleFact } from './explain-words.js';

export interface ExplainedTerm extends PriceTerm {
  readonly fact: RuleFact;
  readonly words: Bilingual;
}

/** Why a pair got its move. */
export interface Explanation {
  readonly pair: number;
  readonly move: Move;
  /** p, v and their product. */
  readonly probability: number;
  readonly value: number;
  readonly expected: number;
  /** Largest amount first; `expected` + Σ amounts = `reduced`. Null when the board has no prices (stopped early). */
  readonly terms: readonly ExplainedTerm[] | null;
  readonly reduced: number | null;
  /**
   * `price` the prices say the same as the plan, `integrality` they say the opposite: whole foci do not divide as shares do,
   * `rule` there are no prices, a rule decides, `worthless` p·v is 0.
   */
  readonly label: 'price' | 'integrality' | 'rule' | 'worthless';
  /** Rules that a focus would break besides the present foci. Never empty for a pair without focus that is worth something. */
  readonly blocking: readonly (RuleFact & { readonly words: Bilingual })[];
  readonly sentence: Bilingual;
}

/** What is asked again and again when pairs of one result are explained. */
export interface Explainer {
  readonly explain: (pair: number) => Explanation;
}

/** Foci that use each row, largest use first: read once, since every pair in a crowded market asks for the same list. */
function usersOf(spec: ModelSpec, foci: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const shares = new Map<number, [number, number][]>();
  for (const k of foci)
    forEntries(spec, k, (row, c) => {
      if (!(c > 0)) return;
      const own = shares.get(row);
      if (own) own.push([c, k]);
      else shares.set(row, [[c, k]]);
    });
  return new Map(
    [...shares].map(([row, own]) => [row, own.sort((a, b) => b[0] - a[0] || a[1] - b[1]).map(([, k]) => k)]),
  );
}

/** What a plan uses of each row, and who uses it. */
interface RowUse {
  readonly use: Float64Array;
  readonly users: ReadonlyMap<number, readonly number[]>;
}

function factOf(spec: ModelSpec, row: number, { use, users }: RowUse, pair: number): RuleFact {
  const { family, row: r } = spec.rowFamily(row);
  let own = 0;
  forEntries(spec, pair, (at, c) => {
    if (at === row) own += c;
  });
  return {
    family,
    at: r.at,
    used: use[row],
    own,
    lower: spec.problem.rowLower[row],
    upper: spec.problem.rowUpper[row],
    pairs: users.get(row) ?? [],
  };
}

const figure = (x: number) => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(2));

const moveWords: Readonly<Record<Move, Bilingual>> = {
  focus: { en: 'Focus', zh: '聚焦' },
  keep: { en: 'Keep as it is', zh: '保持现状' },
  abstain: { en: 'No new public support', zh: '不新增公共支持' },
  open: { en: 'Not chosen', zh: '未选' },
};

const amountText = (amount: number, lang: 'en' | 'zh'): string => {
  const signed = `${amount > 0 ? '+' : '−'}${figure(Math.abs(amount))}`;
  return lang === 'en' ? ` (${signed})` : `（${signed}）`;
};

type Draft = Omit<Explanation, 'sentence'>;

function sentenceOf(d: Draft): Bilingual {
  const head = {
    en: `${moveWords[d.move].en}: expected value ${figure(d.expected)} (p ${d.probability.toFixed(2)} × v ${figure(d.value)})`,
    zh: `${moveWords[d.move].zh}：预期价值${figure(d.expected)}（p ${d.probability.toFixed(2)} × v ${figure(d.value)}）`,
  };
  const end = (en: string, zh: string): Bilingual => ({ en: `${head.en}${en}.`, zh: `${head.zh}${zh}。` });
  if (d.label === 'worthless') return end(': nothing is gained by it', '，没有可得的价值');
  const gains = (d.terms ?? []).filter((t) => t.amount > 0).slice(0, 2);
  const charges = (d.terms ?? []).filter((t) => t.amount < 0).slice(0, 2);
  const say = (list: readonly ExplainedTerm[], lang: 'en' | 'zh') =>
    list.map((t) => `${t.words[lang]}${amountText(t.amount, lang)}`).join(lang === 'en' ? '; ' : '；');
  const plus = gains.length > 0 ? { en: `; ${say(gains, 'en')}`, zh: `；${say(gains, 'zh')}` } : { en: '', zh: '' };
  if (d.label === 'integrality') {
    const block = d.blocking[0]?.words ?? { en: 'the foci beside it use up the rules', zh: '同组的其他聚焦已用尽规则' };
    const why =
      d.move === 'focus' ? { en: 'it completes the whole foci around it', zh: '它与其他整项聚焦恰好配合' } : block;
    return end(
      `; the prices alone lean the other way (reduced value ${figure(d.reduced ?? NaN)}), but foci are whole: ${why.en}`,
      `；仅按价格应相反（折算价值${figure(d.reduced ?? NaN)}），但聚焦只能取整：${why.zh}`,
    );
  }
  if (d.move === 'focus')
    return charges.length > 0
      ? end(
          `${plus.en}; worth more than what it uses: ${say(charges, 'en')}`,
          `${plus.zh}；超过其占用的代价：${say(charges, 'zh')}`,
        )
      : end(`${plus.en}; it uses nothing scarce`, `${plus.zh}；不占用任何稀缺资源`);
  if (charges.length > 0) return end(`${plus.en}, but ${say(charges, 'en')}`, `${plus.zh}，但${say(charges, 'zh')}`);
  const block = d.blocking[0]?.words;
  return block ? end(`, but ${block.en}`, `，但${block.zh}`) : end('', '');
}

/**
 * Explains moves of a result from the prices of its relaxation and from the rules as the plan meets them.
 *
 * @param plan the plan of the result
 */
export function explainer(data: ChessData, result: ChessResult, plan: ChessPlan): Explainer {
  const relaxation = result.relaxation;
  if (!relaxation) throw new Error('a result with a plan has a relaxation');
  const { spec, lp } = relaxation;
  const moves = movesOf(data, plan);
  const use = useOf(spec, plan.begin);
  const users = usersOf(
    spec,
    [...plan.begin.keys()].filter((k) => plan.begin[k] >= 0),
  );
  const dual = lp.duals?.rowDual ?? null;
  const rowsOf = (pair: number) => {
    const at = new Map<RowPlace, number>();
    forEntries(spec, pair, (row) => at.set(spec.rowFamily(row).row.at, row));
    return at;
  };
  const explain = (pair: number): Explanation => {
    const expected = worthOf(spec, pair);
    const fact = (row: number) => {
      const f = factOf(spec, row, { use, users }, pair);
      return { ...f, words: factWords(data, f, pair) };
    };
    const rows = rowsOf(pair);
    const terms = dual
      ? priceTerms(spec, dual, pair).map((t): ExplainedTerm => {
          const row = rows.get(t.at);
          const f =
            row === undefined
              ? { family: t.family, at: t.at, used: 0, own: 1, lower: 1, upper: 1, pairs: [] }
              : factOf(spec, row, { use, users }, pair);
          return { ...t, fact: f, words: factWords(data, f, pair) };
        })
      : null;
    terms?.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
    const reduced = terms ? terms.reduce((a, t) => a + t.amount, expected) : null;
    const isFocus = moves[pair] === 'focus';
    const price = (row: number) => Math.abs(dual?.[row] ?? 0);
    const blocking = isFocus
      ? []
      : blockingRows(spec, use, pair)
          .sort((a, b) => price(b) - price(a) || a - b)
          .map(fact);
    const against = reduced !== null && (isFocus ? reduced < -1e-6 : reduced > 1e-6);
    const label =
      expected <= 0 && !isFocus ? 'worthless' : reduced === null ? 'rule' : against ? 'integrality' : 'price';
    const draft: Draft = {
      pair,
      move: moves[pair],
      probability: data.pairs.probability[pair],
      value: data.pairs.value[pair],
      expected,
      terms,
      reduced,
      label,
      blocking,
    };
    return { ...draft, sentence: sentenceOf(draft) };
  };
  return { explain };
}
