import type { PileUp } from '@qipan/clusters';
import type { CodeLabel, IndustryView } from '../contract.js';
import type { Datasets } from './datasets.js';
import { known, type PanelFigures } from './panel-figures.js';

type Planned = NonNullable<IndustryView['planned']>;

interface Ask {
  readonly code: string;
  /** Dataset of wishes. */
  readonly wishes: string;
  /** Chess scenario whose market rooms are taken; none: no room is known. */
  readonly chess?: string | undefined;
}

const alarmsShown = 20;

/** Market rooms by industry of the panel, NaN where the scenario has no such industry. */
async function roomsOf(datasets: Datasets, f: PanelFigures, chess: string | undefined): Promise<Float64Array> {
  const rooms = new Float64Array(f.panel.industries).fill(Number.NaN);
  if (chess === undefined) return rooms;
  const { scenarioFromJson } = await import('@qipan/clusters');
  const { industries } = scenarioFromJson(await datasets.load(chess, 'chessScenario'), 'scenario');
  const at = new Map(industries.code.map((code, i) => [code, i]));
  return rooms.map((none, i) => industries.marketRoom[at.get(f.panel.industryCode[i] as string) ?? -1] ?? none);
}

/** What the plans name, by region and industry of the panel; NaN where a plan gives no figure. */
function planTable(f: PanelFigures, rows: readonly Readonly<Record<string, unknown>>[]): Float64Array {
  const { regions, industries } = f.panel;
  const region = new Map(f.panel.regionCode.map((c, r) => [c, r]));
  const industry = new Map(f.panel.industryCode.map((c, i) => [c, i]));
  const planned = new Float64Array(regions * industries);
  for (const row of rows) {
    const r = region.get(String(row['regionCode']));
    const i = industry.get(String(row['industryCode']));
    if (r === undefined || i === undefined) continue;
    const capacity = row['plannedCapacity'];
    const k = r * industries + i;
    planned[k] = (planned[k] as number) + (typeof capacity === 'number' ? capacity : Number.NaN);
  }
  return planned;
}

function pileUpView(f: PanelFigures, p: PileUp, i: number, room: number): Planned['pileUp'] {
  const label = (r: number) => f.labels.regions[r] as CodeLabel;
  const collision = p.collisions.find((c) => c.industry === i);
  const planners = new Set(collision?.regions.map((x) => x.region));
  const alarms = p.alarms.filter((a) => planners.has(a.a) && planners.has(a.b));
  return {
    room: known(room),
    isUnlimited: room === Infinity,
    ratio: known(p.ratio[i]),
    excess: collision === undefined ? (room === room ? 0 : null) : collision.planned - collision.room,
    colliding: (collision?.regions ?? []).map((x) => ({ region: label(x.region), capacity: x.planned })),
    excessShareOfAll: known(p.excessShare),
    alarms: alarms
      .slice(0, alarmsShown)
      .map((a) => ({ a: label(a.a), b: label(a.b), similarity: a.similarity, usual: a.usual })),
    alarmCount: alarms.length,
  };
}

/** What plans want of one industry, and whether they pile up beyond the market's room. Errors: `NOT_FOUND`. */
export async function plannedOf(datasets: Datasets, f: PanelFigures, ask: Ask): Promise<Planned> {
  const { rows } = await datasets.load(ask.wishes, 'wishes');
  const byCode = new Map(f.labels.regions.map((l) => [l.code, l]));
  const regions = rows.flatMap((row) => {
    if (row['industryCode'] !== ask.code) return [];
    const label = byCode.get(String(row['regionCode']));
    const capacity = row['plannedCapacity'];
    return label ? [{ region: label, capacity: typeof capacity === 'number' ? known(capacity) : null }] : [];
  });
  regions.sort((a, b) => (b.capacity ?? -1) - (a.capacity ?? -1));
  const { pileUp } = await import('@qipan/clusters');
  const marketRoom = await roomsOf(datasets, f, ask.chess);
  const i = f.panel.industryCode.indexOf(ask.code);
  const all = pileUp({ ...f.panel, planned: planTable(f, rows), marketRoom });
  return {
    regions,
    total: regions.reduce((s, x) => s + (x.capacity ?? 0), 0),
    withoutFigure: regions.filter((x) => x.capacity === null).length,
    pileUp: pileUpView(f, all, i, marketRoom[i] as number),
  };
}
