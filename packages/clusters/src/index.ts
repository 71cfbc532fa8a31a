export { syntheticPanel } from './synthetic-panel.js';
export {
  defaultChessRules,
  defaultChessWeights,
  pairAt,
  pairStarts,
  type ChessData,
  type ChessIndustries,
  type ChessLinks,
  type ChessPairs,
  type ChessRegions,
  type ChessRules,
  type ChessStage,
  type ChessWeights,
  type Colocation,
  type Prerequisite,
} from './chess/data.js';
export {
  chessCandidateTable,
  chessColocationTable,
  chessExistingTable,
  chessIndustryTable,
  chessLinkTable,
  chessPrerequisiteTable,
  chessProvinceTable,
  chessRegionTable,
  chessTables,
  chessWishTable,
  type ChessTableName,
} from './chess/tables.js';
export { syntheticBoard, type SyntheticBoardOptions } from './chess/synthetic-board.js';
export {
  answer,
  budget,
  colocation,
  equity,
  familyWords,
  footprint,
  marketRoom,
  prerequisite,
  resilience,
  slots,
  stages,
  zoneCover,
  zoneShare,
  type Family,
  type FamilyInput,
  type FamilyName,
  type FamilyRow,
  type RowPlace,
} from './chess/families.js';
export { coordinationModel, type ModelSpec } from './chess/formulation.js';
export { priceTerms, reducedValues, type PriceTerm } from './chess/pricing.js';
export { relax, type Relaxation } from './chess/relaxation.js';
export {
  coordinate,
  movesOf,
  pairOf,
  type ChessPlan,
  type ChessResult,
  type ChessStop,
  type Move,
} from './chess/coordinate.js';
export { findConflict, type ChessConflict, type ConflictPart } from './chess/conflict.js';
export { evaluatePlan, type JudgedPlan, type Judgement } from './chess/referee.js';
export {
  baselines,
  baselineWords,
  judged,
  uncoordinationPrice,
  type Baseline,
  type BaselineName,
  type UncoordinationPrice,
} from './chess/baselines.js';
export { explainer, type ExplainedTerm, type Explainer, type Explanation } from './chess/explain.js';
export { factWords, type RuleFact } from './chess/explain-words.js';
export {
  readScenario,
  scenarioFromJson,
  type ScenarioFile,
  type ScenarioHead,
  type ScenarioSheet,
} from './chess/read-scenario.js';
export { scenarioOf } from './chess/scenario-tables.js';
export { restoredChess, storedChess, type StoredChess } from './chess/stored-result.js';
export {
  chessLimits,
  chessReport,
  chessStudy,
  type ChessReport,
  type ReportedBaseline,
  type ReportedMove,
  type ReportedPrice,
  type ChessReportOptions,
} from './chess/report.js';
export { flip, type Flip, type FlipChange, type FlipOptions, type FlipQuantity } from './chess/flip.js';
export {
  defaultChessSpread,
  drawBoard,
  firmness,
  mergeStability,
  sensitivity,
  stability,
  type ChessSpread,
  type Firmness,
  type SensitivityRow,
  type Stability,
  type StabilityOptions,
} from './chess/stability.js';
export { locationQuotient, totals, type Measure } from './advantage.js';
export {
  presence,
  type Presence,
  type PresenceRule,
  presenceMatrix,
  presenceText,
  presenceWhere,
  type PresenceEvidence,
} from './presence.js';
export {
  proximity,
  relatedness,
  type ProximityKind,
  type RelatednessKind,
  type ProximityOptions,
} from './proximity.js';
export { components, secondDirection, type SpectralResult, type SpectralOptions } from './spectral.js';
export {
  allocation,
  checkIoTable,
  technology,
  type FinalDemand,
  type IoBalance,
  type IoCheckOptions,
  type IoTable,
  type PrimaryInput,
} from './io/table.js';
export { inoperability, recoveryPath, type Inoperability, type RecoveryOptions } from './io/shock.js';
export {
  bindingShare,
  importCut,
  importShares,
  importTechnology,
  type BindingInput,
  type Criticality,
  type ImportCut,
  type ImportCutOptions,
  type ImportCutResult,
} from './io/import-cut.js';
export { daysPath, type DaysPath, type DaysPathOptions } from './io/days-path.js';
export {
  supplierConcentration,
  supplyStructure,
  type Purchase,
  type SupplyLinks,
  type SupplyNetwork,
  type SupplyStructure,
} from './io/supply-graph.js';
export {
  failureModel,
  failurePairs,
  singlePoints,
  stressBesideSpecialisation,
  type Failure,
  type FailureLoss,
  type FailurePair,
  type RegionStress,
  type SinglePoint,
} from './io/failures.js';
export {
  flq,
  flqSensitivity,
  interregional,
  type FlqOptions,
  type Interregional,
  type RegionalTechnology,
} from './io/regional.js';
export {
  chargingProducts,
  chinaMarginSectors,
  demandEffects,
  effectsOfFinalDemand,
  extraMarketRoom,
  finalImportShares,
  jobsPerOutput,
  type DemandEffects,
  type DemandOptions,
  type DemandResult,
  type ProductRow,
  type PurchaseLine,
} from './io/demand-link.js';
export {
  gearyC,
  getisOrdG,
  localGStar,
  localMoran,
  moranI,
  type GlobalStatistic,
  type LocalStatistic,
  type RelabelOptions,
} from './space/autocorrelation.js';
export {
  firmClusters,
  plane,
  type FirmCluster,
  type FirmClusters,
  type FirmPoints,
  type Stack,
} from './space/firms.js';
export {
  durantonOverman,
  marconPuech,
  type DistanceCurve,
  type EnvelopeOptions,
  type KdOptions,
  type PointSample,
} from './space/concentration.js';
export { chinaLayout, readIoTable, type IoLayout } from './io/read-table.js';
export {
  content,
  contents,
  fieldOfInfluence,
  leontief,
  linkages,
  propagationLengths,
  solveSparse,
  upstreamness,
  type Leontief,
  type Linkages,
} from './io/leontief.js';
export {
  extractAll,
  extractGroup,
  type Extractions,
  type ExtractionVariant,
  type GroupOptions,
} from './io/extraction.js';
export { complexity, type ComplexityOptions, type ComplexityResult } from './complexity.js';
export {
  readPanels,
  defaultSymbols,
  type CellFlag,
  type LongRows,
  type MeasureKind,
  type Panel,
  type PanelColumns,
  type PanelCompleteness,
  type PanelOptions,
  gatherPanels,
  refuseFaults,
  type PanelReading,
} from './panel.js';
export { demoPanel, type DemoIndustry, type DemoPanel, type DemoPanelOptions, type DemoRegion } from './demo/panel.js';
export {
  demoFirms,
  demoIoTable,
  demoLinks,
  demoWishes,
  type DemoFirm,
  type DemoIoTable,
  type DemoLink,
  type DemoWish,
} from './demo/tables.js';
export {
  eventCounts,
  eventsBetween,
  matchPanels,
  type Benchmark,
  type EventCounts,
  type EventKind,
  type EventRule,
  type Events,
  type MatchedPanels,
  type Quotients,
} from './entry/events.js';
export { featureNames, regionFeatures, rowWith, type EntryContext, type FeatureName } from './entry/features.js';
export {
  entryData,
  entryRows,
  predictEvents,
  predictIn,
  type EntryData,
  type EntryModel,
  type EntryRows,
  type ModelOptions,
} from './entry/model.js';
export { entryModel, type EntryOptions, type EntryResult } from './entry/back-test.js';
export { scoreAll, type BackTest, type ForecasterName, type Interval } from './entry/scores.js';
export { forecasterWords, verdictOf, type Verdict } from './entry/verdict.js';
export {
  criteriaIn,
  readRulePack,
  type RuleCriterion,
  type RuleLogic,
  type RuleOperator,
  type RulePack,
  type RuleWindow,
} from './rules/pack.js';
export {
  atLeastOf,
  evaluateCriterion,
  evaluateRules,
  evaluateSubject,
  everyOf,
  evidenceBySubject,
  logicOutcome,
  type CriterionResult,
  type Evidence,
  type EvidenceRow,
  type Outcome,
  type RuleVerdict,
} from './rules/evaluate.js';
export { cheapestChange, type ChangeOptions, type CheapestChange, type RuleChange } from './rules/cheapest.js';
export { shippedPacks, smeCluster2022National, smeClusterYunnan } from './rules/packs/sme-cluster.js';
export { readEvidence } from './rules/evidence.js';
export { echelon2022, type EchelonLadder, type EchelonRung } from './rules/packs/echelon.js';
export { advancedClusterMonitoring } from './rules/packs/cluster-monitoring.js';
export { echelonPlaces, echelonPyramids, type EchelonPlace, type EchelonPyramid } from './rules/echelon.js';
export {
  europeanStars,
  inclusiveQuantile,
  strongClusters,
  terciles,
  type StarRule,
  type Stars,
} from './rules/stars.js';
export {
  compositeIndex,
  upgradeIndices,
  type IndexDefinition,
  type IndexResult,
  type IndexRow,
  type Indicator,
} from './upgrade/indices.js';
export {
  decisionKinds,
  readRegisterEvents,
  tiers,
  type ClusterFacts,
  type DecisionKind,
  type DerivedKind,
  type RegisterEvent,
  type Tier,
} from './register/events.js';
export {
  comingByRule,
  programmes,
  registerAt,
  registerDue,
  type DueItem,
  type LapsedItem,
  type Programme,
  type RegisterEntry,
  type RegisterStatus,
} from './register/register.js';
export { addDays, addMonths, checkDate, firstDay, lastDay } from './register/dates.js';
export { lmdi, type ActivityUse, type LmdiParts } from './upgrade/lmdi.js';
export {
  crossRelatedness,
  innovationMatches,
  type CrossRelatedness,
  type InnovationMatch,
  type TwoLayers,
} from './upgrade/cross-relatedness.js';
export {
  sameIndustryAlternative,
  stepProbability,
  upgradePaths,
  type PathOptions,
  type SameIndustryAlternative,
  type UpgradeData,
  type UpgradePath,
  type UpgradeStep,
} from './upgrade/paths.js';
export { oneRecipe, presetTable, type Preset, type PresetRow, type Recipe } from './recipe.js';
export {
  additiveAdvantage,
  populationAdvantage,
  shrunkQuotient,
  standardisedQuotient,
  symmetricAdvantage,
  type ShrunkQuotient,
} from './measures/advantage-variants.js';
export { distanceFrom, nearestDensity, relativeRelatedness } from './measures/density-variants.js';
export { eciPlus, type EciPlus } from './measures/eci-plus.js';
export { fitness, type Fitness, type FitnessOptions } from './measures/fitness.js';
export { knowledgeComplexity, type KnowledgeComplexity } from './measures/knowledge-complexity.js';
export { ranks } from './measures/ranks.js';
export { reflections, type Reflections } from './measures/reflections.js';
export { externalEci, sophistication, type Sophistication } from './measures/sophistication.js';
export {
  benchmarkShares,
  specialisation,
  spread,
  type Specialisation,
  type SpecialisationOptions,
  type Spread,
} from './measures/specialisation.js';
export { regionSimilarity, similarRegions, type SimilarityKind, type SimilarRegion } from './measures/similarity.js';
export { pileUp, type Collision, type PileUp, type Plans, type SimilarityAlarm } from './measures/pile-up.js';
export {
  clusterIndex,
  coagglomeration,
  concentration,
  herfindahlBounds,
  type ClusterPlaces,
  type Concentration,
  type Localisation,
  type Plants,
  type SizeClass,
} from './measures/concentration.js';
export {
  dynamicShiftShare,
  estebanMarquillas,
  gerfin,
  shiftShare,
  type EstebanMarquillas,
  type Gerfin,
  type ShiftShare,
  type TwoDates,
} from './measures/shift-share.js';
export { filterPanel, type FilteredPanel, type RankFilters, type Removed } from './measures/filters.js';
export { rankIntervals, type RankIntervals, type RankOptions } from './measures/rank-intervals.js';
export { type Scheme } from './measures/shaken-panel.js';
export { relatednessDensity } from './scores.js';
export {
  panelReport,
  usablePanels,
  type DisclosureRisk,
  type KnownCode,
  type PanelReport,
  type ParentMismatch,
  type PublishedYear,
  type ReportOptions,
  publishedTotals,
  type UnitJump,
  type YearReport,
} from './panel/report.js';
export { panelReportText } from './panel/report-text.js';
export {
  codeBreak,
  codesIn,
  pairYears,
  withoutSuffix,
  type CodeBreak,
  type ProposedMatch,
  type YearPair,
} from './panel/code-breaks.js';
export {
  boundsOf,
  disclosable,
  imputeBounded,
  imputedQuotients,
  quotientBounds,
  refuseUnknown,
  type CellBounds,
  type Disclosable,
  type Imputation,
  type PublishedTotals,
} from './panel/suppressed.js';
export { maskSmallCells, maskedCompleteness, type MaskRule, type Masking } from './panel/masking.js';
export { longFromWide, type WideMapping } from './panel/wide.js';
export { applyConcordance, type ConcordanceRow } from './panel/concordance.js';
