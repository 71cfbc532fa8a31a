import assert from 'node:assert/strict';
import test from 'node:test';
import { isQipanError, random } from '@qipan/base';
import { fileFormats, fileProblems, solveFile, verify, type FileFormat, type FileProblem } from '@qipan/optim';
import { plainInstance, refused, writers } from '../support/files.js';

const p = plainInstance(random(3), 6, 4);
const points = '6\n0 0\n10 0\n0 10\n10 10\n5 5\n20 20\n';
const demand = { file: 'd', text: '1\n2\n3\n4\n5\n6\n' };

/** One small file of every format. OR-Library's name stands for two layouts, told apart by the problem. */
const files: Readonly<Record<FileFormat, string>> = {
  orlib: '5 5 2\n1 2 3\n2 3 4\n3 4 5\n4 5 6\n5 1 7\n',
  tsplib: 'DIMENSION: 4\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 9 12\nEOF\n',
  holmberg: writers.holmberg(p),
  delmaire: writers.delmaire(p),
  tbed: writers.tbed(p),
  'mclp-city': 'DIMENSION: 3\nNODE_COORD_SECTION\n40 -74\n40.001 -74\n40.01 -74\nDEMAND_SECTION\n5\n6\n7\nEOF\n',
  sjc: points,
  csv: 'id,x,y,weight,fixedCost,capacity\na,0,0,1,5,9\nb,3,4,2,5,9\nc,6,8,3,5,9\n',
};

/** What each format can be asked, as the README of the data and the format's own content say. */
const carried: Readonly<Record<FileFormat, readonly FileProblem[]>> = {
  orlib: fileProblems,
  tsplib: ['p-median', 'p-center', 'mclp', 'lscp'],
  holmberg: ['p-median', 'p-center', 'ufl', 'cfl'],
  delmaire: ['p-median', 'p-center', 'ufl', 'cfl'],
  tbed: ['p-median', 'p-center', 'ufl', 'cfl'],
  'mclp-city': ['mclp', 'lscp'],
  sjc: ['p-median', 'p-center', 'mclp', 'lscp'],
  csv: fileProblems,
};

const textFor = (format: FileFormat, problem: FileProblem): string =>
  format === 'orlib' && (problem === 'ufl' || problem === 'cfl') ? writers.orlib(p) : files[format];

test('every format answers every problem that it can carry, in its own ids, and refuses the others in words', () => {
  for (const format of fileFormats)
    for (const problem of fileProblems) {
      const options = { file: 'in', p: 2, radius: 12, ...(format === 'sjc' ? { extra: demand } : {}) };
      const act = (): ReturnType<typeof solveFile> => solveFile(problem, format, textFor(format, problem), options);
      if (!carried[format].includes(problem)) {
        refused(act, 'BAD_USAGE', /the file holds no .*, which this problem needs/);
        continue;
      }
      const r = act();
      assert.equal(r.status, 'optimal', `${problem} of ${format}`);
      assert.ok(r.value !== null && r.bound !== null && r.gap !== null && r.gap <= 1e-9);
      assert.ok(verify(r.problem, r.result).ok, `${problem} of ${format}`);
      const first = format === 'mclp-city' ? 0 : 1;
      for (const [k, id] of r.open.entries())
        assert.ok(format === 'csv' ? /^[abc]$/.test(String(id)) : id === r.result.open[k] + first, `${format}: ${id}`);
    }
});

test('what has no solution has no value, and says so with a bound that is none', () => {
  const apart = solveFile('p-median', 'orlib', '4 2 1\n1 2 3\n3 4 5\n');
  assert.deepEqual(
    [apart.status, apart.value, apart.bound, apart.gap, apart.open.length],
    ['infeasible', null, null, null, 1],
  );
  assert.ok(verify(apart.problem, apart.result).ok);
});

test('a stop leaves what is known, a gap asked for ends within it, a seed is handed on', () => {
  const text = writers.holmberg(plainInstance(random(9), 20, 9));
  const stopped = solveFile('cfl', 'holmberg', text, { iterationLimit: 3 });
  assert.ok(['stopped', 'optimal'].includes(stopped.status));
  const near = solveFile('cfl', 'holmberg', text, { gap: 0.1 });
  assert.ok(near.gap !== null && near.gap <= 0.1);
  const [a, b] = [5, 5].map((seed) => solveFile('cfl', 'holmberg', text, { seed }));
  assert.deepEqual(a, b);
  assert.equal(solveFile('cfl', 'holmberg', text, { certify: false }).result.certificate, null);
});

test('warnings of the reader come with the answer', () => {
  const r = solveFile('cfl', 'delmaire', `${writers.delmaire(p)} 1 2 3`, { file: 'left.txt' });
  assert.equal(r.warnings.length, 1);
  assert.match(r.warnings[0], /left\.txt, line \d+: 3 left-over numbers/);
});

test('no text at all, nor any other nonsense, is taken for an instance', () => {
  for (const format of fileFormats)
    for (const text of ['', ' ', '\n\n', 'hello', '{"json": true}', '<xml/>', '1', '0 0', '-', '\0\0', 'id', ',,,']) {
      try {
        const r = solveFile('p-median', format, text, { p: 1, file: 'x' });
        assert.fail(`${format} took ${JSON.stringify(text)}: ${r.status}`);
      } catch (e) {
        assert.ok(isQipanError(e), `${format}, ${JSON.stringify(text)}: ${String(e)}`);
      }
    }
});
