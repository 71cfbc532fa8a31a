import { QipanError } from '@qipan/base';
import type { CodeLabel, NetworkView } from '../contract.js';
import { panelLabels, type Datasets } from './datasets.js';

/** Links beyond the tree: at most so many for each industry, the strongest first. */
const linksPerNode = 2;

export interface NetworkQuery {
  readonly dataset: string;
  /** Of the panel; the last one unless given. */
  readonly year?: number | undefined;
  /** Region whose presence is shown. */
  readonly region?: string | undefined;
}

/**
 * Industries as a network of proximity by the `harvard` recipe: the maximum spanning tree and the strongest links beyond it, with
 * size, complexity and one region's advantage and density. Errors: `NOT_FOUND`, `UNKNOWN_CODE`.
 */
export async function networkView(datasets: Datasets, query: NetworkQuery): Promise<NetworkView> {
  const [{ complexity, totals }, { maximumSpanningForest }] = await Promise.all([
    import('@qipan/clusters'),
    import('@qipan/numeric'),
  ]);
  const body = await datasets.load(query.dataset, 'panel');
  const panel = query.year === undefined ? body.panels.at(-1) : body.panels.find((p) => p.year === query.year);
  if (!panel)
    throw new QipanError('NOT_FOUND', `the panel has no year ${query.year}`, {
      got: query.year,
      expected: body.panels.map((p) => p.year).join(', '),
    });
  const region = query.region === undefined ? -1 : panel.regionCode.indexOf(query.region);
  if (query.region !== undefined && region === -1)
    throw new QipanError('UNKNOWN_CODE', `the panel has no region ${query.region}`, { got: query.region });
  const c = complexity(panel, { preset: 'harvard' });
  const { cols: n, industry } = c.kept;
  const labels = panelLabels(body).industries;
  const own = (k: number) => labels[industry[k] as number] as CodeLabel;
  const tree = maximumSpanningForest(c.proximity, n);
  const inTree = new Set(tree.map((e) => e.a * n + e.b));
  const others = [];
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const weight = c.proximity[a * n + b] as number;
      if (!inTree.has(a * n + b) && weight > 0) others.push({ a, b, weight });
    }
  const strong = others.sort((x, y) => y.weight - x.weight).slice(0, linksPerNode * n);
  const sums = totals(panel).industry;
  const row = region === -1 ? -1 : c.kept.region.indexOf(region);
  const present = new Set(row === -1 ? [] : c.kept.index.subarray(c.kept.start[row], c.kept.start[row + 1]));
  const known = (x: number | undefined) => (x === undefined || !Number.isFinite(x) ? null : x);
  return {
    dataset: query.dataset,
    year: panel.year,
    measure: panel.measure,
    unit: body.unit,
    region: query.region ?? null,
    status: c.status,
    recipe: {
      preset: 'harvard',
      presence: 'LQ ≥ 1',
      proximity: 'min{P(i|j), P(j|i)}',
      benchmark: 'sum of the regions of the panel',
      regions: c.kept.rows,
    },
    leftOut: c.kept.removedIndustries.map((i) => labels[i] as CodeLabel),
    nodes: Array.from({ length: n }, (_, k) => ({
      ...own(k),
      total: sums[industry[k] as number] as number,
      ubiquity: c.kept.ubiquity[k] as number,
      pci: known(c.pci[k]),
      lq: region === -1 ? null : known(c.lq[region * panel.industries + (industry[k] as number)]),
      isPresent: row === -1 ? null : present.has(k),
      density: row === -1 ? null : known(c.density[row * n + k]),
    })),
    links: [
      ...tree.map(({ a, b, weight }) => ({ a, b, proximity: weight, isTree: true })),
      ...strong.map(({ a, b, weight }) => ({ a, b, proximity: weight, isTree: false })),
    ],
  };
}
