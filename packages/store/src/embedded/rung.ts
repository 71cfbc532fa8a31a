import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { QipanError } from '@qipan/base';
import type { Binaries } from './binaries.js';

/**
 * How the server is run, because PostgreSQL refuses to run as root:
 * `self` as the user we are; `namespace` as root mapped to an ordinary number in a user namespace of its own;
 * `user` as a system user that owns the cluster's files; `userWithAccess` the same, with the capability to walk through
 * folders that are closed to it (the clone or the data folder below `/root`).
 */
export type RungName = 'self' | 'namespace' | 'user' | 'userWithAccess';

export interface Rung {
  readonly name: RungName;
  /** Who must own the files; null: nothing to do. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  command(
    program: string,
    args: readonly string[],
  ): { readonly command: string; readonly args: readonly string[]; readonly uid?: number; readonly gid?: number };
}

export interface RungQuestion {
  readonly binaries: Binaries;
  /** The folder that holds the cluster; it exists. */
  readonly folder: string;
  /** The cluster, which may exist: then its owner decides. */
  readonly cluster: string;
  /** Rungs not to be tried: what a kernel or a container refuses, played by tests. */
  readonly refused?: readonly RungName[];
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function accounts(): readonly Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter((f) => f.length >= 4)
      .map((f) => ({ name: f[0] as string, uid: Number(f[2]), gid: Number(f[3]) }));
  } catch {
    return [];
  }
}

const self: Rung = { name: 'self', owner: null, command: (command, args) => ({ command, args }) };

/** initdb asks for the name of its user: the mapped number must stand in the account table. */
function namespaceRung(): Rung {
  const known = accounts().filter((a) => a.uid > 0);
  const mapped = [
    known.find((a) => a.uid === 1000),
    known.find((a) => a.name === 'postgres'),
    known.find((a) => a.uid !== 65534),
    known[0],
  ].find((a) => a !== undefined);
  const id = mapped?.uid ?? 1000;
  return {
    name: 'namespace',
    owner: null,
    command: (program, args) => ({
      command: 'unshare',
      args: ['-U', `--map-user=${id}`, `--map-group=${id}`, program, ...args],
    }),
  };
}

function userRung(account: { uid: number; gid: number }): Rung {
  const { uid, gid } = account;
  return { name: 'user', owner: { uid, gid }, command: (command, args) => ({ command, args, uid, gid }) };
}

function userWithAccessRung({ uid, gid }: { uid: number; gid: number }): Rung {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const access = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    name: 'userWithAccess',
    owner: { uid, gid },
    command: (program, args) => ({ command: 'setpriv', args: [...identity, ...access, program, ...args] }),
  };
}

/** Runs a program by a rung and waits; what it printed comes back. */
export function runBy(
  rung: Rung,
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): { ok: boolean; output: string } {
  const { command, args: all, uid, gid } = rung.command(program, args);
  const ids = uid === undefined ? {} : { uid, gid: gid as number };
  const done = spawnSync(command, [...all], { encoding: 'utf8', cwd: '/', env: environment, ...ids });
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ? done.error.message : ''}`;
  return { ok: done.status === 0, output: output.trim() };
}

/** The environment of every program of the server: nothing of ours that could change its meaning. */
export const serverEnvironment = (binaries: Binaries): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.env['SystemRoot'] ? { SystemRoot: process.env['SystemRoot'] } : {}),
  ...binaries.environment,
});

/** Why a rung does not hold, or null: the server's program must start, and the folder must be within reach. */
function refusal(rung: Rung, q: RungQuestion): string | null {
  if (q.refused?.includes(rung.name)) return 'refused by the caller';
  const env = serverEnvironment(q.binaries);
  const version = runBy(rung, q.binaries.postgres, ['--version'], env);
  if (!version.ok) return version.output || 'the program does not start';
  if (process.platform === 'win32') return null;
  const reach = runBy(rung, '/bin/sh', ['-c', 'cd "$1"', 'sh', q.folder], env);
  return reach.ok ? null : reach.output;
}

function postgresAccount(): Account | null {
  const find = () => accounts().find((a) => a.name === 'postgres');
  const there = find();
  if (there) return there;
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ['useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']],
    ['adduser', ['-S', '-D', '-H', 'postgres']],
  ];
  for (const [command, args] of ways) {
    spawnSync(command, [...args], { stdio: 'ignore' });
    const made = find();
    if (made) return made;
  }
  return accounts().find((a) => a.name === 'nobody') ?? null;
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** The rungs that make sense for this user and this cluster, best first. */
function* ladder(cluster: string): Generator<Rung> {
  const uid = process.geteuid?.() ?? -1;
  if (uid !== 0) {
    if (uid === -1 || hasName()) yield self;
    if (uid !== -1) yield namespaceRung();
    return;
  }
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) {
    yield userRung(owner);
    yield userWithAccessRung(owner);
    return;
  }
  yield namespaceRung();
  const account = postgresAccount();
  if (!account) return;
  yield userRung(account);
  yield userWithAccessRung(account);
}

/**
 * Walks the ladder and gives the first rung that holds. `DATABASE_START_FAILED` lists why none does.
 * A cluster that a system user owns stays with that user; one of root goes to the user when namespaces are refused now.
 */
export function chooseRung(q: RungQuestion): Rung {
  const tried: string[] = [];
  for (const rung of ladder(q.cluster)) {
    const why = refusal(rung, q);
    if (why === null) return rung;
    tried.push(`${rung.name}: ${why}`);
  }
  throw new QipanError(
    'DATABASE_START_FAILED',
    `no way to run PostgreSQL here (${tried.join('; ')}); run Qipan as an ordinary user, or choose a data folder that the user postgres can reach, such as /var/lib/qipan`,
    { folder: q.folder, tried },
  );
}

/** Hands files to the rung's owner, folders with all they hold. */
export function handOver(rung: Rung, file: string): void {
  if (!rung.owner) return;
  const { uid, gid } = rung.owner;
  const at = lstatSync(file);
  if (at.uid !== uid) chownSync(file, uid, gid);
  if (at.isDirectory()) for (const name of readdirSync(file)) handOver(rung, path.join(file, name));
}
