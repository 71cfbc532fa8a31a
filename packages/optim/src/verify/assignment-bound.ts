import type { CertificateStep } from '../location/problem.js';
import type { Inputs } from './inputs.js';
import type { StepBound } from './proof-tree.js';

/** Below this the sums of multiples of 2⁻²⁰ are exact in doubles. */
const exactBelow = 2 ** 33;

/**
 * Evaluates the Lagrangian bound of a step: `Σλ + Σ min(0, unserved − λ) + min Σ ρ_j·y_j` under the decisions
 * (0 free, 1 open, 2 closed). Exact for integral costs, in doubles where they suffice and in BigInt where not;
 * rounded downwards by the bound on the rounding error otherwise.
 */
export function assignmentBound(inputs: Inputs, step: CertificateStep, decided: Uint8Array): StepBound {
  const { multipliers } = step;
  let size = 0;
  for (let i = 0; i < inputs.n; i++) size += Math.abs(multipliers[i]) + (inputs.unserved[i] < Infinity ? 1 : 0);
  for (const f of inputs.fixedCost) size += f;
  if (!inputs.integral) {
    const terms = inputs.index.length + 2 * inputs.n + 2 * inputs.m + 8;
    return inDoubles(inputs, { step, decided, error: 4 * size * terms * 2 ** -53 });
  }
  return size < exactBelow ? inDoubles(inputs, { step, decided, error: 0 }) : inBigInt(inputs, step, decided);
}

interface DoubleCase {
  readonly step: CertificateStep;
  readonly decided: Uint8Array;
  readonly error: number;
}

function inDoubles(inputs: Inputs, { step, decided, error }: DoubleCase): StepBound {
  const { start, index, value, unserved, p } = inputs;
  const rho = inputs.fixedCost.slice();
  let sum = 0;
  for (let i = 0; i < inputs.n; i++) {
    const l = step.multipliers[i];
    sum += l;
    if (unserved[i] < l) sum += unserved[i] - l;
    for (let e = start[i]; e < start[i + 1]; e++) if (value[e] < l) rho[index[e]] += value[e] - l;
  }
  let open = 0;
  const ordered = new Float64Array(rho.length);
  let free = 0;
  for (let j = 0; j < rho.length; j++) {
    if (decided[j] === 0) ordered[free++] = rho[j];
    if (decided[j] !== 1) continue;
    sum += rho[j];
    open++;
  }
  const round = (v: number) => (inputs.integral ? Math.ceil(v) : v - error);
  if (p < 0) {
    for (let k = 0; k < free; k++) if (ordered[k] < 0) sum += ordered[k];
    return {
      bound: round(sum),
      ifOpen: (j) => round(sum + Math.max(0, rho[j])),
      ifClosed: (j) => round(sum - Math.min(0, rho[j])),
    };
  }
  const take = p - open;
  if (take < 0 || take > free) return nothing;
  const sorted = ordered.subarray(0, free).sort();
  for (let k = 0; k < take; k++) sum += sorted[k];
  const last = take > 0 ? sorted[take - 1] : -Infinity;
  const next = take < free ? sorted[take] : Infinity;
  return {
    bound: round(sum),
    ifOpen: (j) => round(sum + Math.max(0, rho[j] - last)),
    ifClosed: (j) => (rho[j] <= last ? round(sum - rho[j] + next) : round(sum)),
  };
}

/** No solution satisfies the decisions. */
const nothing: StepBound = { bound: Infinity, ifOpen: () => Infinity, ifClosed: () => Infinity };

const unit = 2 ** 20;

/** All numbers in units of 2⁻²⁰. */
function inBigInt(inputs: Inputs, step: CertificateStep, decided: Uint8Array): StepBound {
  const { start, index, value, unserved, p } = inputs;
  const big = (v: number) => BigInt(Math.round(v * unit));
  const rho = Array.from(inputs.fixedCost, (f) => BigInt(f) << 20n);
  let sum = 0n;
  for (let i = 0; i < inputs.n; i++) {
    const l = step.multipliers[i];
    const lambda = big(l);
    sum += lambda;
    if (unserved[i] < l) sum += (BigInt(unserved[i]) << 20n) - lambda;
    for (let e = start[i]; e < start[i + 1]; e++) if (value[e] < l) rho[index[e]] += (BigInt(value[e]) << 20n) - lambda;
  }
  const free: bigint[] = [];
  let open = 0;
  rho.forEach((r, j) => {
    if (decided[j] === 0) free.push(r);
    if (decided[j] !== 1) return;
    sum += r;
    open++;
  });
  const round = (v: bigint) => Number(-(-v >> 20n));
  if (p < 0) {
    for (const r of free) if (r < 0n) sum += r;
    const plus = (r: bigint) => (r > 0n ? r : 0n);
    return {
      bound: round(sum),
      ifOpen: (j) => round(sum + plus(rho[j])),
      ifClosed: (j) => round(sum + plus(-rho[j])),
    };
  }
  const take = p - open;
  if (take < 0 || take > free.length) return nothing;
  free.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  for (let k = 0; k < take; k++) sum += free[k];
  const last = take > 0 ? free[take - 1] : null;
  const next = take < free.length ? free[take] : null;
  return {
    bound: round(sum),
    ifOpen: (j) => (last === null ? Infinity : round(rho[j] > last ? sum + rho[j] - last : sum)),
    ifClosed: (j) => {
      if (last === null || rho[j] > last) return round(sum);
      return next === null ? Infinity : round(sum - rho[j] + next);
    },
  };
}
