import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export { aptInstall, canInstall } from './apt.js';
export { chromium, chromiumFlags, type FoundChromium } from './chromium.js';
export { freePort, startProgram, type RunningProgram } from './program.js';

/** The root of this checkout, absolute. */
export const repoRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Where a file or folder of the shared reference data stands, or null when this machine does not have it.
 * The folder is `QIPAN_SHARED_DATA`, by default `shared/data` beside the checkout.
 */
export function sharedData(relativePath: string): string | null {
  const root = process.env['QIPAN_SHARED_DATA'] ?? path.resolve(repoRoot, '../shared/data');
  const full = path.join(root, relativePath);
  return existsSync(full) ? full : null;
}

/** The `skip` option of a test that needs shared data: false when it is there, otherwise the sentence to print. */
export function skipWithout(relativePath: string): string | false {
  return sharedData(relativePath) === null ? `skipped: shared data ${relativePath} is not on this machine` : false;
}
