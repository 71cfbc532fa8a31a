import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isRoot = () => process.getuid?.() === 0;

/** True where this process may install Debian's packages: root on a machine with apt-get. */
export function canInstall(): boolean {
  return isRoot() && existsSync('/usr/bin/apt-get');
}

/**
 * Installs packages of Debian, and waits for its turn where another process is installing (test files run side by side).
 * Null when they are there, otherwise the last line of what apt-get said.
 */
export function aptInstall(packages: readonly string[], waits = 30): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const apt = (...args: string[]) => {
    for (let left = waits; ; left--) {
      const done = spawnSync('apt-get', args, { encoding: 'utf8', timeout: 300_000, env });
      if (done.status === 0 || left === 0 || !/could not get lock|unable to (acquire|lock)/i.test(done.stderr))
        return done;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
    }
  };
  apt('update', '-q');
  const done = apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  if (done.status === 0) return null;
  return (done.stderr ?? '').trim().split('\n').at(-1) || `apt-get ended with ${done.status ?? done.signal}`;
}
