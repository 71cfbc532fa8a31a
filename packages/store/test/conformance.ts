import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isQipanError, type AnyEvent, type AnyStoredEvent } from '@qipan/base';
import { openStore, type Store } from '@qipan/store';
import { archiveSuite } from './archive-suite.js';
import type { Engine } from './engines.js';
import { recordsSuite } from './records-suite.js';
import { codeOf, heartbeat, isGapless, messageIdOf, wholeLog } from './sample.js';

/** What every engine must do. `openEngine` starts a server of its own; `skip` is the sentence why it cannot be had. */
export function conformance(name: string, openEngine: () => Promise<Engine>, skip: string | false): void {
  describe(`store on ${name}`, { skip, concurrency: false }, () => {
    let engine: Engine;
    before(async () => {
      engine = await openEngine();
    });
    after(async () => {
      await engine?.stop();
    });
    const withStore =
      (use: (store: Store) => Promise<void>, options = {}) =>
      async () => {
        const store = await engine.fresh(options);
        try {
          await use(store);
        } finally {
          await store.close();
        }
      };
    logSuite(withStore);
    concurrencySuite(withStore);
    faultSuite(withStore, () => engine);
    recordsSuite(withStore);
    archiveSuite(withStore, () => engine);
  });
}

export type WithStore = (use: (store: Store) => Promise<void>, options?: object) => () => Promise<void>;

function logSuite(withStore: WithStore): void {
  it(
    'gives seqs from 1 without gaps and gives back what was appended, hostile text included',
    withStore(async (store) => {
      const info = 'NUL \0, lone \ud800, 棋盘 🔌, "quotes" \\ {braces}, comma\nline, \\u0000, __proto__, 1e999';
      const events: AnyEvent[] = [
        {
          stationId: 'a "quoted", {odd} \\ station',
          kind: 'statusChanged',
          atMs: -1,
          receivedAtMs: 1_750_000_000_123,
          evseId: 1,
          connectorId: 2,
          payload: { status: 'Faulted', detail: null, errorCode: info, info, messageId: '' },
        },
        heartbeat('站1', 'm1'),
      ];
      assert.deepEqual(await store.log.append(events), [1, 2]);
      assert.deepEqual(await store.log.append([heartbeat('b', 'm2')]), [3]);
      assert.deepEqual(await store.log.append([]), []);
      const stored = await store.log.read({});
      assert.deepEqual(
        stored,
        [...events, heartbeat('b', 'm2')].map((e, i) => ({ ...e, seq: i + 1 })),
      );
      assert.equal(await store.log.lastSeq(), 3);
    }),
  );

  it(
    'reads by station, kind, range, order and limit',
    withStore(async (store) => {
      const events: AnyEvent[] = Array.from({ length: 60 }, (_, i) => heartbeat(`s${i % 3}`, `m${i}`));
      const anomaly: AnyEvent = {
        ...heartbeat('s1', 'odd'),
        kind: 'anomaly',
        payload: { code: 'clock', detail: 'one day ahead' },
      };
      await store.log.append([...events.slice(0, 30), anomaly, ...events.slice(30)]);
      const seqs = async (q: Parameters<Store['log']['read']>[0]) => (await store.log.read(q)).map((e) => e.seq);
      assert.deepEqual(await seqs({ limit: 3 }), [1, 2, 3]);
      assert.deepEqual(await seqs({ limit: 2, descending: true }), [61, 60]);
      assert.deepEqual(await seqs({ afterSeq: 10, beforeSeq: 13 }), [11, 12]);
      assert.deepEqual(await seqs({ stationId: 's0', limit: 2 }), [1, 4]);
      assert.deepEqual(await seqs({ kinds: ['anomaly'] }), [31]);
      assert.deepEqual(
        await seqs({ kinds: ['anomaly', 'heartbeat'], stationId: 's1', afterSeq: 28, limit: 3 }),
        [29, 31, 33],
      );
      assert.deepEqual(await seqs({ kinds: [] }), []);
    }),
  );

  it(
    'goes on into the next partition of the log',
    withStore(async (store) => {
      await store.records.sql(
        `insert into "log" ("seq", "stationId", "kind", "receivedAtMs", "batch", "body") values (4999998, 's', 'heartbeat', 0, 0, '{}')`,
      );
      assert.deepEqual(
        await store.log.append([1, 2, 3].map((i) => heartbeat('s', `m${i}`))),
        [4999999, 5000000, 5000001],
      );
      await store.records.sql('truncate "log"');
      await store.records.sql(
        `insert into "log" ("seq", "stationId", "kind", "receivedAtMs", "batch", "body") values (4999999, 's', 'heartbeat', 0, 0, '{}')`,
      );
      const found = await store.records.sql<{ n: number }>(
        `select count(*) as n from pg_inherits where inhparent = '"log"'::regclass`,
      );
      assert.ok((found[0]?.n ?? 0) >= 2);
    }),
  );

  it(
    'refuses events and writes that cannot be stored, naming what is wrong',
    withStore(async (store) => {
      const refused = async (p: Promise<unknown>, pattern: RegExp) =>
        assert.rejects(p, (e) => isQipanError(e) && e.code === 'BAD_INPUT' && pattern.test(e.message));
      const append = (...args: Parameters<Store['log']['append']>) => store.log.append(...args);
      await refused(append([heartbeat('s', 'm', 12.5)]), /receivedAtMs = 12.5/);
      await refused(append([heartbeat('', 'm')]), /stationId/);
      await refused(append([], [{ table: 'nowhere', row: {} }]), /no table nowhere/);
      await refused(append([], [{ table: '__proto__', row: {} }]), /no table __proto__/);
      await refused(append([], [{ table: 'setting', row: { key: 'a', nothing: 1 } }]), /no column nothing/);
      await refused(
        append([], [{ table: 'chargingTransaction', row: { stationId: 's' } }]),
        /key column transactionId/,
      );
      assert.equal(await store.log.lastSeq(), 0);
    }),
  );

  it(
    'stores events and rows together or not at all, and rejects exactly the caller whose data are refused',
    withStore(async (store) => {
      const row = (i: number, state: unknown) => ({
        table: 'stationState',
        row: { stationId: `s${i}`, seq: i, state, updatedAtMs: i },
      });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, i) =>
          store.log.append([heartbeat(`s${i}`, `m${i}`)], [row(i, i % 13 === 5 ? null : { i })]),
        ),
      );
      const bad = outcomes.flatMap((o, i) => (o.status === 'rejected' ? [i] : []));
      assert.deepEqual(bad, [5, 18, 31]);
      const stored = await wholeLog(store.log);
      assert.ok(isGapless(stored));
      assert.deepEqual(
        stored.map(messageIdOf).sort(),
        outcomes.flatMap((o, i) => (o.status === 'fulfilled' ? [`m${i}`] : [])).sort(),
      );
      assert.equal((await store.records.select('stationState')).length, 37);
    }),
  );
}

function concurrencySuite(withStore: WithStore): void {
  it(
    'gathers concurrent appends in few commits and keeps the order of appending',
    withStore(async (store) => {
      const seqs = await Promise.all(
        Array.from({ length: 500 }, (_, i) => store.log.append([heartbeat('s', `m${i}`), heartbeat('s', `n${i}`)])),
      );
      assert.deepEqual(
        seqs.flat(),
        Array.from({ length: 1_000 }, (_, i) => i + 1),
      );
      const { commits, largestGroup } = store.counters();
      assert.ok(commits <= 10, `${commits} commits`);
      assert.ok(largestGroup > 50);
      assert.deepEqual((await store.log.read({ beforeSeq: 4 })).map(messageIdOf), ['m0', 'n0', 'm1']);
    }),
  );

  it(
    'makes progress with a pool of one connection under 100 simultaneous appends, queries and transactions',
    withStore(
      async (store) => {
        const { records, log } = store;
        const work = Array.from({ length: 100 }, async (_, i) => {
          await log.append([heartbeat(`s${i}`, `m${i}`)], [{ table: 'setting', row: { key: `k${i}`, value: i } }]);
          const one = await records.get<{ value: number }>('setting', { key: `k${i}` });
          await records.transaction(async (r) => {
            await r.write([{ table: 'setting', row: { key: `k${i}`, value: (one?.value ?? 0) + 1 } }]);
            await r.transaction((inner) => inner.sql('select 1'));
          });
          return (await records.get<{ value: number }>('setting', { key: `k${i}` }))?.value;
        });
        assert.deepEqual(
          await Promise.all(work),
          Array.from({ length: 100 }, (_, i) => i + 1),
        );
      },
      { poolSize: 1 },
    ),
  );

  it(
    'shows every commit of two processes to subscribers of both in seq order, and a reader never meets a gap',
    withStore(async (store) => {
      const other = await openStore({ databaseUrl: store.records.connectionString });
      const heard: AnyStoredEvent[][] = [[], []];
      const ways = [store, other].map((s, i) => s.log.subscribe((events) => heard[i]?.push(...events)));
      const seen: AnyStoredEvent[] = [];
      let isDone = false;
      const reader = (async () => {
        while (!isDone) seen.push(...(await store.log.read({ afterSeq: seen[seen.length - 1]?.seq ?? 0 })));
      })();
      const writers = [store, other, store, other].map(async (s, w) => {
        for (let i = 0; i < 60; i++) await s.log.append([heartbeat(`w${w}`, `${w}:${i}`)]);
      });
      await Promise.all(writers);
      isDone = true;
      await reader;
      for (let waited = 0; waited < 3_000 && heard.some((h) => h.length < 240); waited += 20) await sleep(20);
      assert.ok(isGapless(seen), 'the reader met a gap');
      for (const h of heard) {
        assert.equal(h.length, 240);
        assert.ok(isGapless(h));
      }
      assert.deepEqual(heard[0], heard[1]);
      assert.deepEqual(heard[0], await wholeLog(store.log));
      ways.forEach((stop) => stop());
      await store.log.append([heartbeat('w', 'late')]);
      assert.equal(heard[0]?.length, 240);
      await other.close();
    }),
  );
}

function faultSuite(withStore: WithStore, engine: () => Engine): void {
  it(
    'looks up commits whose connection was cut: each event is stored once, none is lost or doubled',
    withStore(async (store) => {
      const cutter = new pg.Client({ connectionString: store.records.connectionString });
      await cutter.connect();
      let isDone = false;
      const cuts = (async () => {
        while (!isDone) {
          await cutter.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'qipan log %' and datname = current_database()`,
          );
          await sleep(20);
        }
      })();
      const acknowledged: string[] = [];
      await Promise.all(
        Array.from({ length: 8 }, async (_, w) => {
          for (let i = 0; i < 20 || (store.counters().lookedUp < 3 && i < 2_000); i++) {
            await store.log.append(
              [heartbeat(`w${w}`, `${w}:${i}`)],
              [{ table: 'setting', row: { key: `w${w}`, value: i } }],
            );
            await store.records.write([{ table: 'setting', row: { key: `only${w}`, value: i } }]);
            acknowledged.push(`${w}:${i}`);
          }
        }),
      );
      isDone = true;
      await cuts;
      await cutter.end();
      const stored = await wholeLog(store.log);
      assert.ok(isGapless(stored));
      assert.deepEqual(stored.map(messageIdOf).sort(), acknowledged.sort());
      assert.ok(store.counters().lookedUp > 0, 'no cut hit a commit');
      assert.equal(store.health().healthy, true);
    }),
  );

  it(
    'loses no acknowledged event when the server is killed under load, and recovers by itself',
    withStore(
      async (store) => {
        const acknowledged: string[] = [];
        const maybe = new Set<string>();
        let isDone = false;
        const load = Array.from({ length: 20 }, async (_, w) => {
          for (let i = 0; !isDone; i++) {
            const id = `${w}:${i}`;
            await store.log.append([heartbeat(`w${w}`, id)]).then(
              () => acknowledged.push(id),
              (e: unknown) => {
                assert.equal(codeOf(e), 'DATABASE_DOWN');
                maybe.add(id);
              },
            );
          }
        });
        try {
          for (let kill = 0; kill < 3; kill++) {
            await sleep(150);
            const before = acknowledged.length;
            await engine().crash();
            for (let waited = 0; acknowledged.length === before && waited < 30_000; waited += 20) await sleep(20);
            assert.ok(acknowledged.length > before, 'appends did not come back');
          }
        } finally {
          isDone = true;
        }
        await Promise.all(load);
        const stored = await wholeLog(store.log);
        assert.ok(isGapless(stored));
        const ids = stored.map(messageIdOf);
        assert.equal(new Set(ids).size, ids.length, 'an event is doubled');
        const there = new Set(ids);
        assert.deepEqual(
          acknowledged.filter((id) => !there.has(id)),
          [],
        );
        assert.deepEqual(ids.filter((id) => !maybe.has(id)).length, acknowledged.length);
      },
      { patienceMs: 30_000 },
    ),
  );

  it(
    'refuses appends once its patience is at an end, stores none of them, and heals without being asked',
    withStore(
      async (store) => {
        await store.log.append([heartbeat('s', 'before')]);
        const crash = engine().crash();
        const refused: string[] = [];
        const stored = ['before'];
        let isDone = false;
        const load = (async () => {
          for (let i = 0; !isDone; i++) {
            await store.log.append([heartbeat('s', `m${i}`)]).then(
              () => stored.push(`m${i}`),
              (e: unknown) => {
                assert.equal(codeOf(e), 'DATABASE_DOWN');
                assert.equal(store.health().healthy, false);
                refused.push(`m${i}`);
                isDone = true;
              },
            );
            await sleep(1);
          }
        })();
        await load;
        await crash;
        for (let waited = 0; !store.health().healthy && waited < 30_000; waited += 20) await sleep(20);
        assert.deepEqual(store.health(), { healthy: true, code: null });
        await store.log.append([heartbeat('s', 'after')]);
        const ids = (await wholeLog(store.log)).map(messageIdOf);
        // The one that was under way when the server died may have been kept: its caller was told `unknown`.
        assert.deepEqual(
          ids.filter((id) => !refused.includes(id)),
          [...stored, 'after'],
        );
      },
      { patienceMs: 10 },
    ),
  );
}
