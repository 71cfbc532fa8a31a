import type { Bilingual } from '@qipan/base';
import type { BackTest, ForecasterName } from './scores.js';

/**
 * `addsNothing`: the interval of the model's AUC covers the AUC of the industry's base rate, or lies below it · `beaten`: another rule
 * ranks at least as well · `addsLittle`: ahead of every rule, but the lead over one of them may be chance · `adds` · `unknown`.
 */
export interface Verdict {
  readonly code: 'adds' | 'addsLittle' | 'beaten' | 'addsNothing' | 'unknown';
  /** The rule that decides it. */
  readonly against: ForecasterName | null;
  readonly sentence: Bilingual;
}

const words: Readonly<Record<ForecasterName, Bilingual>> = {
  model: { en: 'the model', zh: '模型' },
  industryBaseRate: { en: 'the base rate of the industry', zh: '行业基准发生率' },
  density: { en: 'relatedness density alone', zh: '仅用关联密度' },
  pciDensity: { en: 'density × complexity', zh: '关联密度×复杂度' },
  advantage: { en: 'the quotient at the start alone', zh: '仅用期初区位商' },
};

/** The name of a forecaster for people. */
export const forecasterWords = (name: ForecasterName): Bilingual => words[name];

const f = (x: number) => x.toFixed(3);

/** Whether the model is worth having, by its back-test beside the rules. */
export function verdictOf(model: BackTest, baselines: readonly BackTest[]): Verdict {
  const own = model.auc;
  const base = baselines.find((b) => b.name === 'industryBaseRate')?.auc;
  if (!own || !base)
    return {
      code: 'unknown',
      against: null,
      sentence: {
        en: 'Too few events to tell whether the model foretells anything.',
        zh: '事件过少，无法判断模型是否有预测力。',
      },
    };
  const figures = {
    en: `AUC ${f(own.value)} [${f(own.lower)}, ${f(own.upper)}]`,
    zh: `AUC ${f(own.value)}［${f(own.lower)}，${f(own.upper)}］`,
  };
  if (own.lower <= base.value)
    return {
      code: 'addsNothing',
      against: 'industryBaseRate',
      sentence: {
        en: `The model adds nothing: its ${figures.en} does not lie above the ${f(base.value)} of ${words.industryBaseRate.en}.`,
        zh: `模型没有增益：其${figures.zh}未高于${words.industryBaseRate.zh}的 ${f(base.value)}。`,
      },
    };
  const rivals = baselines
    .flatMap((b) => (b.auc ? [{ ...b, auc: b.auc }] : []))
    .sort((a, b) => b.auc.value - a.auc.value);
  const best = rivals[0];
  const against = {
    en: `${words[best.name].en} (${f(best.auc.value)})`,
    zh: `${words[best.name].zh}（${f(best.auc.value)}）`,
  };
  if (best.auc.value >= own.value)
    return {
      code: 'beaten',
      against: best.name,
      sentence: {
        en: `The model (${figures.en}) ranks no better than ${against.en}: use that instead.`,
        zh: `模型（${figures.zh}）的排序不优于${against.zh}：请直接使用后者。`,
      },
    };
  const unsure = rivals.find((b) => b.aucGain !== null && b.aucGain.lower <= 0);
  if (unsure)
    return {
      code: 'addsLittle',
      against: unsure.name,
      sentence: {
        en: `The model (${figures.en}) is ahead of ${words[unsure.name].en} (${f(unsure.auc.value)}), but the lead may be chance.`,
        zh: `模型（${figures.zh}）略优于${words[unsure.name].zh}（${f(unsure.auc.value)}），但差距可能出于偶然。`,
      },
    };
  return {
    code: 'adds',
    against: best.name,
    sentence: {
      en: `The model (${figures.en}) ranks better than ${against.en}, the best of the rules without a model.`,
      zh: `模型（${figures.zh}）的排序优于无模型规则中最好的${against.zh}。`,
    },
  };
}
