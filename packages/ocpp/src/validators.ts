import type { OcppVersion } from '@qipan/base';

/** One broken rule of a schema, as the generated code reports it: the first one found. */
export interface Violation {
  /** JSON pointer into the payload. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A generated check; after `false` its `errors` holds the violation until the next call. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly Violation[] | null;
}

/** The checks of one version. */
export interface Validators {
  readonly version: OcppVersion;
  /** Every action of the version, sorted. */
  readonly actions: readonly string[];
  request(action: string): Validate | undefined;
  /** Absent for a message that is never answered. */
  response(action: string): Validate | undefined;
}

interface Generated {
  readonly actions: readonly string[];
  readonly requests: Readonly<Record<string, unknown>>;
  readonly responses: Readonly<Record<string, unknown>>;
}

/** Each version is its own module and loads on first use: 1.6 alone costs a quarter of 2.1. */
const modules: Readonly<Record<OcppVersion, () => Promise<Generated>>> = {
  '1.6': () => import('#generated/v16/index.js'),
  '2.0.1': () => import('#generated/v201/index.js'),
  '2.1': () => import('#generated/v21/index.js'),
};

const loaded = new Map<OcppVersion, Promise<Validators>>();

/**
 * The validators of a version. Nothing is compiled: the code was generated at build time and imports nothing.
 * Loading again gives the same object.
 */
export function loadValidators(version: OcppVersion): Promise<Validators> {
  const known = loaded.get(version);
  if (known !== undefined) return known;
  const loading = modules[version]().then((m) => validatorsOf(version, m));
  loaded.set(version, loading);
  return loading;
}

function validatorsOf(version: OcppVersion, generated: Generated): Validators {
  const requests = new Map(Object.entries(generated.requests)) as Map<string, Validate>;
  const responses = new Map(Object.entries(generated.responses)) as Map<string, Validate>;
  return {
    version,
    actions: generated.actions,
    request: (action) => requests.get(action),
    response: (action) => responses.get(action),
  };
}

/** What is wrong in words that say where: for error descriptions and the API. */
export function violationText(violation: Violation): string {
  const at = violation.instancePath === '' ? '/' : violation.instancePath;
  const p = violation.params;
  switch (violation.keyword) {
    case 'required':
      return `${at}: ${String(p['missingProperty'])} is missing`;
    case 'additionalProperties':
      return `${at}: ${String(p['additionalProperty'])} is not a field of this message`;
    case 'type':
      return `${at}: expected ${String(p['type'])}`;
    case 'enum':
      return `${at}: not one of the allowed words`;
    case 'format':
      return `${at}: not a ${String(p['format'])}`;
    default: {
      const bound = p['limit'] ?? p['multipleOf'];
      return typeof bound === 'number' ? `${at}: ${violation.keyword} ${bound}` : `${at}: ${violation.keyword}`;
    }
  }
}
