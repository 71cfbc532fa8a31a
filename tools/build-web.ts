import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Builds the pages (`packages/web`) into `packages/web/dist/site` when their sources or the lock file changed since the last
 * build: the hash of both stands beside the output. Silent when up to date, one line otherwise.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const web = path.join(root, 'packages/web');
const site = path.join(web, 'dist/site');
const stamp = path.join(web, 'dist/site.sha256');

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((f) => path.join(folder, f))
    .filter((f) => statSync(f).isFile());
}

/** Hash of everything the output depends on, file names included. */
function sourcesHash(): string {
  const files = [
    path.join(root, 'package-lock.json'),
    ...['index.html', 'vite.config.ts', 'package.json'].map((f) => path.join(web, f)),
    ...['src', 'public'].flatMap((f) => filesBelow(path.join(web, f))),
  ].sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

const hash = sourcesHash();
const isFresh =
  existsSync(stamp) && existsSync(path.join(site, 'index.html')) && readFileSync(stamp, 'utf8').trim() === hash;
if (!isFresh) {
  const startedMs = performance.now();
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web, encoding: 'utf8' });
  if (run.status === 0) {
    writeFileSync(stamp, `${hash}\n`);
    const bytes = filesBelow(site).reduce((sum, f) => sum + statSync(f).size, 0);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`web: built ${(bytes / 1e6).toFixed(1)} MB of pages in ${seconds} s`);
  } else {
    process.stderr.write(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ? `${run.error.message}\n` : ''}`);
    console.error('web: the pages could not be built');
    process.exitCode = 1;
  }
}
