export {
  type Integrality,
  type IrreducibleSet,
  type MilpBasis,
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
export { pMedian, ufl, mclp, lscp, pCenter, cfl, solveLocation } from './location/solve.js';
export type {
  Certificate,
  CertificateBranch,
  CertificateNode,
  CertificateStep,
  CflProblem,
  Costs,
  CsrCost,
  LocationProblem,
  LocationResult,
  LscpProblem,
  MclpProblem,
  PCenterProblem,
  PMedianProblem,
  PointCost,
  SolveOptions,
  SolveStats,
  SolveStatus,
  UflProblem,
  UncapacitatedProblem,
} from './location/problem.js';
export { verify } from './verify/verify.js';
export type { Verdict } from './verify/verdict.js';
export {
  fileFormats,
  fileProblems,
  readInstance,
  solveFile,
  type FileFormat,
  type FileProblem,
  type SolvedFile,
  type SolveFileOptions,
} from './formats/solve-file.js';
export type { Instance, ReadOptions } from './formats/instance.js';
