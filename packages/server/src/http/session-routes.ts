import { Type } from 'typebox';
import { csvText, xlsxBytes } from '../exports/sheets.js';
import type { StationReader } from '../stations/reader.js';
import { sessionSheets, sessionsView, type SessionQuery } from '../stations/session-list.js';
import { route, type Route } from './route.js';
import { download } from './study-routes.js';

const span = Type.Object({
  fromMs: Type.Integer({ minimum: 0 }),
  toMs: Type.Integer({ minimum: 0 }),
  state: Type.Optional(
    Type.Union([Type.Literal('open'), Type.Literal('ended'), Type.Literal('lost'), Type.Literal('orphan')]),
  ),
});

/** Charging sessions of all stations over a span of time, to look at and to take away. */
export function sessionRoutes(reader: StationReader): readonly Route[] {
  const of = (query: unknown) => reader.sessions(query as SessionQuery);
  const row = { method: 'GET', role: 'viewer', tag: 'transactions', query: span } as const;
  return [
    route({
      ...row,
      path: '/sessions',
      summary: 'Sessions that began in a span of time: the newest 1,000, sums of all, kWh by day and site.',
      handle: async ({ query }) => sessionsView(await of(query), reader.placeOf),
    }),
    route({
      ...row,
      path: '/sessions.csv',
      summary: 'All sessions of the span as CSV.',
      handle: async (call) => {
        const [sheet] = sessionSheets(await of(call.query), reader.placeOf);
        return download(call, 'text/csv; charset=utf-8', 'sessions.csv', sheet ? csvText(sheet) : '');
      },
    }),
    route({
      ...row,
      path: '/sessions.xlsx',
      summary: 'All sessions of the span, and kWh by day and site, as a workbook.',
      handle: async (call) => {
        const bytes = await xlsxBytes(sessionSheets(await of(call.query), reader.placeOf));
        const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
        return download(call, type, 'sessions.xlsx', bytes);
      },
    }),
  ];
}
