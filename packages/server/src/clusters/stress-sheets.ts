import type { DemandView, StressView } from '../contract.js';
import type { Sheet, SheetCell } from '../exports/sheets.js';

const sheet = (
  name: string,
  columns: readonly (readonly [name: string, unit: string])[],
  rows: readonly (readonly SheetCell[])[],
): Sheet => ({ name, columns: columns.map((c) => c[0]), units: columns.map((c) => c[1]), rows });

const pair = (p: { region: { zh: string }; industry: { zh: string } | null }) =>
  `${p.region.zh}·${p.industry?.zh ?? '整个地区 whole region'}`;

/** Tables of a stress test: the bracket, sectors, days, and where there is a supply graph its single points and regions. */
export function stressSheets(v: StressView): readonly Sheet[] {
  const money = `${v.unit} a year`;
  const tables = [
    sheet(
      'bracket',
      [
        ['figure', ''],
        ['value', money],
      ],
      [
        ['lower', v.lower],
        ['upper', v.upper],
        ['missingImports', v.missingImports],
        ['valueAdded', v.valueAdded],
        ...v.cuts.map((c): SheetCell[] => [`cut of ${c.code}, share`, c.cut]),
        ['origin of the table', v.origin],
        ['engine', v.engine],
      ],
    ),
    sheet(
      'sectors',
      [
        ['code', ''],
        ['name', ''],
        ['nameZh', ''],
        ['importShare', 'share'],
        ['backward', ''],
        ['lower', money],
        ['upper', money],
        ['firstDay', 'day'],
        ['heldBy', 'sector'],
      ],
      v.sectors.map((s) => [
        s.code,
        s.name.en,
        s.name.zh,
        s.importShare,
        s.backward,
        s.lower,
        s.upper,
        s.firstDay,
        s.heldBy,
      ]),
    ),
    sheet(
      'days',
      [
        ['day', ''],
        ['valueAdded', 'share of before'],
        ...v.days.worst.map((w): [string, string] => [w.code, 'share of before']),
      ],
      v.days.valueAdded.map((y, d) => [d, y, ...v.days.worst.map((w) => w.output[d] ?? null)]),
    ),
  ];
  return v.network === null ? tables : [...tables, ...networkSheets(v.network, money)];
}

function networkSheets(network: NonNullable<StressView['network']>, money: string): readonly Sheet[] {
  return [
    sheet(
      'singlePoints',
      [
        ['kind', ''],
        ['region', ''],
        ['industry', ''],
        ['lostElsewhere', money],
        ['lostInAll', money],
        ['daysOfCover', 'days'],
        ['roomElsewhere', 'share of what failed'],
        ['hit', ''],
        ['alternatives', ''],
      ],
      network.points.map((p) => [
        p.kind,
        p.regionCode,
        p.industryCode,
        p.knockOn,
        p.loss,
        p.daysOfCover,
        p.replaceable,
        p.hit.map(pair).join('; '),
        p.alternatives.map(pair).join('; '),
      ]),
    ),
    sheet(
      'regions',
      [
        ['region', ''],
        ['name', ''],
        ['lostElsewhere', money],
        ['singleSourced', 'share of purchases'],
        ['importShare', 'share'],
        ['specialisedIn', 'location quotient'],
      ],
      network.beside.map((r) => [
        r.regionCode,
        r.region.zh,
        r.knockOn,
        r.singleSourced,
        r.importShare,
        r.specialisation.map((s) => `${s.name.zh} ${s.quotient.toFixed(2)}`).join('; '),
      ]),
    ),
    sheet(
      'assumptions',
      [['text', '']],
      network.assumptions.flatMap((a) => [[a.zh], [a.en]]),
    ),
  ];
}

/** Tables of the demand link: totals, sectors, regions. */
export function demandSheets(v: DemandView): readonly Sheet[] {
  const names = ['output', 'valueAdded', 'directImports', 'inducedImports', 'taxes', 'jobs'] as const;
  const totals = sheet(
    'totals',
    [
      ['figure', ''],
      ['gross', `${v.unit}; jobs in person-years`],
      ['net', 'empty: nothing displaced was given'],
    ],
    names.map((k) => [k, v.gross[k], v.net?.[k] ?? null]),
  );
  const sectors = sheet(
    'sectors',
    [
      ['code', ''],
      ['name', ''],
      ['nameZh', ''],
      ['grossOutput', v.unit],
      ['grossJobs', 'person-years'],
      ['netOutput', v.unit],
      ['netJobs', 'person-years'],
    ],
    v.sectors.map((s) => [s.code, s.name.en, s.name.zh, s.grossOutput, s.grossJobs, s.netOutput, s.netJobs]),
  );
  if (v.regions === null) return [totals, sectors];
  const columns: [string, string][] = [
    ['code', ''],
    ['name', ''],
    ['jobs', 'person-years, by shares of jobs'],
    ['valueAdded', v.unit],
  ];
  return [
    totals,
    sectors,
    sheet(
      'regions',
      columns,
      v.regions.map((r) => [r.code, r.name.zh, r.jobs, r.valueAdded]),
    ),
  ];
}
