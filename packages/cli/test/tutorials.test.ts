import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { repoRoot } from '@qipan/testing';

const folder = path.join(repoRoot, 'docs/tutorials');
const program = path.join(repoRoot, 'packages/cli/bin/qipan.js');

interface Block {
  readonly language: string;
  readonly text: string;
  /** 1-based line of its first line in the file. */
  readonly line: number;
}

/** The fenced blocks of a page, in order. */
function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map((m) => ({
    language: m[1] as string,
    text: m[2] as string,
    line: page.slice(0, m.index).split('\n').length + 1,
  }));
}

/** Runs a block as a shell does, with `qipan` as the command of this clone. */
function run(script: string, cwd: string) {
  const prelude = `set -euo pipefail\nqipan() { "${process.execPath}" "${program}" "$@"; }\n`;
  return spawnSync('bash', ['-c', prelude + script], { cwd, encoding: 'utf8' });
}

for (const name of readdirSync(folder).filter((f) => f.endsWith('.md')))
  test(`the tutorial ${name} runs as it stands and prints what it says`, () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'qipan-tutorial-'));
    for (const shipped of ['examples', 'data']) symlinkSync(path.join(repoRoot, shipped), path.join(cwd, shipped));
    try {
      let output = '';
      let ran = 0;
      for (const { language, text, line } of blocksOf(readFileSync(path.join(folder, name), 'utf8'))) {
        if (language === 'sh') {
          const { status, stdout, stderr } = run(text, cwd);
          output = stdout + stderr;
          ran++;
          assert.equal(status, 0, `${name} line ${line}:\n${output}`);
        } else if (language === 'text') {
          for (const expected of text.trim().split('\n'))
            assert.ok(output.includes(expected.trim()), `${name} line ${line}: expected ${expected} in\n${output}`);
        } else {
          assert.fail(`${name} line ${line}: a block of ${language} is neither run nor compared`);
        }
      }
      assert.ok(ran >= 4, `${name} has ${ran} blocks to run`);
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
