import type { GridTransformerRow, GridView, RuleName } from '../contract.js';
import type { Sheet, SheetCell } from '../exports/sheets.js';

const ruleNames: readonly RuleName[] = ['onArrival', 'tariffStep', 'staggeredValley', 'dynamicLimit'];

const carsOf = (t: GridTransformerRow, rule: RuleName): number | null =>
  t.figures.find((f) => f.rule === rule)?.cars ?? null;
const limitingOf = (t: GridTransformerRow): string | null => {
  const l = t.figures[0]?.limiting;
  return l ? `${l.kind} ${l.id}` : null;
};

/** Headroom of every transformer, what could not be read, and where the figures come from. */
export function headroomSheets(grid: GridView, attribution: readonly string[]): readonly Sheet[] {
  const columns = [
    'id',
    'name',
    'lon',
    'lat',
    'level',
    'dataLevel',
    'ratedKva',
    'customers',
    'basePeakKw',
    'headroomKw',
    'from',
  ];
  const units = ['', '', 'deg', 'deg', '', '', 'kVA', 'households', 'kW', 'kW', ''];
  const rows = grid.transformers.map((t): SheetCell[] => [
    t.id,
    t.name,
    t.lon,
    t.lat,
    t.level,
    t.dataLevel,
    t.ratedKva,
    t.customers,
    t.basePeakKw,
    t.headroomKw,
    t.from,
    ...ruleNames.map((r) => carsOf(t, r)),
    limitingOf(t),
    t.stations,
  ]);
  return [
    {
      name: 'headroom',
      columns: [...columns, ...ruleNames.map((r) => `${r}Cars`), 'limiting', 'stations'],
      units: [...units, 'cars', 'cars', 'cars', 'cars', '', ''],
      rows,
    },
    {
      name: 'issues',
      columns: ['table', 'file', 'row', 'column', 'transformer', 'message'],
      units: ['', '', '', '', '', ''],
      rows: grid.issues.map((i) => [i.table, i.file, i.row, i.column, i.transformer, i.message]),
    },
    {
      name: 'provenance',
      columns: ['what', 'value'],
      units: ['', ''],
      rows: [
        ['board', grid.boardId],
        ['grid', `${grid.name.en} · ${grid.name.zh}`],
        ['dataLevel', grid.dataLevel],
        ['study', grid.studyRun ?? 'none: thermal estimate of the ledger (L0)'],
        ...grid.assumed.map((a) => ['assumed', `${a.en} · ${a.zh}`]),
        ...attribution.map((a) => ['attribution', a]),
      ],
    },
  ];
}

/** Transformers with a position as points; those without one are counted, not placed. */
export function headroomGeoJson(grid: GridView, attribution: readonly string[]): unknown {
  const placed = grid.transformers.filter((t) => t.lon !== null && t.lat !== null);
  return {
    type: 'FeatureCollection',
    board: grid.boardId,
    dataLevel: grid.dataLevel,
    study: grid.studyRun,
    withoutPosition: grid.transformers.length - placed.length,
    attribution,
    features: placed.map((t) => ({
      type: 'Feature',
      id: t.id,
      geometry: { type: 'Point', coordinates: [t.lon, t.lat] },
      properties: {
        id: t.id,
        name: t.name,
        level: t.level,
        dataLevel: t.dataLevel,
        from: t.from,
        ratedKva: t.ratedKva,
        customers: t.customers,
        headroomKw: t.headroomKw,
        ...Object.fromEntries(ruleNames.map((r) => [`${r}Cars`, carsOf(t, r)])),
        limiting: limitingOf(t),
      },
    })),
  };
}
