import assert from 'node:assert/strict';
import { it } from 'node:test';
import { random } from '@qipan/base';
import { nextBlock, recordTables, type RowOf } from '@qipan/store';
import type { WithStore } from './conformance.js';
import { codeOf } from './sample.js';

type TransactionRow = RowOf<'chargingTransaction'>;

const compare = (a: unknown, b: unknown): number => ((a as string) < (b as string) ? -1 : a === b ? 0 : 1);

/** PostgreSQL's order, by hand: nulls last going up, first going down, ties by key in the same direction. */
function sorted(rows: readonly TransactionRow[], column: 'startedAtMs' | 'state', descending: boolean) {
  const order = (a: TransactionRow, b: TransactionRow) => {
    const [x, y] = [a[column], b[column]];
    if (x !== y) return x === null ? 1 : y === null ? -1 : compare(x, y);
    return compare(a.stationId, b.stationId) || compare(a.transactionId, b.transactionId);
  };
  return [...rows].sort((a, b) => (descending ? order(b, a) : order(a, b)));
}

export function recordsSuite(withStore: WithStore): void {
  it(
    'lets the last write of a key win, keeps columns that a write leaves out, and forgets removed rows',
    withStore(async ({ records }) => {
      const station = (row: object) => ({ table: 'chargingStation', row: { id: 'a', ...row } });
      await records.write([
        station({ identity: 'CP1', origin: 'real', createdAtMs: 1, model: 'x', settings: { a: [1, null] } }),
        station({ identity: 'CP1', origin: 'real', createdAtMs: 1, model: 'y' }),
      ]);
      const first = await records.get<RowOf<'chargingStation'>>('chargingStation', { id: 'a' });
      assert.equal(first?.model, 'y');
      assert.deepEqual(first?.settings, { a: [1, null] });
      assert.equal(first?.securityProfile, 0);
      await records.write([station({ identity: 'CP1', origin: 'real', createdAtMs: 1, lon: 107.33 })]);
      const second = await records.get<RowOf<'chargingStation'>>('chargingStation', { id: 'a' });
      assert.deepEqual([second?.model, second?.lon], ['y', 107.33]);
      await records.write([
        { ...station({}), remove: true },
        station({ identity: 'CP2', origin: 'simulated', createdAtMs: 2 }),
      ]);
      const third = await records.get<RowOf<'chargingStation'>>('chargingStation', { id: 'a' });
      assert.deepEqual([third?.identity, third?.model, third?.settings], ['CP2', null, null]);
      await records.write([{ ...station({}), remove: true }]);
      assert.equal(await records.get('chargingStation', { id: 'a' }), null);
      const text = 'NUL \0 lone \udc00 \\u0000';
      await records.write([{ table: 'setting', row: { key: text, value: { text } } }]);
      const [setting] = await records.select<RowOf<'setting'>>('setting');
      assert.deepEqual(setting, { key: 'NUL � lone � \\u0000', value: { text: 'NUL � lone � \\u0000' } });
    }),
  );

  it(
    'appends rows whose key the database gives',
    withStore(async ({ records }) => {
      const entry = (i: number) => ({ table: 'audit', row: { atMs: i, who: 'me', action: 'set', before: { i } } });
      await records.write([entry(1), entry(2), entry(3)]);
      await records.write([entry(4)]);
      const rows = await records.select<RowOf<'audit'>>('audit');
      assert.deepEqual(
        rows.map((r) => [r.seq, r.atMs]),
        [1, 2, 3, 4].map((i) => [i, i]),
      );
    }),
  );

  it(
    'pages through ties and nulls in both directions without a row missing or doubled',
    withStore(async ({ records }) => {
      const draw = random(7);
      const states = ['active', 'ended', 'orphan'];
      const rows = Array.from({ length: 120 }, (_, i) => ({
        stationId: `s${draw.below(9)}`,
        transactionId: `t${i}`,
        state: states[draw.below(3)],
        startedAtMs: draw.next() < 0.2 ? null : draw.below(15),
        energyMilliWh: 9_007_199_254_740_991 - i,
      }));
      await records.write(rows.map((row) => ({ table: 'chargingTransaction', row })));
      const all = await records.select<TransactionRow>('chargingTransaction');
      assert.equal(all.length, 120);
      assert.equal(Math.max(...all.map((r) => r.energyMilliWh ?? 0)), 9_007_199_254_740_991);
      for (const orderBy of ['startedAtMs', 'state'] as const)
        for (const descending of [false, true]) {
          const paged: TransactionRow[] = [];
          for (;;) {
            const after = paged.length > 0 ? { after: paged[paged.length - 1] } : {};
            const q = { orderBy, descending, limit: 7, where: { state: ['active', 'ended'] }, ...after };
            const page = await records.select<TransactionRow>('chargingTransaction', q);
            paged.push(...page);
            if (page.length < 7) break;
          }
          const expected = sorted(
            all.filter((r) => r.state !== 'orphan'),
            orderBy,
            descending,
          );
          assert.deepEqual(paged, expected);
        }
      const none = await records.select('chargingTransaction', { where: { startedAtMs: null, state: 'active' } });
      assert.equal(none.length, all.filter((r) => r.startedAtMs === null && r.state === 'active').length);
      const later = await records.select<TransactionRow>('chargingTransaction', { orderBy: 'state', after: 'ended' });
      assert.ok(later.length > 0 && later.every((r) => r.state === 'orphan'));
    }),
  );

  it(
    'rolls a transaction back as a whole when its function throws',
    withStore(async ({ records }) => {
      const put = (key: string) => [{ table: 'setting', row: { key, value: 1 } }];
      const failed = records.transaction(async (r) => {
        await r.write(put('a'));
        await r.transaction((inner) => inner.write(put('b')));
        throw new Error('changed my mind');
      });
      await assert.rejects(failed, /changed my mind/);
      assert.deepEqual(await records.select('setting'), []);
      await records.transaction(async (r) => {
        await r.write(put('a'));
        await assert.rejects(
          r.transaction(async (inner) => {
            await inner.write(put('b'));
            await inner.sql('select 1 / 0');
          }),
          (e) => codeOf(e) === 'BAD_INPUT',
        );
        await r.write(put('c'));
      });
      assert.deepEqual(
        (await records.select<RowOf<'setting'>>('setting')).map((s) => s.key),
        ['a', 'c'],
      );
    }),
  );

  it(
    'takes blocks of a counter that never overlap',
    withStore(async ({ records }) => {
      const firsts = await Promise.all(Array.from({ length: 20 }, () => nextBlock(records, 'transactionId', 50)));
      assert.deepEqual(
        firsts.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, i) => 1 + 50 * i),
      );
      assert.equal(await nextBlock(records, 'another', 1), 1);
    }),
  );

  it(
    'declares the tables as the database has them',
    withStore(async ({ records }) => {
      const rows = await records.sql<{ table: string; column: string; type: string; isNull: string; isId: string }>(
        `select table_name as "table", column_name as "column", data_type as "type", is_nullable as "isNull", is_identity as "isId"
           from information_schema.columns where table_schema = current_schema() and table_name not like 'log%'
            and table_name not in ('migration', 'commitMark') order by table_name, ordinal_position`,
      );
      const kinds: Record<string, string> = {
        text: 'text',
        bigint: 'whole',
        integer: 'whole',
        'double precision': 'number',
      };
      const found: Record<string, Record<string, string>> = {};
      for (const r of rows) {
        const kind = r.isId === 'YES' ? 'auto' : (kinds[r.type] ?? 'json') + (r.isNull === 'YES' ? '?' : '');
        (found[r.table] ??= {})[r.column] = kind;
      }
      const declared = Object.fromEntries(Object.entries(recordTables).map(([n, t]) => [n, { ...t.columns }]));
      assert.deepEqual(found, declared);
      const keys = await records.sql<{ table: string; key: string[] }>(
        `select c.relname::text as "table", array_agg(a.attname::text order by k.place) as "key"
           from pg_index i join pg_class c on c.oid = i.indrelid, unnest(i.indkey) with ordinality k(attnum, place), pg_attribute a
          where i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum and c.relnamespace = current_schema()::regnamespace
          group by c.relname`,
      );
      for (const [table, t] of Object.entries(recordTables))
        assert.deepEqual(keys.find((k) => k.table === table)?.key, [...t.key], table);
    }),
  );
}
