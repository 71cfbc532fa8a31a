import { existsSync } from 'node:fs';
import path from 'node:path';
import { aptInstall, canInstall } from './apt.js';

/** A Chromium to drive, or null with the sentence that says why there is none. */
export type FoundChromium =
  { readonly program: string; readonly why: null } | { readonly program: null; readonly why: string };

/**
 * What Chromium needs to draw WebGL without a graphics card, to run as root, and to speak to nobody but us.
 */
export const chromiumFlags: readonly string[] = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--mute-audio',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function onPath(): string | null {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter))
    for (const name of names) if (folder !== '' && existsSync(path.join(folder, name))) return path.join(folder, name);
  return null;
}

let found: FoundChromium | undefined;

/**
 * The Chromium of this machine: `QIPAN_CHROMIUM`, else one on the PATH, else Debian's, which is installed when this process is
 * root on a machine with apt-get. Null with a clear sentence otherwise. Asked once a process.
 */
export function chromium(): FoundChromium {
  found ??= find();
  return found;
}

function find(): FoundChromium {
  const named = process.env['QIPAN_CHROMIUM'];
  if (named !== undefined && existsSync(named)) return { program: named, why: null };
  const there = onPath();
  if (there !== null) return { program: there, why: null };
  if (!canInstall())
    return {
      program: null,
      why: 'skipped: no Chromium on this machine; install one (Debian: apt-get install chromium) or name it by QIPAN_CHROMIUM',
    };
  // The fonts let the pictures of the Chinese pages show Chinese.
  const said = aptInstall(['chromium', 'fonts-noto-cjk']);
  const now = onPath();
  if (now !== null) return { program: now, why: null };
  return {
    program: null,
    why: `skipped: no Chromium, and apt-get could not install one: ${said ?? 'it is not on the PATH'}`,
  };
}
