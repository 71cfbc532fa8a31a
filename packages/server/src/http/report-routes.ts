import { Type } from 'typebox';
import type { Datasets } from '../clusters/datasets.js';
import { reportInThread } from '../clusters/report/in-thread.js';
import type { Results } from '../jobs/results.js';
import { route, type Route } from './route.js';

/** A report holds its own style and no script; nothing else may be loaded by it. */
const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** `GET /clusters/report?dataset&region&lang&year`: one printable page. */
export function reportRoutes(datasets: Datasets, results: Results): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/clusters/report',
      role: 'viewer',
      tag: 'clusters',
      summary: 'The report on one region as a printable HTML page, in English or Chinese.',
      query: Type.Object({
        dataset: Type.String({ minLength: 1, maxLength: 100 }),
        region: Type.String({ minLength: 1, maxLength: 200 }),
        lang: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('zh')])),
        year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2100 })),
      }),
      handle: async ({ query, reply }) => {
        const { name, dataLevel, attribution } = await datasets.summary(query.dataset, 'panel');
        const links = await datasets.newest('supplyLinks');
        const html = await reportInThread(
          {
            body: await datasets.load(query.dataset, 'panel'),
            name,
            dataset: query.dataset,
            dataLevel,
            attribution,
            region: query.region,
            year: query.year,
            links: links === null ? null : (await datasets.load(links, 'supplyLinks')).rows,
            moves: await results.moves(query.region),
          },
          query.lang ?? 'zh',
        );
        return reply
          .header('content-type', 'text/html; charset=utf-8')
          .header('content-security-policy', reportPolicy)
          .serializer((x: unknown) => x as string)
          .send(html);
      },
    }),
  ];
}
