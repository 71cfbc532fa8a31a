import { parseTime, type Reading } from '@qipan/base';
import { scaledInteger, scaledNumber } from './decimal.js';

/** A sampled value of any version, as it stands on the wire. */
export interface WireSample {
  readonly value?: unknown;
  readonly context?: string;
  readonly measurand?: string;
  readonly phase?: string;
  readonly location?: string;
  /** 1.6 */
  readonly format?: string;
  /** 1.6 */
  readonly unit?: string;
  /** 2.x */
  readonly unitOfMeasure?: { readonly unit?: string; readonly multiplier?: number };
  /** 2.x */
  readonly signedMeterValue?: unknown;
}

export interface WireMeterValue {
  readonly timestamp: string;
  readonly sampledValue: readonly WireSample[];
}

/** Base unit and power of ten of every unit the standards name; energy is counted in thousandths. */
const units: Readonly<Record<string, readonly [base: string, shift: number]>> = {
  Wh: ['mWh', 3],
  kWh: ['mWh', 6],
  varh: ['mvarh', 3],
  kvarh: ['mvarh', 6],
  VAh: ['mVAh', 3],
  kVAh: ['mVAh', 6],
  W: ['W', 0],
  kW: ['W', 3],
  VA: ['VA', 0],
  kVA: ['VA', 3],
  var: ['var', 0],
  kvar: ['var', 3],
  A: ['A', 0],
  V: ['V', 0],
  Hertz: ['Hertz', 0],
  Hz: ['Hertz', 0],
  Percent: ['Percent', 0],
  RPM: ['RPM', 0],
  Celsius: ['Celsius', 0],
  Celcius: ['Celsius', 0],
};

/** What a sample without a unit is in, by the first words of its measurand. */
const defaultUnits: readonly (readonly [string, string])[] = [
  ['Energy.Reactive', 'varh'],
  ['Energy.Apparent', 'VAh'],
  ['Energy', 'Wh'],
  ['Power.Reactive', 'var'],
  ['Power.Factor', ''],
  ['Power', 'W'],
  ['Current', 'A'],
  ['Voltage', 'V'],
  ['Frequency', 'Hertz'],
  ['SoC', 'Percent'],
  ['Temperature', 'Celsius'],
  ['RPM', 'RPM'],
];

const defaultMeasurand = 'Energy.Active.Import.Register';

const daysOf: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const twoDigits = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

/** The shape that nearly every station writes, `2025-03-01T10:00:00Z` with or without milliseconds, of a day that there is. */
function isCommonTime(text: string): boolean {
  const { length } = text;
  if (length !== 20 && length !== 24) return false;
  if (text.charCodeAt(10) !== 84 || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(4) !== 45) return false;
  // `Date.parse` takes February 30 for March 2 and hour 24 for tomorrow: those and leap days go the careful way.
  return twoDigits(text, 8) <= (daysOf[twoDigits(text, 5) - 1] ?? 0) && twoDigits(text, 11) < 24;
}

/** Millisecond of a wire time, null when it is not a real date. */
export function wireTime(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  if (isCommonTime(text)) {
    const atMs = Date.parse(text);
    if (!Number.isNaN(atMs)) return atMs;
  }
  return parseTime(text)?.atMs ?? null;
}

/**
 * Readings in base units. Energy is an integer of milliwatt-hours, by exact decimal arithmetic. A value that cannot be
 * read, an energy in a unit that is none, and a signed blob without a plain value are kept as unreadable, never as 0.
 */
export function readingsOf(meterValues: readonly WireMeterValue[] | undefined): readonly Reading[] {
  const out: Reading[] = [];
  for (const meterValue of meterValues ?? []) {
    const atMs = wireTime(meterValue.timestamp);
    for (const sample of meterValue.sampledValue) out.push(readingOf(sample, atMs));
  }
  return out;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readingOf(sample: WireSample, atMs: number | null): Reading {
  const measurand = sample.measurand ?? defaultMeasurand;
  const raw = sample.value;
  const isPlain = sample.format !== 'SignedData';
  const stated = sample.unitOfMeasure?.unit ?? sample.unit;
  const unit = stated ?? defaultUnitOf(measurand);
  const value = isPlain && (typeof raw === 'string' || typeof raw === 'number') ? raw : null;
  const scaled = value === null ? null : inBaseUnit(value, measurand, unit, sample.unitOfMeasure?.multiplier ?? 0);
  if (scaled === null) return { measurand, unreadable: true, text: rawText(raw, stated), atMs };
  const reading: Mutable<Extract<Reading, { value: number }>> = {
    measurand,
    value: scaled.value,
    unit: scaled.unit,
    atMs,
  };
  if (sample.phase !== undefined) reading.phase = sample.phase;
  if (sample.location !== undefined) reading.location = sample.location;
  if (sample.context !== undefined) reading.context = sample.context;
  if (sample.signedMeterValue !== undefined) reading.signedData = JSON.stringify(sample.signedMeterValue);
  return reading;
}

const rawText = (raw: unknown, unit: string | undefined): string => {
  const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? '');
  return unit === undefined ? text : `${text} ${unit}`;
};

const unitOfMeasurand = new Map<string, string>();

function defaultUnitOf(measurand: string): string {
  let unit = unitOfMeasurand.get(measurand);
  if (unit === undefined) {
    unit = defaultUnits.find(([start]) => measurand.startsWith(start))?.[1] ?? '';
    if (unitOfMeasurand.size < 256) unitOfMeasurand.set(measurand, unit);
  }
  return unit;
}

function inBaseUnit(
  value: string | number,
  measurand: string,
  unit: string,
  multiplier: number,
): { readonly value: number; readonly unit: string } | null {
  const known = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (measurand.startsWith('Energy')) {
    if (known === undefined || !known[0].startsWith('m')) return null;
    const integer = scaledInteger(value, known[1] + multiplier);
    return integer === null ? null : { value: integer, unit: known[0] };
  }
  const number = scaledNumber(value, (known?.[1] ?? 0) + multiplier);
  if (number === null) return null;
  if (unit === 'K') return { value: rounded(number - 273.15), unit: 'Celsius' };
  if (unit === 'Fahrenheit') return { value: rounded(((number - 32) * 5) / 9), unit: 'Celsius' };
  return { value: number, unit: known?.[0] ?? unit };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
