import { QipanError } from '@qipan/base';
import { stressKinds } from '../clusters/stress-kinds.js';
import type { StudyKind } from './study-kind.js';

export type { RunOutcome, StudyKind } from './study-kind.js';

/** Every kind of study. A topic's rows stand in a file of its own and are spread in here. */
export const studyKinds: Readonly<Record<string, StudyKind>> = {
  plan: {
    on: 'board',
    check: async (parameters) => {
      const { planParameters } = await import('@qipan/plan');
      return planParameters((parameters ?? {}) as Parameters<typeof planParameters>[0]);
    },
    compute: async (order, tell) => (await import('../plans/compute-plan.js')).computePlan(order, tell),
  },
  'grid.county': {
    on: 'board',
    check: async (parameters) => (await import('../grids/compute-county.js')).countyParameters(parameters),
    compute: async (order, tell) => (await import('../grids/compute-county.js')).computeCounty(order, tell),
  },
  ...stressKinds,
  'clusters.chess': {
    on: 'chessScenario',
    check: async (parameters) => (await import('../clusters/chess.js')).chessParameters(parameters),
    compute: async (order, tell) => (await import('../clusters/chess.js')).computeChess(order, tell),
    view: async (outcome) => (await import('../clusters/chess.js')).chessView(outcome),
    moves: async (outcome, region) => (await import('../clusters/chess.js')).chessMoves(outcome, region),
  },
};

/** The row of a kind. Throws `BAD_INPUT`. */
export function studyKind(kind: string): StudyKind {
  const row = Object.hasOwn(studyKinds, kind) ? studyKinds[kind] : undefined;
  if (row) return row;
  throw new QipanError('BAD_INPUT', `there is no study of kind ${kind}`, {
    field: 'kind',
    got: kind,
    expected: Object.keys(studyKinds).join(', '),
  });
}
