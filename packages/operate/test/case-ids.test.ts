import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot, sharedData, skipWithout } from '@qipan/testing';

const lists = ['ocpp/octt16-csms-ids.txt', 'ocpp/octt21-csms-ids.txt'];

/** Case ids in the names of tests: `TC_005_1_CSMS`, `TC_B_30_CSMS`. */
function idsInTests(room: string): readonly string[] {
  const folder = path.join(repoRoot, 'packages', room, 'test');
  const files = readdirSync(folder).filter((f) => f.endsWith('.test.ts') && f !== 'case-ids.test.ts');
  return files.flatMap((f) => readFileSync(path.join(folder, f), 'utf8').match(/\bTC_\w+/g) ?? []);
}

test('every case id that a test names is one of the published lists', { skip: skipWithout(lists[0] as string) }, () => {
  const known = new Set(
    lists.flatMap((list) => {
      const file = sharedData(list);
      return file === null ? [] : readFileSync(file, 'utf8').split(/\s+/);
    }),
  );
  const used = ['ocpp', 'operate'].flatMap(idsInTests);
  assert.ok(new Set(used).size >= 25, `${new Set(used).size} ids`);
  const strangers = used.filter((id) => !known.has(id));
  assert.deepEqual(strangers, []);
});
