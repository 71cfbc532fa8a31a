import type { AnyEvent, EventKind, EventPayloads, NewEvent, OcppVersion, Wire } from '@qipan/base';
import type { Payload } from '../frames.js';
import type { ValidCall } from '../rpc-types.js';

/** What the codec must know of the station a message came from. */
export interface StationContext {
  /** The inner id, not the wire identity. */
  readonly stationId: string;
  readonly receivedAtMs: number;
  /** 1.6 connector → evse and connector, for posts whose cables share an evse; by default connector n is evse n. */
  readonly connectors?: ReadonlyMap<number, { readonly evseId: number; readonly connectorId: number }>;
}

/** What the station waits for. `nothing` is a fixed answer of the action, `silence` none at all (SEND). */
export type Ask =
  | 'registration'
  | 'time'
  | 'authorization'
  | 'transactionId'
  | 'transactionAnswer'
  | 'dataTransferAnswer'
  | 'fixedAnswer'
  | 'silence';

/** A message of a station in the vocabulary. */
export interface Decoded {
  readonly version: OcppVersion;
  readonly action: string;
  readonly messageId: string;
  /** The request, for answers that repeat a part of it. */
  readonly request: Payload;
  /**
   * At least one. What only the CSMS can say is left open for the fold: `transactionId` of a 1.6 start is `''`, `status` of
   * `authorized` is `''`, `registration` of `booted` is `Pending`.
   */
  readonly events: readonly AnyEvent[];
  readonly ask: Ask;
}

/** Turns one valid request into events. */
export type Decoder = (call: ValidCall, context: StationContext) => readonly AnyEvent[];

/** `evseId` and `connectorId` of a 1.6 connector: 0 is the station itself. */
export function placeOfConnector(
  connectorId: number | undefined,
  context: StationContext,
): { readonly evseId: number | null; readonly connectorId: number | null } {
  if (connectorId === undefined || connectorId <= 0) return { evseId: null, connectorId: null };
  return context.connectors?.get(connectorId) ?? { evseId: connectorId, connectorId: 1 };
}

export interface Place {
  readonly atMs?: number | null;
  readonly evseId?: number | null;
  readonly connectorId?: number | null;
}

/**
 * An event with the context's station and time. `parts.payload` is the decoder's own fresh object, without the wire part:
 * it is completed in place, which costs a tenth of a copy.
 */
export function eventOf<K extends EventKind>(
  kind: K,
  call: ValidCall,
  context: StationContext,
  parts: { readonly place?: Place; readonly payload: Omit<EventPayloads[K], keyof Wire> },
): AnyEvent {
  const event: NewEvent<K> = {
    stationId: context.stationId,
    kind,
    atMs: parts.place?.atMs ?? null,
    receivedAtMs: context.receivedAtMs,
    evseId: parts.place?.evseId ?? null,
    connectorId: parts.place?.connectorId ?? null,
    payload: withWire(parts.payload, call) as EventPayloads[K],
  };
  // TypeScript does not see that the union is over K; the generic pair above has checked it.
  return event as unknown as AnyEvent;
}

function withWire(payload: object, call: ValidCall): object {
  const wire = payload as { -readonly [K in keyof Wire]: Wire[K] };
  wire.version = call.version;
  wire.messageId = call.id;
  if (call.payload['offline'] === true) wire.offline = true;
  if (call.payload['customData'] !== undefined) wire.customData = call.payload['customData'];
  return payload;
}

export const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
export const integerOrNull = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : null;
