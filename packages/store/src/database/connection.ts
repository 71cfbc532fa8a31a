import { QipanError } from '@qipan/base';
import pg from 'pg';

/** How every connection of the store is made. */
export interface ConnectionPlan {
  /** What the driver takes: host, port, user, password, database, TLS; without `options`. */
  readonly config: pg.ClientConfig;
  /** The same as one string, `options` included, for programs that share the database. */
  readonly connectionString: string;
}

const schema = 'qipan';

/** Settings of each session. A server whose default is `synchronous_commit = off` would break the log's promise. */
const sessionOptions = `-c search_path=${schema},public -c synchronous_commit=on -c jit=off`;

const int8 = 20;

function wholeNumber(text: string): number {
  const n = Number(text);
  if (!Number.isSafeInteger(n)) throw new Error(`the database gave ${text}, which is beyond ±2^53`);
  return n;
}

/** `bigint` comes as a number; everything else as the driver has it (numeric as text, json parsed). */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary'
      ? wholeNumber
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

const shared = (plan: ConnectionPlan, name: string, more: string): pg.ClientConfig => ({
  ...plan.config,
  types,
  options: `${sessionOptions}${more}`,
  application_name: name,
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
});

/** A pool for records; `max` connections. */
export function makePool(plan: ConnectionPlan, max: number): pg.Pool {
  const pool = new pg.Pool({ ...shared(plan, 'qipan records', ''), max, idleTimeoutMillis: 60_000 });
  // A connection that is lost while idle is replaced by the pool; without a listener it would end the program.
  pool.on('error', () => undefined);
  return pool;
}

/** One connection outside the pool. `more` are further session settings. */
export function makeClient(plan: ConnectionPlan, name: string, more = ''): pg.Client {
  const client = new pg.Client(shared(plan, name, more));
  client.on('error', () => undefined);
  return client;
}

/** The plan for an embedded server. */
export function embeddedPlan(
  address: { host: string; port: number; user: string; password: string },
  database: string,
): ConnectionPlan {
  const { user, password, host, port } = address;
  const authority = `${user}:${encodeURIComponent(password)}@${encodeURIComponent(host)}:${port}`;
  return {
    config: { ...address, database },
    connectionString: withOptions(`postgres://${authority}/${database}`),
  };
}

/**
 * The plan for a server named by DATABASE_URL. Throws `BAD_USAGE` for what is no address: the driver would take `nonsense` for a
 * path and call a host named `base`. The text itself is not repeated, it may hold a password.
 */
export function outsidePlan(databaseUrl: string): ConnectionPlan {
  if (!/^(postgres|postgresql):\/\//.test(databaseUrl) || !URL.canParse(databaseUrl))
    throw new QipanError('BAD_USAGE', 'the address of the database is none', {
      field: '--database-url, DATABASE_URL',
      expected: 'postgres://user:password@host:5432/database',
    });
  return { config: { connectionString: databaseUrl }, connectionString: withOptions(databaseUrl) };
}

const withOptions = (url: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent(sessionOptions)}`;

export const schemaName = schema;
