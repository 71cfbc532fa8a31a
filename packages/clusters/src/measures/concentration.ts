import { QipanError } from '@qipan/base';

/** One industry over regions, and what it is compared with. */
export interface Localisation {
  /** Employment of the industry by region. */
  readonly industry: Float64Array;
  /**
   * Size of each region, whose shares are `x_r`. State what it is: total employment, or the employment of the plants in the file
   * (as REAT's `ellison.a2` takes it: .168 for its Forestry, where total employment gives .043).
   */
  readonly reference: Float64Array;
}

/** Employment of every plant of the industry, or bounds of the plants' Herfindahl index. */
export type Plants = { readonly sizes: Float64Array } | { readonly herfindahl: readonly [number, number] };

export interface Concentration {
  /** `G = Σ_r (s_r − x_r)²`. */
  readonly g: number;
  /** Plant Herfindahl index; equal bounds when plants are known. */
  readonly h: readonly [number, number];
  /** Ellison–Glaeser γ, as an interval; it falls in H. */
  readonly gamma: readonly [number, number];
  /** Maurel–Sédillot's index, likewise. */
  readonly maurelSedillot: readonly [number, number];
  /** Standard score of G under random location; null when plants are not known one by one. */
  readonly z: number | null;
}

function shares(x: Float64Array, name: string): Float64Array {
  let sum = 0;
  for (let r = 0; r < x.length; r++) {
    if (!(x[r] >= 0))
      throw new QipanError('VALUE_NEGATIVE', `${name}[${r}] = ${x[r]}; expected ≥ 0`, {
        field: name,
        row: r,
        got: x[r],
        expected: '≥ 0 and known',
      });
    sum += x[r];
  }
  if (!(sum > 0))
    throw new QipanError('EMPTY_BENCHMARK', `${name} sums to 0`, { field: name, got: sum, expected: '> 0' });
  return x.map((v) => v / sum);
}

const powerSum = (x: Float64Array, p: number): number => x.reduce((s, v) => s + v ** p, 0);

function localisation(l: Localisation): { s: Float64Array; x: Float64Array; g: number; room: number } {
  if (l.industry.length !== l.reference.length)
    throw new QipanError(
      'SHAPE_MISMATCH',
      `${l.industry.length} regions of the industry, ${l.reference.length} of the reference`,
      {
        got: l.reference.length,
        expected: `${l.industry.length}`,
      },
    );
  const s = shares(l.industry, 'industry');
  const x = shares(l.reference, 'reference');
  const room = 1 - powerSum(x, 2);
  if (!(room > 0))
    throw new QipanError('DEGENERATE_INPUT', 'all of the reference stands in one region', { expected: 'two or more' });
  return { s, x, g: s.reduce((sum, v, r) => sum + (v - x[r]) ** 2, 0), room };
}

/**
 * Ellison, Glaeser 1997: `γ = (G − (1−Σx²)H) / ((1−Σx²)(1−H))`, and `z = (G − (1−Σx²)H)/√var` with
 * `var = 2[H²(Σx² − 2Σx³ + (Σx²)²) − Σz⁴(Σx² − 4Σx³ + 3(Σx²)²)]`, z the plants' shares. Maurel, Sédillot 1999:
 * `((Σs² − Σx²)/(1−Σx²) − H)/(1−H)`.
 * @throws SHAPE_MISMATCH, VALUE_NEGATIVE, EMPTY_BENCHMARK; DEGENERATE_INPUT for one region or one plant
 */
export function concentration(l: Localisation, plants: Plants): Concentration {
  const { s, x, g, room } = localisation(l);
  const z = 'sizes' in plants ? shares(plants.sizes, 'sizes') : null;
  const exact = z ? powerSum(z, 2) : 0;
  const h: readonly [number, number] = 'sizes' in plants ? [exact, exact] : plants.herfindahl;
  if (!(h[0] >= 0 && h[0] <= h[1] && h[1] < 1))
    throw new QipanError(
      'DEGENERATE_INPUT',
      `a plant Herfindahl index of ${h[0]} to ${h[1]}: one plant has no pattern`,
      {
        field: 'herfindahl',
        got: h,
        expected: '0 ≤ low ≤ high < 1',
      },
    );
  const excess = (powerSum(s, 2) - powerSum(x, 2)) / room;
  const over = (raw: number): readonly [number, number] => [(raw - h[1]) / (1 - h[1]), (raw - h[0]) / (1 - h[0])];
  return { g, h, gamma: over(g / room), maurelSedillot: over(excess), z: z ? score(x, z, g) : null };
}

function score(x: Float64Array, z: Float64Array, g: number): number {
  const [x2, x3] = [powerSum(x, 2), powerSum(x, 3)];
  const h = powerSum(z, 2);
  const variance = 2 * (h * h * (x2 - 2 * x3 + x2 * x2) - powerSum(z, 4) * (x2 - 4 * x3 + 3 * x2 * x2));
  return (g - (1 - x2) * h) / Math.sqrt(variance);
}

/** Plants of one size class: how many, and between which sizes; an open class has `upper` Infinity. */
export interface SizeClass {
  readonly plants: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Bounds of the plants' Herfindahl index when only size classes and the industry's total are known. Least: all plants as equal as
 * the classes allow (exact, by water level). Most: the outer bound with each square replaced by its chord, so that the true value
 * is never outside.
 * @throws OUT_OF_RANGE when no sizes within the classes add up to the total
 */
export function herfindahlBounds(classes: readonly SizeClass[], total: number): [number, number] {
  const least = classes.reduce((s, c) => s + c.plants * c.lower, 0);
  const most = classes.reduce((s, c) => s + (c.plants > 0 ? c.plants * c.upper : 0), 0);
  if (!(least <= total && total <= most) || !(total > 0))
    throw new QipanError('OUT_OF_RANGE', `classes hold ${least} to ${most} persons, the industry ${total}`, {
      field: 'total',
      got: total,
      expected: `${least} to ${most}`,
    });
  const slack = total - least;
  const closed = classes.map((c) => ({ ...c, upper: Math.min(c.upper, c.lower + slack) }));
  let [low, high] = [0, total];
  for (let k = 0; k < 200; k++) {
    const level = (low + high) / 2;
    const held = closed.reduce((s, c) => s + c.plants * Math.min(c.upper, Math.max(c.lower, level)), 0);
    if (held < total) low = level;
    else high = level;
  }
  const equal = closed.reduce((s, c) => s + c.plants * Math.min(c.upper, Math.max(c.lower, high)) ** 2, 0);
  let left = slack;
  let squares = closed.reduce((s, c) => s + c.plants * c.lower ** 2, 0);
  for (const c of closed.toSorted((a, b) => b.lower + b.upper - (a.lower + a.upper))) {
    const taken = Math.min(left, c.plants * (c.upper - c.lower));
    squares += taken * (c.lower + c.upper);
    left -= taken;
  }
  return [equal / total ** 2, Math.min(1, squares / total ** 2)];
}

/**
 * Coagglomeration of a group of industries (Ellison, Glaeser 1997):
 * `γᶜ = (G/(1−Σx²) − H − Σ_j γ_j w_j²(1−H_j)) / (1 − Σ_j w_j²)`, `w_j` their shares of the group, `H = Σ_j w_j² H_j`. For two
 * industries it is `Σ_r (s_r1 − x_r)(s_r2 − x_r)/(1−Σx²)` and needs no plants (Ellison, Glaeser, Kerr 2010).
 * @throws what `concentration` throws; DEGENERATE_INPUT for fewer than two industries
 */
export function coagglomeration(
  industries: readonly Float64Array[],
  reference: Float64Array,
  plants: readonly Float64Array[],
): number {
  if (industries.length < 2 || plants.length !== industries.length)
    throw new QipanError('DEGENERATE_INPUT', `${industries.length} industries with ${plants.length} lists of plants`, {
      got: [industries.length, plants.length],
      expected: 'two or more, a list of plants each',
    });
  const size = industries.map((x) => x.reduce((a, b) => a + b, 0));
  const all = size.reduce((a, b) => a + b, 0);
  const group = reference.map((_, r) => industries.reduce((s, x) => s + x[r], 0));
  const { g, room } = localisation({ industry: group, reference });
  let [h, own, weights] = [0, 0, 0];
  industries.forEach((industry, j) => {
    const c = concentration({ industry, reference }, { sizes: plants[j] });
    const w2 = (size[j] / all) ** 2;
    h += w2 * c.h[0];
    own += c.gamma[0] * w2 * (1 - c.h[0]);
    weights += w2;
  });
  return (g / room - h - own) / (1 - weights);
}

/** What a cluster index of places looks at, by region. */
export interface ClusterPlaces {
  readonly employment: Float64Array;
  readonly firms: Float64Array;
  readonly areaKm2: Float64Array;
  readonly population: Float64Array;
}

/**
 * Cluster index of Litzenberger, Sternberg 2006: `(relative density × relative stock per head) / relative firm size`,
 * `[(e_r/e)/(a_r/a)]·[(e_r/e)/(p_r/p)] / [(e_r/f_r)/(e/f)]`; 1 at the average, 0 where the industry is not, NaN where area or people are missing.
 * @throws SHAPE_MISMATCH
 */
export function clusterIndex(c: ClusterPlaces): Float64Array {
  const n = c.employment.length;
  for (const [name, x] of Object.entries(c) as [string, Float64Array][]) {
    if (x.length !== n)
      throw new QipanError('SHAPE_MISMATCH', `${name} of ${x.length} regions for ${n}`, { field: name, got: x.length });
  }
  const sum = (x: Float64Array) => x.reduce((a, b) => a + (b === b ? b : 0), 0);
  const [e, f, a, p] = [c.employment, c.firms, c.areaKm2, c.population].map(sum);
  return c.employment.map((x, r) => {
    if (x === 0 && c.areaKm2[r] > 0 && c.population[r] > 0) return 0;
    return ((x / e / (c.areaKm2[r] / a)) * (x / e / (c.population[r] / p))) / (x / c.firms[r] / (e / f));
  });
}
