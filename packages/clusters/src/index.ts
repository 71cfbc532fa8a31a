export { locationQuotient, totals, type Measure } from './advantage.js';
export { presence, type Presence, type PresenceRule } from './presence.js';
export { proximity, relatedness, type ProximityKind, type RelatednessKind } from './proximity.js';
export { components, secondDirection, type SpectralResult } from './spectral.js';
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
export { complexity, type ComplexityOptions, type ComplexityResult, type SpectralPreset } from './complexity.js';
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
