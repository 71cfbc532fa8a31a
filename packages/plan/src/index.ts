export type {
  ByYear,
  DeepPartial,
  DefaultRow,
  DemandLayer,
  ExistingStationInput,
  Fleet,
  GridInput,
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
  GridRows,
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
export {
  gridBreaks,
  ledgerGroups,
  planGrids,
  type GridBreak,
  type GridMoment,
  type GridReport,
  type PlanGrid,
} from './model/plan-grid.js';
export { withGridRows, type GridRow } from './model/grid-rows.js';
export { planOnGrid, type GridPlan } from './plan-on-grid.js';
export { studyPlan, type PlanStudy } from './study-plan.js';
export { problemHash } from './model/canonical.js';
export { planNetwork } from './plan-network.js';
export { explainVillage } from './report/explain.js';
export { planGeoJson, type PlanFeature, type PlanFeatureCollection } from './report/geojson.js';
export { stationsOfPlan } from './report/stations.js';
export { escapeCell, planTables, type PlanTable, type TableCell } from './report/tables.js';
export { planView, type PlanViewFrame } from './report/view.js';
