import type { Records } from '../contract.js';

/**
 * Takes the next `size` numbers of a named counter for good and gives the first; counting starts at 1. A program that
 * is killed leaves the rest of its block unused: numbers are never given twice, but there may be holes.
 */
export async function nextBlock(records: Records, name: string, size: number): Promise<number> {
  const rows = await records.sql<{ value: number }>(
    `insert into "counter" as c ("name", "value") values ($1, $2)
     on conflict ("name") do update set "value" = c."value" + excluded."value" returning "value"`,
    [name, size],
  );
  return (rows[0] as { value: number }).value - size + 1;
}
