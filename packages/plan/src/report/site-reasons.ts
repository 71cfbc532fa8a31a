import type { Bilingual } from '@qipan/base';
import { servedAt, siteUse, type ReportContext } from './context.js';
import { both, figure, percent } from './words.js';

const hourWords = (hour: number) => `${hour}:00–${hour + 1}:00`;

/** The next smaller layout that the site could have had in a year: the one of less installed cost that serves most at a peak. */
function nextSmaller(c: ReportContext, j: number, t: number, peak: number): number {
  const { T, V, features, ladder } = c.solved.model;
  const own = c.state.path[j * T + t];
  let best = 0;
  for (let v = 1; v < V; v++) {
    if (!ladder.allowed[(j * T + t) * V + v]) continue;
    if (features.installedCost.value[v] >= features.installedCost.value[own]) continue;
    if (best === 0 || servedAt(c, v, peak) > servedAt(c, best, peak)) best = v;
  }
  return best;
}

/** Why a site has the guns it has in the last year: the busiest hour and what the next smaller layout would hold. */
export function reasonSize(c: ReportContext, j: number): Bilingual {
  const { model } = c.solved;
  const { T, features, problem } = model;
  const t = T - 1;
  const layout = c.state.path[j * T + t];
  const guns = features.guns.value[layout];
  const use = siteUse(c, j, t);
  const peak = problem.peaks[use.peak];
  const smaller = nextSmaller(c, j, t, use.peak);
  const held = servedAt(c, smaller, use.peak);
  const fewer = features.guns.value[smaller];
  const target = both(
    `at most ${percent(peak.alpha)} wait over ${figure(peak.waitMin)} min`,
    `等待超过${figure(peak.waitMin)}分钟的不超过${percent(peak.alpha)}`,
  );
  const head = both(
    `Busiest hour ${problem.years[t]}: ${peak.dayName.en}, ${hourWords(peak.startHour)}, ${figure(use.loadKwhPerHour)} kWh arriving. ${guns} guns (${figure(features.powerKw.value[layout])} kW) hold ${figure(use.servedKwhPerHour)} kWh/h so that ${target.en}`,
    `${problem.years[t]}年最忙时段：${peak.dayName.zh}${hourWords(peak.startHour)}，到达${figure(use.loadKwhPerHour)}千瓦时。${guns}枪（${figure(features.powerKw.value[layout])}千瓦）可承担每小时${figure(use.servedKwhPerHour)}千瓦时，${target.zh}`,
  );
  const need = ruleNeed(c, j, smaller);
  if (need) return both(`${head.en}. ${need.en}`, `${head.zh}。${need.zh}`);
  if (smaller === 0)
    return both(`${head.en}; it is the smallest layout on the list.`, `${head.zh}；已是可选的最小配置。`);
  if (held < use.loadKwhPerHour)
    return both(
      `${head.en}; the next smaller layout (${fewer} guns, ${figure(features.powerKw.value[smaller])} kW) would hold ${figure(held)}.`,
      `${head.zh}；次小配置（${fewer}枪，${figure(features.powerKw.value[smaller])}千瓦）仅${figure(held)}。`,
    );
  return both(
    `${head.en}; it was sized for an earlier year or for less cost over its life than ${fewer} guns with ${figure(held)} kWh/h.`,
    `${head.zh}；按较早年份或全寿命成本更低确定，次小配置为${fewer}枪、每小时${figure(held)}千瓦时。`,
  );
}

/** The rule for which a smaller layout would not do. */
function ruleNeed(c: ReportContext, j: number, smaller: number): Bilingual | null {
  const { model } = c.solved;
  const { T, siteRows, rows, featureValue, problem } = model;
  const layout = c.state.path[j * T + T - 1];
  for (let s = siteRows.start[j]; s < siteRows.start[j + 1]; s++) {
    const row = rows[siteRows.row[s]];
    if (siteRows.year[s] !== T - 1 || row.price === Infinity) continue;
    const value = featureValue[siteRows.feature[s]];
    const less = siteRows.coefficient[s] * (value[layout] - value[smaller]);
    const activity = c.state.activity[siteRows.row[s]];
    if (less <= 0 || activity - less >= row.rhs) continue;
    return both(
      `The rule for ${row.where} asks for ${figure(row.rhs)} in ${problem.years[row.year]}; with the next smaller layout there would be ${figure(activity - less)}.`,
      `${row.where}的规则在${problem.years[row.year]}年要求${figure(row.rhs)}；若用次小配置只有${figure(activity - less)}。`,
    );
  }
  return null;
}

/** Why a site opens in the year it does. */
export function reasonYear(c: ReportContext, j: number): Bilingual {
  const { model, certificate } = c.solved;
  const { T, problem, features } = model;
  const path = c.state.path.subarray(j * T, j * T + T);
  const t = path.findIndex((v) => v > 0);
  const year = problem.years[t];
  if (problem.sites.existing[j] > 0) return both('It stands already.', '既有站点。');
  const use = siteUse(c, j, t);
  const first = both(
    `Opened ${year}: it serves ${figure(use.energyKwhPerDay)} kWh a day from then on, ${percent(use.loadKwhPerHour / use.servedKwhPerHour)} of its busiest hour`,
    `${year}年建成：当年日均服务${figure(use.energyKwhPerDay)}千瓦时，最忙时段利用${percent(use.loadKwhPerHour / use.servedKwhPerHour)}`,
  );
  if (t === 0) return both(`${first.en}; the demand is there from the first year.`, `${first.zh}；首年即有需求。`);
  const cost = features.installedCost.value[path[t]] + problem.sites.openingCost[j];
  const carryOver = problem.budget?.carryOver ?? false;
  const before = (list: readonly number[]) => list.slice(carryOver ? 0 : t - 1, t).reduce((s, x) => s + x, 0);
  const limit = before(problem.budget?.byYear ?? [Infinity]);
  const left = limit - before(c.plan.capexByYear);
  const price = (certificate.rows['budget'] ?? [])[t - 1] ?? 0;
  const needed = sameVillagesBefore(c, j, t);
  // It could not have been paid for a year earlier; that decided where money has a price or the demand was there.
  if (problem.budget && left < cost && (price > 0 || needed >= use.energyKwhPerDay / 2))
    return both(
      `${first.en}; of the budget of ${figure(limit)} ${problem.currency} ${carryOver ? 'until' : 'of'} ${year - 1} only ${figure(left)} was left, less than its ${figure(cost)}.`,
      `${first.zh}；${carryOver ? '至' : ''}${year - 1}年预算${figure(limit)}${problem.currency}仅余${figure(left)}，不足其${figure(cost)}。`,
    );
  return both(
    `${first.en}; a year earlier the same villages needed ${figure(needed)} kWh a day.`,
    `${first.zh}；前一年同样村庄日均仅需${figure(needed)}千瓦时。`,
  );
}

/** Energy a day that a site's villages, at the shares of year t, needed in the year before. */
function sameVillagesBefore(c: ReportContext, j: number, t: number): number {
  const { serve, level, problem, T } = c.solved.model;
  let sum = 0;
  for (let e = serve.start[j]; e < serve.start[j + 1]; e++) {
    const i = serve.point[e];
    const share = c.state.flows[t].flow[e] / (level.weight[i * T + t] || 1);
    sum += share * problem.energyKwhPerDay[i * T + t - 1];
  }
  return sum;
}
