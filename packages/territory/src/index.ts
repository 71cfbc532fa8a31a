export {
  checkBoard,
  noIndustries,
  noStations,
  parentOf,
  placePopulation,
  regionIndex,
  siteClasses,
  type Board,
  type BoardParts,
  type Industries,
  type PlaceKind,
  type Places,
  type PositionQuality,
  type RegionLevel,
  type Regions,
  type SiteClass,
  type Sites,
  type Source,
  type Stations,
  type StationStatus,
} from './board.js';
export { boardFromJson, boardToJson, makeBoard, type Hash } from './board-json.js';
export { countyBoard, type CountyOptions } from './county-board.js';
export { defaultSiteRules, type SiteRule, type SiteRules } from './county-sites.js';
export {
  controlTable,
  divisionTable,
  readCountyFiles,
  seatTable,
  villageTable,
  type ControlTotal,
  type CountyFiles,
  type CountyTables,
  type Division,
  type Seat,
  type Village,
} from './county-tables.js';
export { dianjiangBoard, dianjiangFiles, dianjiangOptions } from './dianjiang.js';
export { completeness, completeOrThrow, type Completeness, type CompletenessInput } from './completeness.js';
export { candidateSiteTable, demandPointTable, existingStationTable, regionTable } from './tables.js';
export {
  checkTable,
  emptyFile,
  readTable,
  type ReadOptions,
  type Reject,
  type TableReading,
  type TableSource,
} from './read-table.js';
export { decodeText, type DecodedText, type TextEncoding } from './text.js';
export { serialToMs, type SheetEpoch } from './cells.js';
export { readGeoJson, type GeoJsonReading } from './read-geojson.js';
export {
  polygonsOf,
  type Feature,
  type FeatureCollection,
  type Geometry,
  type MultiPolygonCoordinates,
  type PolygonCoordinates,
  type Position,
  type Ring,
} from './geojson.js';
export { areaKm2, boxOf, clipToConvex, distanceToEdgeM, insideTest, isInside, type Box } from './polygon.js';
export { spreadPoints, voronoiCells } from './voronoi.js';
export { componentsOf, roadArcs, type RoadGraph } from './road-graph.js';
export { crowFlyMin, travelTimes, type TravelMethod, type TravelOptions, type TravelTimes } from './travel-times.js';
export { defaultReachM, RoadSnapper, type Snaps } from './snap.js';
export {
  bd09FromWgs84,
  crsNames,
  gcj02FromWgs84,
  pointsToWgs84,
  wgs84FromBd09,
  wgs84FromGcj02,
  type ConvertedPoints,
  type Crs,
} from './crs.js';
export { controlChecks, readRegions, type RegionReading } from './region-reader.js';
export {
  checkPointTable,
  readPlaces,
  readSites,
  readStations,
  type PlacesReading,
  type PointOptions,
} from './point-readers.js';
export { userBoard, type UserBoardOptions, type UserFiles } from './user-board.js';
export { boardFromTables, sitesAtPlaces, type BoardTables } from './tables-board.js';
export { odMatrixTable, readOdMatrix } from './od-matrix.js';
export { modulesOf, readConnections, type Connection } from './connections.js';
export { contractRoads } from './contract-roads.js';
export { osmRoads, shapeLengthM, type OsmRoadOptions, type OsmRoads } from './osm-roads.js';
export { defaultRoadRules, directionOf, driveKmh, isOpen, limitKmh, type RoadRules } from './road-rules.js';
export { OsmCollector, type OsmExtract, type OsmItem, type OsmRelation, type OsmTags } from './osm-extract.js';
export { osmBoundaries, relationPolygons, ringCentre, type OsmBoundaries } from './osm-areas.js';
export { osmKeys, osmPoints, type OsmPoint, type OsmTheme } from './osm-points.js';
export {
  ocmStations,
  osmStations,
  stationColumns,
  stationRecords,
  tcecStations,
  type StationRecord,
} from './station-records.js';
export { mergeStations, sameStationM, type MergedStations } from './merge-stations.js';
export { osmBoard, regionFinder, type OsmBoardOptions } from './osm-board.js';
export {
  bandWeights,
  contiguityWeights,
  nearestWeights,
  neighbourWeights,
  rowStandardised,
  type SpatialWeights,
} from './spatial-weights.js';
export { crsQuestion, type CrsQuestion } from './crs-question.js';
export { parseCsv, type SheetRows } from './csv.js';
