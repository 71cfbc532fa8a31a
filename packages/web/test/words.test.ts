import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { chessName } from '../src/i18n/cluster-chess.js';
import { repoRoot } from '@qipan/testing';
import { placeholders, text, type Words } from '../src/i18n/words.js';

const source = path.join(repoRoot, 'packages/web/src');
const topics = readdirSync(path.join(source, 'i18n')).filter(
  (f) => f.endsWith('.ts') && !['words.ts', 'language.ts'].includes(f),
);

/** Every dictionary that stands in `src/i18n`, found by its shape. */
async function dictionaries(): Promise<readonly { readonly topic: string; readonly words: Words }[]> {
  const found = [];
  for (const file of topics) {
    const module = (await import(`../src/i18n/${file.replace(/\.ts$/, '.js')}`)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== 'object' || value === null) continue;
      found.push({ topic: `${file}:${name}`, words: value as Words });
    }
  }
  return found;
}

const chinese = /\p{Script=Han}/u;

test('every row of every dictionary speaks both languages and asks for the same values in both', async () => {
  const all = await dictionaries();
  assert.ok(all.length >= topics.length, 'each topic file holds a dictionary');
  for (const { topic, words } of all)
    for (const [key, row] of Object.entries(words)) {
      const where = `${topic} ${key}`;
      assert.ok(row.en.trim() !== '' && row.zh.trim() !== '', `${where}: a language is empty`);
      assert.deepEqual(placeholders(row.zh), placeholders(row.en), `${where}: different {names}`);
      // The row that names the other language is the one place where the languages trade places.
      if (where.includes('common language')) continue;
      assert.ok(
        chinese.test(row.zh) || /^[\W\d_]*(\{\w+\}[\W\d_]*)*$/.test(row.zh),
        `${where}: zh is not Chinese: ${row.zh}`,
      );
      assert.ok(!chinese.test(row.en), `${where}: en holds Chinese: ${row.en}`);
    }
});

test('no page or part prints a word that stands in no dictionary', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.tsx'));
  assert.ok(files.length > 20);
  const allowed = /^(JSON|OCPP|kW|kWh|EVSE)$/;
  for (const file of files) {
    const code = readFileSync(path.join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    // Text between tags that starts on the same line, and the attributes that people hear or read.
    const printed = [
      ...[...code.matchAll(/<\w[^<>{}]*>([^<>{}\n]*[A-Za-z\p{Script=Han}]{2,}[^<>{}\n]*)<\//gu)].map(
        (m) => m[1] as string,
      ),
      ...[...code.matchAll(/\b(?:title|placeholder|aria-label|alt)="([^"]+)"/g)].map((m) => m[1] as string),
    ];
    for (const words of printed) assert.match(words.trim(), allowed, `${file}: “${words}” is not in a dictionary`);
  }
});

test('a sentence fills its names in and leaves an unknown one standing', () => {
  assert.equal(text({ en: '{a} of {b}', zh: '{b} 中 {a}' }, 'zh', { a: 1, b: 2 }), '2 中 1');
  assert.equal(text({ en: '{a} of {b}', zh: '' }, 'en', { a: 0 }), '0 of {b}');
});

test('rules of the referee and units are named in the reader’s language, unknown ones stand as they are', () => {
  assert.equal(chessName('least slots', 'zh'), '聚焦数下限');
  assert.equal(chessName('complexity points', 'en'), 'complexity points');
  assert.equal(chessName('CNY/year', 'zh'), 'CNY/year');
  assert.equal(chessName('constructor', 'zh'), 'constructor');
});
