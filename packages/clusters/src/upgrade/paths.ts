import { QipanError } from '@qipan/base';
import { inclusiveQuantile } from '../rules/stars.js';
import { predictIn, type EntryData, type EntryModel } from '../entry/model.js';

/** One region and what is known about moving on from there. */
export interface UpgradeData {
  readonly industries: number;
  /** 1 where the region has the industry. */
  readonly present: Uint8Array;
  /** `[industries × industries]` */
  readonly proximity: Float64Array;
  readonly pci: Float64Array;
  /** What an industry is worth to the region once it is there, one unit for all. */
  readonly value: Float64Array;
  /** Probability of entering each industry of `next` when `added` were entered before. */
  readonly probability: (added: readonly number[], next: readonly number[]) => Float64Array;
  /** Jobs in each industry of the region, and jobs that an industry would have at its national share. */
  readonly jobs?: Float64Array;
  readonly typicalJobs?: Float64Array;
  /** Input coefficients, seller in row, buyer in column. */
  readonly inputs?: Float64Array;
}

export interface PathOptions {
  /** 1 to 3. Default 3. */
  readonly steps?: number;
  /** Industries nearest to the last step that are tried next. Default 8. */
  readonly neighbours?: number;
  /** Proximity that a step needs at least. Default 0.1. */
  readonly minProximity?: number;
  /** Years that a step takes: the horizon of the probabilities. */
  readonly stepYears: number;
  /** Targets listed. Default 10. */
  readonly top?: number;
}

export interface UpgradeStep {
  readonly industry: number;
  readonly probability: number;
  readonly proximity: number;
}

export interface UpgradePath {
  readonly from: number;
  readonly to: number;
  readonly steps: readonly UpgradeStep[];
  /** Product of the steps' probabilities. */
  readonly probability: number;
  readonly value: number;
  /** Probability × value: what is maximised. */
  readonly expected: number;
  readonly years: number;
  /** Jobs in the industry that is left behind; null when not known. */
  readonly jobsAtRisk: number | null;
  /** Jobs of the target at its national share; null when not known. */
  readonly jobsGained: number | null;
  /** Suppliers of the target that the region lacks after the path, with their share of its inputs, largest first. */
  readonly missingSuppliers: readonly { readonly industry: number; readonly share: number }[];
}

/** Probabilities of an entry model for one region, given what was added before. */
export const stepProbability =
  (model: EntryModel, data: EntryData, region: number): UpgradeData['probability'] =>
  (added, next) =>
    predictIn(model, data, { region, industries: next, added }).p;

function missing(d: UpgradeData, target: number, added: readonly number[]): { industry: number; share: number }[] {
  const { inputs, industries: n } = d;
  if (!inputs) return [];
  let all = 0;
  for (let j = 0; j < n; j++) if (j !== target) all += inputs[j * n + target];
  const lacking = [...Array(n).keys()].filter(
    (j) => j !== target && inputs[j * n + target] > 0 && d.present[j] === 0 && !added.includes(j),
  );
  return lacking
    .map((j) => ({ industry: j, share: inputs[j * n + target] / all }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 5);
}

/**
 * Ways up from what a region has: at most three steps, each to one of the industries nearest to the step before, to a target of higher
 * complexity than the start; for each target the path of the greatest `Π p · value` among them, best targets first. Each step's
 * probability knows what the steps before it added. Exact over the neighbourhood searched, which `neighbours` and `minProximity` set.
 * @throws OUT_OF_RANGE; SHAPE_MISMATCH
 */
export function upgradePaths(d: UpgradeData, o: PathOptions): readonly UpgradePath[] {
  const { steps, neighbours, minProximity, top } = { steps: 3, neighbours: 8, minProximity: 0.1, top: 10, ...o };
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= 3) || !(o.stepYears > 0))
    throw new QipanError('OUT_OF_RANGE', `${steps} steps of ${o.stepYears} years`, {
      got: [steps, o.stepYears],
      expected: '1 to 3 steps, years > 0',
    });
  const n = d.industries;
  for (const x of [d.present, d.pci, d.value])
    if (x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${x.length} industries for ${n}`, { got: x.length, expected: `${n}` });
  const absent = [...Array(n).keys()].filter((i) => d.present[i] === 0);
  const known = new Map<string, Float64Array>();
  const odds = (added: readonly number[]): Float64Array => {
    const key = added.toSorted((a, b) => a - b).join(' ');
    let p = known.get(key);
    if (!p) {
      const next = absent.filter((i) => !added.includes(i));
      const raw = d.probability(added, next);
      p = new Float64Array(n);
      next.forEach((i, k) => ((p as Float64Array)[i] = raw[k]));
      known.set(key, p);
    }
    return p;
  };
  const nearest = (from: number, taken: readonly number[]): number[] =>
    absent
      .filter((i) => !taken.includes(i) && d.proximity[from * n + i] >= minProximity)
      .sort((a, b) => d.proximity[from * n + b] - d.proximity[from * n + a] || a - b)
      .slice(0, neighbours);
  const best = new Map<number, UpgradePath>();
  const walk = (start: number, taken: readonly UpgradeStep[], probability: number): void => {
    const added = taken.map((s) => s.industry);
    const last = added.at(-1) ?? start;
    const p = odds(added);
    for (const industry of nearest(last, added)) {
      if (!(p[industry] > 0)) continue;
      const path = [...taken, { industry, probability: p[industry], proximity: d.proximity[last * n + industry] }];
      const reached = probability * p[industry];
      const expected = reached * d.value[industry];
      if (d.pci[industry] > d.pci[start] && expected > (best.get(industry)?.expected ?? 0))
        best.set(industry, {
          from: start,
          to: industry,
          steps: path,
          probability: reached,
          value: d.value[industry],
          expected,
          years: path.length * o.stepYears,
          jobsAtRisk: d.jobs?.[start] ?? null,
          jobsGained: d.typicalJobs?.[industry] ?? null,
          missingSuppliers: missing(d, industry, added),
        });
      if (path.length < steps) walk(start, path, reached);
    }
  };
  for (let j = 0; j < n; j++) if (d.present[j] === 1) walk(j, [], 1);
  return [...best.values()].sort((a, b) => b.expected - a.expected || a.to - b.to).slice(0, top);
}

/** Staying in the industry and getting better: from the own value added per worker to the national upper quartile. */
export interface SameIndustryAlternative {
  readonly own: number;
  readonly upperQuartile: number;
  /** Value added a year gained at the present jobs; 0 where the region is there already. */
  readonly gain: number;
}

/**
 * What the region gains by reaching the upper quartile of value added per worker in an industry it has.
 * @param peers value added per worker of every region that has the industry; NaN where not known
 * @returns null when the own figure or every peer is unknown
 */
export function sameIndustryAlternative(o: {
  own: number;
  peers: ArrayLike<number>;
  jobs: number;
}): SameIndustryAlternative | null {
  const known = Array.from(o.peers).filter((v) => !Number.isNaN(v));
  if (Number.isNaN(o.own) || known.length === 0) return null;
  const upperQuartile = inclusiveQuantile(known, 0.75);
  return { own: o.own, upperQuartile, gain: Math.max(0, upperQuartile - o.own) * o.jobs };
}
