import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { repoRoot } from '@qipan/testing';
import { checkLock } from '../check-lock.js';
import { checkRooms } from '../check-rooms.js';

const made: string[] = [];
after(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A small house: rooms with the given files, and package.json files that declare the given dependencies. */
function house(
  files: Readonly<Record<string, string>>,
  dependencies: Readonly<Record<string, readonly string[]>> = {},
): string {
  const root = mkdtempSync(path.join(tmpdir(), 'qipan-house-'));
  made.push(root);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('package.json', JSON.stringify({ devDependencies: { 'fast-check': '1' } }));
  const rooms = new Set([...Object.keys(files).map((f) => f.split('/')[0] as string), ...Object.keys(dependencies)]);
  for (const room of rooms) {
    const declared = Object.fromEntries((dependencies[room] ?? []).map((d) => [d, '1']));
    write(`packages/${room}/package.json`, JSON.stringify({ dependencies: declared }));
  }
  for (const [file, text] of Object.entries(files)) write(`packages/${file}`, text);
  return root;
}

test('this house has no undeclared, upward or sideways import and no cycle', () => {
  assert.deepEqual(checkRooms(repoRoot), []);
});

test('a clean small house passes', () => {
  const root = house(
    {
      'base/src/index.ts': 'export const a = 1;\n',
      'plan/src/index.ts': "import { a } from '@qipan/base';\nexport { a };\n",
      'plan/test/a.test.ts': "import fc from 'fast-check';\nimport { x } from '@qipan/testing';\n",
    },
    { plan: ['@qipan/base'] },
  );
  assert.deepEqual(checkRooms(root), []);
});

const breaches: readonly [string, RegExp, Parameters<typeof house>][] = [
  [
    'an undeclared room',
    /@qipan\/base is not declared/,
    [{ 'plan/src/index.ts': "import { a } from '@qipan/base';\n" }],
  ],
  ['an undeclared package', /left-pad is not declared/, [{ 'store/src/index.ts': "import pad from 'left-pad';\n" }]],
  [
    'an upward import',
    /territory may not import plan/,
    [{ 'territory/src/index.ts': "import { a } from '@qipan/plan';\n" }, { territory: ['@qipan/plan'] }],
  ],
  [
    'a sideways import',
    /plan may not import operate/,
    [{ 'plan/src/index.ts': "export { a } from '@qipan/operate';\n" }, { plan: ['@qipan/operate'] }],
  ],
  [
    'a web page that knows the server',
    /web may not import server/,
    [{ 'web/src/a.tsx': "import { start } from '@qipan/server';\n" }, { web: ['@qipan/server'] }],
  ],
  [
    'a dynamic upward import',
    /base may not import store/,
    [{ 'base/src/a.ts': "const m = await import('@qipan/store');\n" }, { base: ['@qipan/store'] }],
  ],
  [
    'a relative reach into another room',
    /reaches out of its room/,
    [{ 'plan/src/a.ts': "import { a } from '../../base/src/a.js';\n" }],
  ],
  [
    'a pure room that opens files',
    /a pure room imports node:fs/,
    [{ 'plan/src/a.ts': "import { readFileSync } from 'node:fs';\n" }],
  ],
  [
    'a pure room that reads the clock',
    /a pure room uses Date\.now/,
    [{ 'plan/src/a.ts': 'export const t = () => Date.now();\n' }],
  ],
  [
    'a pure room that rolls its own dice',
    /a pure room uses Math\.random/,
    [{ 'numeric/src/a.ts': 'export const t = () => Math.random();\n' }],
  ],
  [
    'a cycle between files',
    /import cycle: .*a\.ts → .*b\.ts → .*a\.ts/,
    [
      {
        'base/src/a.ts': "import { b } from './b.js';\nexport const a = 1;\n",
        'base/src/b.ts': "import { a } from './a.js';\nexport const b = 1;\n",
      },
    ],
  ],
  ['a room nobody planned', /no such room/, [{ 'attic/src/a.ts': 'export {};\n' }]],
];

for (const [what, expected, [files, dependencies]] of breaches) {
  test(`${what} is named`, () => {
    const found = checkRooms(house(files, dependencies));
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] as string, expected);
  });
}

test('clocks in comments and texts are no breach', () => {
  const root = house({
    'base/src/a.ts': "// Date.now() is not used\n/* Math.random */\nexport const t = 'Date.now()';\n",
  });
  assert.deepEqual(checkRooms(root), []);
});

test('the checker itself stays a page long', () => {
  assert.ok(readFileSync(path.join(repoRoot, 'tools/check-rooms.ts'), 'utf8').split('\n').length <= 101);
});

const lock = (packages: Readonly<Record<string, unknown>>) => JSON.stringify({ lockfileVersion: 3, packages });

test('the lock file of this house is whole', () => {
  assert.deepEqual(checkLock(readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8')), []);
});

test('a platform package without an entry is a hole', () => {
  const text = lock({ 'node_modules/a': { integrity: 'x', optionalDependencies: { 'a-linux': '1' } } });
  assert.deepEqual(checkLock(text), ['node_modules/a: optional a-linux has no entry']);
});

test('a download address is refused, a link to a workspace is not', () => {
  const text = lock({
    'node_modules/a': { integrity: 'x', resolved: 'https://example.org/a.tgz' },
    'node_modules/b': { link: true, resolved: 'packages/b' },
  });
  assert.deepEqual(checkLock(text), ['node_modules/a: holds a download address']);
});

test('an entry without a checksum is refused', () => {
  assert.deepEqual(checkLock(lock({ 'node_modules/a': { version: '1' } })), ['node_modules/a: no checksum']);
});

test('another lock file version is refused', () => {
  assert.match(checkLock('{"lockfileVersion":2}')[0] as string, /expected 3/);
});
