export { locationQuotient, totals, type Measure } from './advantage.js';
export { presence, type Presence, type PresenceRule } from './presence.js';
export { components, secondDirection, type SpectralResult } from './spectral.js';
