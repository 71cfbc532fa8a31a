/** Measured power of one EVSE, oldest first. */
export interface PowerPoints {
  readonly atMs: readonly number[];
  readonly powerW: readonly number[];
}

/** The series with the newest measurement of an EVSE at its end, when it is newer than what is there. */
export function withMeasurement(series: PowerPoints, atMs: number | null, powerW: number | null): PowerPoints {
  if (atMs === null || powerW === null || atMs <= (series.atMs.at(-1) ?? -Infinity)) return series;
  return { atMs: [...series.atMs, atMs], powerW: [...series.powerW, powerW] };
}

/** Two readings further apart than this, and than ten times their usual distance, do not belong to one stretch. */
const leastBreakMs = 600_000;

/** The series in kW with a gap wherever nothing was measured for long, so that no line is drawn through silence. */
export function drawnPower(points: PowerPoints): {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
} {
  const steps = points.atMs.slice(1).map((t, i) => t - (points.atMs[i] as number));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const most = Math.max(leastBreakMs, 10 * usual);
  const x: number[] = [];
  const y: (number | null)[] = [];
  for (const [i, atMs] of points.atMs.entries()) {
    const before = points.atMs[i - 1];
    if (before !== undefined && atMs - before > most) {
      x.push(before + 1);
      y.push(null);
    }
    x.push(atMs);
    y.push((points.powerW[i] as number) / 1000);
  }
  return { x, y };
}
