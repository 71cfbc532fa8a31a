import type { Migration } from './migration.js';

/** Tables that studies of clusters read: each stored once under its content hash, whole or not at all. */
export const migration003: Migration = {
  number: 3,
  name: 'datasets',
  sql: `
create table "dataset" (
  "id" text collate "C" primary key,
  "kind" text collate "C" not null,
  "name" jsonb not null,
  "summary" jsonb not null,
  "body" text not null,
  "createdAtMs" bigint not null
);
create index "datasetKind" on "dataset" ("kind", "createdAtMs");
`,
};
