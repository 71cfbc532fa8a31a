import type { FastifyInstance } from 'fastify';
import { QipanError } from '@qipan/base';
import type { ServerInfo } from '../contract.js';
import type { Metrics } from '../metrics.js';
import { isLoopback } from '../options.js';
import { route, type Caller, type Route } from './route.js';

export interface InfoSource {
  readonly info: (caller: Caller | null) => Promise<ServerInfo>;
  readonly health: () => { readonly ok: boolean; readonly database: string };
  readonly metrics: Metrics;
}

/** `GET /info`: what this server is, how its clock runs, who is logged in, and whether it can store anything. */
export function infoRoutes(source: InfoSource): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/info',
      role: 'anyone',
      tag: 'server',
      summary: 'Version, clock, login, database health, default board.',
      handle: ({ caller }) => source.info(caller),
    }),
  ];
}

/** `/healthz` for supervisors (503 while nothing can be stored) and `/metrics` for Prometheus. */
export function addOperations(app: FastifyInstance, source: InfoSource): void {
  app.get('/healthz', { schema: { hide: true } as never }, async (_request, reply) => {
    const health = source.health();
    return reply.status(health.ok ? 200 : 503).send(health);
  });
  app.get('/metrics', { schema: { hide: true } as never }, async (request, reply) => {
    if (request.caller === null && !isLoopback(request.ip))
      throw new QipanError('UNAUTHENTICATED', '/metrics needs a login from other machines');
    const text = await source.metrics.registry.metrics();
    return reply
      .header('content-type', source.metrics.registry.contentType)
      .serializer((x: unknown) => x as string)
      .send(text);
  });
}
