import type { Migration } from './migration.js';

/**
 * The tables of records. Text is ordered by code point on every engine. Tables that are rewritten with every message keep
 * room in their pages (fillfactor), and none of their indexes holds a column that changes with it, so that an update stays
 * within its page. Their bodies are json for the reason given at the log.
 */
export const migration002: Migration = {
  number: 2,
  name: 'records',
  sql: `
create table "board" (
  "id" text collate "C" primary key,
  "name" jsonb not null,
  "body" jsonb not null,
  "createdAtMs" bigint not null
);
create table "scenario" (
  "id" text collate "C" primary key,
  "kind" text collate "C" not null,
  "name" text collate "C" not null,
  "boardId" text collate "C" not null,
  "parameters" jsonb not null,
  "seed" bigint not null,
  "createdAtMs" bigint not null,
  "createdBy" text collate "C"
);
create index "scenarioCreated" on "scenario" ("createdAtMs", "id");
create table "run" (
  "id" text collate "C" primary key,
  "scenarioId" text collate "C" not null,
  "status" text collate "C" not null,
  "value" double precision,
  "bound" double precision,
  "gap" double precision,
  "phase" text collate "C",
  "progress" jsonb,
  "result" jsonb,
  "error" jsonb,
  "createdAtMs" bigint not null,
  "startedAtMs" bigint,
  "endedAtMs" bigint
);
create index "runScenario" on "run" ("scenarioId", "createdAtMs");
create index "runCreated" on "run" ("createdAtMs", "id");
create index "runOpen" on "run" ("createdAtMs") where "endedAtMs" is null;
create table "chargingStation" (
  "id" text collate "C" primary key,
  "identity" text collate "C" not null unique,
  "ocppVersion" text collate "C",
  "origin" text collate "C" not null,
  "securityProfile" integer not null default 0,
  "secretHash" text collate "C",
  "boardId" text collate "C",
  "placeId" text collate "C",
  "siteId" text collate "C",
  "name" jsonb,
  "lon" double precision,
  "lat" double precision,
  "moduleType" text collate "C",
  "evses" jsonb,
  "registration" text collate "C",
  "vendorName" text collate "C",
  "model" text collate "C",
  "serialNumber" text collate "C",
  "firmwareVersion" text collate "C",
  "settings" jsonb,
  "createdAtMs" bigint not null
);
create index "chargingStationSite" on "chargingStation" ("siteId", "id");
create index "chargingStationBoard" on "chargingStation" ("boardId", "placeId");
create table "stationState" (
  "stationId" text collate "C" primary key,
  "seq" bigint not null,
  "state" json not null,
  "updatedAtMs" bigint not null
) with (fillfactor = 70);
create table "chargingTransaction" (
  "stationId" text collate "C" not null,
  "transactionId" text collate "C" not null,
  "state" text collate "C" not null,
  "evseId" integer,
  "connectorId" integer,
  "idToken" jsonb,
  "startedAtMs" bigint,
  "endedAtMs" bigint,
  "startRegisterMilliWh" bigint,
  "lastRegisterMilliWh" bigint,
  "energyMilliWh" bigint,
  "quality" jsonb,
  "stoppedReason" text collate "C",
  "remoteStartId" bigint,
  "revision" integer not null default 0,
  "body" json,
  primary key ("stationId", "transactionId")
) with (fillfactor = 80);
create index "chargingTransactionStarted" on "chargingTransaction" ("startedAtMs", "stationId", "transactionId");
create index "chargingTransactionStation" on "chargingTransaction" ("stationId", "startedAtMs", "transactionId");
create index "chargingTransactionState" on "chargingTransaction" ("state", "startedAtMs", "stationId", "transactionId");
create table "unknownStation" (
  "identity" text collate "C" primary key,
  "firstSeenMs" bigint not null,
  "lastSeenMs" bigint not null,
  "remoteAddress" text collate "C",
  "ocppVersion" text collate "C",
  "vendorName" text collate "C",
  "model" text collate "C",
  "serialNumber" text collate "C",
  "attempts" integer not null default 0
);
create table "command" (
  "id" text collate "C" primary key,
  "stationId" text collate "C" not null,
  "action" text collate "C" not null,
  "payload" jsonb,
  "outcome" text collate "C",
  "answer" jsonb,
  "error" text collate "C",
  "requestedBy" text collate "C",
  "reason" text collate "C",
  "createdAtMs" bigint not null,
  "sentAtMs" bigint,
  "answeredAtMs" bigint,
  "transactionId" text collate "C"
);
create index "commandStation" on "command" ("stationId", "createdAtMs", "id");
create index "commandCreated" on "command" ("createdAtMs", "id");
create index "commandOpen" on "command" ("createdAtMs") where "outcome" is null;
create table "appUser" (
  "name" text collate "C" primary key,
  "passwordHash" text collate "C" not null,
  "role" text collate "C" not null,
  "createdAtMs" bigint not null
);
create table "session" (
  "tokenHash" text collate "C" primary key,
  "userName" text collate "C" not null,
  "expiresAtMs" bigint not null
);
create index "sessionUser" on "session" ("userName");
create index "sessionExpiry" on "session" ("expiresAtMs");
create table "counter" (
  "name" text collate "C" primary key,
  "value" bigint not null
);
create table "snapshot" (
  "id" text collate "C" primary key,
  "seq" bigint not null,
  "body" json not null,
  "createdAtMs" bigint not null
);
create index "snapshotSeq" on "snapshot" ("seq");
create table "setting" (
  "key" text collate "C" primary key,
  "value" jsonb
);
create table "audit" (
  "seq" bigint generated by default as identity primary key,
  "atMs" bigint not null,
  "who" text collate "C" not null,
  "action" text collate "C" not null,
  "target" text collate "C",
  "before" jsonb,
  "after" jsonb,
  "hash" text collate "C"
);
create index "auditTarget" on "audit" ("target", "seq");
`,
};
