import type { OcppVersion, VariableReport } from '@qipan/base';
import type { Payload } from '../frames.js';
import { flatComponent } from './variable-key.js';

/** A station's answer to a command, in the vocabulary. */
export interface CommandAnswer {
  /** The station's own word; `Accepted` where the message has no status and an answer is consent. */
  readonly status: string;
  /** Whether the station does what was asked, now or at the time it names (`Scheduled`, `RebootRequired`). */
  readonly isAccepted: boolean;
  readonly reason: string | null;
  /** What GetVariables, SetVariables and their 1.6 forms brought, each with its own status. */
  readonly variables: readonly VariableReport[];
  /** 2.x: a transaction that already runs on the evse. */
  readonly transactionId: string | null;
}

const consent: ReadonlySet<string> = new Set([
  'Accepted',
  'Scheduled',
  'RebootRequired',
  'Unlocked',
  'AcceptedCanceled',
]);

interface Named {
  readonly name: string;
  readonly instance?: string;
  readonly evse?: { readonly id: number; readonly connectorId?: number };
}

function variableResult(row: Payload): VariableReport {
  const component = row['component'] as Named;
  const variable = row['variable'] as Named;
  return {
    component: component.name,
    ...(component.instance === undefined ? {} : { componentInstance: component.instance }),
    ...(component.evse === undefined ? {} : { evseId: component.evse.id }),
    ...(component.evse?.connectorId === undefined ? {} : { connectorId: component.evse.connectorId }),
    variable: variable.name,
    ...(variable.instance === undefined ? {} : { variableInstance: variable.instance }),
    attribute: typeof row['attributeType'] === 'string' ? row['attributeType'] : 'Actual',
    value: typeof row['attributeValue'] === 'string' ? row['attributeValue'] : null,
    status: String(row['attributeStatus']),
  };
}

function configuration(payload: Payload): readonly VariableReport[] {
  const known = (payload['configurationKey'] ?? []) as readonly {
    readonly key: string;
    readonly readonly: boolean;
    readonly value?: string;
  }[];
  const unknown = (payload['unknownKey'] ?? []) as readonly string[];
  const base = { component: flatComponent, attribute: 'Actual' };
  return [
    ...known.map((k) => ({
      ...base,
      variable: k.key,
      value: k.value ?? null,
      mutability: k.readonly ? 'ReadOnly' : 'ReadWrite',
      status: 'Accepted',
    })),
    ...unknown.map((key) => ({ ...base, variable: key, value: null, status: 'UnknownVariable' })),
  ];
}

/** Reads the payload of a CALLRESULT; `action` is the one on the wire. */
export function decodeCommandAnswer(version: OcppVersion, action: string, payload: Payload): CommandAnswer {
  const rows = (payload['getVariableResult'] ?? payload['setVariableResult']) as readonly Payload[] | undefined;
  const isConfiguration = version === '1.6' && action === 'GetConfiguration';
  const variables = isConfiguration ? configuration(payload) : (rows ?? []).map(variableResult);
  const worst = rows === undefined ? undefined : variables.find((v) => !consent.has(v.status ?? ''))?.status;
  const stated = typeof payload['status'] === 'string' ? payload['status'] : undefined;
  const status = stated ?? worst ?? 'Accepted';
  const info = payload['statusInfo'] as { readonly reasonCode?: string; readonly additionalInfo?: string } | undefined;
  const reason = [info?.reasonCode, info?.additionalInfo].filter((t) => t !== undefined).join(': ');
  const { transactionId } = payload;
  return {
    status,
    isAccepted: consent.has(status),
    reason: reason === '' ? null : reason,
    variables,
    transactionId: typeof transactionId === 'string' ? transactionId : null,
  };
}
