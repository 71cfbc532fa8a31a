import { QipanError } from '@qipan/base';

const shape = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

/** Calendar days as whole numbers since 1970-01-01, and back. */
const toDays = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const fromDays = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** A calendar date known to the day, the month or the year: `2024-12-31`, `2024-12` or `2024`. @throws BAD_INPUT */
export function checkDate(text: string, field = 'at'): string {
  const whole = shape.test(text) && (text.length < 10 || fromDays(toDays(text)) === text);
  if (!whole)
    throw new QipanError('BAD_INPUT', `${field}: ${text} is no date`, {
      field,
      got: text,
      expected: 'YYYY-MM-DD, YYYY-MM or YYYY',
    });
  return text;
}

/** First day that a date may mean. */
export const firstDay = (date: string): string => `${date}-01-01`.slice(0, 10);

/** `days` later (or earlier) than a full date. */
export const addDays = (day: string, days: number): string => fromDays(toDays(day) + days);

/** Last day that a date may mean. */
export function lastDay(date: string): string {
  if (date.length === 10) return date;
  return addDays(firstDay(addMonths(firstDay(date), date.length === 4 ? 12 : 1)), -1);
}

/** Whole months later; the 31st becomes the last day of a shorter month. */
export function addMonths(day: string, months: number): string {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const month = `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
  const next = `${String(Math.floor((count + 1) / 12)).padStart(4, '0')}-${String(((count + 1) % 12) + 1).padStart(2, '0')}-01`;
  const end = fromDays(toDays(next) - 1);
  const same = `${month}-${day.slice(8, 10)}`;
  return same > end ? end : same;
}
