import path from 'node:path';
import { existsSync } from 'node:fs';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { QipanError } from '@qipan/base';
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import { failure } from './failures.js';
import { checkOrigin, securityHeaders } from './guard.js';
import { allows, type Caller, type Route } from './route.js';
import { lazyValidator } from './validation.js';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly loopback: boolean;
  readonly webRoot: string | undefined;
  readonly version: string;
  readonly logger: Logger;
  /** Who the session cookie belongs to; only asked where a login is required. */
  readonly callerOf: (request: FastifyRequest) => Promise<Caller | null>;
}

/** Body parts are small unless a route says otherwise. */
const bodyLimit = 1024 * 1024;

/** The HTTP side: one Fastify instance with the routes of the table, the pages, and one way to fail. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    requestTimeout: 120_000,
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    http: { maxHeaderSize: 8192, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 },
    // Our own compilers: neither Fastify's ajv nor its serializer generator is loaded.
    schemaController: {
      compilersFactory: {
        buildValidator: () =>
          ((row: { schema: TSchema; httpPart?: string }) => lazyValidator(row.schema, row.httpPart ?? 'body')) as never,
        buildSerializer: () => () => (data: unknown) => JSON.stringify(data),
      },
    },
    schemaErrorFormatter: (errors) => errors as unknown as Error,
  }) as unknown as FastifyInstance;
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser(/^(?!application\/json)/, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('caller', null);
  await app.register(cookie);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders as Record<string, string>);
    checkOrigin(request.method, request.headers, options.loopback);
    request.caller = options.loopback ? { user: 'local', role: 'admin' } : await options.callerOf(request);
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, body, bug } = failure(error);
    if (bug) request.log.error({ err: error, url: request.url.split('?', 1)[0] }, 'request failed');
    if (status === 429) {
      const waitS = (error as QipanError).details['retryAfterS'];
      if (typeof waitS === 'number') void reply.header('retry-after', String(waitS));
    }
    void reply.status(status).send(body);
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Qipan', version: options.version, description: 'The HTTP API of a Qipan server.' },
    },
  });
  app.register(
    async (api) => {
      for (const row of options.routes) addRoute(api, row);
      api.get('/openapi.json', { schema: { hide: true } as never }, async () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  await servePages(app, options.webRoot);
  return app;
}

function addRoute(api: FastifyInstance, row: Route): void {
  const schema: Record<string, unknown> = { summary: row.summary, tags: [row.tag] };
  if (row.params) schema['params'] = row.params;
  if (row.query) schema['querystring'] = row.query;
  if (row.body) schema['body'] = row.body;
  if (row.answer) schema['response'] = { [row.status ?? 200]: row.answer };
  api.route({
    method: row.method,
    url: row.path,
    schema,
    ...(row.bodyLimit === undefined ? {} : { bodyLimit: row.bodyLimit }),
    onRequest: async (request) => {
      if (row.role === 'anyone') return;
      if (request.caller === null)
        throw new QipanError('UNAUTHENTICATED', `${row.method} ${row.path} needs a login`, { expected: row.role });
      if (!allows(request.caller.role, row.role))
        throw new QipanError('FORBIDDEN', `${row.method} ${row.path} needs the role ${row.role}`, {
          got: request.caller.role,
          expected: row.role,
        });
    },
    handler: async (request, reply) => {
      const { params, query, body, caller } = request;
      const answer = await row.handle({ params, query, body, caller, request, reply });
      if (reply.sent || answer === undefined) return reply;
      if (row.status !== undefined) void reply.status(row.status);
      return reply.send(answer);
    },
  });
}

const notPages = /^\/(api|ocpp|healthz|metrics)(\/|$)/;

/** The built pages: files by name, `index.html` for every other address that a person may have typed. */
async function servePages(app: FastifyInstance, webRoot: string | undefined): Promise<void> {
  const hasPages = webRoot !== undefined && existsSync(path.join(webRoot, 'index.html'));
  if (hasPages) {
    const { default: files } = await import('@fastify/static');
    await app.register(files, {
      root: path.resolve(webRoot),
      wildcard: false,
      cacheControl: false,
      setHeaders: (res, file) => {
        const isHashed = /[\\/]assets[\\/].*-[\w-]{8,}\.\w+$/.test(file);
        res.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const where = request.url.split('?', 1)[0] as string;
    if (hasPages && request.method === 'GET' && !notPages.test(where) && !/\.\w{1,8}$/.test(where))
      return reply.sendFile('index.html');
    const { status, body } = failure(
      new QipanError('NOT_FOUND', `${request.method} ${where.slice(0, 200)} is not served here`),
    );
    return reply.status(status).send(body);
  });
}
