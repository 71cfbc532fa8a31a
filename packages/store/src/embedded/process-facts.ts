import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const read = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
};

/** True when the process runs; one that has ended but was not yet reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (e) {
    return (e as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** Fields of `/proc/<pid>/stat` from the state on (the command before may hold spaces), or null off Linux. */
function statFields(pid: number): readonly string[] | null {
  const text = read(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** What tells two processes of the same number apart: boot and start time. Null where the system does not say. */
export function birthOf(pid: number): string | null {
  const ticks = statFields(pid)?.[19];
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim();
  return ticks && boot ? `${boot}:${ticks}` : null;
}

/** The command line of a process, or null when it cannot be had. */
export function commandOf(pid: number): string | null {
  const text = read(`/proc/${pid}/cmdline`);
  if (text !== null) return text.replaceAll('\0', ' ');
  if (process.platform === 'linux' || process.platform === 'win32') return null;
  const ps = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  return ps.status === 0 ? ps.stdout : null;
}
