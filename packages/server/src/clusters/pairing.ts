import type { IoTable } from '@qipan/clusters';
import type { PanelPairing } from '../contract.js';
import type { PanelBody, RowsBody } from './bodies.js';
import type { Datasets } from './datasets.js';

/** Panels looked at, newest first; every one is decoded. */
const mostPanels = 20;
const mostStrangers = 8;

/** How far a panel belongs to a table and to supply links: which of their codes it shares. */
function pairingOf(
  panel: string,
  body: PanelBody,
  { table, links }: { readonly table: IoTable; readonly links: RowsBody | null },
): PanelPairing {
  const [first] = body.panels;
  const [regions, industries] = [new Set(first?.regionCode), new Set(first?.industryCode)];
  const sectors = new Set(table.code);
  const strangers = new Set<string>();
  const inPanel = links?.rows.filter((row) => {
    const places = [row['fromRegion'], row['toRegion']].map(String).filter((c) => !regions.has(c));
    const trades = [row['fromIndustry'], row['toIndustry']].map(String).filter((c) => !industries.has(c));
    for (const code of [...places, ...trades]) strangers.add(code);
    return places.length + trades.length === 0;
  });
  return {
    panel,
    measure: body.measure,
    industries: industries.size,
    industriesInTable: (body.industries?.ioSector ?? []).filter((s) => s !== null && sectors.has(s)).length,
    links: links?.rows.length ?? null,
    linksInPanel: inPanel?.length ?? null,
    strangers: [...strangers].sort().slice(0, mostStrangers),
    strangerCount: strangers.size,
  };
}

/** A panel of jobs before others; then the larger share of what pairs. */
function score(p: PanelPairing): number {
  const linked = p.links === null || p.links === 0 ? 1 : (p.linksInPanel ?? 0) / p.links;
  return (p.measure === 'employment' ? 1 : 0) * (p.industriesInTable / Math.max(1, p.industries)) * linked;
}

/** Panels by how well they belong to a table and to supply links, best first; equally good ones newest first. */
export async function pairings(
  datasets: Datasets,
  ask: { readonly ioTable: string; readonly links?: string | undefined },
): Promise<readonly PanelPairing[]> {
  const table = await datasets.load(ask.ioTable, 'ioTable');
  const links = ask.links === undefined ? null : await datasets.load(ask.links, 'supplyLinks');
  const out: PanelPairing[] = [];
  for (const { id } of (await datasets.list('panel')).slice(0, mostPanels))
    out.push(pairingOf(id, await datasets.load(id, 'panel'), { table, links }));
  return out.sort((a, b) => score(b) - score(a));
}
