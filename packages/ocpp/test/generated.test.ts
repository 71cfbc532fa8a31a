import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { OcppVersion } from '@qipan/base';
import { repoRoot } from '@qipan/testing';
import { loadValidators, versions, type Validate } from '@qipan/ocpp';
import { officialActions, officialSchema, samplePayloads } from './schema-arbitrary.js';

const folder = path.join(repoRoot, 'packages/ocpp/src/generated');
const folders: Readonly<Record<OcppVersion, string>> = { '1.6': 'v16', '2.0.1': 'v201', '2.1': 'v21' };
const counts: Readonly<Record<OcppVersion, number>> = { '1.6': 39, '2.0.1': 64, '2.1': 91 };
const code = (version: OcppVersion): string => readFileSync(path.join(folder, folders[version], 'index.js'), 'utf8');
const types = (version: OcppVersion): string => readFileSync(path.join(folder, folders[version], 'index.d.ts'), 'utf8');

/** The judge: ajv, compiling the official schema as exported. */
function oracle(): (version: OcppVersion, action: string, kind: 'Request' | 'Response') => ValidateFunction {
  const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 });
  formats.default(ajv, { mode: 'fast', formats: ['date-time', 'uri'] });
  const known = new Map<string, ValidateFunction>();
  return (version, action, kind) => {
    const key = `${version} ${action} ${kind}`;
    const validate = known.get(key) ?? ajv.compile(officialSchema(version, action, kind) as object);
    known.set(key, validate);
    return validate;
  };
}

const judge = oracle();

function validateOf(
  validators: Awaited<ReturnType<typeof loadValidators>>,
  action: string,
  kind: 'Request' | 'Response',
): Validate {
  const validate = kind === 'Request' ? validators.request(action) : validators.response(action);
  assert.ok(validate !== undefined, `${validators.version} ${action} ${kind}`);
  return validate;
}

for (const version of versions) {
  test(`OCPP ${version} has a validator for the request of each of its ${counts[version]} actions`, async () => {
    const validators = await loadValidators(version);
    assert.equal(validators.actions.length, counts[version]);
    assert.deepEqual([...validators.actions].sort(), officialActions(version));
    for (const action of validators.actions) assert.ok(validators.request(action) !== undefined, action);
  });

  test(`OCPP ${version} has a validator for every answer, none for a message without one`, async () => {
    const validators = await loadValidators(version);
    const silent = validators.actions.filter((a) => validators.response(a) === undefined);
    assert.deepEqual(silent, version === '2.1' ? ['NotifyPeriodicEventStream'] : []);
  });

  test(`OCPP ${version}: valid payloads of every message are accepted, as by ajv on the official schema`, async () => {
    const validators = await loadValidators(version);
    for (const action of validators.actions) {
      for (const kind of ['Request', 'Response'] as const) {
        for (const payload of samplePayloads(version, action, kind, { count: 3, seed: 7 })) {
          const validate = validateOf(validators, action, kind);
          const text = JSON.stringify(payload);
          // 1.6: the errata want integers where some exported schemas say number; the sample may hold a fraction
          const isErrata = version === '1.6' && /"(interval|retries|retryInterval)":-?\d+\.\d/.test(text);
          assert.ok(judge(version, action, kind)(payload), `${action} ${kind} ${text}`);
          assert.equal(validate(payload), !isErrata, `${action} ${kind} ${text} ${JSON.stringify(validate.errors)}`);
        }
      }
    }
  });

  test(`OCPP ${version}: broken payloads of every message are refused exactly when ajv refuses them`, async () => {
    const validators = await loadValidators(version);
    let refused = 0;
    for (const action of validators.actions) {
      for (const kind of ['Request', 'Response'] as const) {
        for (const payload of samplePayloads(version, action, kind, { count: 2, seed: 11 })) {
          for (const broken of breakings(payload)) {
            const mine = validateOf(validators, action, kind)(broken);
            const theirs = judge(version, action, kind)(broken);
            assert.equal(mine, theirs, `${action} ${kind} ${JSON.stringify(broken).slice(0, 400)}`);
            if (!mine) refused++;
          }
        }
      }
    }
    assert.ok(refused > counts[version] * 2, `only ${refused} were refused`);
  });

  test(`OCPP ${version}: the generated code imports nothing and carries no prose and no schema ids but ours`, () => {
    const text = code(version);
    assert.doesNotMatch(text, /\bimport\b|\brequire\(/);
    assert.doesNotMatch(text, /"(description|title|\$schema|javaType)":"/);
    assert.doesNotMatch(text, /urn:/);
    for (const [, id] of text.matchAll(/"\$id":"([^"]+)"/g)) {
      assert.match(id as string, /^ocpp(16|201|21)\/(def\/\w+|\w+\/(request|response))$/);
    }
    assert.match(text.split('\n')[0] as string, /npm run generate -w packages\/ocpp/);
  });

  test(`OCPP ${version}: each definition has one validator function, shared by all messages, and only if it is reachable`, () => {
    const text = code(version);
    const seen = [...text.matchAll(/sourceURL="([^"]+)"/g)].map(([, id]) => id as string);
    assert.equal(new Set(seen).size, seen.length, 'a schema has two functions');
    const declared = new Set([...types(version).matchAll(/^export type (\w+) =/gm)].map(([, name]) => name));
    for (const id of seen.filter((i) => i.includes('/def/'))) {
      assert.ok(declared.has(id.split('/').at(-1)), `${id} has no type`);
    }
    // Every type is referred to by a message or by another type: none is there for its own sake.
    const source = types(version);
    for (const name of declared) {
      const uses = source.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
      assert.ok(uses >= 2, `${name} is not reachable`);
    }
  });
}

/** Copies with one thing wrong: a field missing, unknown, of another type, too long, or a word nobody knows. */
function breakings(payload: Readonly<Record<string, unknown>>): readonly unknown[] {
  const out: unknown[] = [{ ...payload, noSuchField: 1 }, [payload], 'text', null];
  for (const key of Object.keys(payload)) {
    const { [key]: value, ...rest } = payload;
    out.push(rest);
    out.push({ ...payload, [key]: typeof value === 'number' ? 'text' : 12.5 });
    out.push({ ...payload, [key]: null }, { ...payload, [key]: [] });
    if (typeof value === 'string') out.push({ ...payload, [key]: `${value}${'x'.repeat(6000)}` });
  }
  return out;
}

test('all 401 limits of one decimal from 0.0 to 40.0 A pass, 8.1 A among them', async () => {
  const validate = (await loadValidators('1.6')).request('SetChargingProfile') as Validate;
  const profile = (limit: number): unknown => ({
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  });
  for (let tenths = 0; tenths <= 400; tenths++) {
    assert.ok(validate(profile(tenths / 10)), `${tenths / 10} A`);
    assert.ok(validate(profile(Number((tenths * 0.1).toFixed(1)))), `${tenths * 0.1} A`);
  }
  assert.ok(validate(profile(8.1)));
  assert.equal(validate(profile(8.15)), false);
  assert.equal(validate.errors?.[0]?.keyword, 'multipleOf');
});

test('multipleOf stands in six places, all in OCPP 1.6', () => {
  const places = (v: OcppVersion): number =>
    new Set([...code(v).matchAll(/schemaPath:"([^"]*multipleOf)"/g)].map(([, p]) => p)).size;
  const uses = (v: OcppVersion): number => code(v).match(/keyword:"multipleOf"/g)?.length ?? 0;
  assert.ok(uses('1.6') >= 6);
  assert.ok(places('1.6') > 0);
  assert.equal(uses('2.0.1') + uses('2.1'), 0);
});

test('the generated 2.1 code is at most 3 MB, and the smaller versions are smaller', () => {
  const size = (v: OcppVersion): number => statSync(path.join(folder, folders[v], 'index.js')).size;
  assert.ok(size('2.1') <= 3_000_000, `${size('2.1')} B`);
  assert.ok(size('2.0.1') < size('2.1') && size('1.6') < size('2.0.1'));
  assert.deepEqual(readdirSync(folder).sort(), ['v16', 'v201', 'v21']);
});

test('a property may be called format without being taken for the keyword', async () => {
  const validate = (await loadValidators('1.6')).request('MeterValues') as Validate;
  const withFormat = (format: string): unknown => ({
    connectorId: 1,
    meterValue: [{ timestamp: '2025-01-01T00:00:00Z', sampledValue: [{ value: '1', format }] }],
  });
  assert.ok(validate(withFormat('Raw')));
  assert.equal(validate(withFormat('Cooked')), false);
});

test('the errata hold: intervals and retries are integers, a stop needs no reason', async () => {
  const v16 = await loadValidators('1.6');
  const boot = v16.response('BootNotification') as Validate;
  const answer = { status: 'Accepted', currentTime: '2025-01-01T00:00:00Z' };
  assert.ok(boot({ ...answer, interval: 300 }));
  assert.equal(boot({ ...answer, interval: 300.5 }), false);
  const update = v16.request('UpdateFirmware') as Validate;
  const firmware = { location: 'https://example.org/f', retrieveDate: '2025-01-01T00:00:00Z' };
  assert.ok(update({ ...firmware, retries: 3, retryInterval: 60 }));
  assert.equal(update({ ...firmware, retries: 1.5 }), false);
  const stop = v16.request('StopTransaction') as Validate;
  assert.ok(stop({ transactionId: 1, meterStop: 0, timestamp: '2025-01-01T00:00:00Z' }));
});

test('official misspellings stand on the wire: Celcius in 1.6, IdleTIme in 2.1', () => {
  assert.match(types('1.6'), /'Celcius'/);
  assert.match(types('2.1'), /'IdleTIme'/);
});

test('times are checked by the fast expression: zone wanted, fractions allowed, words refused', async () => {
  const validate = (await loadValidators('2.0.1')).request('SecurityEventNotification') as Validate;
  const at = (timestamp: string): boolean => validate({ type: 'x', timestamp });
  assert.ok(at('2025-03-01T10:00:00Z') && at('2025-03-01T10:00:00.123456Z') && at('2025-03-01T10:00:00+08:00'));
  assert.ok(!at('2025-03-01T10:00:00') && !at('yesterday') && !at('2025-03-01'));
});

test('lengths count code points, so an emoji is one character', async () => {
  const validate = (await loadValidators('1.6')).request('Authorize') as Validate;
  assert.ok(validate({ idTag: '🔌'.repeat(20) }));
  assert.equal(validate({ idTag: '🔌'.repeat(21) }), false);
  assert.equal(validate({ idTag: 'x'.repeat(21) }), false);
});

test('loading the validators of all versions loads neither ajv nor typed-ocpp', () => {
  const script = `
    import module from 'node:module';
    const { loadValidators } = await import('@qipan/ocpp');
    for (const v of ['1.6', '2.0.1', '2.1']) await loadValidators(v);
    const require = module.createRequire(import.meta.url);
    const loaded = Object.keys(require.cache).filter((f) => /ajv|typed-ocpp/.test(f));
    console.log(JSON.stringify(loaded));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: path.join(repoRoot, 'packages/ocpp'),
    encoding: 'utf8',
  });
  assert.deepEqual(JSON.parse(out), []);
});

test('a version loads once, and the others stay unloaded', async () => {
  assert.equal(await loadValidators('1.6'), await loadValidators('1.6'));
  assert.notEqual(await loadValidators('1.6'), await loadValidators('2.0.1'));
});
