import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorTable, referencePage, type Table } from '@qipan/base';
import { codeTable, placeTable, publishedTable } from '@qipan/cli';
import * as clusters from '@qipan/clusters';
import { countyTables } from '@qipan/grid';
import { datasetTables } from '@qipan/server';
import * as territory from '@qipan/territory';
import { repoRoot } from '@qipan/testing';

/** A table as `declareTable` gives it. */
export const isTable = (x: unknown): x is Table =>
  typeof x === 'object' && x !== null && ['name', 'description', 'source', 'columns'].every((key) => key in x);

/** Pages that are generated from the code: `node tools/dist/build-docs.js` writes them, a test compares them. */
export function pages(): Readonly<Record<string, string>> {
  const rows = Object.entries(errorTable).map(
    ([code, r]) => `| \`${code}\` | ${r.httpStatus} | ${r.exitCode} | ${r.en} | ${r.zh} |`,
  );
  const errors = [
    '# Errors · 错误代码',
    '',
    'Generated from the error table in `packages/base/src/error-table.ts`. An error tells code, message and details: where, what was got, what was expected. Exit code 1 is kept for bugs.',
    '',
    '| code | HTTP status | exit code | meaning | 含义 |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  const tables = [
    ...[...Object.values(territory), ...Object.values(clusters)].filter(isTable),
    territory.demandPointTable(),
    ...countyTables,
    ...datasetTables,
    codeTable,
    publishedTable,
    placeTable,
  ];
  const sorted = [...tables].sort((a, b) => (a.name < b.name ? -1 : 1));
  const reference = [
    '# Tables · 数据表',
    '',
    'Generated from the declared tables: what a file may hold, column by column. A blank cell is unknown, never 0.',
    '',
    ...sorted.map(referencePage),
  ].join('\n');
  return { 'docs/errors.md': errors, 'docs/tables.md': reference };
}

if (process.argv[1]?.endsWith('build-docs.js')) {
  for (const [file, text] of Object.entries(pages())) {
    mkdirSync(path.dirname(path.join(repoRoot, file)), { recursive: true });
    writeFileSync(path.join(repoRoot, file), text);
    console.log(file);
  }
}
