import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { sharedData, skipWithout } from '@qipan/testing';
import { solveFile, verify, type FileFormat } from '@qipan/optim';
import { readRows } from './support/territory.js';

/** Instances of the public sets that are proved in well under a second each. */
const cheap: readonly (readonly [set: string, format: FileFormat, instances: readonly string[]])[] = [
  ['delmaire', 'delmaire', ['p5', 'p9', 'p11']],
  ['holmberg', 'holmberg', ['p3', 'p5', 'p7', 'p9', 'p11', 'p13', 'p15']],
];

for (const [set, format, instances] of cheap) {
  test(
    `${set}: ${instances.length} published values are met and proved`,
    { skip: skipWithout('siting/known_optima.csv') },
    () => {
      const rows = readRows(sharedData('siting/known_optima.csv') as string);
      for (const instance of instances) {
        const text = readFileSync(sharedData(`siting/single-source/${set}/${instance}.txt`) as string, 'utf8');
        const { problem, result, status, value } = solveFile('cfl', format, text, { file: instance });
        const known = Number(rows.find((r) => r['set'] === set && r['instance'] === instance)?.['value']);
        assert.equal(status, 'optimal', `${set} ${instance}`);
        assert.ok(Math.abs((value ?? NaN) - known) <= 0.01, `${set} ${instance}: ${value}, published ${known}`);
        assert.deepEqual(verify(problem, result).failures, []);
      }
    },
  );
}

test(
  'without splitting nothing is cheaper than with it, on public instances',
  { skip: skipWithout('siting/known_optima.csv') },
  () => {
    for (const instance of ['p1', 'p3', 'p5']) {
      const text = readFileSync(sharedData(`siting/single-source/holmberg/${instance}.txt`) as string, 'utf8');
      const whole = solveFile('cfl', 'holmberg', text, { file: instance });
      const split = solveFile('cfl', 'holmberg', text, { file: instance, singleSource: false });
      assert.equal(split.status, 'optimal');
      assert.ok((split.value ?? NaN) <= (whole.value ?? NaN) + 1e-6);
      const free = solveFile('cfl', 'holmberg', text, { file: instance, singleSource: false, capacity: 1e6 });
      assert.ok((free.value ?? NaN) <= (split.value ?? NaN) + 1e-6);
    }
  },
);
