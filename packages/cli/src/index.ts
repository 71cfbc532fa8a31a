export { run } from './program.js';
export { codeTable, placeTable, publishedTable } from './commands/panel-tables.js';
export { type BenchOptions, type BenchReport, type BenchRow, type BenchSuite } from './bench.js';
export { Fleet, type FleetParts } from './fleet/fleet.js';
export { fleetSpec, simulatedToken, type FleetSpec, type FleetStationSpec } from './fleet/spec.js';
