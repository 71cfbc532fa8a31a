import {
  admd,
  assumptionWords,
  chinaLimits,
  drawCarDays,
  homeSessions,
  hostingCapacity,
  hostingCaseOf,
  hostingDay,
  hostingParagraph,
  reliefLadder,
  transformerStudy,
  usualReliefs,
  type ChargingRule,
  type CountyTransformer,
  type DaySeries,
  type HostingDay,
  type ReliefTable,
} from '@qipan/grid';
import type { GridVillageStudy, RuleName } from '../contract.js';

/** The four ways to charge that every page compares, in this order. */
export const pageRules: readonly ChargingRule[] = [
  { kind: 'onArrival' },
  { kind: 'tariffStep', hour: 22 },
  { kind: 'staggeredValley', fromHour: 22, toHour: 6 },
  { kind: 'dynamicLimit', share: 0.9 },
];

export const ruleOf = (name: RuleName): ChargingRule => pageRules.find((r) => r.kind === name) as ChargingRule;

const risk = 0.05;
/** Days for the curves by hour: quantiles of a picture need fewer than a risk does. */
const pictureDraws = 40;
const groupSizes = [1, 2, 5, 10, 20, 40, 80, 150];

const finite = (values: Float64Array): (number | null)[] => [...values].map((x) => (Number.isFinite(x) ? x : null));
const seriesView = (s: DaySeries) => ({ median: finite(s.median), bad: finite(s.bad) });

/** All that the page of one transformer shows of its future: a pure job of a thread. */
export function villageStudy(
  t: CountyTransformer,
  o: { readonly seed: number; readonly draws: number },
): GridVillageStudy {
  const { seed, draws } = o;
  const options = { seed, draws, risk };
  const c = hostingCaseOf(t, { limits: chinaLimits });
  const known = c ? hostingCapacity(c, pageRules, options) : null;
  const answers = known ?? transformerStudy(t, { ...options, rules: pageRules, limits: chinaLimits }).rules;
  const days = drawCarDays(homeSessions, groupSizes.at(-1) as number, 200, seed);
  const same = Math.max(1, answers[0]?.cars ?? 1);
  const assumed = [...new Set([...t.assumptions, ...answers.flatMap((r) => r.assumptions)])];
  return {
    id: t.id,
    level: t.level,
    draws,
    seed,
    risk,
    limits: chinaLimits,
    rules: answers.map((r) => ({
      rule: r.rule.kind,
      cars: r.cars,
      atLeast: r.atLeast,
      interval: r.interval,
      limiting: r.limiting,
      riskCurve: r.riskCurve.map(({ cars, risk: share, low, high }) => ({ cars, risk: share, low, high })),
      admd: admd(days, r.rule, groupSizes, homeSessions).map((kw, k) => ({ cars: groupSizes[k] as number, kw })),
    })),
    days: c ? pageRules.map((rule) => dayView(hostingDay(c, rule, { seed, draws: pictureDraws, cars: same }))) : [],
    ladder:
      c && known
        ? ladderView(
            reliefLadder(c, ruleOf('onArrival'), usualReliefs(c.network, t.ledger.ratedKva), { ...options, known }),
          )
        : [],
    paragraph: hostingParagraph(answers),
    warnings: [...new Set(answers.flatMap((r) => r.warnings))],
    assumptions: assumed.map(assumptionWords),
  };
}

const dayView = (d: HostingDay): GridVillageStudy['days'][number] => ({
  rule: d.rule.kind,
  cars: d.cars,
  loading: seriesView(d.loading),
  minPu: seriesView(d.minPu),
  weakest: d.weakest,
  busiest: d.busiest,
});

const ladderView = (table: ReliefTable): GridVillageStudy['ladder'] =>
  table.rungs.map(({ relief, cars, gained, cost, costPerCar, leadTimeDays }) => ({
    kind: relief.kind,
    rule: relief.kind === 'rule' ? relief.rule.kind : null,
    ratedKva: relief.kind === 'transformer' ? relief.ratedVa / 1000 : null,
    cars,
    gained,
    cost,
    costPerCar,
    leadTimeDays,
  }));
