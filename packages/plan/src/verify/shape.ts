import type { Certificate, Plan } from '../model/plan.js';

type Holds = (x: unknown) => boolean;

const isNumber: Holds = (x) => typeof x === 'number';
const isText: Holds = (x) => typeof x === 'string';
const isObject = (x: unknown): x is Readonly<Record<string, unknown>> => typeof x === 'object' && x !== null;
const isList = (x: unknown, holds: Holds): boolean => Array.isArray(x) && x.every(holds);
const isNumbers: Holds = (x) => isList(x, isNumber);

/** Objects whose named fields hold what is asked of each. */
const withFields =
  (fields: Readonly<Record<string, Holds>>): Holds =>
  (x) =>
    isObject(x) && Object.entries(fields).every(([name, holds]) => holds(x[name]));
const listOf =
  (fields: Readonly<Record<string, Holds>>): Holds =>
  (x) =>
    isList(x, withFields(fields));

const planParts: Readonly<Record<string, Holds>> = {
  sites: listOf({ site: isNumber, openYear: isNumber, counts: (x) => isList(x, isNumbers) }),
  assignment: withFields({ year: isNumbers, point: isNumbers, site: isNumbers, share: isNumbers }),
  typeShare: listOf({ site: isNumber, year: isNumber, share: isNumbers }),
  unserved: isNumbers,
  slacks: listOf({ constraint: isText, whereId: isText, year: isNumber, amount: isNumber, cost: isNumber }),
  objectiveTerms: listOf({ name: isText, amount: isNumber }),
  capexByYear: isNumbers,
  value: isNumber,
};

const certificateParts: Readonly<Record<string, Holds>> = {
  inputHash: isText,
  scale: isNumber,
  serve: isNumbers,
  rows: (x) => isObject(x) && Object.values(x).every(isNumbers),
  bound: isNumber,
};

/**
 * Parts of a plan and its proof that are not of the declared form. Both come out of files, where `"1"` may stand for 1: as an index
 * it is another place in every sum, and what is counted there is not looked at.
 */
export function shapeFaults(plan: Plan, certificate: Certificate): readonly string[] {
  const faultsOf = (name: string, x: unknown, parts: Readonly<Record<string, Holds>>): string[] =>
    Object.entries(parts).flatMap(([part, holds]) =>
      isObject(x) && holds(x[part]) ? [] : [`${name}: ${part} is not of the declared form`],
    );
  return [...faultsOf('plan', plan, planParts), ...faultsOf('certificate', certificate, certificateParts)];
}
