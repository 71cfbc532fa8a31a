import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const site = path.join(repoRoot, 'packages/web/dist/site/index.html');

test(
  'pages that are up to date are not built again, and nothing is said',
  { skip: existsSync(site) ? false : 'skipped: the pages are not built (npm run build)' },
  () => {
    const build = () =>
      spawnSync(process.execPath, [path.join(repoRoot, 'tools/dist/build-web.js')], { encoding: 'utf8' });
    const first = build();
    assert.equal(first.status, 0, first.stderr);
    const again = build();
    assert.equal(again.status, 0);
    assert.equal(again.stdout + again.stderr, '');
  },
);
