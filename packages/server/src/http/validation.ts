import { QipanError } from '@qipan/base';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/**
 * A check for Fastify's `setValidatorCompiler`: compiled when a route is first called, so that start-up does not pay for it. Text
 * of paths and query strings is read as the type that the schema asks for. Failures carry field, got and expected.
 */
export function lazyValidator(
  schema: TSchema,
  part: string,
): (value: unknown) => { value: unknown } | { error: Error } {
  let validator: Validator | undefined;
  const isText = part !== 'body';
  return (raw) => {
    validator ??= Compile(schema) as unknown as Validator;
    const value = isText ? validator.Convert(raw) : raw;
    if (validator.Check(value)) return { value };
    const issues = validator.Errors(value).slice(0, 20);
    const first = issues[0];
    const field = first ? first.instancePath.replace(/^\//, '').replaceAll('/', '.') || part : part;
    const message = `${part}${first?.instancePath ?? ''}: ${first?.message ?? 'not valid'}`;
    return {
      error: new QipanError('BAD_INPUT', message, {
        field,
        got: at(value, first?.instancePath ?? ''),
        expected: first?.message ?? 'a value of the schema',
        issues: issues.map((i) => ({ code: 'BAD_INPUT', message: `${part}${i.instancePath}: ${i.message}` })),
      }),
    };
  };
}

function at(value: unknown, pointer: string): unknown {
  let v = value;
  for (const key of pointer.split('/').slice(1)) v = (v as Record<string, unknown> | undefined)?.[key];
  return v === undefined || (typeof v === 'object' && v !== null) ? null : v;
}
