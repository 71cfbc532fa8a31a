export { QipanError, isQipanError, errorBody, type ErrorDetails, type Issue } from './errors.js';
export { errorTable, type ErrorCode, type ErrorRow } from './error-table.js';
export { random, hashText, type Random } from './random.js';
export { money, addMoney, shareMoney, moneyText, minorDigits, type Money } from './money.js';
export {
  milliWhPerKwh,
  kwhToMilliWh,
  milliWhToKwh,
  milliWhToWh,
  earthRadiusM,
  msPerHour,
  msPerDay,
  type Unit,
} from './units.js';
export { isoTime, parseTime } from './time.js';
export { uuidV7 } from './ids.js';
export {
  type DataLevel,
  type RunStatus,
  type Scenario,
  type Provenance,
  type Bilingual,
  type RunControl,
} from './study.js';
export {
  type AnyEvent,
  type AnyStoredEvent,
  type AnomalyCode,
  type ChargingState,
  type CommandOutcome,
  type ConnectorStatus,
  type EventKind,
  type EventPayloads,
  type IdToken,
  type NewEvent,
  type OcppVersion,
  type Reading,
  type StoredEvent,
  type TransactionPayload,
  type VariableReport,
  type Wire,
} from './events.js';
export {
  declareTable,
  checkRows,
  rowsOrThrow,
  readCell,
  rowSchema,
  referencePage,
  type Cell,
  type CheckedRows,
  type Column,
  type ColumnType,
  type Row,
  type Table,
} from './tables.js';
