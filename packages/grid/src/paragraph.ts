import type { Bilingual } from '@qipan/base';
import type { ChargingRule } from './charging.js';
import type { RuleAnswer } from './county.js';

/** What the paragraph is made of: an answer of any level. */
export type ParagraphAnswer = Pick<RuleAnswer, 'rule' | 'cars' | 'atLeast' | 'interval' | 'limiting'>;

const clock = (hour: number): string => {
  const minutes = Math.round((((hour % 24) + 24) % 24) * 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
};

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** How cars are charged, in words that stand inside a sentence. */
function ruleWords(rule: ChargingRule): Bilingual {
  switch (rule.kind) {
    case 'onArrival':
      return { en: 'if every car charges as it comes home', zh: '若车辆到家即充' };
    case 'tariffStep':
      return {
        en: `if all wait for a cheap tariff that begins at ${clock(rule.hour)}`,
        zh: `若统一等到 ${clock(rule.hour)} 低谷电价时段开始充电`,
      };
    case 'staggeredValley':
      return {
        en: `if the starts are staggered between ${clock(rule.fromHour)} and ${clock(rule.toHour)}`,
        zh: `若在 ${clock(rule.fromHour)} 至 ${clock(rule.toHour)} 之间错峰充电`,
      };
    case 'dynamicLimit':
      return {
        en: `if a live limit keeps the village within ${percent(rule.share)} of the transformer`,
        zh: `若实时限功率，使台区负荷不超过变压器容量的 ${percent(rule.share)}`,
      };
  }
}

/** What the next car breaks. */
function bindingWords(l: { readonly kind: string; readonly id: string }): Bilingual {
  switch (l.kind) {
    case 'transformer':
      return { en: `transformer ${l.id} is overloaded first`, zh: `首先是变压器 ${l.id} 过载` };
    case 'line':
      return { en: `line ${l.id} is overloaded first`, zh: `首先是线路 ${l.id} 过载` };
    case 'lowVoltage':
      return { en: `the voltage at ${l.id} falls too low first`, zh: `首先是 ${l.id} 处电压过低` };
    case 'highVoltage':
      return { en: `the voltage at ${l.id} rises too high first`, zh: `首先是 ${l.id} 处电压过高` };
    default:
      return { en: 'the network cannot deliver the power at all', zh: '电网已无法送出所需功率' };
  }
}

const count = (n: number): string => `${n} car${n === 1 ? '' : 's'}`;

/** How many cars, with what is known of the spread. */
function amount(a: ParagraphAnswer): Bilingual {
  const spread = a.interval && a.interval[0] !== a.interval[1] ? a.interval : null;
  if (a.atLeast)
    return { en: `at least ${count(a.cars)} (all that were looked at)`, zh: `至少 ${a.cars} 辆（已达计算上限）` };
  return {
    en: `${count(a.cars)}${spread ? ` (${spread[0]} to ${spread[1]})` : ''}`,
    zh: `${a.cars} 辆${spread ? `（${spread[0]} 至 ${spread[1]} 辆）` : ''}`,
  };
}

/** How an answer compares with the first one. */
function compared(a: ParagraphAnswer, first: ParagraphAnswer): Bilingual {
  if (a === first || first.cars === 0 || a.cars === first.cars) return { en: '', zh: '' };
  const k = a.cars / first.cars;
  if (k < 1) return { en: `, ${percent(1 - k)} fewer`, zh: `，减少 ${percent(1 - k)}` };
  return { en: `, ${k.toFixed(1)} times as many`, zh: `，为前者的 ${k.toFixed(1)} 倍` };
}

/**
 * The answer in one paragraph for a county officer, in both languages: how many cars each rule carries, what stops the next one,
 * and, where a tariff step carries no more than charging on arrival, the warning against a common start time.
 * @param results one or more answers for the same transformer; the first is what the others are compared with
 */
export function hostingParagraph(results: readonly ParagraphAnswer[]): Bilingual {
  const first = results[0];
  if (!first) return { en: 'No charging rule was studied.', zh: '未研究任何充电方式。' };
  const en: string[] = [];
  const zh: string[] = [];
  for (const a of results) {
    const [rule, cars, change] = [ruleWords(a.rule), amount(a), compared(a, first)];
    const words = rule.en[0].toUpperCase() + rule.en.slice(1);
    const binding = !a.atLeast && a.limiting[0] ? bindingWords(a.limiting[0]) : null;
    en.push(
      `${words}, the transformer carries ${cars.en}${change.en}${binding ? `; beyond that, ${binding.en}` : ''}.`,
    );
    zh.push(`${rule.zh}，该变压器可承载 ${cars.zh}${change.zh}${binding ? `；再增加时${binding.zh}` : ''}。`);
  }
  const step = results.find((a) => a.rule.kind === 'tariffStep');
  const arrival = results.find((a) => a.rule.kind === 'onArrival');
  if (step && (!arrival || step.cars <= arrival.cars)) {
    en.push(
      'Warning: a tariff with one common start brings all cars to the transformer at once; give different starts instead.',
    );
    zh.push('注意：电价时段统一起点会使所有车辆同时充电，应改为错开起始时间。');
  }
  const best = results.reduce((a, b) => (b.cars > a.cars ? b : a));
  if (best !== first && best.rule.kind !== 'tariffStep') {
    en.push('A different rule of charging costs no new equipment in the ground: try it before a larger transformer.');
    zh.push('改变充电方式无需更换变压器，应先于扩容考虑。');
  }
  return { en: en.join(' '), zh: zh.join('') };
}
