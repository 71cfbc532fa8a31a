export type {
  ByYear,
  DeepPartial,
  DefaultRow,
  DemandLayer,
  ExistingStationInput,
  Fleet,
  HostingGroupInput,
  ModuleTypeInput,
  PlanParameters,
  PlanParametersInput,
  ScenarioDayInput,
  ServiceLevelInput,
  ThroughTrafficFlow,
  TourismAttractor,
} from './model/parameters.js';
export type {
  AccessLists,
  CostRates,
  DemandPointColumns,
  ModuleType,
  Peak,
  PlanProblem,
  PlanRules,
  ProblemFacts,
  RegionColumns,
  SiteColumns,
  TravelBasis,
} from './model/problem.js';
export type {
  BindingConstraint,
  Certificate,
  ObjectiveTerm,
  ObjectiveTermName,
  Plan,
  PlannedSite,
  PlannedStation,
  PlanOptions,
  PlanResult,
  PlanSiteResult,
  PlanSlack,
  PlanVillageResult,
  TypeShare,
  VerifyVerdict,
  VillageReason,
  VillageReasonCode,
  YearSummary,
} from './model/plan.js';
export { buildProblem } from './model/build-problem.js';
export { planDefaults, planParameters, valueInYear } from './defaults/plan-parameters.js';
export { demand, hourKwh, occupancyErlangs, type DemandLayerColumn, type DemandTable } from './demand/demand.js';
export { verifyPlan } from './verify/verify.js';
export { problemHash } from './model/canonical.js';
