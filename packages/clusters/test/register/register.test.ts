import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  comingByRule,
  programmes,
  registerAt,
  registerDue,
  type Programme,
  type RegisterEntry,
  type RegisterEvent,
} from '@qipan/clusters';

const facts = {
  nameZh: '示例集群',
  nameEn: 'Example',
  industries: ['24'],
  provinces: ['云南'],
  cities: ['曲靖', '玉溪'],
  organisation: null,
};
const line = (at: string, kind: RegisterEvent['kind'], more: Partial<RegisterEvent> = {}): RegisterEvent => ({
  clusterId: 'c1',
  at,
  kind,
  source: 'decision',
  ...more,
});
const designated = (at = '2022-10-15'): RegisterEvent =>
  line(at, 'designated', { facts, tier: 'nation', programme: 'sme-cluster' });
const at = (day: string, ...events: RegisterEvent[]): RegisterEntry => registerAt(events, day)[0];
const kinds = (e: RegisterEntry) => e.history.map((h) => `${h.at} ${h.kind}`);

test('a life from proposal to exit and back, every line kept', () => {
  const events = [
    line('2020', 'proposed', { facts, tier: 'county' }),
    line('2021-03', 'cultivated', { tier: 'province' }),
    designated(),
    line('2023-04-20', 'reported', { reportYear: 2022 }),
    line('2024-04-20', 'reported', { reportYear: 2023 }),
    line('2025-04-20', 'reported', { reportYear: 2024 }),
    line('2025-09-01', 'exited', { reason: 'asked for' }),
    line('2026-02-01', 'designated', { programme: 'sme-cluster' }),
  ];
  const steps = ['2020-06-01', '2021-06-01', '2022-12-01', '2025-09-02', '2026-03-01'].map((d) => at(d, ...events));
  assert.deepEqual(
    steps.map((e) => e.status),
    ['proposed', 'cultivated', 'designated', 'exited', 'designated'],
  );
  assert.deepEqual(
    steps.map((e) => e.tier),
    ['county', 'province', 'nation', 'nation', 'nation'],
  );
  assert.deepEqual(
    steps.map((e) => e.spells),
    [1, 1, 1, 1, 2],
  );
  const end = steps[4];
  assert.equal(end.history.length, 8, 'nothing is deleted');
  assert.deepEqual([end.nameZh, end.cities], ['示例集群', ['曲靖', '玉溪']]);
  assert.equal(end.validUntil, '2029-01-31', 'a new spell has a new end');
  assert.deepEqual(end.reported, [], 'and reports anew');
});

test('a designation holds three years to the day and then ends by itself', () => {
  const reports = [2022, 2023, 2024].map((y) => line(`${y + 1}-04-30`, 'reported', { reportYear: y }));
  const last = at('2025-10-14', designated(), ...reports);
  assert.deepEqual([last.status, last.validUntil], ['designated', '2025-10-14']);
  const over = at('2025-10-15', designated(), ...reports);
  assert.deepEqual([over.status, over.history.at(-1)?.kind, over.since], ['exited', 'expired', '2025-10-15']);
  const renewed = at('2025-10-15', designated(), ...reports, line('2025-10-01', 'renewed'));
  assert.deepEqual([renewed.status, renewed.validUntil], ['designated', '2028-09-30']);
});

test('a missed report warns, a late one heals, a second one ends it', () => {
  assert.equal(at('2023-04-30', designated()).status, 'designated', 'the due day itself is in time');
  const warned = at('2023-05-01', designated());
  assert.deepEqual([warned.status, warned.warnedFor, warned.missed], ['warned', 'missedReport', [2022]]);
  const late = at('2023-06-01', designated(), line('2023-05-20', 'reported', { reportYear: 2022 }));
  assert.deepEqual([late.status, late.missed, late.reported], ['designated', [2022], [2022]]);
  const gone = at('2024-05-01', designated());
  assert.equal(gone.status, 'exited');
  assert.deepEqual(kinds(gone), ['2022-10-15 designated', '2023-05-01 missedReport', '2024-05-01 missedReport']);
});

test('a veto warns, a second one or a year without an answer ends it, a lifted warning does not', () => {
  const reports = [2022, 2023, 2024].map((y) => line(`${y + 1}-04-01`, 'reported', { reportYear: y }));
  const veto = line('2023-07-01', 'veto', { reason: 'accident' });
  assert.deepEqual([at('2023-07-01', designated(), ...reports, veto).status], ['warned']);
  assert.equal(at('2023-09-01', designated(), ...reports, veto, line('2023-08-01', 'veto')).status, 'exited');
  assert.equal(at('2024-06-30', designated(), ...reports, veto).status, 'warned');
  const silent = at('2024-07-01', designated(), ...reports, veto);
  assert.deepEqual([silent.status, silent.history.at(-1)?.kind], ['exited', 'warningUnanswered']);
  const lifted = at('2024-07-01', designated(), ...reports, veto, line('2024-01-10', 'warningLifted'));
  assert.deepEqual([lifted.status, lifted.warnedFor], ['designated', null]);
  const reported = at(
    '2023-12-01',
    designated(),
    veto,
    line('2023-08-01', 'reported', { reportYear: 2023 }),
    ...reports,
  );
  assert.equal(reported.warnedFor, 'veto', 'a report does not answer a veto');
});

test('what is not known has no consequence: no end, no report, no warning for clusters of unknown rules', () => {
  const e = at(
    '2060-01-01',
    line('2022', 'designated', { facts, tier: 'nation', programme: 'advanced-manufacturing' }),
  );
  assert.deepEqual([e.status, e.validUntil], ['designated', null]);
  assert.deepEqual(comingByRule(e), []);
  assert.equal(at('2060-01-01', line('2022', 'designated', { facts })).status, 'designated', 'nor without a programme');
});

test('a designation known to the year ends at the latest day that it may mean', () => {
  const programme: Programme = { ...(programmes[0] as Programme), reportDue: null };
  const events = [line('2022', 'designated', { facts, programme: 'sme-cluster' })];
  const [e] = registerAt(events, '2023-01-01', [programme]);
  assert.equal(e.validUntil, '2025-12-31');
  assert.equal(registerAt(events, '2025-12-31', [programme])[0].status, 'designated');
  assert.equal(registerAt(events, '2026-01-01', [programme])[0].status, 'exited');
});

const impossible: readonly [what: string, events: readonly RegisterEvent[], code: string, message: RegExp][] = [
  ['a report of nobody', [line('2022', 'reported', { reportYear: 2021 })], 'CONFLICT', /not in the register/],
  ['a first line without a name', [line('2022', 'proposed')], 'UNKNOWN_REFERENCE', /gives no name/],
  ['a renewal after the end', [designated(), line('2026-01-01', 'renewed')], 'CONFLICT', /it is exited since/],
  [
    'lifting a warning that is none',
    [designated(), line('2023-01-01', 'warningLifted')],
    'CONFLICT',
    /warningLifted of a|not possible/,
  ],
  ['exit twice', [designated(), line('2023-01-01', 'exited'), line('2023-02-01', 'exited')], 'CONFLICT', /exited/],
  [
    'a line that only the rules may write',
    [designated(), line('2023-01-01', 'expired')],
    'CONFLICT',
    /expired is not possible/,
  ],
  ['a date that is none', [{ ...designated(), at: '2022-02-30' }], 'BAD_INPUT', /2022-02-30 is no date/],
];
for (const [what, events, code, message] of impossible)
  test(`${what} is refused`, () => assert.throws(() => registerAt(events, '2027-01-01'), { code, message }));

test('lines may come in any order; lines after the day are not looked at', () => {
  const events = [
    designated(),
    line('2023-04-20', 'reported', { reportYear: 2022 }),
    line('2023-07-01', 'veto'),
    line('2023-09-01', 'warningLifted'),
    line('2024-04-20', 'reported', { reportYear: 2023 }),
  ];
  const want = at('2024-06-01', ...events);
  assert.deepEqual(at('2024-06-01', ...events.toReversed()), want);
  assert.deepEqual(at('2023-06-30', ...events), at('2023-06-30', ...events.slice(0, 2)));
  assert.deepEqual(registerAt(events, '2021'), []);
});

/** The rules in words, a day at a time. */
function dayByDay(start: string, days: number, acts: ReadonlyMap<string, RegisterEvent['kind']>): string[] {
  let status = 'designated';
  let warnedAt = '';
  let end = addDays(addMonths(start, 36), -1);
  let byReport = false;
  const reported = new Set<number>();
  const missed = new Set<number>();
  const out: string[] = [];
  for (let d = 0; d < days; d++) {
    const today = addDays(start, d);
    const live = () => status === 'designated' || status === 'warned';
    // Midnight: what follows from yesterday.
    if (live() && today > end) status = 'exited';
    if (status === 'warned' && today >= addMonths(warnedAt, 12)) status = 'exited';
    const year = Number(today.slice(0, 4)) - 1;
    const began = Number(start.slice(0, 4)) - (start.slice(5) < '04-30' ? 1 : 0);
    if (live() && today.endsWith('-05-01') && year >= began && !reported.has(year)) {
      missed.add(year);
      if (status === 'warned') status = 'exited';
      else {
        status = 'warned';
        warnedAt = today;
        byReport = true;
      }
    }
    const act = acts.get(today);
    if (act === 'reported' && live()) {
      reported.add(year);
      if (status === 'warned' && byReport && [...missed].every((y) => reported.has(y))) status = 'designated';
    }
    if (act === 'veto' && live()) {
      if (status === 'warned') status = 'exited';
      else {
        status = 'warned';
        warnedAt = today;
        byReport = false;
      }
    }
    if (act === 'warningLifted' && status === 'warned') status = 'designated';
    if (act === 'renewed' && live()) {
      status = 'designated';
      end = addDays(addMonths(today, 36), -1);
    }
    out.push(status);
  }
  return out;
}

test('the fold says every day what a clerk says who goes through the days', () => {
  const acts = fc.uniqueArray(
    fc.tuple(
      fc.integer({ min: 1, max: 1900 }),
      fc.constantFrom<RegisterEvent['kind']>('reported', 'reported', 'veto', 'warningLifted', 'renewed'),
    ),
    { selector: ([d]) => d, maxLength: 9 },
  );
  const starts = fc.constantFrom('2022-10-15', '2022-04-29', '2022-04-30', '2024-02-29', '2022-01-01');
  fc.assert(
    fc.property(starts, acts, (start, list) => {
      const days = 2000;
      const wanted = new Map(list.map(([d, kind]) => [addDays(start, d), kind]));
      // Lines that the status of the day does not allow are never written.
      const events = [designated(start)];
      for (const [day, kind] of [...wanted].toSorted((a, b) => (a[0] < b[0] ? -1 : 1))) {
        const more = kind === 'reported' ? { reportYear: Number(day.slice(0, 4)) - 1 } : {};
        const next = line(day, kind, more);
        try {
          registerAt([...events, next], day);
          events.push(next);
        } catch {
          wanted.delete(day);
        }
      }
      const clerk = dayByDay(start, days, wanted);
      for (let d = 0; d < days; d += 13)
        assert.equal(at(addDays(start, d), ...events).status, clerk[d], `${start} + ${d}`);
    }),
    { seed: 43, numRuns: 40 },
  );
});

test('a later look only adds lines', () => {
  const events = [designated(), line('2023-04-20', 'reported', { reportYear: 2022 }), line('2023-07-01', 'veto')];
  let before: readonly RegisterEvent[] = [];
  for (let d = 0; d < 1500; d += 30) {
    const { history } = at(addDays('2022-10-15', d), ...events);
    assert.deepEqual(history.slice(0, before.length), before);
    before = history;
  }
  assert.ok(before.length > events.length, 'what followed from the rules stands there too');
});

test('due says what to do, by when, and what follows', () => {
  const entries = registerAt([designated()], '2023-04-01');
  const { due, lapsed } = registerDue(entries, { day: '2023-04-01' });
  assert.deepEqual(due, [
    {
      clusterId: 'c1',
      nameZh: '示例集群',
      nameEn: 'Example',
      what: 'report',
      by: '2023-04-30',
      reportYear: 2022,
      daysLeft: 29,
      otherwise: 'warned',
    },
  ]);
  assert.deepEqual(lapsed, []);
  const may = registerDue(registerAt([designated()], '2023-05-02'), { day: '2023-05-02', horizonDays: 400 });
  assert.deepEqual(
    may.due.map((d) => [d.what, d.by, d.otherwise]),
    [
      ['report', '2024-04-30', 'exited'],
      ['answerWarning', '2024-04-30', 'exited'],
    ],
  );
  assert.deepEqual(may.lapsed, [{ clusterId: 'c1', at: '2023-05-01', kind: 'missedReport', reportYear: 2022 }]);
  assert.equal(registerDue(entries, { day: '2023-04-01', horizonDays: 28 }).due.length, 0);
});

test('due lists the end of a designation among the reports', () => {
  const reports = [2022, 2023, 2024].map((y) => line(`${y + 1}-04-01`, 'reported', { reportYear: y }));
  const entries = registerAt([designated(), ...reports], '2025-09-01');
  const { due } = registerDue(entries, { day: '2025-09-01', horizonDays: 300 });
  assert.deepEqual(
    due.map((d) => [d.what, d.by, d.daysLeft]),
    [
      ['renewal', '2025-10-14', 43],
      ['report', '2026-04-30', 241],
    ],
  );
});
