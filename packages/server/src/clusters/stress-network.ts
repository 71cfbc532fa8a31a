import { QipanError, type Bilingual } from '@qipan/base';
import type { IoTable, SupplyNetwork } from '@qipan/clusters';
import type { PairLabel } from '../contract.js';
import type { PanelBody, RowsBody } from './bodies.js';

/** A supply network with the names of its regions and industries. */
export interface NamedNetwork {
  readonly network: SupplyNetwork;
  readonly regionCode: readonly string[];
  readonly industryCode: readonly string[];
  /** Links that name a region or industry which the panel does not have. */
  readonly strangers: number;
  label(node: number): PairLabel;
  regionName(r: number): Bilingual;
  industryName(i: number): Bilingual;
}

const both = (en: string, zh: string | null): Bilingual => ({ en, zh: zh ?? en });

/** The newest year of a panel of employment. Throws `UNIT_MIXED` for another measure. */
export function newestPanel(body: PanelBody): PanelBody['panels'][number] {
  if (body.measure !== 'employment')
    throw new QipanError('UNIT_MIXED', `the panel measures ${body.measure}; jobs are needed`, {
      got: body.measure,
      expected: 'employment',
    });
  return body.panels[body.panels.length - 1] as PanelBody['panels'][number];
}

/** Employment of the nation by sector of the table; 0 where no industry of the panel belongs to the sector. */
export function sectorJobs(t: IoTable, body: PanelBody): Float64Array {
  const panel = newestPanel(body);
  const out = new Float64Array(t.n);
  sectorOfIndustry(t, body).forEach((s, i) => {
    for (let r = 0; s >= 0 && r < panel.regions; r++) {
      const v = panel.value[r * panel.industries + i] as number;
      if (!Number.isNaN(v)) out[s] = (out[s] as number) + v;
    }
  });
  return out;
}

/** Sector of each industry of the panel, −1 where the panel does not say or the table has no such sector. */
export function sectorOfIndustry(t: IoTable, body: PanelBody): Int32Array {
  const at = new Map(t.code.map((c, i) => [c, i]));
  const sectors = body.industries?.ioSector ?? [];
  return Int32Array.from(newestPanel(body).industryCode, (_, i) => at.get(sectors[i] ?? '') ?? -1);
}

const place = (codes: readonly string[]): ReadonlyMap<string, number> => new Map(codes.map((c, i) => [c, i]));

interface PairColumns {
  readonly output: Float64Array;
  readonly valueAdded: Float64Array;
  readonly imports: Float64Array;
}

/** Output, value added and imports of each sector, spread over its pairs by their jobs; by region, then industry. */
function spreadByJobs(
  t: IoTable,
  body: PanelBody,
  regionCode: readonly string[],
  industryCode: readonly string[],
): PairColumns {
  const panel = newestPanel(body);
  const inPanel = { region: place(panel.regionCode), industry: place(panel.industryCode) };
  const sector = sectorOfIndustry(t, body);
  const jobs = sectorJobs(t, body);
  const added = t.x.map((_, j) => t.valueAdded.reduce((s, row) => s + (row.value[j] as number), 0));
  const bought = t.x.map((_, j) => {
    let s = 0;
    for (let i = 0; i < t.n; i++) s += t.imports?.[i * t.n + j] ?? Number.NaN;
    return s;
  });
  const column = () => new Float64Array(regionCode.length * industryCode.length);
  const out = { output: column(), valueAdded: column(), imports: column() };
  regionCode.forEach((rc, r) =>
    industryCode.forEach((ic, i) => {
      const [pr, pi] = [inPanel.region.get(rc), inPanel.industry.get(ic)];
      const s = pi === undefined ? -1 : (sector[pi] as number);
      if (pr === undefined || pi === undefined || s < 0 || !((jobs[s] as number) > 0)) return;
      const v = panel.value[pr * panel.industries + pi] as number;
      const share = Number.isNaN(v) ? 0 : v / (jobs[s] as number);
      const node = r * industryCode.length + i;
      out.output[node] = share * (t.x[s] as number);
      out.valueAdded[node] = share * (added[s] as number);
      out.imports[node] = share * (bought[s] as number);
    }),
  );
  return out;
}

/**
 * The (region, industry) graph of supply links. Output and value added of a pair are the table's, by its share of the jobs of the
 * sector; an output below what the pair sells is raised to it. Regions and industries without a link are left out.
 */
export function supplyNetwork(
  t: IoTable,
  body: PanelBody,
  links: RowsBody,
  o: { readonly spare: number; readonly stockDays: number },
): NamedNetwork {
  const panel = newestPanel(body);
  const text = (row: RowsBody['rows'][number], key: string) => String(row[key]);
  const distinct = (keys: readonly string[]) =>
    [...new Set(links.rows.flatMap((row) => keys.map((k) => text(row, k))))].sort();
  const regionCode = distinct(['fromRegion', 'toRegion']);
  const industryCode = distinct(['fromIndustry', 'toIndustry']);
  const [regionAt, industryAt] = [place(regionCode), place(industryCode)];
  const inPanel = { region: place(panel.regionCode), industry: place(panel.industryCode) };
  const { output, valueAdded, imports } = spreadByJobs(t, body, regionCode, industryCode);
  const number = (key: string, map: ReadonlyMap<string, number>) =>
    links.rows.map((row) => map.get(text(row, key)) as number);
  const value = links.rows.map((row) => Number(row['value'] ?? 0));
  const from = { region: number('fromRegion', regionAt), industry: number('fromIndustry', industryAt) };
  const sold = new Float64Array(output.length);
  value.forEach((v, e) => {
    const node = (from.region[e] as number) * industryCode.length + (from.industry[e] as number);
    sold[node] = (sold[node] as number) + v;
  });
  sold.forEach((v, node) => (output[node] = Math.max(output[node] as number, v)));
  const regionName = (r: number) => nameIn(regionCode[r] as string, inPanel.region, body.regions);
  const industryName = (i: number) => nameIn(industryCode[i] as string, inPanel.industry, body.industries);
  return {
    network: {
      regions: regionCode.length,
      industries: industryCode.length,
      links: {
        fromRegion: from.region,
        fromIndustry: from.industry,
        toRegion: number('toRegion', regionAt),
        toIndustry: number('toIndustry', industryAt),
        value,
        substitutable: links.rows.map((row) => Number(row['substitutable'] ?? 1)),
      },
      output,
      valueAdded,
      spare: new Float64Array(output.length).fill(o.spare),
      coverDays: new Float64Array(industryCode.length).fill(o.stockDays),
      imports,
    },
    regionCode,
    industryCode,
    strangers: links.rows.filter(
      (row) =>
        !['fromRegion', 'toRegion'].every((k) => inPanel.region.has(text(row, k))) ||
        !['fromIndustry', 'toIndustry'].every((k) => inPanel.industry.has(text(row, k))),
    ).length,
    regionName,
    industryName,
    label: (node) => {
      const [r, i] = [Math.floor(node / industryCode.length), node % industryCode.length];
      return {
        regionCode: regionCode[r] as string,
        region: regionName(r),
        industryCode: industryCode[i] as string,
        industry: industryName(i),
      };
    },
  };
}

interface Names {
  readonly name: readonly string[];
  readonly nameZh: readonly (string | null)[];
}

function nameIn(code: string, at: ReadonlyMap<string, number>, names: Names | null): Bilingual {
  const k = at.get(code);
  const en = k === undefined ? undefined : names?.name[k];
  return en === undefined ? both(code, code) : both(en, names?.nameZh[k as number] ?? null);
}
