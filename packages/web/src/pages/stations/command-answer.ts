import type { CommandView } from '@qipan/server/contract';

type Json = Readonly<Record<string, unknown>>;

const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v);
const listIn = (answer: unknown, name: string): readonly Json[] => {
  const list = isObject(answer) ? answer[name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
};
const textOf = (v: unknown): string => (typeof v === 'string' ? v : '');

/** One variable of an answer: 1.6 `configurationKey` and `unknownKey`, 2.x `getVariableResult` and `setVariableResult`. */
export interface AnsweredVariable {
  readonly key: string;
  /** Null when the station gave none. */
  readonly value: string | null;
  /** The station's word on this one, null when it is plain. */
  readonly status: string | null;
  readonly isReadOnly: boolean;
}

function variableOf20(v: Json): AnsweredVariable {
  const named = (part: unknown) => {
    const { name, instance } = isObject(part) ? part : {};
    return textOf(name) + (instance === undefined ? '' : `[${textOf(instance)}]`);
  };
  return {
    key: `${named(v['component'])}.${named(v['variable'])}`,
    value: typeof v['attributeValue'] === 'string' ? v['attributeValue'] : null,
    status: textOf(v['attributeStatus']) || null,
    isReadOnly: false,
  };
}

/** The variables that an answer tells of, as rows for people; empty for other answers. */
export function answeredVariables(answer: unknown): readonly AnsweredVariable[] {
  const unknown = isObject(answer) && Array.isArray(answer['unknownKey']) ? answer['unknownKey'] : [];
  return [
    ...listIn(answer, 'configurationKey').map((k) => ({
      key: textOf(k['key']),
      value: typeof k['value'] === 'string' ? k['value'] : null,
      status: null,
      isReadOnly: k['readonly'] === true,
    })),
    ...unknown.map((key) => ({ key: String(key), value: null, status: 'UnknownVariable', isReadOnly: false })),
    ...listIn(answer, 'getVariableResult').map(variableOf20),
    ...listIn(answer, 'setVariableResult').map(variableOf20),
  ];
}

/** The station's word on the whole: its status, or those of its variables, each once; null when it said none. */
export function answerStatus(answer: unknown): string | null {
  const status = isObject(answer) ? answer['status'] : undefined;
  if (typeof status === 'string') return status;
  const words = [...new Set(answeredVariables(answer).flatMap((v) => v.status ?? []))];
  return words.length === 0 ? null : words.join(', ');
}

const refusal = /Reject|Fail|NotSupported|Unknown|Invalid|NotImplemented/;

/** Whether the station did what it was asked: it answered, and no word of it is a refusal. */
export const isGoodAnswer = ({ outcome, answer }: Pick<CommandView, 'outcome' | 'answer'>): boolean =>
  outcome === 'answered' && !refusal.test(answerStatus(answer) ?? '');
