import { loadValidators, type Validate } from '@qipan/ocpp';

/** One measured case, as `npm run -s bench` prints it. */
export interface ValidatorCase {
  readonly case: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly target: number | null;
  readonly peer: string | null;
}

const repeats = 7;
const payloads = 64;

/** The 414 B MeterValues frame of the raw ceiling: four samples, as a 1.6 station sends them every minute. */
export function meterValuesPayload(n: number): unknown {
  const sample = (value: string, measurand: string, unit: string): unknown => ({ value, measurand, unit });
  return {
    connectorId: 1,
    transactionId: 1000 + n,
    meterValue: [
      {
        timestamp: new Date(Date.UTC(2025, 2, 1, 10) + n * 60_000).toISOString(),
        sampledValue: [
          sample((100_000 + n * 120.5).toFixed(1), 'Energy.Active.Import.Register', 'Wh'),
          sample('7230.4', 'Power.Active.Import', 'W'),
          sample('31.4', 'Current.Import', 'A'),
          sample('51', 'SoC', 'Percent'),
        ],
      },
    ],
  };
}

/** A 2.0.1 TransactionEvent Updated of about 900 B: token, evse and four samples in words. */
export function transactionEventPayload(n: number): unknown {
  const sample = (value: number, measurand: string, unit: string): unknown => ({
    value,
    context: 'Sample.Periodic',
    measurand,
    location: 'Outlet',
    unitOfMeasure: { unit, multiplier: 0 },
  });
  return {
    eventType: 'Updated',
    timestamp: new Date(Date.UTC(2025, 2, 1, 10) + n * 60_000).toISOString(),
    triggerReason: 'MeterValuePeriodic',
    seqNo: n,
    offline: false,
    transactionInfo: { transactionId: '0195524e-7c7b-7f3a-a2d1-1f0b5c6d7e8f', chargingState: 'Charging' },
    evse: { id: 1, connectorId: 1 },
    idToken: { idToken: '04E2B6AA3C5580', type: 'ISO14443' },
    meterValue: [
      {
        timestamp: new Date(Date.UTC(2025, 2, 1, 10) + n * 60_000).toISOString(),
        sampledValue: [
          sample(100_000 + n * 120.5, 'Energy.Active.Import.Register', 'Wh'),
          sample(7230.4, 'Power.Active.Import', 'W'),
          sample(31.4, 'Current.Import', 'A'),
          sample(51, 'SoC', 'Percent'),
        ],
      },
    ],
  };
}

/** Median of CPU-seconds a call over some rounds of `n` calls, after one round of warming up. */
function callsPerCpuSecond(n: number, round: () => void): number {
  const rates: number[] = [];
  for (let i = -2; i < repeats; i++) {
    const before = process.cpuUsage();
    round();
    const used = process.cpuUsage(before);
    if (i >= 0) rates.push((n * 1e6) / (used.user + used.system));
  }
  rates.sort((a, b) => a - b);
  return rates[repeats >> 1] as number;
}

function measure(name: string, validate: Validate, make: (n: number) => unknown, target: number): ValidatorCase[] {
  const texts = Array.from({ length: payloads }, (_, n) => JSON.stringify(make(n)));
  const parsed = texts.map((t) => JSON.parse(t) as unknown);
  let valid = 0;
  const checks = 200_000;
  const checked = callsPerCpuSecond(checks, () => {
    for (let i = 0; i < checks; i++) if (validate(parsed[i & (payloads - 1)])) valid++;
  });
  if (valid !== checks * (repeats + 2)) throw new Error(`${name}: a payload of the benchmark is not valid`);
  const parses = 20_000;
  let seen = 0;
  const parsedPerS = callsPerCpuSecond(parses, () => {
    for (let i = 0; i < parses; i++) if (JSON.parse(texts[i & (payloads - 1)] as string) !== null) seen++;
  });
  if (seen === 0) throw new Error('nothing was parsed');
  const bytes = texts[0]?.length ?? 0;
  const row = { unit: 'messages/CPU-s', metric: 'rate' };
  const peer = name === 'MeterValues' ? 'ocpp-rpc 1.05 M (stated)' : 'ocpp-rpc 0.45 M (stated)';
  return [
    { ...row, case: `validator ${name} (${bytes} B)`, value: Math.round(checked), target, peer },
    { ...row, case: `JSON.parse ${name} (${bytes} B)`, value: Math.round(parsedPerS), target: null, peer: null },
  ];
}

/** Rate of the generated validators alone, beside `JSON.parse` of the same message on the same machine. */
export async function validatorCases(report: (row: ValidatorCase) => void): Promise<void> {
  const meterValues = (await loadValidators('1.6')).request('MeterValues') as Validate;
  const transactionEvent = (await loadValidators('2.0.1')).request('TransactionEvent') as Validate;
  for (const row of measure('MeterValues', meterValues, meterValuesPayload, 4_500_000)) report(row);
  for (const row of measure('TransactionEvent', transactionEvent, transactionEventPayload, 1_200_000)) report(row);
}
