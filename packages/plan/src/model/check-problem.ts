import { QipanError } from '@qipan/base';
import type { PlanProblem } from './problem.js';

/**
 * Checks that the columns of a problem fit together and hold sensible numbers, so that one put together by hand fails
 * at the door and not in the middle of a run.
 * @throws `SHAPE_MISMATCH` for columns of unequal length, `OUT_OF_RANGE` for values outside their range
 */
export function checkProblem(p: PlanProblem): void {
  const [T, I, J] = [p.years.length, p.demandPoints.id.length, p.sites.id.length];
  const [K, P, W, C] = [p.moduleTypes.length, p.peaks.length, p.townships.id.length, p.counties.id.length];
  const G = p.hosting?.name.length ?? 0;
  const V = p.layoutCounts.length / K;
  const size = (name: string, column: ArrayLike<unknown>, want: number) => {
    if (column.length !== want)
      throw new QipanError('SHAPE_MISMATCH', `${name} has ${column.length} entries; expected ${want}`, {
        field: name,
        got: column.length,
        expected: String(want),
      });
  };
  const range = (name: string, column: ArrayLike<number>, low: number, high = Infinity) => {
    for (let k = 0; k < column.length; k++)
      if (!(column[k] >= low && column[k] <= high))
        throw new QipanError('OUT_OF_RANGE', `${name}[${k}] = ${column[k]}; expected ${low} to ${high}`, {
          field: name,
          row: k,
          got: column[k],
          expected: `${low} to ${high}`,
        });
  };
  for (const [name, n] of [
    ['years', T],
    ['moduleTypes', K],
    ['peaks', P],
    ['sites', J],
    ['demandPoints', I],
  ] as const)
    if (n === 0)
      throw new QipanError('BAD_INPUT', `the problem has no ${name}`, { field: name, expected: 'one at least' });
  size('layoutCounts', p.layoutCounts, Math.round(V) * K);
  size('energyKwhPerDay', p.energyKwhPerDay, I * T);
  size('peakKwhPerHour', p.peakKwhPerHour, T * P * I);
  size('access.start', p.access.start, J + 1);
  size('access.point', p.access.point, p.access.start[J]);
  size('access.travelMin', p.access.travelMin, p.access.start[J]);
  for (const key of ['name', 'place', 'township', 'population'] as const)
    size(`demandPoints.${key}`, p.demandPoints[key], I);
  for (const key of [
    'name',
    'place',
    'township',
    'lon',
    'lat',
    'slots',
    'openingCost',
    'existing',
    'hostingGroup',
  ] as const)
    size(`sites.${key}`, p.sites[key], J);
  if (p.hosting) size('hosting.spareKw', p.hosting.spareKw, G * T);
  if (p.budget) size('budget.byYear', p.budget.byYear, T);
  range('energyKwhPerDay', p.energyKwhPerDay, 0);
  range('peakKwhPerHour', p.peakKwhPerHour, 0);
  range('access.point', p.access.point, 0, I - 1);
  range('access.travelMin', p.access.travelMin, 0);
  range('layoutCounts', p.layoutCounts, 0);
  range('demandPoints.township', p.demandPoints.township, 0, W - 1);
  range('sites.township', p.sites.township, 0, W - 1);
  range('sites.existing', p.sites.existing, 0, V - 1);
  range('sites.openingCost', p.sites.openingCost, 0);
  range('sites.hostingGroup', p.sites.hostingGroup, -1, G - 1);
  range('townships.county', p.townships.county, 0, C - 1);
  if (p.budget) range('budget.byYear', p.budget.byYear, 0);
  if (p.gridRows) {
    const { name, start, site, coefficient, room } = p.gridRows;
    size('gridRows.start', start, name.length + 1);
    size('gridRows.site', site, start[name.length]);
    size('gridRows.coefficient', coefficient, start[name.length]);
    size('gridRows.room', room, name.length);
    range('gridRows.site', site, 0, J - 1);
    range('gridRows.coefficient', coefficient, 0);
    range('gridRows.room', room, 0);
  }
  demandIsSeen(p);
}

/** Stations are sized by the peaks: energy that comes at none of them would be served by nothing, and no bound would hold. */
function demandIsSeen(p: PlanProblem): void {
  const [T, P, I] = [p.years.length, p.peaks.length, p.demandPoints.id.length];
  for (let i = 0; i < I; i++)
    for (let t = 0; t < T; t++) {
      if (p.energyKwhPerDay[i * T + t] === 0) continue;
      let isSeen = false;
      for (let q = 0; q < P; q++) isSeen ||= p.peakKwhPerHour[(t * P + q) * I + i] > 0;
      if (isSeen) continue;
      const { id } = p.demandPoints;
      throw new QipanError(
        'OUT_OF_RANGE',
        `peakKwhPerHour of ${id[i]} in ${p.years[t]} is 0 at every peak; expected > 0 at one, since it has energy`,
        { field: 'peakKwhPerHour', row: i, got: 0, expected: '> 0 at one peak of the year' },
      );
    }
}
