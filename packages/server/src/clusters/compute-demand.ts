import { QipanError, type Bilingual } from '@qipan/base';
import {
  checkIoTable,
  demandEffects,
  leontief,
  type DemandEffects,
  type IoTable,
  type PurchaseLine,
} from '@qipan/clusters';
import type { DemandParameters, DemandTotals, DemandView } from '../contract.js';
import type { WorkOrder, WorkOutcome } from '../jobs/worker-protocol.js';
import type { PanelBody } from './bodies.js';
import { panelLabels } from './datasets.js';
import { unpack } from './packed.js';
import { newestPanel, sectorJobs, sectorOfIndustry } from './stress-network.js';

/** Parameters as they came, checked. Throws `BAD_INPUT`. */
export function demandParameters(given: unknown): DemandParameters {
  const p = (given ?? {}) as DemandParameters;
  const bad = (field: string, got: unknown, expected: string): never => {
    throw new QipanError('BAD_INPUT', `${field}: ${JSON.stringify(got ?? null)}; expected ${expected}`, {
      field,
      got,
      expected,
    });
  };
  if (!Number.isInteger(p.year) || p.year < 1900 || p.year > 2200) bad('year', p.year, 'a year');
  if (!Array.isArray(p.lines) || p.lines.length < 1 || p.lines.length > 200) bad('lines', p.lines, '1 to 200 lines');
  for (const l of p.lines) {
    const shares = [l?.tradeMargin, l?.transportMargin, l?.taxShare, l?.importShare ?? 0];
    if (typeof l?.label !== 'string' || typeof l.sectorCode !== 'string' || !Number.isFinite(l.amount) || l.amount < 0)
      bad('lines', l, 'label, sectorCode and an amount ≥ 0');
    if (shares.some((v) => typeof v !== 'number' || !(v >= 0 && v <= 1))) bad('lines', l, 'shares of 0 to 1');
    if (l.role !== 'purchase' && l.role !== 'displaced') bad('lines', l.role, 'purchase or displaced');
  }
  if (p.panel !== undefined && typeof p.panel !== 'string') bad('panel', p.panel, 'the id of a dataset');
  return p;
}

const orNull = (x: number): number | null => (Number.isFinite(x) ? x : null);

function totals(e: DemandEffects): DemandTotals {
  const { output, valueAdded, jobs } = e.totals;
  const { directImports, taxes } = e;
  return { output, valueAdded, directImports, inducedImports: orNull(e.inducedImports), taxes, jobs };
}

/** Jobs, value added and imports that a year's purchases draw, by sector and region, gross and net. */
export async function computeDemand(order: WorkOrder): Promise<WorkOutcome> {
  const p = demandParameters(order.parameters);
  const { table } = checkIoTable(unpack<IoTable>(order.board));
  const lines = p.lines.map((l): PurchaseLine => {
    const sector = table.code.indexOf(l.sectorCode);
    if (sector < 0)
      throw new QipanError('UNKNOWN_CODE', `${l.label}: there is no sector ${l.sectorCode}`, {
        got: l.sectorCode,
        expected: table.code.join(', '),
      });
    return { ...l, sector, year: p.year };
  });
  const panel = p.panel === undefined ? null : unpack<PanelBody>(order.datasets[p.panel] as string);
  const jobs = panel && sectorJobs(table, panel);
  const got = demandEffects(leontief(table), lines, {
    ...(jobs
      ? {
          jobsPerOutput: jobs.map((v, j) =>
            v > 0 && (table.x[j] as number) > 0 ? v / (table.x[j] as number) : Number.NaN,
          ),
        }
      : {}),
    ...(panel && jobs ? { regionShare: regionShares(table, panel, jobs) } : {}),
  });
  const at = (v: Float64Array | null | undefined, j: number) => (v ? orNull(v[j] as number) : null);
  const view: DemandView = {
    unit: table.unit,
    year: p.year,
    origin: table.origin,
    gross: totals(got.gross),
    net: got.net && totals(got.net),
    sectors: table.code.map((code, j) => ({
      code,
      name: { en: table.name[j] as string, zh: table.nameZh[j] as string },
      grossOutput: got.gross.output[j] as number,
      grossJobs: at(got.gross.jobs, j),
      netOutput: at(got.net?.output, j),
      netJobs: at(got.net?.jobs, j),
    })),
    regions: panel && regionLines(table, panel, got),
  };
  return { status: 'optimal', value: view.gross.valueAdded, bound: null, gap: null, result: view, verdict: null };
}

/** `[r·n + j]`: share of the nation's jobs of a sector in a region; a sector without jobs is spread evenly, its output being told nowhere. */
function regionShares(t: IoTable, body: PanelBody, jobs: Float64Array): Float64Array {
  const panel = newestPanel(body);
  const sector = sectorOfIndustry(t, body);
  const out = new Float64Array(panel.regions * t.n);
  for (let r = 0; r < panel.regions; r++) {
    for (let i = 0; i < panel.industries; i++) {
      const s = sector[i] as number;
      const v = panel.value[r * panel.industries + i] as number;
      if (s >= 0 && !Number.isNaN(v)) out[r * t.n + s] = (out[r * t.n + s] as number) + v / (jobs[s] as number);
    }
    for (let s = 0; s < t.n; s++) if (jobs[s] === 0) out[r * t.n + s] = 1 / panel.regions;
  }
  return out;
}

function regionLines(t: IoTable, body: PanelBody, got: ReturnType<typeof demandEffects>) {
  const sum = (v: Float64Array | null, r: number) => {
    if (v === null) return Number.NaN;
    let s = 0;
    for (let j = 0; j < t.n; j++) s += v[r * t.n + j] as number;
    return s;
  };
  return panelLabels(body)
    .regions.map(({ code, name }: { code: string; name: Bilingual }, r) => ({
      code,
      name,
      jobs: orNull(sum(got.jobsByRegion, r)),
      valueAdded: sum(got.valueAddedByRegion, r),
    }))
    .sort((a, b) => (b.jobs ?? b.valueAdded) - (a.jobs ?? a.valueAdded));
}
