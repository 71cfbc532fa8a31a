import type { LoadRules } from '@qipan/operate';
import type { Bilingual } from '@qipan/base';
import type { Store } from '@qipan/store';

/** How unknown identities at the OCPP door are met: 404, the waiting list, or the waiting list for those who know the commissioning token. */
export type UnknownStations = 'refuse' | 'quarantine' | 'token';

export interface ServerOptions {
  /** Address to listen on. Anything but a loopback address requires a login. Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Where the database, the keys and the logs stand. */
  readonly dataFolder: string;
  /** An outside PostgreSQL ≥ 15 in place of the embedded one. */
  readonly databaseUrl?: string;
  /** The clock of simulated stations; real stations always get real time. */
  readonly clock?: { readonly speed: number; readonly epochVirtualMs?: number };
  /** Folder of the built pages; without it only the API is served. */
  readonly webRoot?: string;
  readonly unknownStations?: UnknownStations;
  /** Password of the user `admin`; by default one is generated and told once through `onProgress`. */
  readonly adminPassword?: string;
  readonly onProgress?: (message: Bilingual) => void;
  /** pino level; default `warn`. */
  readonly logLevel?: string;
  /** Messages a second, and at once, that one station may send on its own clock; default 20 and 600. */
  readonly messageRate?: { readonly perS: number; readonly burst: number };
  /** How long a station may take to answer a command; default 30 s. */
  readonly commandTimeoutMs?: number;
  /** How often folded states are saved; default 15 s. */
  readonly saveEveryMs?: number;
  /** Where events and records are kept in place of `dataFolder` or `databaseUrl`; for tests that play a failing disk. */
  readonly openStore?: () => Promise<Store>;
  /** Times of the live limits other than the usual ones. */
  readonly loadRules?: Partial<LoadRules> & { readonly turnMs?: number };
}

/** Addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  const h = host.replace(/^\[|\]$/g, '').toLowerCase();
  return h === 'localhost' || h === '::1' || /^127(\.\d{1,3}){3}$/.test(h) || /^::ffff:127(\.\d{1,3}){3}$/.test(h);
}
