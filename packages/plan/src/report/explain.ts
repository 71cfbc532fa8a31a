import { QipanError, type Bilingual } from '@qipan/base';
import type { BindingConstraint, PlanResult, PlanVillageResult, VillageReason } from '../model/plan.js';
import { both, constraintWords, figure, percent, unitOf } from './words.js';

/**
 * Why a demand point is answered as it is, in sentences built from the constraint that decided it and its numbers.
 * @param demandPoint index into `result.villages`
 * @throws `NOT_FOUND` for an index that the result does not have
 */
export function explainVillage(result: PlanResult, demandPoint: number): VillageReason {
  const v = result.villages[demandPoint];
  if (!v)
    throw new QipanError('NOT_FOUND', `the plan has no demand point ${demandPoint}`, {
      got: demandPoint,
      expected: `0 to ${result.villages.length - 1}`,
    });
  return {
    place: v.place,
    placeId: v.id,
    name: v.name,
    reason: v.reason,
    sentence: sentence(result, v),
    servingSites: v.serving.map((s) => ({
      siteId: result.sites[s.site].id,
      name: result.sites[s.site].name.zh,
      share: s.share,
      travelMin: s.travelMin,
      year: s.year,
    })),
    binding: v.binding,
    costToCover: v.costToCover === null ? null : { atLeast: v.costToCover, unit: result.unit },
    population: v.population,
    evCountByYear: v.evCountByYear,
    energyKwhPerDayByYear: v.energyKwhPerDayByYear,
    dataLevel: result.demandLevel,
  };
}

function sentence(r: PlanResult, v: PlanVillageResult): Bilingual {
  const parts = [head(r, v), body(r, v), cover(r, v)].filter((x): x is Bilingual => x !== null);
  return both(parts.map((x) => x.en).join(' '), parts.map((x) => x.zh).join(''));
}

/** Where the village stands: covered since when, or not. */
function head(r: PlanResult, v: PlanVillageResult): Bilingual {
  const last = r.years.length - 1;
  const share = percent(v.servedShareByYear[last]);
  const near = v.nearestSite === null ? null : r.sites[v.nearestSite];
  if (v.coveredYear === null) {
    const far = near
      ? both(
          `the nearest open site, ${near.name.en}, is ${figure(v.travelMin ?? 0)} min away`,
          `最近的站点${near.name.zh}距${figure(v.travelMin ?? 0)}分钟`,
        )
      : both('no open site is within reach', '行程范围内没有站点');
    return both(
      `${v.name} is not covered by ${r.years[last]}: ${far.en} (limit ${figure(r.coverageMin)} min), and ${share} of its demand is met.`,
      `到${r.years[last]}年${v.name}未被覆盖：${far.zh}（上限${figure(r.coverageMin)}分钟），需求满足${share}。`,
    );
  }
  return both(
    `${v.name} is covered from ${v.coveredYear}: ${near?.name.en} is ${figure(v.travelMin ?? 0)} min away, and in ${r.years[last]} ${share} of its ${figure(v.energyKwhPerDayByYear[last])} kWh a day is met.`,
    `${v.name}自${v.coveredYear}年起被覆盖：距${near?.name.zh}${figure(v.travelMin ?? 0)}分钟，${r.years[last]}年日均${figure(v.energyKwhPerDayByYear[last])}千瓦时需求满足${share}。`,
  );
}

/** What decided it. */
function body(r: PlanResult, v: PlanVillageResult): Bilingual | null {
  const b = v.binding[0];
  switch (v.reason) {
    case 'served': {
      if (!b) return null;
      const price = figure(b.price ?? 0);
      const main = r.sites.find((s) => s.name.zh === b.where)?.name.en ?? b.where;
      return both(
        `Its main site ${main} takes ${figure(b.needed)} of ${figure(b.available)} kWh/h that the waiting target allows in the busiest hour; at the prices of the bound, serving the village for a year is worth ${price} ${r.unit}.`,
        `主要站点${b.where}最忙时段承担每小时${figure(b.needed)}千瓦时，等待目标允许${figure(b.available)}；按下界价格，该村一年服务价值${price}${r.unit}。`,
      );
    }
    case 'noCandidateInRadius':
      return b
        ? both(
            `The nearest candidate site is ${figure(b.needed)} min away, over the limit of ${figure(b.available)} min.`,
            `最近的候选站址距${figure(b.needed)}分钟，超过${figure(b.available)}分钟上限。`,
          )
        : both('No candidate site is within the longest travel time.', '最长行程时间内没有候选站址。');
    case 'gridLimit':
      return binding(b, 'No candidate site in reach has power left', '可达候选站址均无可用容量');
    case 'budget':
      return binding(b, 'Money decided', '受预算限制');
    case 'ruleSlack':
      return missing(r, b);
    case 'betterUseElsewhere':
      return b
        ? both(
            `Opening the nearest candidate would lose ${figure(b.needed)} ${r.unit} at the prices of the bound, while meeting the whole demand of the village in ${b.year} is worth ${figure(b.available)}.`,
            `按下界价格，在最近候选站址建站净损${figure(b.needed)}${r.unit}，而${b.year}年满足该村全部需求的价值为${figure(b.available)}。`,
          )
        : null;
  }
}

function binding(b: BindingConstraint | undefined, en: string, zh: string): Bilingual {
  if (!b) return both(`${en}.`, `${zh}。`);
  const word = constraintWords[b.constraint] ?? both(b.constraint, b.constraint);
  const price = b.price === null || b.price <= 0 ? null : figure(b.price);
  const [needed, available] = [figure(b.needed), figure(b.available)];
  const [unit, one] = [unitOf(b.unit, available), unitOf(b.unit, '1')];
  return both(
    `${en}: ${word.en} of ${b.where} in ${b.year}, ${needed} of ${available} ${unit.en}${price ? `, where one more ${one.en} is worth ${price}` : ''}.`,
    `${zh}：${b.year}年${b.where}${word.zh}，${needed}/${available}${unit.zh}${price ? `，每增加1${one.zh}价值${price}` : ''}。`,
  );
}

/** The rule that is short of something, and what each missing unit costs. */
function missing(r: PlanResult, b: BindingConstraint | undefined): Bilingual {
  if (!b) return both('A rule is not met here and its price is paid.', '此处规则未满足并计入代价。');
  const word = constraintWords[b.constraint] ?? both(b.constraint, b.constraint);
  const [lack, each] = [figure(b.needed), figure(b.price ?? 0)];
  const unit = unitOf(b.unit, lack);
  return both(
    `A rule is not met here and its price is paid: ${word.en} of ${b.where} in ${b.year}, ${lack} ${unit.en} missing at ${each} ${r.unit} each.`,
    `此处规则未满足并计入代价：${b.year}年${b.where}${word.zh}，缺${lack}${unit.zh}，每缺1${unit.zh}计${each}${r.unit}。`,
  );
}

/** What covering it would cost. */
function cover(r: PlanResult, v: PlanVillageResult): Bilingual | null {
  if (!v.cheapestCover || v.coveredYear !== null) return null;
  const { loss, travelMin, name } = v.cheapestCover;
  const proven =
    v.costToCover !== null
      ? both(
          `; any plan that covers it costs at least ${figure(v.costToCover)} more than this one`,
          `；任何覆盖它的方案至少多花${figure(v.costToCover)}`,
        )
      : both(
          '; the proof leaves open whether a plan that covers it must cost more',
          '；现有证明不能断定覆盖它必然增加成本',
        );
  return both(
    `The cheapest site for it (${name.en}, ${figure(travelMin)} min) would lose ${figure(loss)} ${r.unit}${proven.en}.`,
    `对它最便宜的站址（${name.zh}，${figure(travelMin)}分钟）净损${figure(loss)}${r.unit}${proven.zh}。`,
  );
}
