import { QipanError } from '@qipan/base';
import { tableRows } from './panel-check.js';
import { placeTable } from './panel-tables.js';

/** Places of regions in the order of their codes. A region that the file does not have is NaN. @throws UNKNOWN_CODE when none is there */
export function placesOf(
  file: string,
  codes: readonly string[],
): { readonly lon: Float64Array; readonly lat: Float64Array } {
  const { rows } = tableRows(file, placeTable);
  const at = new Map(rows.map((row) => [String(row['code']), row]));
  const number = (name: 'lon' | 'lat') =>
    Float64Array.from(codes, (code) => (at.get(code)?.[name] as number | undefined) ?? Number.NaN);
  const lon = number('lon');
  if (lon.every(Number.isNaN))
    throw new QipanError('UNKNOWN_CODE', `${file}: none of its codes is a region of the panel`, {
      file,
      column: 'code',
      got: [...at.keys()].slice(0, 5),
      expected: codes.slice(0, 5).join(', '),
    });
  return { lon, lat: number('lat') };
}
