import {
  admd,
  chinaLimits,
  drawCarDays,
  homeSessions,
  hostingCaseOf,
  hostingDay,
  hostingParagraph,
  reliefLadder,
  transformerStudy,
  usualReliefs,
  type ChargingRule,
  type CountyTransformer,
  type DaySeries,
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
  const answer = transformerStudy(t, { seed, draws, risk, rules: pageRules, limits: chinaLimits });
  const days = drawCarDays(homeSessions, groupSizes.at(-1) as number, 200, seed);
  const network = hostingCaseOf(t, { limits: chinaLimits });
  const onArrival = answer.rules[0];
  const same = Math.max(1, onArrival?.cars ?? 1);
  const ladder =
    network &&
    reliefLadder(network, ruleOf('onArrival'), usualReliefs(network.network, t.ledger.ratedKva), { seed, draws });
  return {
    id: t.id,
    level: t.level,
    draws,
    seed,
    risk,
    limits: chinaLimits,
    rules: answer.rules.map((r) => ({
      rule: r.rule.kind,
      cars: r.cars,
      atLeast: r.atLeast,
      interval: r.interval,
      limiting: r.limiting,
      riskCurve: r.riskCurve.map(({ cars, risk: share, low, high }) => ({ cars, risk: share, low, high })),
      admd: admd(days, r.rule, groupSizes, homeSessions).map((kw, k) => ({ cars: groupSizes[k] as number, kw })),
    })),
    days: network
      ? pageRules.map((rule) => {
          const d = hostingDay(network, rule, { seed, draws: pictureDraws, cars: same });
          const { cars, weakest, busiest } = d;
          return {
            rule: rule.kind,
            cars,
            loading: seriesView(d.loading),
            minPu: seriesView(d.minPu),
            weakest,
            busiest,
          };
        })
      : [],
    ladder: ladder ? ladderView(ladder) : [],
    paragraph: hostingParagraph(answer.rules),
    warnings: [...new Set(answer.rules.flatMap((r) => r.warnings))],
    assumptions: [...new Set([...answer.assumptions, ...answer.rules.flatMap((r) => r.assumptions)])],
  };
}

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
