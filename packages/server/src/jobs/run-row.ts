import type { RunStatus } from '@qipan/base';
import type { RunView, ScenarioView } from '../contract.js';

export interface ScenarioRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly boardId: string;
  readonly parameters: unknown;
  readonly seed: number;
  readonly createdAtMs: number;
  readonly createdBy: string | null;
}

type ProgressPoint = RunView['progress'][number];

/** A run with the name and kind of its scenario, without its result. */
export interface RunRow {
  readonly id: string;
  readonly scenarioId: string;
  readonly kind: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly value: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly phase: string | null;
  readonly progress: readonly ProgressPoint[] | null;
  readonly error: unknown;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

/** Columns of `RunRow`; the result stays where it is. */
export const runColumns =
  'r."id", r."scenarioId", s."kind", s."name", r."status", r."value", r."bound", r."gap", r."phase", r."progress", r."error", ' +
  'r."createdAtMs", r."startedAtMs", r."endedAtMs"';
export const runTables = '"run" r join "scenario" s on s."id" = r."scenarioId"';

export const runView = (row: RunRow): RunView => ({ ...row, progress: row.progress ?? [] });

export const scenarioView = (row: ScenarioRow, lastRun: RunView | null): ScenarioView => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  board: row.boardId,
  parameters: row.parameters,
  seed: row.seed,
  createdAtMs: row.createdAtMs,
  lastRun,
});

const mostPoints = 400;

/** The curve with one more point; when it grows too long every second old point is dropped, never the first or the last. */
export function withPoint(curve: readonly ProgressPoint[], point: ProgressPoint): readonly ProgressPoint[] {
  if (curve.length < mostPoints) return [...curve, point];
  return [...curve.filter((_, k) => k % 2 === 0), point];
}

/** `(value − bound) / |value|`, null while either is unknown. */
export function gapOf(value: number | null, bound: number | null): number | null {
  if (value === null || bound === null) return null;
  return value === bound ? 0 : Math.abs(value - bound) / Math.max(Math.abs(value), Number.MIN_VALUE);
}
