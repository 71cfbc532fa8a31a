import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { random } from '@qipan/base';
import { sharedData, skipWithout } from '@qipan/testing';
import { readInstance, solveFile, verify, type FileFormat, type Instance } from '@qipan/optim';
import { readRows } from '../support/territory.js';
import { plainInstance, refused, withWord, wordCount, writers, type PlainInstance } from '../support/files.js';

const formats = ['orlib', 'holmberg', 'delmaire', 'tbed'] as const;
const read = (format: FileFormat, text: string, capacity?: number): Instance =>
  readInstance('cfl', format, text, { file: 'in.txt', ...(capacity === undefined ? {} : { capacity }) });

function assertHolds(found: Instance, p: PlainInstance): void {
  assert.ok(found.costs !== null && 'start' in found.costs);
  const { rows, cols, value } = found.costs;
  assert.deepEqual([rows, cols], [p.demand.length, p.capacity.length]);
  // tbed keeps six decimals of a unit cost: times a demand of at most nine that is 5e-6 off at most.
  p.costs.flat().forEach((c, e) => assert.ok(Math.abs(value[e] - c) < 1e-5, `cost ${e}: ${value[e]}, not ${c}`));
  assert.deepEqual([...(found.demand ?? [])], p.demand);
  assert.deepEqual([...(found.fixedCost ?? [])], p.fixedCost);
  assert.deepEqual([...(found.capacity ?? [])], p.capacity);
  assert.equal(found.p, null);
  assert.equal(found.cover, null);
}

for (const format of formats) {
  test(`${format}: what is written in the layout is read back number by number`, () => {
    for (let seed = 1; seed <= 12; seed++) {
      const rng = random(seed);
      const p = plainInstance(rng, 1 + rng.below(7), 1 + rng.below(6));
      const found = read(format, writers[format](p));
      assertHolds(found, p);
      assert.equal(found.singleSource, format !== 'orlib');
      assert.deepEqual(found.warnings, []);
      assert.deepEqual([found.siteId(0), found.siteId(4)], [1, 5]);
    }
  });

  test(`${format}: line ends, blanks, tabs, a byte order mark and a missing last line end change nothing`, () => {
    const p = plainInstance(random(5), 4, 3);
    const plain = writers[format](p);
    for (const text of [
      plain.replaceAll('\n', '\r\n'),
      plain.replaceAll('\n', '\r'),
      plain.replaceAll(' ', '\t  '),
      `\ufeff${plain}`,
      plain.trimEnd(),
      plain.replaceAll(' ', '\n'),
    ])
      assertHolds(read(format, text), p);
  });

  test(`${format}: NUL padding and a DOS end-of-file mark are dropped with a warning`, () => {
    const p = plainInstance(random(6), 4, 3);
    const found = read(format, `${writers[format](p)}\0\0\u001a`);
    assertHolds(found, p);
    assert.equal(found.warnings.length, 1);
    assert.match(found.warnings[0], /in\.txt: NUL or end-of-file characters were dropped/);
  });

  test(`${format}: any word that is no number is refused with its line and what stood there`, () => {
    const text = writers[format](plainInstance(random(7), 4, 3));
    for (let at = 0; at < wordCount(text); at++) {
      for (const word of ['abc', '1,5', '--3', '1e', '0x10', 'NaN', 'Infinity', '１']) {
        const broken = withWord(text, at, word);
        const details = refused(() => read(format, broken.text), 'BAD_FILE', /in\.txt, line \d+: got .+; expected /);
        assert.deepEqual([details['file'], details['row'], details['got']], ['in.txt', broken.line, word]);
      }
    }
  });

  test(`${format}: a negative number is refused where it stands`, () => {
    const text = writers[format](plainInstance(random(8), 4, 3));
    for (let at = 0; at < wordCount(text); at++) {
      const broken = withWord(text, at, '-1');
      const details = refused(() => read(format, broken.text), 'BAD_FILE', /line \d+: got -1; expected/);
      assert.equal(details['row'], broken.line);
    }
  });

  test(`${format}: sizes that are no sizes are refused`, () => {
    const text = writers[format](plainInstance(random(9), 4, 3));
    for (const size of ['0', '2.5', '1e9', '-4'])
      for (const at of [0, 1])
        refused(() => read(format, withWord(text, at, size).text), 'BAD_FILE', /an integer in 1…/);
  });

  test(`${format}: a file that ends too early says how many numbers are missing`, () => {
    const p = plainInstance(random(10), 4, 3);
    const words = writers[format](p).trim().split(/\s+/);
    for (let keep = 2; keep < words.length; keep++) {
      const details = refused(() => read(format, words.slice(0, keep).join(' ')), 'BAD_FILE', /needs \d+ more numbers/);
      assert.equal(details['got'], keep - 2);
      assert.match(String(details['expected']), new RegExp(`^${words.length - 2} numbers for `));
    }
    for (const text of ['', '   \n', '4', '4\n']) refused(() => read(format, text), 'BAD_FILE', /the end of the file/);
  });

  test(`${format}: a few numbers left over are a warning, a row of them or more is another layout`, () => {
    const text = writers[format](plainInstance(random(11), 4, 3));
    const few = read(format, `${text}${'7 '.repeat(17)}`);
    assert.match(few.warnings[0] ?? '', /17 left-over numbers/);
    refused(() => read(format, `${text}${'7 '.repeat(18)}`), 'BAD_FILE', /18 numbers are left over/);
  });

  test(`${format}: capacities that cannot carry the demand mean another layout`, () => {
    const p = plainInstance(random(12), 4, 3);
    const poor = { ...p, capacity: p.capacity.map(() => 1) };
    refused(() => read(format, writers[format](poor)), 'BAD_FILE', /capacities sum to 3 and demands to \d+/);
    const wide = { ...p, demand: [1, 1, 1, 20], capacity: [9, 9, 9] };
    if (format === 'orlib') assertHolds(read(format, writers[format](wide)), wide);
    else refused(() => read(format, writers[format](wide)), 'BAD_FILE', /customer 4 wants 20, more than any capacity/);
  });

  test(`${format}: a capacity given by the caller stands in place of all in the file`, () => {
    const p = plainInstance(random(13), 4, 3);
    const found = read(format, writers[format](p), 99);
    assertHolds(found, { ...p, capacity: [99, 99, 99] });
    refused(
      () => read(format, withWord(writers[format](p), wordCount(writers[format](p)) - 1, 'x').text, 99),
      'BAD_FILE',
      /got x/,
    );
  });
}

test('orlib: the word capacity stands for a number that the caller gives', () => {
  const p = plainInstance(random(14), 3, 2);
  const words = writers.orlib(p).split('\n');
  const text = [words[0], `capacity ${p.fixedCost[0]}`, `capacity ${p.fixedCost[1]}`, ...words.slice(3)].join('\n');
  refused(() => read('orlib', text), 'BAD_FILE', /line 2: got capacity; expected the capacity of warehouse 1/);
  assertHolds(read('orlib', text, 50), { ...p, capacity: [50, 50] });
});

test('one layout read as another is refused or noticed, never taken silently for an instance of other shape', () => {
  const p = plainInstance(random(15), 6, 4);
  for (const written of formats)
    for (const format of formats) {
      if (format === written) continue;
      try {
        const found = read(format, writers[written](p));
        assert.ok(found.warnings.length > 0 || found.demand?.length === p.demand.length, `${written} as ${format}`);
      } catch (e) {
        assert.equal((e as { code?: string }).code, 'BAD_FILE', `${written} as ${format}`);
      }
    }
});

test('the same instance in four layouts has one optimum', () => {
  const p = plainInstance(random(16), 6, 4);
  const values = formats.map((format) => {
    const r = solveFile('cfl', format, writers[format](p), { file: 'in', singleSource: true });
    assert.equal(r.status, 'optimal');
    return r.value ?? NaN;
  });
  for (const v of values) assert.ok(Math.abs(v - values[0]) < 1e-3, `${values.join(', ')}`);
});

/** Instances that are proved in a second or two each, of every layout. */
const published: readonly (readonly [format: FileFormat, set: string, instance: string, file: string])[] = [
  ['orlib', 'capacitated', 'cap41', 'capacitated/cap41.txt'],
  ['orlib', 'capacitated', 'cap62', 'capacitated/cap62.txt'],
  ['delmaire', 'delmaire', 'p1', 'single-source/delmaire/p1.txt'],
  ['holmberg', 'holmberg', 'p1', 'single-source/holmberg/p1.txt'],
  ['holmberg', 'orlib-ss', 'p1', 'single-source/orlib-ss/p1.gz'],
];

function textOf(file: string): string {
  const bytes = readFileSync(sharedData(`siting/${file}`) as string);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

test('published optima come out of the files, proved', { skip: skipWithout('siting/known_optima.csv') }, () => {
  const rows = readRows(sharedData('siting/known_optima.csv') as string);
  for (const [format, set, instance, file] of published) {
    const row = rows.find((r) => r['set'] === set && r['instance'] === instance);
    const r = solveFile('cfl', format, textOf(file), { file });
    assert.equal(r.status, 'optimal', file);
    assert.ok(
      Math.abs((r.value ?? NaN) - Number(row?.['value'])) <= 0.01,
      `${file}: ${r.value}, not ${row?.['value']}`,
    );
    assert.equal(verify(r.problem, r.result).ok, true, file);
  }
});

test(
  'large files of the sets are read whole: sizes as listed',
  { skip: skipWithout('siting/known_optima.csv') },
  () => {
    for (const [format, file, n, m] of [
      ['tbed', 'single-source/tbed300/p1.gz', 300, 300],
      ['holmberg', 'single-source/yang/p1.txt', 200, 30],
      ['orlib', 'capacitated/cap124.txt', 50, 50],
    ] as const) {
      const found = readInstance('cfl', format, textOf(file), { file });
      assert.deepEqual([found.demand?.length, found.capacity?.length], [n, m], file);
      assert.deepEqual(found.warnings, [], file);
    }
    const found = readInstance('cfl', 'holmberg', textOf('single-source/holmberg/p47.txt'), { file: 'p47' });
    assert.match(found.warnings[0] ?? '', /17 left-over numbers/);
  },
);
