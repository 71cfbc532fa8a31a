import type { Migration } from './migration.js';

/**
 * The event log. `body` is json, not jsonb: it is read back whole, keeps a station's text as it came, and costs 15 instead
 * of 32 µs CPU of the server per 700-byte event in groups of 256. Partitions are ranges of `seq`, which runs with our clock of
 * receipt, so that the oldest span of time is one table to drop; they are attached as the log grows (`partition.ts`).
 *
 * `nextSeqAfter` gives the last seq under the one lock of all writers. It is volatile: its second statement sees what the
 * previous holder of the lock has committed, which the statement around it does not. `hint` is a seq known to be in use.
 */
export const migration001: Migration = {
  number: 1,
  name: 'log',
  sql: `
create table "log" (
  "seq" bigint not null,
  "stationId" text collate "C" not null,
  "kind" text collate "C" not null,
  "atMs" bigint,
  "receivedAtMs" bigint not null,
  "evseId" integer,
  "connectorId" integer,
  "batch" bigint not null,
  "body" json not null,
  primary key ("seq")
) partition by range ("seq");
create index "logStation" on "log" ("stationId", "seq");
create index "logRareKind" on "log" ("kind", "seq")
  where "kind" <> all (array['metered', 'transactionUpdated', 'heartbeat', 'statusChanged']);

create function "lastSeqLocked"("hint" bigint) returns bigint language plpgsql volatile as $$
declare
  "last" bigint;
begin
  perform pg_advisory_xact_lock(7304220401);
  select max("seq") into "last" from "log" where "seq" >= "hint";
  if "last" is null then
    select max("seq") into "last" from "log";
  end if;
  return coalesce("last", 0);
end $$;

create table "commitMark" (
  "batch" bigint primary key,
  "atMs" bigint not null
);
`,
};
