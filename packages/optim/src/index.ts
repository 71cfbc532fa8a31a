export {
  type Integrality,
  type IrreducibleSet,
  type MilpEngine,
  type MilpOptions,
  type MilpProblem,
  type MilpResult,
  type MilpRows,
  type MilpSession,
  type MilpStatus,
} from './milp/engine.js';
export { checkMilpProblem } from './milp/check-problem.js';
export { highsEngine, type HighsModel, type HighsModule, type HighsSolution } from './milp/highs-engine.js';
export { Model, type ConstraintRow, type VariableFamily, type VariableOptions } from './milp/model.js';
export { lpText, mpsText } from './milp/model-text.js';
