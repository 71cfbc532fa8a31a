export { locationQuotient, totals, type Measure } from './advantage.js';
export { presence, type Presence, type PresenceRule } from './presence.js';
export { proximity, relatedness, type ProximityKind, type RelatednessKind } from './proximity.js';
export { components, secondDirection, type SpectralResult } from './spectral.js';
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
