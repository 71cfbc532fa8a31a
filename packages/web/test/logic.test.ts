import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyStoredEvent } from '@qipan/base';
import type { BoardView, EvseView, PlanView, StationView } from '@qipan/server/contract';
import { clockOf } from '../src/clock.js';
import {
  dateTime,
  duration,
  energyText,
  figure,
  gapText,
  money,
  percent,
  plainFigure,
  powerText,
  quantity,
} from '../src/format.js';
import { mergeStations } from '../src/live.js';
import {
  boundsOf,
  coverageOf,
  outlineFeatures,
  rowOffset,
  sitePoints,
  stationGroupPoints,
  stationPoints,
  townshipPoints,
  villageIconName,
  villagePoints,
} from '../src/map/features.js';
import { mapColours, yearColours } from '../src/map/palette.js';
import { sortRows } from '../src/parts/data-table.js';
import { niceTicks } from '../src/parts/stacked-bars.js';
import { siteDifferences, villageDifferences } from '../src/pages/plan/comparison.js';
import { defaultYears, yearsBetween } from '../src/pages/plan/horizon.js';
import { changedValues, typedNumber, valueAt, withValue } from '../src/pages/plan/parameters.js';
import { adviceOf } from '../src/pages/stations/advice.js';
import { commandForms, readObject } from '../src/pages/stations/command-forms.js';
import { mergeBy, mergeEvents } from '../src/pages/stations/station-data.js';
import { drawnPower, withMeasurement } from '../src/pages/stations/power-plot-series.js';
import { spansOf } from '../src/pages/stations/timeline-spans.js';
import { address, matchPath, readPlace } from '../src/router.js';
import { evseShowing, freeEvses, isSimulated, stationPowerW, stationShowing } from '../src/stations/state.js';
import { mockBoard } from './mock/board.js';
import { mockDefaults, mockPlan } from './mock/plan.js';

test('figures carry their unit, the digits their size needs, and — where they are unknown', () => {
  assert.equal(quantity(7.25, 'kW', 'en'), '7.25 kW');
  assert.equal(quantity(72.46, 'kW', 'en'), '72.5 kW');
  assert.equal(quantity(1234, 'kW', 'en'), '1,234 kW');
  assert.equal(quantity(null, 'kW', 'zh'), '—');
  assert.equal(figure(undefined, 'en'), '—');
  assert.equal(figure(Number.NaN, 'en'), '—');
  assert.equal(figure(-0, 'en'), '0');
  assert.equal(plainFigure(0.110_500_000_000_000_01, 'en'), '0.1105');
  assert.equal(plainFigure(6_500_000, 'zh'), '6,500,000');
  assert.equal(powerText(0, 'en'), '0.0 kW');
  assert.equal(powerText(null, 'en'), '—');
  assert.equal(energyText(12_345, 'zh'), '12.35 kWh');
  assert.equal(percent(0.4251, 'en'), '42.5 %');
});

test('a small gap keeps the digits that tell it from nothing', () => {
  assert.equal(gapText(0.0123, 'en'), '1.23 %');
  assert.equal(gapText(0.00042, 'en'), '0.042 %');
  assert.equal(gapText(0, 'en'), '0.00 %');
  assert.equal(gapText(null, 'en'), '—');
});

test('money is told in 万 and 亿 to Chinese readers and in thousands and millions to English ones', () => {
  assert.equal(money(4321, 'CNY', 'zh'), '4,321 元');
  assert.equal(money(54_321, 'CNY', 'zh'), '5.43 万元');
  assert.equal(money(12_345_678, 'CNY', 'zh'), '1,234.6 万元');
  assert.equal(money(234_567_890, 'CNY/2025', 'zh'), '2.35 亿元（2025 年价）');
  assert.equal(money(-54_321, 'CNY', 'en'), '-54.3 k CNY');
  assert.equal(money(12_345_678, 'CNY/2025', 'en'), '12.35 M CNY/2025');
  assert.equal(money(10_000_000, 'CNY', 'zh', 0), '1,000 万元');
});

test('an age is told in its largest whole unit and never runs backwards', () => {
  assert.equal(duration(12_900, 'en'), '12 s');
  assert.equal(duration(61_000, 'zh'), '1 分钟');
  assert.equal(duration(47 * 3_600_000, 'en'), '47 h');
  assert.equal(duration(49 * 3_600_000, 'en'), '2 d');
  assert.equal(duration(-5, 'en'), '0 s');
  assert.match(dateTime(0, 'en'), /^19(69|70)-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

test('simulated stations age on the virtual clock, real ones on the server clock, whatever the browser clock says', () => {
  const server = { speed: 60, epochRealMs: 1000, epochVirtualMs: 500_000, nowMs: 500_000 + 60 * 9000 };
  let browser = 77_000;
  const clock = clockOf(server, 77_000, () => browser);
  assert.equal(clock.nowMs('real'), 10_000);
  assert.equal(clock.nowMs('simulated'), 1_040_000);
  browser += 1000;
  assert.equal(clock.nowMs('real'), 11_000);
  assert.equal(clock.nowMs('simulated'), 1_100_000);
});

test('addresses are read back as they were written', () => {
  assert.equal(address('/', { run: 'r 1', village: null }), '#/?run=r+1');
  const place = readPlace('#/plan/runs/a%2Fb?x=1');
  assert.equal(place.path, '/plan/runs/a%2Fb');
  assert.equal(place.query.get('x'), '1');
  assert.deepEqual(matchPath('/plan/runs/:id', place.path), { id: 'a/b' });
  assert.equal(matchPath('/plan/:id', '/plan/runs/1'), null);
  assert.equal(readPlace('').path, '/');
  assert.deepEqual(matchPath('/stations/:id', '/stations/%E0'), { id: '%E0' });
});

test('tables sort numbers by size, names by the language, and what is unknown last in both directions', () => {
  const rows = [
    { n: 10, w: '村10' },
    { n: null, w: '村2' },
    { n: 9, w: '村1' },
  ];
  const n = { key: 'n', title: '', value: (r: (typeof rows)[number]) => r.n };
  const w = { key: 'w', title: '', value: (r: (typeof rows)[number]) => r.w };
  assert.deepEqual(
    sortRows(rows, n, false, 'en').map((r) => r.n),
    [9, 10, null],
  );
  assert.deepEqual(
    sortRows(rows, n, true, 'en').map((r) => r.n),
    [10, 9, null],
  );
  assert.deepEqual(
    sortRows(rows, w, false, 'zh').map((r) => r.w),
    ['村1', '村2', '村10'],
  );
});

test('bars get round ticks that reach their top', () => {
  assert.deepEqual(niceTicks(97), [0, 50, 100]);
  assert.deepEqual(niceTicks(6_500_000), [0, 2e6, 4e6, 6e6, 8e6]);
  assert.deepEqual(niceTicks(0), [0, 1]);
});

/** Relative luminance and contrast after WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const c = Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
      return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

test('the colours of the years fade steadily against the page and all signs stand out by 3 : 1', () => {
  for (const theme of ['light', 'dark'] as const) {
    const { area, halo, uncovered, showing } = mapColours[theme];
    for (const n of [1, 3, 5, 9]) {
      const colours = yearColours(n, theme);
      assert.equal(new Set(colours).size, n);
      const contrasts = colours.map((c) => contrast(c, area));
      for (const [i, c] of contrasts.entries()) {
        assert.ok(c >= 3, `${theme} ${n} ${i}: ${c.toFixed(2)}`);
        if (i > 0)
          assert.ok(c < (contrasts[i - 1] as number), `${theme} ${n}: year ${i} is not weaker than the one before`);
      }
    }
    assert.ok(contrast(uncovered, area) >= 3);
    for (const [name, colour] of Object.entries(showing))
      if (name !== 'Unknown') assert.ok(contrast(colour, halo) >= 3, `${theme} ${name}`);
  }
});

const board: BoardView = mockBoard();
const plan: PlanView = mockPlan(board, 'run-1', 0);

test('a village shows its coverage year only once the year that is looked at has come', () => {
  assert.deepEqual(coverageOf(plan, 2028, 4), { kind: 'year', index: 2 });
  assert.deepEqual(coverageOf(plan, 2028, 1), { kind: 'later' });
  assert.deepEqual(coverageOf(plan, null, 4), { kind: 'never' });
  assert.deepEqual(coverageOf(null, undefined, 4), { kind: 'noPlan' });
  assert.equal(villageIconName({ kind: 'year', index: 2 }, true), 'village-2-hollow');
});

test('villages with synthetic positions are drawn hollow, and every place of the plan is drawn once', () => {
  const { features } = villagePoints(board, plan, 4);
  assert.equal(features.length, plan.villages.length);
  for (const f of features) {
    const isSynthetic = board.place.positionQuality[f.id] === 'synthetic';
    assert.equal(String(f.properties['icon']).endsWith('hollow'), isSynthetic);
  }
});

test('a site appears in its opening year and its sign grows with its power', () => {
  const first = sitePoints(plan, 0).features.length;
  const last = sitePoints(plan, plan.years.length - 1).features;
  assert.equal(first, plan.sites.filter((s) => s.openYear === plan.years[0]).length);
  assert.equal(last.length, plan.sites.length);
  const sizeOf = (i: number) => Number(last.find((f) => f.id === i)?.properties['size']);
  const powers = plan.sites.map((s) => s.powerKwByYear.at(-1) as number);
  const most = powers.indexOf(Math.max(...powers));
  const least = powers.indexOf(Math.min(...powers));
  assert.ok(sizeOf(most) > sizeOf(least));
});

test('the bounds of a board hold its outline and all its places', () => {
  const bounds = boundsOf(board);
  assert.ok(bounds !== null);
  for (const [i, lon] of board.place.lon.entries()) {
    const lat = board.place.lat[i] as number;
    assert.ok(lon >= bounds[0] && lon <= bounds[2] && lat >= bounds[1] && lat <= bounds[3]);
  }
  assert.equal(boundsOf({ ...board, outline: null, place: { ...board.place, lon: [], lat: [] } }), null);
});

test('shapes are found in any GeoJSON object with their level, and nothing is found in anything else', () => {
  const p = { type: 'Point', coordinates: [1, 2] };
  const shapes = (x: unknown) => outlineFeatures(x).map((f) => f.geometry);
  assert.deepEqual(shapes({ type: 'GeometryCollection', geometries: [p, p] }), [p, p]);
  assert.deepEqual(shapes(p), [p]);
  for (const nothing of [null, 'x', { type: 'Feature', geometry: null }]) assert.deepEqual(shapes(nothing), []);
  const properties = { level: 'township', shapeLevel: 'synthetic' };
  const of = { type: 'FeatureCollection', features: [{ type: 'Feature', geometry: p, properties }, p] };
  assert.deepEqual(
    outlineFeatures(of).map((f) => f.properties),
    [
      { level: 'township', isSynthetic: true },
      { level: 'county', isSynthetic: false },
    ],
  );
});

test('a township is named at its seat, and in the middle of its villages where the board has no seat', () => {
  const seats = townshipPoints(board);
  assert.equal(seats.features.length, new Set(board.place.region).size);
  const [first] = seats.features;
  assert.deepEqual(first?.geometry.coordinates, [board.place.lon[0], board.place.lat[0]]);
  const two = [board.place.kind.indexOf('village'), board.place.kind.indexOf('village') + 1];
  const pick = <T>(column: readonly T[]) => two.map((i) => column[i] as T);
  const place = {
    ...board.place,
    region: [1, 1],
    lon: pick(board.place.lon),
    lat: pick(board.place.lat),
    population: pick(board.place.population),
    positionQuality: pick(board.place.positionQuality),
  };
  const [only] = townshipPoints({ ...board, place }).features;
  assert.ok(only);
  const [lon] = only.geometry.coordinates;
  assert.ok(Math.abs(lon - ((place.lon[0] as number) + (place.lon[1] as number)) / 2) < 1e-9);
});

const evse = (over: Partial<EvseView> = {}): EvseView => ({
  evseId: 1,
  connectorId: 1,
  status: 'Available',
  detail: null,
  statusSinceMs: 0,
  errorCode: null,
  powerW: null,
  powerAtMs: null,
  transactionId: null,
  energyWh: null,
  ...over,
});

const station = (over: Partial<StationView> = {}): StationView => ({
  id: 'a',
  identity: 'a',
  name: { en: 'a', zh: 'a' },
  origin: 'simulated',
  ocppVersion: '2.0.1',
  siteId: null,
  place: null,
  lon: 107,
  lat: 30,
  moduleType: null,
  powerKw: 60,
  vendorName: null,
  model: null,
  firmwareVersion: null,
  registration: 'Accepted',
  liveness: 'connected',
  lastSeenMs: 0,
  evses: [evse()],
  ...over,
});

test('a station that is away shows that before anything it once said, and otherwise its worst EVSE', () => {
  const charging = evse({ status: 'Occupied', transactionId: 't', powerW: 7000 });
  assert.equal(evseShowing(charging), 'Charging');
  assert.equal(evseShowing(evse({ status: 'Occupied', detail: 'EVConnected' })), 'Occupied');
  assert.equal(evseShowing(evse({ status: null })), 'Unknown');
  assert.equal(stationShowing(station({ evses: [evse(), charging] })), 'Charging');
  assert.equal(stationShowing(station({ evses: [charging, evse({ status: 'Faulted' })] })), 'Faulted');
  assert.equal(stationShowing(station({ liveness: 'offline', evses: [charging] })), 'Offline');
  assert.equal(stationShowing(station({ liveness: 'never' })), 'Unknown');
});

test('one simulated station is enough for the label', () => {
  assert.equal(isSimulated(false, [station({ origin: 'real' })]), false);
  assert.equal(isSimulated(false, [station({ origin: 'real' }), station()]), true);
  assert.equal(isSimulated(true, []), true);
});

test('power that was not measured is unknown, not zero, and an EVSE out of reach is not free', () => {
  assert.equal(stationPowerW(station()), null);
  assert.equal(stationPowerW(station({ evses: [evse({ powerW: 0 }), evse()] })), 0);
  assert.deepEqual(freeEvses(station({ evses: [evse(), evse({ status: 'Faulted' })] })), { free: 1, all: 2 });
  assert.deepEqual(freeEvses(station({ liveness: 'offline' })), { free: 0, all: 1 });
});

test('stations at one point are set apart so that each can be pressed', () => {
  const { features } = stationPoints([station(), station({ id: 'b' }), station({ id: 'c', lon: null })]);
  assert.deepEqual(
    features.map((f) => f.properties['id']),
    ['a', 'b'],
  );
  const offsets = [0, 1, 2, 3, 4, 5].map((k) => rowOffset(k, 6).join());
  assert.equal(new Set(offsets).size, 6);
});

test('seen from afar one sign stands for the stations at a point: what is broken first, then what is in use', () => {
  const busy = station({ id: 'b', evses: [evse({ status: 'Occupied' })] });
  const groups = (all: readonly StationView[]) => stationGroupPoints(all).features.map((f) => f.properties);
  assert.deepEqual(groups([station({ siteId: 's1' }), { ...busy, siteId: 's1' }]), [
    { layer: 'sites', id: 's1', showing: 'Occupied', count: '2' },
  ]);
  assert.deepEqual(groups([station(), busy, station({ id: 'c', liveness: 'offline' })]), [
    { layer: 'stations', id: 'a', showing: 'Offline', count: '3' },
  ]);
  assert.deepEqual(groups([station({ siteId: 's1' }), station({ id: 'far', lon: 100 }), station({ lat: null })]), [
    { layer: 'stations', id: 'a', showing: 'Available', count: '' },
    { layer: 'stations', id: 'far', showing: 'Available', count: '' },
  ]);
});

test('a newer station takes its place in the list and an unknown one joins its end', () => {
  const merged = mergeStations(
    [station(), station({ id: 'b' })],
    new Map([
      ['b', station({ id: 'b', liveness: 'offline' })],
      ['z', station({ id: 'z' })],
    ]),
  );
  assert.deepEqual(
    merged.map((s) => `${s.id} ${s.liveness}`),
    ['a connected', 'b offline', 'z connected'],
  );
});

test('advice names the EVSE and its error, warns of faults to earth, and is silent when all is well', () => {
  assert.deepEqual(adviceOf(station()), []);
  const refused = { reason: 'password', count: 3, atMs: 0, remoteAddress: '10.0.0.9' } as const;
  assert.deepEqual(
    adviceOf({ ...station({ liveness: 'never' }), refused }).map((a) => [a.key, a.fill?.['n'], a.fill?.['from']]),
    [['advicePassword', 3, '10.0.0.9']],
  );
  assert.equal(
    adviceOf({ ...station({ liveness: 'offline' }), refused: { ...refused, reason: 'version' } })[0]?.key,
    'adviceVersion',
  );
  assert.deepEqual(adviceOf({ ...station(), refused }), [], 'somebody else knocks while the station is on line');
  assert.deepEqual(adviceOf(station({ liveness: 'offline' })), [{ key: 'adviceOffline' }]);
  const faulted = evse({ evseId: 2, status: 'Faulted', errorCode: 'OverVoltage' });
  assert.deepEqual(adviceOf(station({ evses: [evse(), faulted] })), [
    { key: 'adviceFaulted', fill: { n: 2, code: 'OverVoltage' } },
  ]);
  const earth = evse({ status: 'Faulted', errorCode: 'GroundFailure' });
  assert.deepEqual(adviceOf(station({ evses: [earth] })), [{ key: 'adviceGround', fill: { n: 1 } }]);
});

const event = (seq: number, kind: string, payload: object, evseId: number | null = 1) =>
  ({
    seq,
    stationId: 'a',
    kind,
    atMs: null,
    receivedAtMs: seq * 1000,
    evseId,
    connectorId: 1,
    payload,
  }) as AnyStoredEvent;
const status = (seq: number, word: string, detail: string | null = null) =>
  event(seq, 'statusChanged', { status: word, detail, errorCode: null, info: null });

test('the timeline draws what was reported, offline while the connection is lost, and nothing before the first report', () => {
  const events = [
    status(10, 'Available'),
    status(20, 'Occupied', 'Charging'),
    event(30, 'disconnected', { code: 1006, reason: '' }, null),
    event(40, 'connected', { remoteAddress: '', securityProfile: 1 }, null),
  ];
  const spans = spansOf([...events].reverse(), { evseId: 1, fromMs: 0, toMs: 50_000, present: null });
  assert.deepEqual(
    spans.map((s) => `${s.fromMs}-${s.toMs} ${s.showing}`),
    ['10000-20000 Available', '20000-30000 Charging', '30000-40000 Offline', '40000-50000 Charging'],
  );
  assert.deepEqual(spansOf(events, { evseId: 2, fromMs: 0, toMs: 25_000, present: null }), []);
});

test('a station of OCPP 2.x that reports only Occupied is drawn charging while its transaction says so', () => {
  const charging = (seq: number, kind: string, chargingState: string | null, evseId: number | null = 1) =>
    event(seq, kind, { transactionId: 't', chargingState, readings: [] }, evseId);
  const events = [
    status(10, 'Occupied'),
    charging(12, 'transactionStarted', 'EVConnected'),
    charging(14, 'transactionUpdated', 'Charging'),
    status(15, 'Occupied'),
    charging(16, 'transactionUpdated', null),
    charging(18, 'transactionUpdated', 'SuspendedEV'),
    charging(19, 'transactionUpdated', 'Charging', 2),
    status(20, 'Available'),
  ];
  const spans = spansOf(events, { evseId: 1, fromMs: 0, toMs: 22_000, present: null });
  assert.deepEqual(
    spans.map((s) => `${s.fromMs}-${s.toMs} ${s.showing}`),
    ['10000-14000 Occupied', '14000-18000 Charging', '18000-20000 Occupied', '20000-22000 Available'],
  );
});

test('a report older than the events at hand still fills the timeline from the view of the station', () => {
  const present = { showing: 'Faulted', sinceMs: -5000 } as const;
  const [only, ...rest] = spansOf([], { evseId: 1, fromMs: 0, toMs: 9000, present });
  assert.deepEqual(only, { fromMs: 0, toMs: 9000, showing: 'Faulted' });
  assert.equal(rest.length, 0);
});

test('events stand once each by falling seq, and newer rows replace older ones', () => {
  const merged = mergeEvents(
    [status(3, 'Available'), status(1, 'Available')],
    [status(2, 'Faulted'), status(3, 'Faulted')],
  );
  assert.deepEqual(
    merged.map((e) => e.seq),
    [3, 2, 1],
  );
  const rows = mergeBy(
    [{ k: 'a', v: 1 }],
    [
      { k: 'b', v: 2 },
      { k: 'a', v: 3 },
    ],
    (r) => r.k,
  );
  assert.deepEqual(rows, [
    { k: 'b', v: 2 },
    { k: 'a', v: 3 },
  ]);
});

test('a measurement joins the plot only when it is newer than what is drawn', () => {
  const series = { atMs: [1, 2], powerW: [5, 6] };
  assert.equal(withMeasurement(series, 2, 9), series);
  assert.equal(withMeasurement(series, 3, null), series);
  assert.deepEqual(withMeasurement(series, 3, 9), { atMs: [1, 2, 3], powerW: [5, 6, 9] });
});

test('no line is drawn through hours in which nothing was measured', () => {
  const minute = 60_000;
  const drawn = drawnPower({
    atMs: [0, minute, 2 * minute, 90 * minute, 91 * minute],
    powerW: [1000, 2000, 3000, 0, 500],
  });
  assert.deepEqual(drawn.y, [1, 2, 3, null, 0, 0.5]);
  assert.deepEqual(drawn.x, [0, minute, 2 * minute, 2 * minute + 1, 90 * minute, 91 * minute]);
  assert.deepEqual(drawnPower({ atMs: [], powerW: [] }), { x: [], y: [] });
});

test('a command carries what its form was filled with and nothing that was left open', () => {
  const start = commandForms['RequestStartTransaction']?.payload({ evseId: '2', idToken: 'T1' });
  assert.deepEqual(start, { evseId: 2, idToken: { idToken: 'T1', type: 'Central' } });
  assert.deepEqual(commandForms['ChangeAvailability']?.payload({ evseId: '', operational: 'false' }), {
    operational: false,
  });
  assert.deepEqual(commandForms['GetVariables']?.payload({ keys: ' a， b,c ' }), { keys: ['a', 'b', 'c'] });
  assert.deepEqual(commandForms['GetVariables']?.payload({}), {});
  assert.deepEqual(commandForms['raw']?.payload({ action: 'X', payload: '{"a":1}' }), {
    action: 'X',
    payload: { a: 1 },
  });
  assert.equal(readObject('[1]'), null);
  assert.equal(readObject('{'), null);
});

test('parameters are read, set and taken back by their path without touching the others', () => {
  const tree = { cost: { discountRate: 0.06 }, years: [2026] };
  assert.equal(valueAt(tree, 'cost.discountRate'), 0.06);
  assert.equal(valueAt(tree, 'cost.none.deeper'), undefined);
  const set = withValue(tree, 'moduleTypes.dc60.capex', 1);
  assert.deepEqual(changedValues(set), ['cost.discountRate', 'moduleTypes.dc60.capex', 'years']);
  assert.deepEqual(withValue(set, 'moduleTypes.dc60.capex', undefined), tree);
  assert.deepEqual(tree, { cost: { discountRate: 0.06 }, years: [2026] });
});

test('what a person types is read as they mean it', () => {
  assert.equal(typedNumber('1,234.5'), 1234.5);
  assert.equal(typedNumber(' 12 000 '), 12_000);
  assert.equal(typedNumber(''), undefined);
  assert.ok(Number.isNaN(typedNumber('abc')));
  assert.deepEqual(yearsBetween(2026, 2028), [2026, 2027, 2028]);
  assert.equal(yearsBetween(2028, 2026), undefined);
  assert.equal(yearsBetween(2026, 3026), undefined);
  assert.deepEqual(defaultYears(mockDefaults), [2026]);
});

test('two plans are paired by site and by village', () => {
  const other: PlanView = {
    ...plan,
    sites: [
      ...plan.sites.slice(1, 3),
      { ...(plan.sites[3] as PlanView['sites'][number]), openYear: 2029 },
      { ...(plan.sites[4] as PlanView['sites'][number]), powerKwByYear: [1, 1, 1, 1, 1] },
    ],
    villages: plan.villages.slice(0, 3).map((v, i) => ({ ...v, coveredYear: [2026, null, 2030][i] ?? null })),
  };
  const base: PlanView = {
    ...plan,
    sites: plan.sites.slice(0, 5),
    villages: plan.villages.slice(0, 3).map((v, i) => ({ ...v, coveredYear: [2028, 2026, 2030][i] ?? null })),
  };
  const changes = new Map(siteDifferences(base, other).map((d) => [d.id, d.change]));
  assert.deepEqual([...changes.values()].sort(), ['closed', 'moved', 'sized']);
  assert.deepEqual(
    siteDifferences(other, base)
      .map((d) => d.change)
      .sort(),
    ['moved', 'opened', 'sized'],
  );
  const villages = villageDifferences(base, other);
  assert.deepEqual(
    villages.sooner.map((v) => v.place),
    [0],
  );
  assert.deepEqual(
    villages.later.map((v) => v.place),
    [1],
  );
  assert.equal(villages.same, 1);
});
