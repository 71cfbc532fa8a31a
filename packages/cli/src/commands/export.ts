import path from 'node:path';
import { exportAll } from '@qipan/store';
import { openDataStore, type DataOptions } from '../data-store.js';
import { both, printResult, Terminal } from '../terminal.js';

const keep = {
  en: 'the files hold the accounts and the key of the stations’ passwords (server-key): keep them as safe as the data folder',
  zh: '文件含用户账户和充电站密码的密钥（server-key），请与数据目录同样妥善保管',
};

/** Said on both ways when an archive has no `server-key`. */
export const keyMissing = {
  en: 'there is no server-key: real stations of this archive will need new passwords',
  zh: '缺少 server-key：其中的真实充电站须重设密码',
};

/** `qipan export`: one snapshot of everything, with the key of the stations' passwords, as files that `qipan import` reads back. */
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
    const { copyServerKey } = await import('@qipan/server');
    const hasKey = copyServerKey(path.resolve(o.dataFolder), path.resolve(folder));
    if (hasKey) terminal.line(`! ${both(keep)}`);
    else terminal.line(`! ${both(keyMissing)}`);
    const result = {
      folder: path.resolve(folder),
      tables: manifest.tables.length,
      rows,
      lastSeq: manifest.lastSeq,
      hasKey,
    };
    printResult(o.json, result, () => [`${result.folder}: ${rows} rows, log up to ${manifest.lastSeq}`]);
  } finally {
    await store.close();
  }
}
