import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';
import { isTable, pages } from '../build-docs.js';

const read = (file: string) => readFileSync(path.join(repoRoot, file), 'utf8');
const rooms = readdirSync(path.join(repoRoot, 'packages'));

/** Source files of a folder of a room, generated ones and kernels in other languages left out. */
function files(room: string, part: 'src' | 'test'): string[] {
  const home = path.join(repoRoot, 'packages', room, part);
  if (!existsSync(home)) return [];
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.tsx?$/.test(f) && !f.includes('generated') && !f.endsWith('.d.ts'))
    .map((f) => path.join('packages', room, part, f));
}
const lines = (file: string) => read(file).split('\n').length - 1;

test('every function that ARCHITECTURE.md names exists in its room', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`([a-z]+)\.([A-Za-z0-9]+)\(\)`/g)];
  assert.ok(named.length >= 30);
  for (const [, room, name] of named) {
    const declared = new RegExp(`export (async )?(function|class|const) ${name}\\b`);
    assert.ok(
      files(room as string, 'src').some((f) => declared.test(read(f))),
      `${room}.${name}() is not in packages/${room}/src`,
    );
  }
});

test('ARCHITECTURE.md has a row for every room and for nothing else', () => {
  const table = [...read('ARCHITECTURE.md').matchAll(/^\| `([a-z]+)` +\|/gm)].map((m) => m[1] as string);
  assert.deepEqual([...table].sort(), [...rooms].sort());
});

test('every room has the same five things and a README that says takes, gives, never', () => {
  for (const room of rooms) {
    for (const thing of ['README.md', 'package.json', 'tsconfig.json', 'src', 'test'])
      assert.ok(existsSync(path.join(repoRoot, 'packages', room, thing)), `packages/${room}/${thing}`);
    const readme = read(`packages/${room}/README.md`);
    for (const word of ['Takes', 'Gives', 'Never'])
      assert.match(readme, new RegExp(`\\b${word}\\b`), `packages/${room}/README.md says ${word}`);
  }
});

test('the example in each room’s README runs as it stands', async (t) => {
  const folder = path.join(repoRoot, 'tools/dist');
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(path.join(folder, 'readme-'));
  try {
    for (const room of rooms) {
      const code = /```ts\n([\s\S]*?)```/.exec(read(`packages/${room}/README.md`))?.[1];
      if (code === undefined) {
        assert.equal(room, 'web', `packages/${room}/README.md has no example`);
        continue;
      }
      await t.test(room, () => {
        assert.ok(code.trim().split('\n').length <= 30, 'an example is about ten lines');
        const file = path.join(work, `${room}.mjs`);
        writeFileSync(file, code);
        const ran = spawnSync(process.execPath, [file], { cwd: repoRoot, encoding: 'utf8', timeout: 120_000 });
        assert.equal(ran.status, 0, ran.stderr);
      });
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test('the pages generated from the code are up to date', () => {
  for (const [file, text] of Object.entries(pages()))
    assert.equal(read(file), text, `${file}: run node tools/dist/build-docs.js`);
});

test('every declared table is exported by its file and stands on the page of tables', async () => {
  const page = read('docs/tables.md');
  const declaring = rooms.flatMap((room) => files(room, 'src')).filter((f) => read(f).includes('declareTable({'));
  assert.ok(declaring.length >= 7);
  for (const file of declaring) {
    const compiled = file.replace('/src/', '/dist/src/').replace(/\.ts$/, '.js');
    const module = (await import(path.join(repoRoot, compiled))) as Record<string, unknown>;
    const tables = Object.values(module).filter(isTable);
    assert.ok(tables.length > 0, `${file} exports no table`);
    for (const table of tables) assert.ok(page.includes(`\n## ${table.name}\n`), `${file}: ${table.name}`);
  }
});

const pure = ['base', 'numeric', 'optim', 'territory', 'grid', 'ocpp', 'clusters', 'plan', 'operate'];

test('ground and middle rooms have at least as many lines of test as of source', (t) => {
  for (const room of pure.filter((r) => rooms.includes(r))) {
    const total = (part: 'src' | 'test') => files(room, part).reduce((sum, f) => sum + lines(f), 0);
    const said = `${room}: ${total('test')} lines of test for ${total('src')} of source`;
    t.diagnostic(said);
    assert.ok(total('test') >= total('src'), said);
  }
});

test('source files are short: median at most 150 lines, none above 600', () => {
  const sizes = rooms.flatMap((room) => files(room, 'src').map((f) => ({ f, n: lines(f) }))).sort((a, b) => a.n - b.n);
  assert.ok(sizes[Math.floor(sizes.length / 2)]!.n <= 150);
  assert.ok(sizes[Math.floor(sizes.length * 0.9)]!.n <= 400);
  assert.deepEqual(
    sizes.filter((s) => s.n > 600),
    [],
  );
});

test('nothing is exported wholesale or by default', () => {
  for (const room of rooms) {
    for (const f of files(room, 'src')) assert.doesNotMatch(read(f), /^export (\*|default)/m, f);
  }
});

test('the glossary gives English, Chinese and a source in every row', () => {
  const rows = read('docs/glossary.md')
    .split('\n')
    .filter((l) => l.startsWith('| ') && !/^\| (English|-)/.test(l));
  assert.ok(rows.length > 40);
  for (const row of rows) {
    const [, en, zh, source] = row.split('|').map((c) => c.trim());
    assert.ok(en && source, row);
    assert.match(zh as string, /[\u4e00-\u9fff]/, row);
  }
});
