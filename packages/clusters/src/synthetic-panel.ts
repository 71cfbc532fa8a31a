import type { Measure } from './advantage.js';

/** mulberry32 and the cosine half of Box-Muller: the draws that define the synthetic panel. */
function draws(seed: number): { uniform: () => number; normal: () => number } {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = () => {
    let u = 0;
    while (u === 0) u = uniform();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * uniform());
  };
  return { uniform, normal };
}

const families = 24;

/**
 * A made-up table of jobs by region and industry, wholly determined by its three numbers: regions have capability, size and
 * skills in 24 families of industries; a cell is present by a logit of these. For benchmarks and demonstrations, no
 * picture of any country.
 */
export function syntheticPanel(regions: number, industries: number, seed: number): Measure {
  const { uniform, normal } = draws(seed);
  const capability = new Float64Array(regions);
  const size = new Float64Array(regions);
  const skill = new Float64Array(regions * families);
  for (let r = 0; r < regions; r++) {
    capability[r] = normal();
    size[r] = Math.exp(9 + 1.2 * normal() + 0.5 * capability[r]);
    for (let f = 0; f < families; f++) skill[r * families + f] = normal();
  }
  const difficulty = new Float64Array(industries);
  const scale = new Float64Array(industries);
  const family = new Int32Array(industries);
  for (let i = 0; i < industries; i++) {
    difficulty[i] = normal();
    scale[i] = Math.exp(normal());
    family[i] = Math.floor(uniform() * families);
  }
  const value = new Float64Array(regions * industries);
  for (let r = 0; r < regions; r++) {
    for (let i = 0; i < industries; i++) {
      const fit = skill[r * families + family[i]];
      const score = 1.2 * capability[r] - 1.3 * difficulty[i] + 0.9 * fit + 0.7 * normal();
      if (uniform() < (1 / (1 + Math.exp(-score))) * 0.75 + 0.02)
        value[r * industries + i] = Math.round(
          (size[r] / industries) * scale[i] * Math.exp(0.8 * normal() + 0.5 * fit) * 4,
        );
    }
  }
  return { value, regions, industries };
}
