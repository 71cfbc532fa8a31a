import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from '@qipan/base';
import type * as Clusters from '@qipan/clusters';
import type { DemoIoTable, DemoPanel, IoTable } from '@qipan/clusters';
import type { DatasetKind } from '../contract.js';
import type { BodyOf, IndustryColumns, PanelBody, RegionColumns } from './bodies.js';
import type { DatasetLabel, Datasets } from './datasets.js';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../../../data/clusters');
const seed = 1;
const years = [2018, 2020, 2022];
/** What every plan names at once in the demo: medicine, vehicles, electrical machinery, electronics, software. */
const fashionable = ['27', '36', '38', '39', '65'];
const settingKey = 'clusterDemo';
/** Counts up when the demo's tables change; a data folder of an earlier one then gets the new ones beside its own. */
const edition = 2;

const label = (en: string, zh: string): DatasetLabel => ({
  name: { en, zh },
  dataLevel: 'synthetic',
  attribution: {
    en: `Synthetic, drawn from seed ${seed}; belongs to no real place.`,
    zh: `合成数据（种子 ${seed}），不对应任何真实地区。`,
  },
});

async function classification(name: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { parseCsv } = await import('@qipan/territory');
  const [header = [], ...rows] = parseCsv(readFileSync(path.join(folder, name)), name).rows;
  return rows.map((row) => Object.fromEntries(header.map((h, i) => [String(h), String(row[i] ?? '')])));
}

/** The 97 divisions of GB/T 4754-2017, as columns. */
export async function industryColumns(): Promise<IndustryColumns> {
  const rows = await classification('industries.csv');
  const column = (name: string) => rows.map((r) => r[name] as string);
  const orNull = (name: string) => column(name).map((x) => (x === '' ? null : x));
  return {
    code: column('code'),
    name: column('name'),
    nameZh: column('nameZh'),
    parent: column('parent'),
    classification: 'GB/T 4754-2017',
    chainLink: orNull('chainLink'),
    ioSector: orNull('ioSector'),
  };
}

function regionColumns({ regions }: DemoPanel): RegionColumns {
  return {
    code: regions.map((r) => r.code),
    name: regions.map((r) => r.name),
    nameZh: regions.map((r) => r.nameZh),
    level: regions.map(() => 'prefecture'),
    parent: regions.map((r) => r.parent),
    lon: Float64Array.from(regions, (r) => r.lon),
    lat: Float64Array.from(regions, (r) => r.lat),
    population: Float64Array.from(regions, (r) => r.population),
    areaKm2: Float64Array.from(regions, (r) => r.areaKm2),
    isLagging: regions.map((r) => r.isLagging),
  };
}

function demoTable(
  { n, Z, M, F, va, x, finalCategory, valueAddedName }: DemoIoTable,
  sectors: readonly Readonly<Record<string, string>>[],
  year: number | null,
): IoTable {
  const column = (name: string) => sectors.map((s) => s[name] as string);
  return {
    n,
    code: column('code'),
    name: column('name'),
    nameZh: column('nameZh'),
    z: Z,
    imports: M,
    finalDemand: finalCategory.map((code, k) => ({
      code,
      value: x.map((_, i) => F[finalCategory.length * i + k] as number),
    })),
    valueAdded: valueAddedName.map((code, k) => ({ code, value: va.slice(k * n, (k + 1) * n) })),
    x,
    unit: '10,000 CNY',
    year,
    priceBasis: 'basic',
    origin: 'synthetic',
  };
}

/** Regions of the demo's panel. */
const demoRegions = 340;

/** By its name the demo's board is found again. */
export const demoBoardName = { en: 'Demo board: 340 regions, 97 industries', zh: '示例棋盘：340 个地区 × 97 个行业' };

interface DemoDataset<K extends DatasetKind> {
  readonly kind: K;
  readonly body: BodyOf[K];
  readonly label: DatasetLabel;
}

const one = <K extends DatasetKind>(kind: K, body: BodyOf[K], own: DatasetLabel): DemoDataset<K> => ({
  kind,
  body,
  label: own,
});

/** The synthetic panel (340 × 97 × 3 years), input-output table, firms, wishes and supply links. About a third of a second. */
export async function demoDatasets() {
  const clusters = await import('@qipan/clusters');
  const industries = await industryColumns();
  const known = industries.code.map((code, i) => ({ code, parent: industries.parent[i] as string }));
  const demo = clusters.demoPanel({ seed, regions: demoRegions, industries: known, years });
  const newest = demo.panels[demo.panels.length - 1] as PanelBody['panels'][number];
  const chain = industries.code.filter((_, i) => industries.chainLink[i] !== null);
  const sectors = await classification('io-sectors.csv');
  const table = demoTable(clusters.demoIoTable(seed, sectors.length), sectors, newest.year);
  const rows = <T extends object>(list: readonly T[]) => ({ rows: list.map((row) => ({ ...row }) as unknown as Row) });
  return {
    supplyLinks: one(
      'supplyLinks',
      rows(clusters.demoLinks(seed, newest, chain, 600)),
      label('Demo supply links', '示例供应关系'),
    ),
    firms: one('firms', rows(clusters.demoFirms(seed, newest, demo.regions, 3000)), label('Demo firms', '示例企业')),
    wishes: one(
      'wishes',
      rows(clusters.demoWishes(seed, newest, fashionable)),
      label('Demo wishes of 340 plans', '示例规划意愿（340 份规划）'),
    ),
    ioTable: one(
      'ioTable',
      table,
      label(`Demo input-output table of ${table.n} sectors`, `示例 ${table.n} 部门投入产出表`),
    ),
    panel: one(
      'panel',
      { measure: 'employment', unit: 'persons', panels: demo.panels, regions: regionColumns(demo), industries },
      label('Demo panel: 340 regions, 97 industries', '示例面板：340 个地区 × 97 个行业'),
    ),
    chessScenario: one(
      'chessScenario',
      demoBoard(clusters, newest, { regions: regionColumns(demo), industries }),
      label(demoBoardName.en, demoBoardName.zh),
    ),
  } as const;
}

/** Loads the demo datasets unless an earlier start has. True when something was loaded. About half a second. */
export async function ensureDemoDatasets(datasets: Datasets): Promise<boolean> {
  if ((await datasets.setting(settingKey)) === edition) return false;
  for (const { kind, body, label: own } of Object.values(await demoDatasets())) await datasets.add(kind, body, own);
  await datasets.set(settingKey, edition);
  return true;
}

/** A chessboard scenario over the demo's panel: slots, markets, plans and budgets are drawn, names and places are the panel's. */
function demoBoard(
  clusters: Pick<typeof Clusters, 'syntheticBoard' | 'scenarioOf'>,
  panel: PanelBody['panels'][number],
  { regions, industries }: { readonly regions: RegionColumns; readonly industries: IndustryColumns },
): unknown {
  const board = clusters.syntheticBoard({
    regions: panel.regions,
    industries: panel.industries,
    seed,
    panel,
    places: { lon: regions.lon, lat: regions.lat },
    perRegion: 12,
  });
  const { code, name, nameZh } = regions;
  return clusters.scenarioOf({
    ...board,
    name: 'demo board',
    sources: ['demo panel, synthetic'],
    regions: { ...board.regions, code, name, nameZh },
    industries: { ...board.industries, code: industries.code, name: industries.name, nameZh: industries.nameZh },
  });
}
