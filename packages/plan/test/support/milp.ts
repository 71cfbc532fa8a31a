import type { PlanProblem } from '@qipan/plan';
import { erlangC } from '@qipan/numeric';

/**
 * The plan as one mixed-integer program in LP text, written from the formulas and sharing nothing with the solver but
 * Erlang C. Only for tests: one text line a constraint, one peak binding per module type (all points of one profile).
 */
export function planAsLp(p: PlanProblem, integer = true): string {
  const T = p.years.length;
  const K = p.moduleTypes.length;
  const V = p.layoutCounts.length / K;
  const I = p.demandPoints.id.length;
  const J = p.sites.id.length;
  const P = p.peaks.length;
  const disc = p.years.map((y) => (1 + p.cost.discountRate) ** (p.priceYear - y));
  const end = (1 + p.cost.discountRate) ** (p.priceYear - p.years[T - 1] - 1);
  const net = (t: number, life: number) => disc[t] - end * Math.max(0, 1 - (T - t) / life);
  const count = (v: number, k: number) => p.layoutCounts[v * K + k];
  const grows = (v: number, u: number) => p.moduleTypes.every((_, k) => count(u, k) >= count(v, k));
  const over = (v: number, f: (k: number) => number) => p.moduleTypes.reduce((s, _, k) => s + count(v, k) * f(k), 0);
  const guns = (v: number) => over(v, (k) => p.moduleTypes[k].guns);
  const kw = (v: number) => over(v, (k) => p.moduleTypes[k].powerKw);
  const capex = (v: number) => over(v, (k) => p.moduleTypes[k].capex);
  const served = (v: number, peak: number) =>
    p.moduleTypes.reduce((s, m, k) => {
      const n = count(v, k) * m.guns;
      const { waitMin, alpha } = p.peaks[peak];
      const mu = 60 / m.plugMin;
      const late = (rate: number) =>
        erlangC(n, rate / mu) *
        Math.exp((-(n * mu - rate) * (waitMin / 60) * 2) / (p.queue.arrivalScv + p.queue.serviceScv));
      let [low, high] = [0, n * mu];
      for (let b = 0; b < 100 && n > 0; b++) {
        const mid = (low + high) / 2;
        if (late(mid) <= alpha) low = mid;
        else high = mid;
      }
      return s + low * m.sessionKwh;
    }, 0);
  const objective: string[] = [];
  const rows: string[] = [];
  const binaries: string[] = [];
  const bounds: string[] = [];
  const add = (c: number, name: string) => `${c < 0 ? '-' : '+'} ${Math.abs(c).toPrecision(15)} ${name}`;
  const allowed = (j: number, v: number) => guns(v) <= p.sites.slots[j] && grows(p.sites.existing[j], v);
  const station = (v: number, t: number) => kw(v) >= (p.rules.countyStation?.kw[t] ?? Infinity);
  const spend: string[][] = p.years.map(() => []);
  const inTownship: string[][] = Array.from({ length: p.townships.id.length * T }, () => []);
  const inCounty: string[][] = Array.from({ length: p.counties.id.length * T }, () => []);
  const opens = (j: number, t: number) =>
    Array.from({ length: V }, (_, v) => v)
      .filter((v) => v > 0 && allowed(j, v))
      .map((v) => `u_${j}_${t}_${v}`);
  for (let j = 0; j < J; j++) {
    const list = Array.from({ length: V }, (_, v) => v).filter((v) => allowed(j, v));
    const base = p.sites.existing[j];
    for (let t = 0; t < T; t++) {
      rows.push(`${list.map((v) => `+ u_${j}_${t}_${v}`).join(' ')} = 1`);
      for (const v of list) {
        const name = `u_${j}_${t}_${v}`;
        binaries.push(name);
        // Money of what stands in year t: added this year at this year's net price, so taken off at next year's.
        const rate = (life: number) => net(t, life) - (t + 1 < T ? net(t + 1, life) : 0);
        let c = over(
          v,
          (k) => p.moduleTypes[k].capex * rate(p.moduleTypes[k].lifeYears) + disc[t] * p.moduleTypes[k].opexPerYear,
        );
        if (t === 0) c -= over(base, (k) => p.moduleTypes[k].capex * net(0, p.moduleTypes[k].lifeYears));
        if (v > 0) c += disc[t] * p.cost.siteOpexPerYear;
        const fresh = v > 0 && base === 0;
        if (fresh) c += p.sites.openingCost[j] * rate(p.cost.siteLifeYears);
        objective.push(add(c, name));
        const paid = capex(v) - capex(base) + (fresh ? p.sites.openingCost[j] : 0);
        if (paid > 0) spend[t].push(add(paid, name));
        if (t > 0)
          rows.push(
            `+ u_${j}_${t - 1}_${v} ${list
              .filter((u) => grows(v, u))
              .map((u) => `- u_${j}_${t}_${u}`)
              .join(' ')} <= 0`,
          );
        if (guns(v) > 0) inTownship[p.sites.township[j] * T + t].push(add(guns(v), name));
        if (v > 0 && station(v, t)) inCounty[p.townships.county[p.sites.township[j]] * T + t].push(`+ ${name}`);
      }
    }
  }
  const phi = (min: number) =>
    min <= p.capture.fullCaptureMin ? 1 : Math.exp(-(min - p.capture.fullCaptureMin) / p.capture.decayMin);
  const serves: string[][] = Array.from({ length: I * T }, () => []);
  const near: string[][] = Array.from({ length: I }, () => []);
  for (let j = 0; j < J; j++)
    for (let t = 0; t < T; t++) {
      const loads: string[][] = Array.from({ length: P }, () => []);
      for (let e = p.access.start[j]; e < p.access.start[j + 1]; e++) {
        const i = p.access.point[e];
        const min = p.access.travelMin[e];
        if (t === 0 && min <= (p.rules.coverage?.withinMin ?? -1)) near[i].push(String(j));
        if (min > p.capture.maxMin) continue;
        const money = disc[t] * p.cost.daysPerYear * p.energyKwhPerDay[i * T + t];
        const x = `x_${i}_${j}_${t}`;
        objective.push(add((money * 2 * min * p.cost.timeValuePerHour) / 60 / p.cost.tripKwh, x));
        serves[i * T + t].push(`+ ${x}`);
        rows.push(
          `+ ${x} ${opens(j, t)
            .map((u) => add(-phi(min), u))
            .join(' ')} <= 0`,
        );
        for (let s = 0; s < P; s++) loads[s].push(add(p.peakKwhPerHour[(t * P + s) * I + i], x));
      }
      for (let s = 0; s < P; s++)
        if (loads[s].length > 0)
          rows.push(
            `${loads[s].join(' ')} ${opens(j, t)
              .map((u) => add(-served(Number(u.split('_')[3]), s), u))
              .join(' ')} <= 0`,
          );
    }
  for (let i = 0; i < I; i++)
    for (let t = 0; t < T; t++) {
      const money = disc[t] * p.cost.daysPerYear * p.energyKwhPerDay[i * T + t] * p.cost.unservedPerKwh;
      objective.push(add(money, `q_${i}_${t}`));
      rows.push(`${serves[i * T + t].join(' ')} + q_${i}_${t} = 1`);
    }
  const slack = (name: string, t: number, price: number) => {
    objective.push(add(disc[t] * price, name));
    return `+ ${name}`;
  };
  for (let t = 0; t < T; t++) {
    const { townshipPile, countyStation, coverage } = p.rules;
    if (townshipPile)
      p.townships.id.forEach((_, w) => {
        if (p.townships.suitable[w])
          rows.push(
            `${inTownship[w * T + t].join(' ')} ${slack(`a_${w}_${t}`, t, townshipPile.pricePerGun)} >= ${townshipPile.guns[t]}`,
          );
      });
    if (countyStation)
      p.counties.id.forEach((_, c) => {
        if (p.counties.suitable[c])
          rows.push(`${inCounty[c * T + t].join(' ')} ${slack(`b_${c}_${t}`, t, countyStation.pricePerCounty)} >= 1`);
      });
    if (coverage)
      p.counties.id.forEach((_, c) => {
        const mine = p.demandPoints.id
          .map((_id, i) => i)
          .filter((i) => p.townships.county[p.demandPoints.township[i]] === c && p.demandPoints.population[i] > 0);
        for (const i of mine) {
          bounds.push(`z_${i}_${t} <= 1`);
          rows.push(
            `+ z_${i}_${t} ${near[i]
              .flatMap((j) => opens(Number(j), t))
              .map((u) => `- ${u}`)
              .join(' ')} <= 0`,
          );
        }
        const all = mine.reduce((s, i) => s + p.demandPoints.population[i], 0);
        rows.push(
          `${mine.map((i) => add(p.demandPoints.population[i], `z_${i}_${t}`)).join(' ')} ${slack(`c_${c}_${t}`, t, coverage.pricePerPerson)} >= ${coverage.share[t] * all}`,
        );
      });
    if (p.budget) {
      const limit = p.budget.carryOver
        ? p.budget.byYear.slice(0, t + 1).reduce((s, b) => s + b, 0)
        : p.budget.byYear[t];
      const before =
        p.budget.carryOver || t === 0
          ? ''
          : spend[t - 1].map((s) => (s.startsWith('+') ? `-${s.slice(1)}` : `+${s.slice(1)}`)).join(' ');
      if (spend[t].length > 0) rows.push(`${spend[t].join(' ')} ${before} <= ${limit}`);
    }
  }
  const wrap = (parts: readonly string[]) => parts.join('\n ');
  return `Minimize\n obj: ${wrap(objective)}\nSubject To\n${rows.map((r, n) => ` r${n}: ${wrap(r.match(/.{1,400}(?=\s|$)/g) ?? [r])}`).join('\n')}\nBounds\n ${bounds.join('\n ')}\n${
    integer ? `Binary\n ${binaries.join('\n ')}\n` : `${''}`
  }End\n`;
}
