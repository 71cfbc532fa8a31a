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
