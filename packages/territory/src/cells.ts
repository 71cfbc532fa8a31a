import type { Column } from '@qipan/base';

/** Which day a workbook counts from: 1900 (with the leap day that never was) or 1904. */
export type SheetEpoch = 1900 | 1904;

const msPerDay = 86_400_000;

/**
 * Milliseconds since 1970 of a spreadsheet's day number. In the 1900 system day 60 is the 29 February 1900 that never
 * was, so numbers below 60 count from 1899-12-31 and those above from 1899-12-30. Day 60 itself has no date: NaN.
 * Source: ECMA-376 part 1, §18.17.4.
 */
export function serialToMs(serial: number, epoch: SheetEpoch): number {
  if (epoch === 1904) return Math.round(serial * msPerDay) + Date.UTC(1904, 0, 1);
  if (serial >= 60 && serial < 61) return NaN;
  const origin = serial < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
  return Math.round(serial * msPerDay) + origin;
}

const fullWidth = /[\uff01-\uff5e]/g;
const wide = (text: string) => text.replace(fullWidth, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
/** No-break, thin, figure and ideographic spaces, which stand as thousands marks or padding. */
const strangeSpaces = /[\u00a0\u2007\u2009\u202f\u3000]/g;

/**
 * Brings a cell as a spreadsheet or a person writes it to what the declared column reads: dates to years or
 * milliseconds, `35%` to 0.35 in a share column, full-width digits and thousands marks (`１２，３４５`, `12 345`,
 * `12'345`) to plain numbers. What it does not understand it hands on as it is, for the reader to refuse by name.
 */
export function normaliseCell(column: Column, raw: unknown, epoch: SheetEpoch): unknown {
  if (raw instanceof Date) return fromDate(column, raw.getTime());
  if (column.type === 'string') return typeof raw === 'string' ? raw.replace(strangeSpaces, ' ').trim() : raw;
  if (column.type === 'boolean') return raw;
  if (typeof raw === 'number') {
    // A year column holding 44,197 is a date that lost its style.
    if (column.type === 'year' && raw > 10_000) return fromDate(column, serialToMs(raw, epoch));
    return raw;
  }
  if (typeof raw !== 'string') return raw;
  const text = wide(raw.replace(strangeSpaces, ' ')).trim();
  const percent = /^([+-]?[\d.,]+)\s*%$/.exec(text);
  // Parsed as digits and shifted in decimal, so that 35.1% is 0.351 and not 0.35100000000000003.
  if (percent && column.unit === 'share') return Number(`${(percent[1] as string).replaceAll(',', '')}e-2`);
  if (/^[+-]?\d{1,3}([ '’]\d{3})+(\.\d*)?$/.test(text)) return text.replace(/[ '’]/g, '');
  if (column.type === 'year') return Number(/^(\d{4})(年|[-/.]\d{1,2}([-/.]\d{1,2})?)$/.exec(text)?.[1] ?? NaN) || text;
  return text;
}

function fromDate(column: Column, atMs: number): unknown {
  if (Number.isNaN(atMs)) return 'no such date';
  const date = new Date(atMs);
  if (column.type === 'year') return date.getUTCFullYear();
  if (column.unit === 'ms') return atMs;
  return column.type === 'string' ? date.toISOString().slice(0, 10) : `a date, ${date.toISOString().slice(0, 10)}`;
}
