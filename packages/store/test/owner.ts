/**
 * A program that owns a data folder, for tests that kill it: `node owner.js '{"folder": …}'`. Says one JSON object a line:
 * `{opened}` or `{refused}`, then `{ack}` for each stored event while it works; ends by itself when `idle` is given.
 */
import { openStore, type RungName } from '@qipan/store';
import { codeOf, heartbeat } from './sample.js';

interface Orders {
  readonly folder: string;
  /** Names the events of this owner. */
  readonly name?: string;
  /** Close as soon as it is open. */
  readonly leave?: boolean;
  /** Stay open and do nothing. */
  readonly idle?: boolean;
  readonly refusedRungs?: readonly RungName[];
  readonly nativeFolder?: string;
}

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;

try {
  const { folder, refusedRungs, nativeFolder } = orders;
  const store = await openStore({
    folder,
    ...(refusedRungs ? { refusedRungs } : {}),
    ...(nativeFolder ? { nativeFolder } : {}),
  });
  const setting = await store.records.sql<{ fsync: string }>(`select current_setting('fsync') as fsync`);
  say({ opened: store.info, fsync: setting[0]?.fsync, seqs: await store.log.append([heartbeat('s', 'opened')]) });
  if (orders.leave) {
    await store.close();
    say({ closed: true });
  } else if (orders.idle) setInterval(() => undefined, 1_000);
  else
    await Promise.all(
      Array.from({ length: 10 }, async (_, w) => {
        for (let i = 0; ; i++) {
          const id = `${orders.name ?? 'o'}:${w}:${i}`;
          await store.log.append([heartbeat(`s${w}`, id)]);
          say({ ack: id });
        }
      }),
    );
} catch (e) {
  say({ refused: codeOf(e), message: (e as Error).message });
}
