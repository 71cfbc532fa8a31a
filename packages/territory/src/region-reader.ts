import { QipanError, type Bilingual, type Cell, type DataLevel, type Issue, type Row } from '@qipan/base';
import { completeness, completeOrThrow, type Completeness } from './completeness.js';
import type { RegionLevel, Regions } from './board.js';
import { readTable, unreadNotes, type TableSource } from './read-table.js';
import { regionTable } from './tables.js';

export interface RegionReading {
  readonly regions: Regions;
  /** One check for each region that has children with figures and a control total of its own. */
  readonly completeness: readonly Completeness[];
  readonly warnings: readonly Bilingual[];
}

const number = (cell: Cell | undefined): number => (typeof cell === 'number' ? cell : NaN);
const text = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

/**
 * Reads the regions, parents before children whatever the order of the file, and holds the population of the children
 * of each region that has a control total against it.
 * @throws `UNKNOWN_REFERENCE` for a parent that is not in the file or stands below its own child,
 * `INCOMPLETE_TABLE`, and as `readTable`
 */
export function readRegions(source: TableSource): RegionReading {
  const reading = readTable(regionTable, source);
  const rows = parentsFirst(reading.rows, reading.rowNumbers, source.file);
  const at = new Map(rows.map((r, i) => [text(r['id']), i]));
  const column = (name: string) => Float64Array.from(rows, (r) => number(r[name]));
  const regions: Regions = {
    id: rows.map((r) => text(r['id'])),
    name: rows.map((r) => text(r['name'])),
    nameLatin: rows.map((r) => text(r['nameLatin'])),
    level: rows.map((r) => r['level'] as RegionLevel),
    parent: Int32Array.from(rows, (r) => (r['parent'] === null ? -1 : (at.get(text(r['parent'])) as number))),
    population: column('population'),
    populationLevel: rows.map((r) => (r['dataLevel'] ?? 'official') as DataLevel),
    control: column('control'),
    controlYear: column('controlYear'),
    lon: column('lon'),
    lat: column('lat'),
    shape: rows.map(() => null),
    shapeLevel: rows.map(() => 'default' as const),
  };
  const checks = controlChecks(regions).map((c) => completeOrThrow(c, source.file));
  return {
    regions,
    completeness: checks,
    warnings: [...unreadNotes(reading, source), ...checks.flatMap((c) => c.reasons)],
  };
}

function parentsFirst(rows: readonly Row[], rowNumbers: readonly number[], file: string): Row[] {
  const byId = new Map(rows.map((r) => [text(r['id']), r]));
  const done = new Set<string>();
  const out: Row[] = [];
  const issues: Issue[] = [];
  rows.forEach((row, i) => {
    const chain: Row[] = [];
    let r: Row | undefined = row;
    while (r !== undefined && !done.has(text(r['id'])) && !chain.includes(r)) {
      chain.unshift(r);
      const parent: Cell | undefined = r['parent'];
      if (parent === null || parent === undefined) break;
      r = byId.get(text(parent));
      if (r === undefined || chain.includes(r)) {
        const what = r === undefined ? 'the id of a row of this file' : 'a region that is not below itself';
        issues.push({
          code: 'UNKNOWN_REFERENCE',
          message: `${file} row ${rowNumbers[i]}, column parent: "${text(parent)}"; expected ${what}`,
          file,
          row: rowNumbers[i] as number,
          column: 'parent',
          got: parent,
          expected: what,
        });
      }
    }
    for (const c of chain) done.add(text(c['id']));
    out.push(...chain);
  });
  const first = issues[0];
  if (first !== undefined) throw new QipanError(first.code, first.message, { ...first, issues: issues.slice(0, 100) });
  return out;
}

/** The check of each region with a control total whose children carry figures. */
export function controlChecks(regions: Regions): Completeness[] {
  return regions.id.flatMap((id, r) => {
    const children = [...regions.id.keys()].filter((c) => regions.parent[c] === r);
    const hasFigures = children.some((c) => !Number.isNaN(regions.population[c]));
    if (!hasFigures || Number.isNaN(regions.control[r])) return [];
    return [
      completeness({
        parent: `${regions.name[r]} (${id})`,
        expected: children.map((c) => regions.id[c] as string),
        children: children.map((c) => ({ id: regions.id[c] as string, population: regions.population[c] as number })),
        control: regions.control[r] as number,
        controlYear: regions.controlYear[r] as number,
      }),
    ];
  });
}
