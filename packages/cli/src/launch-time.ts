import { readFileSync } from 'node:fs';

const ticksPerS = 100;

/**
 * Seconds since `npm start` was called, the build before this process included; null when it was not called so, or where the
 * system does not say (only Linux does, in /proc).
 */
export function sinceNpmStartS(): number | null {
  if (process.env['npm_lifecycle_event'] !== 'start') return null;
  try {
    // The shell of the npm script is our parent: it began before the build.
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const uptimeS = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const seconds = uptimeS - startTicks / ticksPerS;
    return seconds >= 0 && seconds < 86_400 ? seconds : null;
  } catch {
    return null;
  }
}
