import type { Bilingual } from '@qipan/base';
import type { CodeLabel, IndustryList, IndustryView, RegionList, RegionView } from '../contract.js';
import type { Datasets } from './datasets.js';
import {
  headOf,
  intervalsOf,
  known,
  numberOf,
  panelFigures,
  quotientOf,
  rankOf,
  type PanelFigures,
  type PanelQuery,
} from './panel-figures.js';
import { plannedOf } from './planned.js';

const similarShown = 8;

/** Regions of a panel, with the complexity and specialisation of each. Errors: `NOT_FOUND`. */
export async function regionList(datasets: Datasets, query: PanelQuery): Promise<RegionList> {
  const [{ specialisation, totals }, f] = await Promise.all([import('@qipan/clusters'), panelFigures(datasets, query)]);
  const sums = totals(f.panel).region;
  const { krugman } = specialisation(f.panel);
  return {
    ...headOf(f, query.dataset),
    regions: f.labels.regions.map((label, r) => ({
      ...label,
      total: sums[r] as number,
      diversity: f.complexity.kept.diversity[f.row[r] as number] ?? 0,
      eci: known(f.complexity.eci[f.row[r] as number]),
      rank: rankOf(f, r),
      krugman: known(krugman[r]),
    })),
  };
}

/** Industries of a panel. Errors: `NOT_FOUND`. */
export async function industryList(datasets: Datasets, query: PanelQuery): Promise<IndustryList> {
  const [{ spread, totals }, f] = await Promise.all([import('@qipan/clusters'), panelFigures(datasets, query)]);
  const sums = totals(f.panel).industry;
  const { locationalGini } = spread(f.panel);
  return {
    ...headOf(f, query.dataset),
    industries: f.labels.industries.map((label, i) => ({
      ...label,
      total: sums[i] as number,
      ubiquity: f.complexity.kept.ubiquity[f.col[i] as number] ?? 0,
      pci: known(f.complexity.pci[f.col[i] as number]),
      locationalGini: known(locationalGini[i]),
    })),
  };
}

/** One region: advantages with intervals, specialisation, look-alikes, growth in parts. Errors: `NOT_FOUND`, `UNKNOWN_CODE`. */
export async function regionView(datasets: Datasets, code: string, query: PanelQuery): Promise<RegionView> {
  const [clusters, f] = await Promise.all([import('@qipan/clusters'), panelFigures(datasets, query)]);
  const r = numberOf(f.labels.regions, code, 'region');
  const t = clusters.totals(f.panel);
  const s = clusters.specialisation(f.panel);
  const row = f.row[r] as number;
  const intervals = await intervalsOf(f, { region: r });
  const { complexity: c, labels } = f;
  const cell = (i: number) => (row < 0 || (f.col[i] as number) < 0 ? -1 : row * c.kept.cols + (f.col[i] as number));
  return {
    ...headOf(f, query.dataset),
    region: labels.regions[r] as CodeLabel,
    total: t.region[r] as number,
    shareOfAll: (t.region[r] as number) / t.all,
    eci: known(c.eci[row]),
    coi: known(c.coi[row]),
    diversity: c.kept.diversity[row] ?? 0,
    rank: rankOf(f, r),
    advantages: labels.industries.map((industry, i) => ({
      industry,
      ...quotientOf(f, r * f.panel.industries + i, intervals),
      density: known(c.density[cell(i)]),
      pci: known(c.pci[f.col[i] as number]),
    })),
    specialisation: {
      krugman: known(s.krugman[r]),
      hhi: known(s.hhi[r]),
      entropy: known(s.entropy[r]),
      theil: known(s.theil[r]),
      hachman: known(s.hachman[r]),
    },
    similar: clusters
      .similarRegions(f.panel, r, { kind: 'cosine', k: similarShown })
      .map((x) => ({ region: labels.regions[x.region] as CodeLabel, cosine: x.value })),
    shiftShare: await growthOf(f, r),
  };
}

async function growthOf(f: PanelFigures, r: number): Promise<RegionView['shiftShare']> {
  if (f.before === null) return null;
  const { shiftShare, totals } = await import('@qipan/clusters');
  const n = f.panel.industries;
  const parts = shiftShare({
    regionBefore: f.before.value.slice(r * n, (r + 1) * n),
    regionAfter: f.panel.value.slice(r * n, (r + 1) * n),
    nationBefore: totals(f.before).industry,
    nationAfter: totals(f.panel).industry,
  });
  return {
    fromYear: f.before.year,
    toYear: f.panel.year,
    growth: parts.growth,
    national: parts.national,
    industryMix: parts.industryMix,
    regional: parts.regional,
    newIndustries: parts.newIndustries,
    leftOut: parts.leftOut.map((i) => f.labels.industries[i] as CodeLabel),
  };
}

export interface IndustryQuery extends PanelQuery {
  readonly firms?: string | undefined;
  readonly wishes?: string | undefined;
  /** Chess scenario whose market rooms the plans are held against. */
  readonly chess?: string | undefined;
}

const noPlants: Bilingual = {
  en: 'Ellison–Glaeser needs two plants or more, with their size and a region of the panel; there are not.',
  zh: 'E-G 指数需要至少两家有规模、且所在地区在面板中的企业；现有数据不足。',
};

/** One industry: where it is, how concentrated, what plans want of it. Errors: `NOT_FOUND`, `UNKNOWN_CODE`. */
export async function industryView(datasets: Datasets, code: string, query: IndustryQuery): Promise<IndustryView> {
  const [{ spread, totals }, f] = await Promise.all([import('@qipan/clusters'), panelFigures(datasets, query)]);
  const i = numberOf(f.labels.industries, code, 'industry');
  const sum = totals(f.panel).industry[i] as number;
  const s = spread(f.panel);
  const intervals = await intervalsOf(f, { industry: i });
  const concentration =
    query.firms === undefined ? null : await concentrationOf(datasets, f, { code, firms: query.firms });
  return {
    ...headOf(f, query.dataset),
    industry: f.labels.industries[i] as CodeLabel,
    total: sum,
    ubiquity: f.complexity.kept.ubiquity[f.col[i] as number] ?? 0,
    pci: known(f.complexity.pci[f.col[i] as number]),
    where: f.labels.regions.map((region, r) => {
      const q = quotientOf(f, r * f.panel.industries + i, intervals);
      return { region, ...q, share: q.value === null ? null : q.value / sum };
    }),
    spread: {
      locationalGini: known(s.locationalGini[i]),
      gini: known(s.gini[i]),
      hoover: known(s.hoover[i]),
    },
    concentration,
    planned:
      query.wishes === undefined
        ? null
        : await plannedOf(datasets, f, { code, wishes: query.wishes, chess: query.chess }),
    notes: query.firms !== undefined && concentration === null ? [noPlants] : [],
  };
}

/** Plants from which a concentration is told. */
const fewestPlants = 3;

async function concentrationOf(
  datasets: Datasets,
  f: PanelFigures,
  ask: { readonly code: string; readonly firms: string },
): Promise<IndustryView['concentration']> {
  const { concentration, totals } = await import('@qipan/clusters');
  const { rows } = await datasets.load(ask.firms, 'firms');
  const at = new Map(f.panel.regionCode.map((c, r) => [c, r]));
  const sizes: number[] = [];
  const industry = new Float64Array(f.panel.regions);
  for (const row of rows) {
    const r = at.get(String(row['regionCode']));
    const size = Number(row['employment'] ?? Number.NaN);
    if (row['industryCode'] !== ask.code || r === undefined || !(size > 0)) continue;
    sizes.push(size);
    industry[r] = (industry[r] as number) + size;
  }
  // From the figures of one or two plants their sizes could be worked out.
  if (sizes.length < fewestPlants) return null;
  const c = concentration({ industry, reference: totals(f.panel).region }, { sizes: Float64Array.from(sizes) });
  return {
    plants: sizes.length,
    g: c.g,
    gamma: c.gamma[0],
    z: c.z === null ? null : known(c.z),
    maurelSedillot: c.maurelSedillot[0],
  };
}
