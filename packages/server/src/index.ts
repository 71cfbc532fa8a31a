export { startServer, type RunningServer } from './start-server.js';
export { isLoopback, type ServerOptions, type UnknownStations as UnknownStationPolicy } from './options.js';
export { type ReadyStation, type ServerApi } from './api.js';
export { Boards } from './boards.js';
export { startClock, type Clock, type Origin } from './clock.js';
export { readOsmPbf, sheetRows } from './board-files.js';
export { studyCounty, transformersOf, type CountyOrder, type CountyStudy } from './grids/county-threads.js';
export { demoDatasets } from './clusters/demo.js';
export { clusterReport, type ReportInput, type ReportLanguage } from './clusters/report/report.js';
