import type { Instance, ReadOptions } from './instance.js';
import { WordReader } from './numbers.js';
import { denseCosts, warehouses } from './orlib.js';

/** What every single-source layout has; `costs` is by site, `[m, n]`. */
interface Parts {
  readonly n: number;
  readonly m: number;
  readonly bySite: Float64Array;
}

function byCustomer({ n, m, bySite }: Parts): Float64Array {
  const out = new Float64Array(n * m);
  for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) out[i * m + j] = bySite[j * n + i];
  return out;
}

const costOf = (n: number) => (k: number) => `the cost of customer ${(k % n) + 1} at site ${Math.floor(k / n) + 1}`;

/** `m n`; m × (capacity, fixed cost); n demands; m rows × n costs of serving a customer whole (Holmberg et al. 1999; Yang et al. 2012). */
export function readHolmberg(text: string, o: ReadOptions): Instance {
  const r = new WordReader(o.file, text);
  const m = r.integer('the number of sites', 1, 1e5);
  const n = r.integer('the number of customers', 1, 1e6);
  const layout = `${m} × (capacity, fixed cost), ${n} demands and ${m} × ${n} costs`;
  r.expectAtLeast(2 * m + n + m * n, layout);
  const capacity = new Float64Array(m);
  const fixedCost = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    capacity[j] = o.capacity ?? r.amount(`the capacity of site ${j + 1}`);
    if (o.capacity !== undefined) r.amount(`the capacity of site ${j + 1}`);
    fixedCost[j] = r.amount(`the fixed cost of site ${j + 1}`);
  }
  const demand = r.amounts(n, (k) => `the demand of customer ${k + 1}`);
  const bySite = r.amounts(m * n, costOf(n));
  r.end(Math.max(17, n - 1), layout);
  const costs = denseCosts(n, m, byCustomer({ n, m, bySite }));
  return warehouses(r, { costs, fixedCost, capacity, demand, singleSource: true });
}

/** `n m`; n rows × m costs; n demands; m fixed costs; m capacities (Delmaire et al. 1999). */
export function readDelmaire(text: string, o: ReadOptions): Instance {
  const r = new WordReader(o.file, text);
  const n = r.integer('the number of customers', 1, 1e6);
  const m = r.integer('the number of sites', 1, 1e5);
  const layout = `${n} × ${m} costs, ${n} demands, ${m} fixed costs and ${m} capacities`;
  r.expectAtLeast(n * m + n + 2 * m, layout);
  const value = r.amounts(n * m, (k) => `the cost of customer ${Math.floor(k / m) + 1} at site ${(k % m) + 1}`);
  const demand = r.amounts(n, (k) => `the demand of customer ${k + 1}`);
  const fixedCost = r.amounts(m, (k) => `the fixed cost of site ${k + 1}`);
  const read = r.amounts(m, (k) => `the capacity of site ${k + 1}`);
  r.end(Math.max(17, m - 1), layout);
  const capacity = o.capacity === undefined ? read : read.map(() => o.capacity as number);
  return warehouses(r, { costs: denseCosts(n, m, value), fixedCost, capacity, demand, singleSource: true });
}

/** `m n`; n demands; m capacities; m fixed costs; m rows × n costs of one unit of demand (Avella and Boccia 2009). */
export function readTbed(text: string, o: ReadOptions): Instance {
  const r = new WordReader(o.file, text);
  const m = r.integer('the number of sites', 1, 1e5);
  const n = r.integer('the number of customers', 1, 1e6);
  const layout = `${n} demands, ${m} capacities, ${m} fixed costs and ${m} × ${n} unit costs`;
  r.expectAtLeast(n + 2 * m + m * n, layout);
  const demand = r.amounts(n, (k) => `the demand of customer ${k + 1}`);
  const read = r.amounts(m, (k) => `the capacity of site ${k + 1}`);
  const fixedCost = r.amounts(m, (k) => `the fixed cost of site ${k + 1}`);
  const unit = r.amounts(m * n, costOf(n));
  r.end(Math.max(17, n - 1), layout);
  // Unit costs have six decimals; the product is rounded to them, so that it stays a decimal number.
  const bySite = unit.map((c, k) => Math.round(c * demand[k % n] * 1e6) / 1e6);
  const capacity = o.capacity === undefined ? read : read.map(() => o.capacity as number);
  const costs = denseCosts(n, m, byCustomer({ n, m, bySite }));
  return warehouses(r, { costs, fixedCost, capacity, demand, singleSource: true });
}
