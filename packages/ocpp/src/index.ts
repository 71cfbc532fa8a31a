export { chooseVersion, subprotocols, versionOfSubprotocol, versions } from './versions.js';
export {
  errorCode,
  errorCodes16,
  errorCodes2,
  faultOfCode,
  faultOfKeyword,
  type Fault,
  type RpcErrorCode,
} from './error-codes.js';
export {
  decodeFrame,
  encodeCall,
  encodeError,
  encodeResult,
  encodeResultError,
  encodeSend,
  frameLimits,
  strictFrameLimits,
  type CallFrame,
  type ErrorFrame,
  type Frame,
  type FrameFault,
  type FrameLimits,
  type Payload,
  type ResultFrame,
  type SendFrame,
} from './frames.js';
export { loadValidators, violationText, type Validate, type Validators, type Violation } from './validators.js';
export { checkPayload, type Checked, type Repair, type RepairRule, type ValidationMode } from './leniency.js';
export { AnswerMemory, type Remembered } from './answer-memory.js';
export { RpcMachine } from './rpc.js';
export {
  type AnswerError,
  type Note,
  type OutboundCall,
  type PeerError,
  type Priority,
  type RefusalReason,
  type Registration,
  type RpcEffect,
  type RpcOptions,
  type Settled,
  type ValidCall,
} from './rpc-types.js';
export { commandActions, isOffered, routeOf, routes, type Route, type Sender } from './routes.js';
export { StationMachine } from './station/machine.js';
export {
  stationConfig,
  type EvseConfig,
  type OutletCurrent,
  type StationConfig,
  type Visit,
} from './station/config.js';
export { type StationEffect, type StationInput, type VisitFailure } from './station/context.js';
export { faultDefaults, faultKinds, type Fault as StationFault, type FaultKind } from './station/faults.js';
export { never, type DetailedStatus, type EvseState, type OutCall, type StationState } from './station/state.js';
export { kneeOf, timeToEnergy } from './station/charging-curve.js';
export { toEvents } from './codec/to-events.js';
export { type Ask, type Decoded, type StationContext } from './codec/decoded.js';
export { encodeAnswer, type Answer, type AuthorizationStatus, type IdTokenInfo } from './codec/answers.js';
export { scaledInteger, scaledNumber } from './codec/decimal.js';
export {
  commandFields,
  readCommand,
  type Command,
  type CommandName,
  type CommandPayloads,
} from './commands/commands.js';
export { encodeCommand, type CommandSupply, type EncodedCommand, type Unsupported } from './commands/encode.js';
export { decodeCommandAnswer, type CommandAnswer } from './commands/answers.js';
export { type ChargingProfile, type ChargingSchedule } from './commands/charging-profile.js';
export { configurationKey, variableAddress, variableKey, type VariableAddress } from './commands/variable-key.js';
