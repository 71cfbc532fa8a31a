import type { Runner, WorkerUtils } from 'graphile-worker';
import type { Records } from '@qipan/store';
import type { Logger } from 'pino';

export interface QueueOptions {
  readonly connectionString: string;
  /** Runs that a killed process of this server has left in hand: their jobs are locked by a worker that is no more. */
  readonly leftInHand: () => Promise<readonly string[]>;
  readonly handle: (runId: string) => Promise<void>;
  readonly logger: Logger;
}

const task = 'run';

type Client = Parameters<Parameters<WorkerUtils['withPgClient']>[0]>[0];

/** Names of the workers that hold the jobs of these runs. */
async function lockedBy(client: Client, runs: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const { rows } = await client.query<{ locked_by: string }>(
    'select distinct "locked_by" from graphile_worker.jobs where "locked_by" is not null and "key" = any ($1::text[])',
    [await runs()],
  );
  return rows.map((r) => r.locked_by);
}

/**
 * The queue of long computations: rows in the database, so that a run outlives the process that took it. Nothing is loaded and no
 * connection is opened before the first run.
 */
export class JobQueue {
  readonly #options: QueueOptions;
  #runner: Promise<Runner> | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#runner ??= this.#run().catch((e: unknown) => {
      this.#runner = null;
      throw e;
    });
    return this.#runner.then(() => undefined);
  }

  /** Adds the job of a run inside the caller's transaction. The queue must have been started once on this database. */
  static async add(records: Records, runId: string): Promise<void> {
    await records.sql(
      `select graphile_worker.add_job($1, json_build_object('runId', $2::text), job_key => $2::text, max_attempts => 25)`,
      [task, runId],
    );
  }

  async stop(): Promise<void> {
    const runner = await this.#runner?.catch(() => null);
    this.#runner = null;
    await runner?.stop().catch(() => undefined);
  }

  async #run(): Promise<Runner> {
    const { run, makeWorkerUtils, Logger: JobLogger } = await import('graphile-worker');
    const { connectionString, leftInHand, handle, logger } = this.#options;
    const jobLogger = new JobLogger(() => (level, message) => {
      if (level === 'error') logger.warn(`job queue: ${message}`);
      else logger.debug(`job queue: ${message}`);
    });
    const shared = { connectionString, maxPoolSize: 3, logger: jobLogger };
    const utils = await makeWorkerUtils(shared);
    try {
      await utils.migrate();
      const dead = await utils.withPgClient((client) => lockedBy(client, leftInHand));
      if (dead.length > 0) await utils.forceUnlockWorkers([...dead]);
    } finally {
      await utils.release();
    }
    const options = {
      ...shared,
      concurrency: 1,
      noHandleSignals: true,
      pollInterval: 10_000,
      crontab: '',
      taskList: { [task]: (payload: unknown) => handle((payload as { runId: string }).runId) },
    };
    const runner = await run(options);
    // A lost database ends the runner; the next run, or the recovery of the store, starts another.
    runner.promise.then(
      () => (this.#runner = null),
      (e: unknown) => {
        this.#runner = null;
        logger.warn({ err: e }, 'job queue ended');
      },
    );
    return runner;
  }
}
