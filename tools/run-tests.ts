import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs every compiled test: `node tools/dist/run-tests.js [--node MAJOR] [FILTER…]`.
 * `--node 24` runs them under the npm package of that Node version, installed into a temporary folder for the run: its install
 * step starts npm again, so it stands outside the lock file. A FILTER keeps the files whose path contains it.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const filters = process.argv.slice(2);
const nodeAt = filters.indexOf('--node');
const major = nodeAt === -1 ? undefined : filters.splice(nodeAt, 2)[1];

/** Compiled test files of one workspace whose source still stands; a leftover of an earlier build is no test. */
function testsOf(home: string): string[] {
  const compiled = path.join(root, home, 'dist/test');
  if (!existsSync(compiled)) return [];
  return readdirSync(compiled, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.endsWith('.test.js'))
    .filter((f) => ['.ts', '.tsx'].some((e) => existsSync(path.join(root, home, 'test', f.replace(/\.js$/, e)))))
    .map((f) => `${home}/dist/test/${f}`);
}

/**
 * The Node program of that major version, from npm. The folder is opened to all: as root, tests of the store start a
 * Node that runs as an ordinary user.
 */
function nodeFromNpm(folder: string, version: string): string {
  chmodSync(folder, 0o755);
  const done = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-save', '--ignore-scripts=false', `node@${version}`],
    { cwd: folder, stdio: 'inherit' },
  );
  const program = path.join(folder, 'node_modules/node/bin/node');
  if (done.status !== 0 || !existsSync(program)) throw new Error(`node@${version} could not be installed from npm`);
  return program;
}

const homes = [...readdirSync(path.join(root, 'packages')).map((room) => `packages/${room}`), 'tools', 'bench'];
const files = homes.flatMap(testsOf).filter((f) => filters.length === 0 || filters.some((x) => f.includes(x)));
const temporary = major === undefined ? undefined : mkdtempSync(path.join(tmpdir(), 'qipan-node-'));
try {
  if (files.length === 0) throw new Error('no test found: is the tree built (npm run build)?');
  const node = temporary === undefined || major === undefined ? process.execPath : nodeFromNpm(temporary, major);
  const ran = spawnSync(node, ['--test', '--test-concurrency=2', '--test-timeout=900000', ...files], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = ran.status ?? 1;
} finally {
  if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
}
