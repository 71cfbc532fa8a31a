import type { Bilingual } from '@qipan/base';
import { completeness, type Completeness } from './completeness.js';
import type { CountyTables, Division, Seat } from './county-tables.js';

export interface CountyAttachment {
  /** Division code → code of the division whose figure holds its people too (its own code for most). */
  readonly hostOf: ReadonlyMap<string, string>;
  readonly completeness: readonly Completeness[];
  readonly notes: readonly Bilingual[];
}

/**
 * Checks the county's population against its control totals, and finds for each division without a figure the sibling
 * that still holds its people: the nearest code of the same kind (街道, 镇, 乡 share the digit that tells the kind).
 * That is only right when the sum reaches the control, so a refused table attaches nothing.
 */
export function attachDivisions(
  county: { readonly id: string; readonly name: Bilingual },
  tables: CountyTables,
  attach: Readonly<Record<string, string>> = {},
): CountyAttachment {
  const checks = (['counted', 'base'] as const).flatMap((use) => {
    const control = tables.controls.find((c) => c.use === use && c.region === county.id);
    if (control === undefined && use === 'counted') return [];
    return [
      completeness({
        parent: `${county.name.zh} (${county.name.en})`,
        expected: tables.divisions.map((d) => d.code),
        children: tables.seats.map((s) => ({
          id: s.division === '' ? s.id : s.division,
          population: use === 'base' ? s.population : s.populationCounted,
        })),
        control: control?.population ?? NaN,
        controlYear: control?.year ?? NaN,
      }),
    ];
  });
  const notes: Bilingual[] = [];
  const hostOf = new Map<string, string>();
  const seated = new Map(tables.seats.filter((s) => s.division !== '').map((s) => [s.division, s]));
  for (const division of tables.divisions) {
    const own = seated.get(division.code);
    if (own !== undefined) {
      hostOf.set(division.code, division.code);
      continue;
    }
    const host = attach[division.code] ?? siblingOf(division, tables.divisions, seated);
    if (host === undefined) continue;
    hostOf.set(division.code, host);
    notes.push(attachmentNote(division, host, tables));
  }
  return { hostOf, completeness: checks, notes };
}

function siblingOf(
  division: Division,
  all: readonly Division[],
  seated: ReadonlyMap<string, Seat>,
): string | undefined {
  const kind = (code: string) => code.slice(0, 7);
  const distance = (code: string) => Math.abs(Number(code) - Number(division.code));
  const candidates = all.map((d) => d.code).filter((code) => seated.has(code));
  const alike = candidates.filter((code) => kind(code) === kind(division.code));
  return (alike.length > 0 ? alike : candidates).sort((a, b) => distance(a) - distance(b) || (a < b ? -1 : 1))[0];
}

function attachmentNote(division: Division, host: string, tables: CountyTables): Bilingual {
  const villages = tables.villages.filter((v) => v.division === division.code).length;
  const hostName = tables.divisions.find((d) => d.code === host)?.name ?? host;
  return {
    en: `${division.name} (${division.code}) has no seat or figure of its own; its ${villages} villages share the figure and the area of ${hostName} (${host})`,
    zh: `${division.name}（${division.code}）没有单独的驻地和人口数据；其 ${villages} 个村（社区）并入${hostName}（${host}）的人口和范围计算`,
  };
}
