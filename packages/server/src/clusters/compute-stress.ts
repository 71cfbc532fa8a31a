import { createRequire } from 'node:module';
import { QipanError } from '@qipan/base';
import {
  checkIoTable,
  daysPath,
  failurePairs,
  importCut,
  importShares,
  leontief,
  linkages,
  singlePoints,
  stressBesideSpecialisation,
  supplyStructure,
  type IoTable,
  type SinglePoint,
} from '@qipan/clusters';
import { highsEngine, type HighsModule } from '@qipan/optim';
import type { FailureView, RegionStressView, StressParameters, StressView, SupplyNetworkView } from '../contract.js';
import type { WorkOrder, WorkOutcome, WorkReport } from '../jobs/worker-protocol.js';
import type { PanelBody, RowsBody } from './bodies.js';
import { unpack } from './packed.js';
import { supplyNetwork, type NamedNetwork } from './stress-network.js';

const bad = (field: string, got: unknown, expected: string): never => {
  throw new QipanError('BAD_INPUT', `${field}: ${JSON.stringify(got ?? null)}; expected ${expected}`, {
    field,
    got,
    expected,
  });
};

function numberIn(field: string, v: unknown, o: { low: number; high: number; otherwise: number }): number {
  if (v === undefined) return o.otherwise;
  return typeof v === 'number' && v >= o.low && v <= o.high ? v : bad(field, v, `${o.low} to ${o.high}`);
}

export type ReadStress = Required<Omit<StressParameters, 'panel' | 'links' | 'region'>> &
  Pick<StressParameters, 'panel' | 'links' | 'region'>;

/** Parameters with the defaults filled in. Throws `BAD_INPUT`. */
export function stressParameters(given: unknown): ReadStress {
  const p = (given ?? {}) as StressParameters;
  const list = Array.isArray(p.cuts) ? p.cuts : bad('cuts', p.cuts, 'a list of {code, cut}');
  if (list.length < 1 || list.length > 10) bad('cuts', list.length, '1 to 10 cuts');
  const seen = new Set<string>();
  for (const c of list) {
    if (typeof c?.code !== 'string' || typeof c.cut !== 'number' || !(c.cut >= 0 && c.cut <= 1))
      bad('cuts', c, 'a sector code and a share of 0 to 1');
    if (seen.has(c.code)) bad('cuts', c.code, 'each sector once');
    seen.add(c.code);
  }
  const optional = (key: 'panel' | 'links' | 'region') => {
    const v = p[key];
    return v === undefined ? {} : typeof v === 'string' ? { [key]: v } : bad(key, v, 'a text');
  };
  return {
    cuts: list,
    days: Math.round(numberIn('days', p.days, { low: 10, high: 1000, otherwise: 180 })),
    stockDays: numberIn('stockDays', p.stockDays, { low: 1, high: 365, otherwise: 15 }),
    spare: numberIn('spare', p.spare, { low: 0, high: 5, otherwise: 0.1 }),
    ...optional('panel'),
    ...optional('links'),
    ...optional('region'),
  };
}

const orNull = (x: number): number | null => (Number.isFinite(x) ? x : null);

/** The stress test of one table, and of the supply graph when panel and links are named. */
export async function computeStress(order: WorkOrder, tell: (report: WorkReport) => void): Promise<WorkOutcome> {
  const p = stressParameters(order.parameters);
  const { table } = checkIoTable(unpack<IoTable>(order.board));
  tell({ type: 'progress', value: null, bound: null, phase: 'importCut' });
  const cuts = p.cuts.map(({ code, cut }) => {
    const sector = table.code.indexOf(code);
    if (sector < 0)
      throw new QipanError('UNKNOWN_CODE', `there is no sector ${code}`, {
        got: code,
        expected: table.code.join(', '),
      });
    return { sector, cut };
  });
  const load = createRequire(import.meta.url)('highs') as () => Promise<HighsModule>;
  const model = leontief(table);
  const bracket = importCut(model, cuts, highsEngine(await load()));
  const path = daysPath(table, cuts, { days: p.days, stockDays: p.stockDays });
  const shares = importShares(table);
  const { backward } = linkages(model);
  const level = (day: number, j: number) => path.output[day * table.n + j] as number;
  const lowest = table.code.map((_, j) => Math.min(...Array.from({ length: p.days }, (_d, d) => level(d, j))));
  const worst = [...lowest.keys()].sort((a, b) => (lowest[a] as number) - (lowest[b] as number)).slice(0, 4);
  tell({ type: 'progress', value: bracket.lower, bound: orNull(bracket.upper), phase: 'supplyGraph' });
  const view: StressView = {
    unit: table.unit,
    year: table.year,
    origin: table.origin,
    sectors: table.code.map((code, j) => ({
      code,
      name: { en: table.name[j] as string, zh: table.nameZh[j] as string },
      importShare: orNull(shares[j] as number),
      backward: backward[j] as number,
      lower: bracket.lowerBySector[j] as number,
      upper: orNull(bracket.upperBySector[j] as number),
      firstDay: (path.firstDay[j] as number) < 0 ? null : (path.firstDay[j] as number),
      heldBy: table.code[path.heldBy[j] as number] ?? null,
    })),
    cuts: p.cuts,
    status: bracket.status,
    valueAdded: table.valueAdded.reduce((s, row) => s + row.value.reduce((a, b) => a + b, 0), 0),
    lower: bracket.lower,
    upper: orNull(bracket.upper),
    isOrdered: bracket.isOrdered,
    missingImports: bracket.missing,
    binding: bracket.binding.map(({ kind, sector, price }) => ({ kind, code: table.code[sector] as string, price })),
    days: {
      stockDays: p.stockDays,
      loss: path.loss,
      isOscillating: path.isOscillating,
      valueAdded: [...path.valueAdded],
      worst: worst.map((j) => ({
        code: table.code[j] as string,
        output: Array.from({ length: p.days }, (_, d) => level(d, j)),
      })),
    },
    network: networkOf(order, table, p),
    engine: bracket.engine,
  };
  return {
    status: bracket.status,
    value: bracket.lower,
    bound: orNull(bracket.upper),
    gap: null,
    result: view,
    verdict: null,
  };
}

function networkOf(order: WorkOrder, table: IoTable, p: ReadStress): SupplyNetworkView | null {
  if (p.panel === undefined || p.links === undefined) return null;
  const named = supplyNetwork(
    table,
    unpack<PanelBody>(order.datasets[p.panel] as string),
    unpack<RowsBody>(order.datasets[p.links] as string),
    { spare: p.spare, stockDays: p.stockDays },
  );
  const { network } = named;
  const points = singlePoints(network, { top: 60 });
  const structure = supplyStructure(network, 0.1);
  const worst = points
    .filter((x) => x.kind === 'node')
    .slice(0, 20)
    .map((x) => x.what);
  const articulation = [...structure.articulation.keys()].filter((v) => structure.articulation[v] === 1);
  const byLoss = (v: number) => network.output[v] as number;
  return {
    regions: network.regions,
    industries: network.industries,
    links: network.links.value.length,
    points: points.map((x) => failureView(named, x)),
    pairs: failurePairs(network, worst, 10).map(({ a, b, loss, extra }) => ({
      a: named.label(a),
      b: named.label(b),
      loss,
      extra,
    })),
    beside: besideOf(named),
    articulationCount: articulation.length,
    articulationPoints: articulation
      .sort((a, b) => byLoss(b) - byLoss(a))
      .slice(0, 30)
      .map((v) => named.label(v)),
    percolation: [...structure.percolation].filter((_, k, all) => k % Math.ceil(all.length / 60) === 0),
    chosen: chosenOf(named, p.region),
    assumptions: [
      ...(named.strangers === 0
        ? []
        : [
            {
              en: `${named.strangers} of ${network.links.value.length} supply links name a region or industry that the panel does not have: these count with what they sell and with no value added.`,
              zh: `${network.links.value.length} 条供应关系中有 ${named.strangers} 条的地区或行业不在面板中：仅按其销售额计，无增加值。`,
            },
          ]),
      {
        en: `Output and value added of a pair are the table's, by its share of the sector's jobs.`,
        zh: '各地区各行业的产出与增加值按其占本部门就业的比重由投入产出表分摊。',
      },
      {
        en: `Every maker can add ${Math.round(100 * p.spare)} % of its output, and buyers hold ${p.stockDays} days of every input: assumed, not measured.`,
        zh: `假设各供方可增产 ${Math.round(100 * p.spare)} %，需方每种投入品的库存为 ${p.stockDays} 天；均为假设，非实测。`,
      },
    ],
  };
}

function failureView(named: NamedNetwork, x: SinglePoint): FailureView {
  const r = x.kind === 'region' ? x.what : Math.floor(x.what / named.network.industries);
  const i = x.kind === 'region' ? null : x.what % named.network.industries;
  return {
    kind: x.kind === 'region' ? 'region' : 'node',
    regionCode: named.regionCode[r] as string,
    region: named.regionName(r),
    industryCode: i === null ? null : (named.industryCode[i] as string),
    industry: i === null ? null : named.industryName(i),
    loss: x.loss,
    knockOn: x.knockOn,
    hit: x.hit.map((h) => ({ ...named.label(h.node), loss: h.loss })),
    daysOfCover: orNull(x.daysOfCover),
    alternatives: x.alternatives.map((a) => ({ ...named.label(a.node), room: a.room })),
    replaceable: x.replaceable,
  };
}

function chosenOf(named: NamedNetwork, region: string | undefined): FailureView | null {
  if (region === undefined) return null;
  const r = named.regionCode.indexOf(region);
  // A region without any link costs nobody else anything.
  if (r < 0) return null;
  const [alone] = singlePoints(named.network, { kinds: ['region'], only: r });
  return alone === undefined ? null : failureView(named, alone);
}

function besideOf(named: NamedNetwork): readonly RegionStressView[] {
  return stressBesideSpecialisation(named.network)
    .map((s): RegionStressView => ({
      regionCode: named.regionCode[s.region] as string,
      region: named.regionName(s.region),
      knockOn: s.knockOn,
      worst: s.worstNode < 0 ? null : named.label(s.worstNode),
      worstKnockOn: s.worstNodeKnockOn,
      singleSourced: s.singleSourced,
      importShare: orNull(s.importShare),
      specialisation: s.specialisation.slice(0, 4).map((q) => ({
        code: named.industryCode[q.industry] as string,
        name: named.industryName(q.industry),
        quotient: q.quotient,
      })),
    }))
    .sort((a, b) => b.knockOn - a.knockOn);
}
