import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { exportAll, importAll, nextBlock, recordTables, openStore, type Store } from '@qipan/store';
import type { WithStore } from './conformance.js';
import { temporaryFolder, type Engine } from './engines.js';
import { codeOf, heartbeat, wholeLog } from './sample.js';

async function fill(store: Store): Promise<void> {
  const text = 'comma, "quote"\n新行 \\N \\. ';
  await Promise.all(Array.from({ length: 300 }, (_, i) => store.log.append([heartbeat(`s${i % 7}`, `${text}${i}`)])));
  await store.records.write([
    { table: 'setting', row: { key: text, value: { text, nothing: null, deep: [[1.5], { a: '' }] } } },
    { table: 'setting', row: { key: '', value: null } },
    {
      table: 'run',
      row: { id: 'r', scenarioId: 's', status: 'optimal', value: 0.1, gap: null, createdAtMs: 5, phase: '' },
    },
    { table: 'audit', row: { atMs: 1, who: text, action: 'a' } },
    { table: 'chargingTransaction', row: { stationId: 's', transactionId: 't', state: 'x', energyMilliWh: 9e15 } },
  ]);
  await nextBlock(store.records, 'transactionId', 1000);
}

async function everything(store: Store): Promise<unknown> {
  const tables = await Promise.all(Object.keys(recordTables).map((t) => store.records.select(t)));
  return [await wholeLog(store.log), tables];
}

export function archiveSuite(withStore: WithStore, engine: () => Engine): void {
  it(
    'exports everything and imports it into an empty database, equal to the last cell',
    withStore(async (store) => {
      await fill(store);
      const folder = temporaryFolder();
      const manifest = await exportAll(store, folder);
      assert.equal(manifest.lastSeq, 300);
      assert.equal(manifest.tables.find((t) => t.table === 'log')?.rows, 300);
      const target = await engine().fresh();
      try {
        await importAll(target, folder);
        assert.deepEqual(await everything(target), await everything(store));
        assert.deepEqual(await target.log.append([heartbeat('s', 'next')]), [301]);
        assert.equal(await nextBlock(target.records, 'transactionId', 1), 1001);
        await target.records.write([{ table: 'audit', row: { atMs: 2, who: 'b', action: 'b' } }]);
        assert.equal((await target.records.select('audit')).length, 2);
        await assert.rejects(importAll(target, folder), (e) => codeOf(e) === 'CONFLICT');
        await assert.rejects(exportAll(store, folder), (e) => codeOf(e) === 'CONFLICT');
      } finally {
        await target.close();
        rmSync(folder, { recursive: true });
      }
    }),
  );

  it(
    'imports nothing from an archive with a damaged file, a wrong count or a newer schema',
    withStore(async (store) => {
      await fill(store);
      const folder = temporaryFolder();
      await exportAll(store, folder);
      const target = await engine().fresh();
      const manifestFile = path.join(folder, 'manifest.json');
      const manifest = readFileSync(manifestFile, 'utf8');
      const refuses = async (code: string) => {
        await assert.rejects(importAll(target, folder), (e) => codeOf(e) === code);
        assert.equal(await target.log.lastSeq(), 0);
        assert.deepEqual(await target.records.select('setting'), []);
      };
      try {
        writeFileSync(manifestFile, manifest.replace('"rows": 300', '"rows": 301'));
        await refuses('BAD_FILE');
        writeFileSync(manifestFile, manifest.replace(/"schemaVersion": \d+/, '"schemaVersion": 999'));
        await refuses('CONFLICT');
        writeFileSync(manifestFile, manifest.slice(0, 40));
        await refuses('BAD_FILE');
        writeFileSync(manifestFile, manifest);
        const setting = path.join(folder, 'setting.csv.gz');
        const bytes = readFileSync(setting);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        writeFileSync(setting, bytes);
        await refuses('BAD_FILE');
      } finally {
        await target.close();
        rmSync(folder, { recursive: true });
      }
    }),
  );

  it(
    'refuses a database that a newer program has migrated',
    withStore(async (store) => {
      await store.records.sql(`insert into "migration" values (999, 'from the future', 0)`);
      const again = openStore({ databaseUrl: store.records.connectionString });
      await assert.rejects(again, (e) => codeOf(e) === 'CONFLICT');
    }),
  );
}
