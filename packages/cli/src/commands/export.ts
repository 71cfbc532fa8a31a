import path from 'node:path';
import { exportAll } from '@qipan/store';
import { openDataStore, type DataOptions } from '../data-store.js';
import { printResult, Terminal } from '../terminal.js';

/** `qipan export`: one snapshot of everything, as files that `qipan import` reads back. */
export async function exportTo(folder: string, o: DataOptions & { readonly json?: boolean }): Promise<void> {
  const terminal = new Terminal();
  const store = await openDataStore(o, terminal);
  try {
    const bar = terminal.progress({ en: 'exporting', zh: '导出' });
    const manifest = await exportAll(store, path.resolve(folder), (table, rows) =>
      bar.update(null, `${table} ${rows}`),
    );
    const rows = manifest.tables.reduce((sum, t) => sum + t.rows, 0);
    bar.done(`${rows} rows of ${manifest.tables.length} tables`);
    const result = { folder: path.resolve(folder), tables: manifest.tables.length, rows, lastSeq: manifest.lastSeq };
    printResult(o.json, result, () => [`${result.folder}: ${rows} rows, log up to ${manifest.lastSeq}`]);
  } finally {
    await store.close();
  }
}
