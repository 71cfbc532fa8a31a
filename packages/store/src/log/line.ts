import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { makeClient, type ConnectionPlan } from '../database/connection.js';

/** A query whose answer takes longer is taken for lost with its connection. */
const longestQueryMs = 30_000;

/**
 * The one connection on which commits are made. After it was lost, `lookUp` says what became of the commit that was under
 * way: it first makes sure that the server's process of the old connection has ended, so that the answer stays true.
 */
export class CommitLine {
  readonly #plan: ConnectionPlan;
  readonly #name = `qipan log ${randomBytes(6).toString('hex')}`;
  #client: pg.Client | null = null;
  #serverPid = 0;

  constructor(plan: ConnectionPlan) {
    this.#plan = plan;
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  /** The connection, made when there is none; throws the driver's error. */
  async client(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = makeClient(this.#plan, this.#name, ' -c plan_cache_mode=force_generic_plan');
    try {
      await client.connect();
    } catch (e) {
      client.end().catch(() => undefined);
      throw e;
    }
    client.once('end', () => this.#forget(client));
    client.once('error', () => this.#forget(client));
    this.#client = client;
    this.#serverPid = (client as unknown as { processID: number }).processID;
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = null;
  }

  /** Runs a query; one that does not answer in time ends the connection. */
  async query(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    const client = await this.client();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.drop();
        reject(new Error('Connection terminated: timeout exceeded'));
      }, longestQueryMs);
    });
    try {
      return await Promise.race([client.query(statement), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives the connection up at once. */
  drop(): void {
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    client.end().catch(() => undefined);
  }

  /**
   * The seq before the first event of the commit, `'done'` for a commit without events, or null when it never happened.
   * `serverPid` is the server's process that had the commit.
   */
  async lookUp(serverPid: number, batch: string, hint: number): Promise<number | 'done' | null> {
    await this.endOld(serverPid);
    const client = await this.client();
    const logged = await client.query<{ first: number | null }>(
      'select min("seq") as "first" from "log" where "seq" >= $1 and "batch" = $2',
      [hint, batch],
    );
    const first = logged.rows[0]?.first ?? null;
    if (first !== null) return first - 1;
    const mark = await client.query('select 1 from "commitMark" where "batch" = $1', [batch]);
    return mark.rowCount === 0 ? null : 'done';
  }

  /** Resolves when the server's process of an old connection is no more: what it was committing is there, or never comes. */
  async endOld(serverPid: number): Promise<void> {
    const client = await this.client();
    const old = [serverPid, this.#name];
    const running = 'from pg_stat_activity where pid = $1 and application_name = $2 and pid <> pg_backend_pid()';
    for (;;) {
      const { rowCount } = await client.query(`select pg_terminate_backend(pid) ${running}`, old);
      if (rowCount === 0) return;
      await sleep(20);
    }
  }

  /** Of the present connection, or the last one. */
  get serverPid(): number {
    return this.#serverPid;
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }
}
