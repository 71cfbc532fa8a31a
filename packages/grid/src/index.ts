export { factorise, type Admittance, type Factor } from './factor.js';
export { compileGrid, type CompiledGrid } from './compile.js';
export { sweep, type Batch, type SweepOptions, type WireDemand } from './sweep.js';
export {
  baseVa,
  type GenericBranch,
  type GridBranch,
  type GridLoad,
  type GridNetwork,
  type GridNode,
  type GridShunt,
  type GridSource,
  type LineBranch,
  type LinkBranch,
  type LoadModel,
  type PhaseLineBranch,
  type TransformerBranch,
  type Winding,
} from './network.js';
export {
  powerFlow,
  demandOf,
  nodeResults,
  type BranchResult,
  type FlowResult,
  type FlowStatus,
  type NodeResult,
} from './power-flow.js';
export { networkIssues, type NetworkIssue } from './network-issues.js';
export { parsePgm, pgmNetwork, pgmUpdated, type PgmData, type PgmRow } from './readers/pgm.js';
export {
  parseSimbench,
  simbenchNetwork,
  type SimbenchOptions,
  type SimbenchRow,
  type SimbenchTables,
} from './readers/simbench.js';
export { pandapowerNetwork } from './readers/pandapower.js';
export { assumptionWords } from './assumption-words.js';
export { batchFlow, type ScenarioResult } from './batch-flow.js';
export {
  admd,
  chargingDay,
  drawCarDays,
  firstHour,
  homeSessions,
  hourOfStep,
  householdShape,
  stepsPerDay,
  type CarDays,
  type ChargingRule,
  type SessionModel,
} from './charging.js';
export { chinaLimits, europeLimits, type GridLimits, type LimitKind } from './hosting-check.js';
export { type HostingCase, type HostingOptions } from './hosting-study.js';
export {
  commonStartWarning,
  hostingCapacity,
  hostingRisk,
  wilson,
  type HostingResult,
  type LimitingElement,
  type RiskPoint,
} from './hosting.js';
export { hostingDay, type DaySeries, type HostingDay } from './hosting-day.js';
export { reliefCosts, usualReliefs } from './relief-defaults.js';
export {
  groupDemand,
  hostingL0,
  hostingL1,
  type EstimatedHosting,
  type LevelOptions,
  type TransformerL0,
  type WorstPathL1,
} from './levels.js';
export { reliefLadder, type Relief, type ReliefRung, type ReliefTable } from './relief.js';
export {
  headroomKw,
  limitAt,
  limitTree,
  designDayOrder,
  type LimitNode,
  type LimitStation,
  type TransformerLimit,
} from './limits.js';
export { checkPlan, hostingRows, type HostingRow, type PlanCheck } from './siting-rows.js';
export {
  hostingCaseOf,
  transformerStudy,
  type CountyTransformer,
  type RuleAnswer,
  type StudyOptions,
  type TransformerAnswer,
} from './county.js';
export {
  syntheticCounty,
  syntheticNetwork,
  syntheticTransformer,
  syntheticVillages,
  type SyntheticVillage,
} from './synthetic-county.js';
export { lowVoltageNetwork, type LowVoltageVillage } from './low-voltage.js';
export {
  conductorOf,
  conductors,
  transformerTypeFor,
  transformerTypes,
  type Conductor,
  type TransformerType,
} from './equipment.js';
export {
  countyAssumptions,
  readCounty,
  type CountyAssumption,
  type CountyGrid,
  type CountySheets,
} from './county-reader.js';
export { type CountyIssue, type CountySheet } from './county-rows.js';
export { countyTables } from './county-tables.js';
export { hostingParagraph, type ParagraphAnswer } from './paragraph.js';
