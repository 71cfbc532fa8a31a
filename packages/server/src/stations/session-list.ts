import { QipanError } from '@qipan/base';
import type { RowOf, Store } from '@qipan/store';
import type { SessionDay, SessionsView, TransactionView } from '../contract.js';
import type { Sheet } from '../exports/sheets.js';

/** Sessions that began in `[fromMs, toMs)`; one whose start is unknown counts where it ended. */
export interface SessionQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly state?: TransactionView['state'];
}

/** What the list needs of a session's station. */
export interface SessionPlace {
  readonly siteId: string | null;
  readonly identity: string;
}

/** Beyond this many a reader is asked for a shorter span, rather than shown sums of a part. */
const mostSessions = 50_000;
/** Rows that a page shows; the sums are of all. */
export const listedSessions = 1_000;

const columns = [
  'stationId',
  'transactionId',
  'state',
  'evseId',
  'connectorId',
  'idToken',
  'startedAtMs',
  'endedAtMs',
  'energyMilliWh',
  'quality',
  'stoppedReason',
] as const;

export type SessionRow = Pick<RowOf<'chargingTransaction'>, (typeof columns)[number]>;

/** Rows of the span, newest first. Throws `BAD_INPUT` when it ends before it begins or holds more than 50,000. */
export async function sessionRows(records: Store['records'], q: SessionQuery): Promise<readonly SessionRow[]> {
  if (q.toMs <= q.fromMs)
    throw new QipanError('BAD_INPUT', 'the span ends before it begins', { field: 'toMs', expected: `> ${q.fromMs}` });
  const rows = await records.sql<SessionRow>(
    `select ${columns.map((c) => `"${c}"`).join(', ')} from "chargingTransaction"
      where (("startedAtMs" >= $1 and "startedAtMs" < $2)
          or ("startedAtMs" is null and "endedAtMs" >= $1 and "endedAtMs" < $2))
        and ($3::text is null or "state" = $3)
      order by coalesce("startedAtMs", "endedAtMs") desc, "stationId", "transactionId" limit $4`,
    [q.fromMs, q.toMs, q.state ?? null, mostSessions + 1],
  );
  if (rows.length > mostSessions)
    throw new QipanError('BAD_INPUT', `the span holds more than ${mostSessions} sessions`, {
      field: 'fromMs',
      expected: 'a shorter span',
    });
  return rows;
}

const two = (n: number): string => String(n).padStart(2, '0');

/** Local date of the server, the day that the figures of the board count too. */
function dayOf(ms: number): string {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

function localTime(ms: number | null): string | null {
  if (ms === null) return null;
  const d = new Date(ms);
  return `${dayOf(ms)} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

type PlaceOf = (stationId: string) => SessionPlace;

/**
 * Sessions and kWh of each day and site, newest day first; a station without a site stands for itself. Energy that nobody could
 * tell is left out of the sum and counted as unknown.
 */
export function energyByDay(sessions: readonly TransactionView[], placeOf: PlaceOf): readonly SessionDay[] {
  interface Sum {
    day: string;
    site: string;
    siteId: string | null;
    simulated: boolean;
    sessions: number;
    unknown: number;
    energyWh: number;
  }
  const sums = new Map<string, Sum>();
  for (const s of sessions) {
    const day = dayOf(s.startedAtMs ?? s.endedAtMs ?? 0);
    const { siteId, identity } = placeOf(s.stationId);
    const key = `${day}\u0000${siteId ?? ''}\u0000${siteId === null ? s.stationId : ''}`;
    const site = siteId ?? identity;
    const sum = sums.get(key) ?? {
      day,
      site,
      siteId,
      simulated: s.simulated,
      sessions: 0,
      unknown: 0,
      energyWh: 0,
    };
    sum.sessions++;
    sum.simulated &&= s.simulated;
    if (s.energyWh === null) sum.unknown++;
    else sum.energyWh += s.energyWh;
    sums.set(key, sum);
  }
  return [...sums.values()]
    .sort((a, b) => (a.day === b.day ? (a.site < b.site ? -1 : 1) : a.day < b.day ? 1 : -1))
    .map(({ energyWh, ...rest }) => ({ ...rest, energyKwh: energyWh / 1000 }));
}

/** The answer of `GET /sessions`. */
export function sessionsView(sessions: readonly TransactionView[], placeOf: PlaceOf): SessionsView {
  const days = energyByDay(sessions, placeOf);
  return {
    sessions: sessions.slice(0, listedSessions),
    total: {
      sessions: sessions.length,
      unknown: days.reduce((n, d) => n + d.unknown, 0),
      energyKwh: days.reduce((n, d) => n + d.energyKwh, 0),
    },
    days,
  };
}

const minutes = (s: TransactionView): number | null =>
  s.startedAtMs === null || s.endedAtMs === null ? null : Math.round((s.endedAtMs - s.startedAtMs) / 600) / 100;

/** The same as two tables for a spreadsheet; times are local times of the server. */
export function sessionSheets(sessions: readonly TransactionView[], placeOf: PlaceOf): readonly Sheet[] {
  return [
    {
      name: 'sessions',
      columns: [
        'station',
        'name',
        'nameZh',
        'site',
        'session',
        'evse',
        'state',
        'started',
        'ended',
        'took',
        'energy',
        'token',
        'stoppedReason',
        'quality',
        'simulated',
      ],
      units: ['', '', '', '', '', '', '', 'local time', 'local time', 'min', 'kWh', '', '', '', ''],
      rows: sessions.map((s) => [
        placeOf(s.stationId).identity,
        s.stationName.en,
        s.stationName.zh,
        placeOf(s.stationId).siteId,
        s.transactionId,
        s.evseId,
        s.state,
        localTime(s.startedAtMs),
        localTime(s.endedAtMs),
        minutes(s),
        s.energyWh === null ? null : s.energyWh / 1000,
        s.idToken?.idToken ?? null,
        s.stoppedReason,
        s.quality.join(' '),
        s.simulated,
      ]),
    },
    {
      name: 'energyByDay',
      columns: ['day', 'site', 'sessions', 'withoutEnergy', 'energy', 'simulated'],
      units: ['', '', '', 'sessions', 'kWh', ''],
      rows: energyByDay(sessions, placeOf).map((d) => [d.day, d.site, d.sessions, d.unknown, d.energyKwh, d.simulated]),
    },
  ];
}
