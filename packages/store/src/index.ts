export { openStore, type StoreOptions, type StoreSource } from './store.js';
export type {
  CommitCounters,
  Log,
  LogQuery,
  Records,
  RowWrite,
  SelectQuery,
  Store,
  StoreHealth,
  StoreInfo,
  StoreProgress,
  StoreStep,
} from './contract.js';
export { makeDataFolder } from './embedded/folder-lock.js';
export { startEmbedded, type EmbeddedOptions, type EmbeddedServer } from './embedded/server.js';
export type { RungName } from './embedded/rung.js';
export { recordTables, type RecordTable, type RecordTableName, type RowOf, type ColumnKind } from './tables.js';
export { nextBlock } from './records/counter.js';
export { exportAll, type ArchiveProgress } from './archive/export.js';
export { importAll } from './archive/import.js';
export type { Manifest, ArchivedTable } from './archive/manifest.js';
