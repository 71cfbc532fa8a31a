import type { OcppVersion } from '@qipan/base';

/** Error codes of OCPP-J 1.6 §4.2.3; `OccurenceConstraintViolation` keeps the standard's own spelling (errata §5.1). */
export const errorCodes16 = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
] as const;

/** Error codes of OCPP 2.0.1 and 2.1, Part 4 §4.3. */
export const errorCodes2 = [
  'FormatViolation',
  'GenericError',
  'InternalError',
  'MessageTypeNotSupported',
  'NotImplemented',
  'NotSupported',
  'OccurrenceConstraintViolation',
  'PropertyConstraintViolation',
  'ProtocolError',
  'RpcFrameworkError',
  'SecurityError',
  'TypeConstraintViolation',
] as const;

export type RpcErrorCode = (typeof errorCodes16)[number] | (typeof errorCodes2)[number];

/** What went wrong, before a version spells it. */
export type Fault =
  | 'format'
  | 'occurrence'
  | 'type'
  | 'property'
  | 'notImplemented'
  | 'notSupported'
  | 'security'
  | 'internal'
  | 'messageType'
  | 'framework';

const codes16: Readonly<Record<Fault, RpcErrorCode>> = {
  format: 'FormationViolation',
  occurrence: 'OccurenceConstraintViolation',
  type: 'TypeConstraintViolation',
  property: 'PropertyConstraintViolation',
  notImplemented: 'NotImplemented',
  notSupported: 'NotSupported',
  security: 'SecurityError',
  internal: 'InternalError',
  messageType: 'ProtocolError',
  framework: 'ProtocolError',
};

const codes2: Readonly<Record<Fault, RpcErrorCode>> = {
  ...codes16,
  format: 'FormatViolation',
  occurrence: 'OccurrenceConstraintViolation',
  messageType: 'MessageTypeNotSupported',
  framework: 'RpcFrameworkError',
};

/** The exact spelling of a fault in a version. */
export function errorCode(version: OcppVersion, fault: Fault): RpcErrorCode {
  return (version === '1.6' ? codes16 : codes2)[fault];
}

/** JSON Schema keyword → fault: the one table. */
export const faultOfKeyword: Readonly<Record<string, Fault>> = {
  required: 'occurrence',
  minItems: 'occurrence',
  maxItems: 'occurrence',
  type: 'type',
  enum: 'property',
  maxLength: 'property',
  multipleOf: 'property',
  minimum: 'property',
  maximum: 'property',
  format: 'property',
  additionalProperties: 'format',
};

const spellings: Readonly<Record<string, Fault>> = {
  FormationViolation: 'format',
  FormatViolation: 'format',
  OccurenceConstraintViolation: 'occurrence',
  OccurrenceConstraintViolation: 'occurrence',
  TypeConstraintViolation: 'type',
  PropertyConstraintViolation: 'property',
  NotImplemented: 'notImplemented',
  NotSupported: 'notSupported',
  SecurityError: 'security',
  InternalError: 'internal',
  MessageTypeNotSupported: 'messageType',
  RpcFrameworkError: 'framework',
  ProtocolError: 'framework',
};

/** Every spelling is understood inward, whatever the version; null for a code that no standard has. */
export function faultOfCode(code: string): Fault | null {
  return Object.hasOwn(spellings, code) ? (spellings[code] ?? null) : null;
}
