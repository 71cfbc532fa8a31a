import { QipanError } from '@qipan/base';
import {
  gearyC,
  getisOrdG,
  localGStar,
  localMoran,
  locationQuotient,
  moranI,
  totals,
  type GlobalStatistic,
  type LocalStatistic,
  type Panel,
} from '@qipan/clusters';
import { bandWeights, nearestWeights, rowStandardised } from '@qipan/territory';
import { printResult } from '../terminal.js';
import { panelsOf } from './clusters.js';
import { placesOf } from './place-file.js';

export type SpaceFigure = 'lq' | 'share' | 'value' | 'total';

export interface SpaceOptions {
  readonly columns?: string;
  readonly places?: string;
  readonly dropIndustries?: readonly string[];
  readonly industry?: string;
  readonly of?: SpaceFigure;
  readonly year?: number;
  readonly neighbours: number;
  /** Kilometres; neighbours are then all within it. */
  readonly band?: number;
  readonly permutations: number;
  readonly seed: number;
  readonly top: number;
  readonly json?: boolean;
}

interface Subject {
  readonly panel: Panel;
  readonly lon: Float64Array;
  readonly lat: Float64Array;
}

const usage = (message: string, field: string, expected: string) =>
  new QipanError('BAD_USAGE', message, { field, expected });

function yearOf(panels: readonly Panel[], year: number | undefined): Panel {
  const panel = year === undefined ? panels.at(-1) : panels.find((p) => p.year === year);
  if (panel) return panel;
  throw new QipanError('NOT_FOUND', `the panel has no year ${year}`, {
    got: year,
    expected: panels.map((p) => p.year).join(', '),
  });
}

async function subjectOf(source: string, o: SpaceOptions): Promise<Subject> {
  if (source === 'demo') {
    const { demoDatasets } = await import('@qipan/server');
    const { panels, regions } = (await demoDatasets()).panel.body;
    if (regions === null) throw new Error('the demo panel has places');
    return { panel: yearOf(panels, o.year), lon: regions.lon, lat: regions.lat };
  }
  if (o.columns === undefined || o.places === undefined)
    throw usage(`${source}: say which column is which, and where the regions stand`, '--columns, --places', 'both');
  const { panels } = panelsOf(source, { columns: o.columns, ...(o.dropIndustries ? o : {}) });
  const panel = yearOf(panels, o.year);
  return { panel, ...placesOf(o.places, panel.regionCode) };
}

/** The figure of every region that is looked at in space; NaN where it is unknown. */
function figuresOf(panel: Panel, o: SpaceOptions): { readonly of: SpaceFigure; readonly value: Float64Array } {
  const of = o.of ?? (o.industry === undefined ? 'total' : 'lq');
  const sums = totals(panel);
  if (of === 'total') return { of, value: sums.region };
  const i = panel.industryCode.indexOf(o.industry ?? '');
  if (o.industry === undefined) throw usage(`--of ${of} is a figure of one industry`, '--industry', 'a code');
  if (i < 0)
    throw new QipanError('UNKNOWN_CODE', `the panel has no industry ${o.industry}`, {
      got: o.industry,
      expected: `one of ${panel.industryCode.slice(0, 5).join(', ')} …`,
    });
  const source = of === 'lq' ? locationQuotient(panel).lq : panel.value;
  const own = Float64Array.from({ length: panel.regions }, (_, r) => source[r * panel.industries + i] as number);
  return { of, value: of === 'share' ? own.map((x, r) => x / (sums.region[r] as number)) : own };
}

const globalLine = (name: string, s: GlobalStatistic) =>
  `${name} ${s.value.toFixed(4)}  E ${s.expectation.toFixed(4)}  z ${s.z.toFixed(2)}  p ${(s.pPermutation ?? s.pNormal).toPrecision(2)}`;

interface LocalRow {
  readonly region: string;
  readonly value: number;
  readonly moran: LocalStatistic;
  readonly gStar: LocalStatistic | null;
}

const quadrants: Readonly<Record<LocalStatistic['quadrant'], string>> = {
  highHigh: 'high among high · 高-高',
  lowLow: 'low among low · 低-低',
  highLow: 'high among low · 高-低',
  lowHigh: 'low among high · 低-高',
};

const localLine = ({ region, value, moran, gStar }: LocalRow) =>
  `${region.padEnd(12)} ${value.toPrecision(4).padStart(10)}  ${(moran.q ?? Number.NaN).toFixed(3).padStart(6)}  ${(gStar?.z ?? Number.NaN).toFixed(2).padStart(6)}  ${quadrants[moran.quadrant]}`;

/** `qipan clusters space`: whether a figure of regions clusters in space, and where. */
export async function space(source: string, o: SpaceOptions): Promise<void> {
  const { panel, lon, lat } = await subjectOf(source, o);
  const { of, value } = figuresOf(panel, o);
  // A region without figure has no neighbours and is nobody's neighbour.
  const east = lon.map((x, r) => (Number.isNaN(value[r]) ? Number.NaN : x));
  const binary = o.band === undefined ? nearestWeights(east, lat, o.neighbours) : bandWeights(east, lat, 1000 * o.band);
  const standard = rowStandardised(binary);
  const draws = { permutations: o.permutations, seed: o.seed };
  const moran = moranI(value, standard, draws);
  const geary = gearyC(value, standard, draws);
  const getisOrd = getisOrdG(value, binary, draws);
  const hot = localGStar(value, binary, draws);
  const local = localMoran(value, standard, draws)
    .flatMap((s, r): LocalRow[] =>
      s === null
        ? []
        : [{ region: panel.regionCode[r] as string, value: value[r] as number, moran: s, gStar: hot[r] ?? null }],
    )
    .sort((a, b) => (a.moran.q ?? 1) - (b.moran.q ?? 1) || Math.abs(b.moran.z) - Math.abs(a.moran.z));
  const codes = (list: readonly number[]) => list.map((r) => panel.regionCode[r]);
  const neighbours = o.band === undefined ? { nearest: o.neighbours } : { bandKm: o.band };
  const leftOut = codes(binary.islands);
  printResult(
    o.json,
    {
      year: panel.year,
      of,
      industry: o.industry ?? null,
      neighbours,
      ...draws,
      leftOut,
      moran,
      geary,
      getisOrd,
      local,
    },
    () => [
      `${panel.year ?? source}: ${of}${o.industry === undefined ? '' : ` of ${o.industry}`}, ${moran.regions} regions, ${o.band === undefined ? `${o.neighbours} nearest` : `within ${o.band} km`}, ${o.permutations} relabelings, seed ${o.seed}`,
      ...(leftOut.length > 0
        ? [`left out (no place, figure or neighbour) · 未计入: ${leftOut.slice(0, 10).join(', ')}`]
        : []),
      globalLine('Moran I     ', moran),
      globalLine('Geary C     ', geary),
      globalLine('Getis-Ord G ', getisOrd),
      `${'region 地区'.padEnd(11)} ${of.padStart(9)}  ${'q'.padStart(6)}  ${'G* z'.padStart(6)}`,
      ...local.slice(0, o.top).map(localLine),
    ],
  );
}
