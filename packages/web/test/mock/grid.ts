import type {
  BoardView,
  GridTransformerRow,
  GridTransformerView,
  GridView,
  GridVillageStudy,
  LoadGroupView,
  LoadStationView,
  RuleName,
  StationLoadView,
} from '@qipan/server/contract';

const rules: readonly RuleName[] = ['onArrival', 'tariffStep', 'staggeredValley', 'dynamicLimit'];
const cars: Readonly<Record<RuleName, number>> = {
  onArrival: 16,
  tariffStep: 11,
  staggeredValley: 39,
  dynamicLimit: 60,
};
const steps = Array.from({ length: 96 }, (_, k) => k);
const assumed = [{ en: 'power factor 0.95', zh: '功率因数 0.95' }];

/** Transformers of the board's first villages, one a level, the first of them limited. */
function rows(board: BoardView): GridTransformerRow[] {
  const levels = ['L2', 'L1', 'L0'] as const;
  const villages = board.place.id
    .flatMap((id, k) => (board.place.kind[k] === 'village' ? [{ id, k }] : []))
    .slice(0, 40);
  return villages.map(({ id, k }, i) => ({
    id,
    name: board.place.name[k] ?? id,
    place: k,
    lon: board.place.lon[k] ?? null,
    lat: board.place.lat[k] ?? null,
    level: levels[i % 3] as 'L0' | 'L1' | 'L2',
    dataLevel: 'synthetic',
    ratedKva: [50, 100, 200, 400][i % 4] as number,
    customers: 20 + i,
    basePeakKw: i % 5 === 4 ? null : 30,
    headroomKw: i % 5 === 4 ? null : 20 + i,
    from: i % 2 === 0 ? 'study' : 'estimate',
    figures: rules.map((rule) => ({
      rule,
      cars: cars[rule],
      atLeast: rule === 'dynamicLimit',
      interval: [cars[rule] - 4, cars[rule] + 5] as const,
      limiting: rule === 'dynamicLimit' ? null : { kind: 'transformer', id },
    })),
    stations: i === 0 ? 2 : 0,
    isLimited: i === 0,
  }));
}

export interface MockGrid {
  readonly view: GridView;
  readonly transformer: (id: string) => GridTransformerView | undefined;
  readonly study: (id: string) => GridVillageStudy;
  readonly group: LoadGroupView;
  readonly load: StationLoadView;
}

function study(id: string): GridVillageStudy {
  const series = (at: (k: number) => number) => ({ median: steps.map((k) => at(k) * 0.9), bad: steps.map(at) });
  return {
    id,
    level: 'L2',
    draws: 100,
    seed: 1,
    risk: 0.05,
    limits: { minPu: 0.93, maxPu: 1.07, transformerLoading: 1 },
    rules: rules.map((rule) => ({
      rule,
      cars: cars[rule],
      atLeast: rule === 'dynamicLimit',
      interval: [cars[rule] - 4, cars[rule] + 5],
      limiting: rule === 'dynamicLimit' ? [] : [{ kind: 'lowVoltage', id: `${id}/3`, share: 0.8 }],
      riskCurve: [0, 10, 20, 40].map((n) => ({ cars: n, risk: n / 100, low: n / 200, high: n / 50 })),
      admd: [1, 10, 100].map((n) => ({ cars: n, kw: 7 / Math.sqrt(n) })),
    })),
    days: rules.map((rule) => ({
      rule,
      cars: 16,
      loading: series((k) => 0.6 + 0.3 * Math.sin(k / 15)),
      minPu: series((k) => 0.96 + 0.02 * Math.cos(k / 15)),
      weakest: `${id}/3`,
      busiest: { id: `${id} line 1`, loading: 0.4 },
    })),
    ladder: [
      {
        kind: 'rule',
        rule: 'staggeredValley',
        ratedKva: null,
        cars: 39,
        gained: 23,
        cost: 5000,
        costPerCar: 217,
        leadTimeDays: 30,
      },
      {
        kind: 'transformer',
        rule: null,
        ratedKva: 160,
        cars: 52,
        gained: 36,
        cost: 71_200,
        costPerCar: 1978,
        leadTimeDays: 120,
      },
      { kind: 'tap', rule: null, ratedKva: null, cars: 16, gained: 0, cost: 2000, costPerCar: null, leadTimeDays: 7 },
    ],
    paragraph: { en: 'The transformer carries 16 cars.', zh: '该变压器可承载 16 辆。' },
    warnings: ['a common start time'],
    assumptions: assumed,
  };
}

/** A grid in memory: what the pages about transformers ask for. */
export function mockGrid(board: BoardView, nowMs: number): MockGrid {
  const transformers = rows(board);
  const [first] = transformers as [GridTransformerRow];
  const station = (k: number, own: Partial<LoadStationView>): LoadStationView => ({
    stationId: `CS-001-${k}`,
    name: { en: `Post ${k}`, zh: `${k} 号桩` },
    feeder: null,
    nameplateKw: 60,
    isConnected: true,
    guns: 1,
    wantKw: 60,
    failSafeKw: 6,
    heldKw: 20,
    untilMs: nowMs + 600_000,
    mayDrawKw: 20,
    measuredKw: 18,
    pending: null,
    refusal: null,
    reason: 'curtailed',
    ...own,
  });
  const group: LoadGroupView = {
    id: first.id,
    name: { en: first.name ?? '', zh: first.name ?? '' },
    level: 'L2',
    dataLevel: 'synthetic',
    limitKw: [40],
    feeders: [],
    nowMs,
    limitNowKw: 40,
    mayDrawKw: 26,
    measuredKw: 18,
    isOver: false,
    simulated: true,
    stations: [
      station(1, {}),
      station(2, { isConnected: false, heldKw: 6, untilMs: null, mayDrawKw: 6, reason: 'offline', measuredKw: null }),
    ],
    history: [0, 1, 2].map((k) => ({
      atMs: nowMs - 60_000 * (3 - k),
      limitKw: 40,
      mayDrawKw: 20 + k,
      measuredKw: 15 + k,
    })),
  };
  return {
    view: {
      boardId: board.id,
      kind: 'synthetic',
      name: { en: 'Synthetic', zh: '合成' },
      dataLevel: 'synthetic',
      transformers,
      levels: { L0: 13, L1: 13, L2: 14 },
      refused: ['T9'],
      issues: [
        { table: 'transformers', file: 't.csv', row: 9, column: 'ratedKva', transformer: 'T9', message: 't.csv 9' },
      ],
      assumed,
      studyRun: null,
      openRun: null,
    },
    transformer: (id) => {
      const row = transformers.find((t) => t.id === id);
      return (
        row && {
          ...row,
          boardId: board.id,
          assumptions: assumed,
          headroomByQuarterKw: steps.map(() => 40),
          drawing: [
            { id, parent: -1, ratedA: null, line: null, customersKw: 0 },
            { id: `${id}/1`, parent: 0, ratedA: 270, line: `${id} line 1`, customersKw: 3 },
            { id: `${id}/2`, parent: 1, ratedA: 270, line: `${id} line 2`, customersKw: 2 },
            { id: `${id}/3`, parent: 1, ratedA: 140, line: `${id} line 3`, customersKw: 4 },
          ],
          stationIds: ['CS-001-1', 'CS-001-2'],
        }
      );
    },
    study,
    group,
    load: { transformer: { id: first.id, name: group.name }, station: group.stations[0] as LoadStationView },
  };
}
