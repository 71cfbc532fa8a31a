import { QipanError } from '@qipan/base';
import { readCounty, type CountyTransformer } from '@qipan/grid';
import type { Board } from '@qipan/territory';
import { planParameters } from './defaults/plan-parameters.js';
import { buildProblem } from './model/build-problem.js';
import type { GridInput, PlanParametersInput } from './model/parameters.js';
import { ledgerGroups, planGrids, type PlanGrid } from './model/plan-grid.js';
import type { PlanOptions, PlanResult } from './model/plan.js';
import type { PlanProblem } from './model/problem.js';
import { planNetwork } from './plan-network.js';
import { planOnGrid } from './plan-on-grid.js';

export interface PlanStudy {
  /** The problem that the result's certificate is of. */
  readonly problem: PlanProblem;
  readonly grids: readonly PlanGrid[];
  readonly result: PlanResult;
}

/**
 * From a board and a scenario's parameters to a plan. Transformers that the parameters know by their ledger limit their sites together;
 * those known by a path or a whole network are held to the full flow as well.
 * @throws what the parameters, the tables of the grid and the problem throw
 */
export function studyPlan(board: Board, input: PlanParametersInput, options: PlanOptions): PlanStudy {
  const { grid, hosting, years } = planParameters(input);
  if (!grid) {
    const problem = buildProblem(board, input);
    return { problem, grids: [], result: planNetwork(problem, options) };
  }
  const transformers = transformersOf(grid);
  const groups = [...(hosting ?? []), ...ledgerGroups(board, transformers, years)];
  const problem = buildProblem(board, { ...input, hosting: groups });
  const grids = planGrids(problem, board, transformers);
  if (grids.length === 0) return { problem, grids, result: planNetwork(problem, options) };
  const planned = planOnGrid(problem, grids, options);
  return { problem: planned.problem, grids, result: { ...planned.result, grid: planned.grid } };
}

/** All transformers of the tables; the first thing wrong with any of them stops the study: a site without its limit would be planned too large. */
function transformersOf({ sheets, assume }: GridInput): readonly CountyTransformer[] {
  const { transformers, issues } = readCounty(sheets, { assume });
  const [first] = issues;
  if (!first) return transformers;
  throw new QipanError(first.code, first.message, { ...first, issues });
}
