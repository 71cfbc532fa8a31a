import type { Panel } from '@qipan/clusters';
import type { RegionIndicesView } from '../contract.js';
import type { PanelBody } from './bodies.js';
import { panelLabels, type Datasets } from './datasets.js';

/** Latest known figure of each region and metric, and its year. */
function latest(rows: readonly Readonly<Record<string, unknown>>[]): ReadonlyMap<string, number> {
  const found = new Map<string, { year: number; value: number }>();
  for (const row of rows) {
    const value = row['value'];
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const year = typeof row['year'] === 'number' ? row['year'] : 0;
    const key = `${String(row['subject'])} ${String(row['metric'])}`;
    const before = found.get(key);
    if (!before || year >= before.year) found.set(key, { year, value });
  }
  return new Map([...found].map(([key, { value }]) => [key, value]));
}

/** Mean complexity of what a region does, `Σ s_ri · PCI_i`; NaN where complexity is not determined. */
async function complexityMix(panel: Panel): Promise<Float64Array> {
  const { complexity, totals } = await import('@qipan/clusters');
  const c = complexity(panel, { preset: 'harvard' });
  const { region } = totals(panel);
  return Float64Array.from({ length: panel.regions }, (_, r) => {
    let sum = 0;
    c.kept.industry.forEach((i, k) => {
      const x = panel.value[r * panel.industries + i] as number;
      if (x > 0) sum += (x / (region[r] as number)) * (c.pci[k] as number);
    });
    return (region[r] as number) > 0 ? sum : Number.NaN;
  });
}

/**
 * The high-end, intelligent and green indices of every region of a panel among its peers (regions of the same parent, or all), from
 * figures of an evidence dataset whose subjects are region codes; the complexity of the mix comes from the panel itself.
 */
export async function regionIndices(
  datasets: Datasets,
  q: { readonly dataset: string; readonly evidence: string | null; readonly peers: 'parent' | 'all' },
): Promise<RegionIndicesView> {
  const { compositeIndex, upgradeIndices } = await import('@qipan/clusters');
  const body: PanelBody = await datasets.load(q.dataset, 'panel');
  const panel = body.panels.at(-1) as Panel;
  const labels = panelLabels(body).regions;
  const known =
    q.evidence === null ? new Map<string, number>() : latest((await datasets.load(q.evidence, 'evidence')).rows);
  const mix = await complexityMix(panel);
  const parents = [...new Set(labels.map((l) => l.parent))];
  const group = Int32Array.from(labels, (l) => (q.peers === 'all' ? 0 : parents.indexOf(l.parent)));
  const figureOf = (metric: string, r: number): number =>
    metric === 'complexityMix' ? (mix[r] as number) : (known.get(`${labels[r]?.code} ${metric}`) ?? Number.NaN);
  return {
    dataset: q.dataset,
    evidence: q.evidence,
    year: panel.year,
    peers: q.peers,
    indices: upgradeIndices.map((definition) => {
      const { indicators } = definition;
      const values = Float64Array.from({ length: labels.length * indicators.length }, (_, k) =>
        figureOf(indicators[k % indicators.length]?.id ?? '', Math.floor(k / indicators.length)),
      );
      const { rows, weights } = compositeIndex(definition, values, group);
      return {
        id: definition.id,
        name: definition.name,
        indicators: indicators.map((i, k) => ({
          id: i.id,
          name: i.name,
          unit: i.unit,
          higherIsBetter: i.higherIsBetter,
          weight: weights[k]?.weight ?? i.weight,
          regions: labels.filter((_, r) => !Number.isNaN(figureOf(i.id, r))).length,
        })),
        rows: rows.map((row, r) => ({
          region: labels[r]?.code ?? '',
          peers: group.filter((g) => g === group[r]).length,
          arithmetic: row.arithmetic,
          geometric: row.geometric,
          coverage: row.coverage,
          rank: row.rank,
          rankRange: row.rankRange,
        })),
      };
    }),
  };
}
