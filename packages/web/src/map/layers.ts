import type { GeoJSONSource, LayerSpecification, Map as Drawn } from 'maplibre-gl';
import type { BoardView } from '@qipan/server/contract';
import { outlineFeatures, townshipPoints, villageIconName, type Coverage } from './features.js';
import { iconRatio, siteIcon, stationIcons, villageIcon } from './icons.js';
import { yearColours, type MapColours } from './palette.js';
import type { Theme } from '../parts/theme.js';

const empty = { type: 'FeatureCollection', features: [] } as const;

/** Layers that answer to a press, the nearest to the reader first. */
export const pressable = ['stations', 'station-groups', 'sites', 'villages'] as const;
export type Pressable = Exclude<(typeof pressable)[number], 'station-groups'>;

/** Text is drawn by the browser from the system's fonts: the style names no glyph server. */
const text = (colours: MapColours) => ({
  'text-color': colours.ink,
  'text-halo-color': colours.halo,
  'text-halo-width': 1.6,
});

/** Signs shrink where the whole county is seen, so that three hundred of them leave the land to be seen. */
const byZoom = (size: (scale: number) => unknown) =>
  ['interpolate', ['linear'], ['zoom'], 8, size(0.4), 9.5, size(0.6), 11, size(0.9), 13, size(1.15)] as unknown;

/** From this zoom on every station has a sign of its own; before it one sign stands for those at one point. */
const singleStationsZoom = 11.5;

/** The area and what stands on it, the lowest first. */
function groundLayers(colours: MapColours): LayerSpecification[] {
  return [
    { id: 'area', type: 'fill', source: 'outline', paint: { 'fill-color': colours.area } },
    {
      id: 'township-areas',
      type: 'line',
      source: 'outline',
      filter: ['==', ['get', 'level'], 'township'],
      paint: { 'line-color': colours.inner, 'line-width': 1, 'line-dasharray': [2, 3] },
    },
    {
      id: 'outline',
      type: 'line',
      source: 'outline',
      filter: ['!=', ['get', 'level'], 'township'],
      paint: { 'line-color': colours.outline, 'line-width': 1.4 },
    },
    {
      id: 'villages',
      type: 'symbol',
      source: 'villages',
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': byZoom((scale) => 0.15 + scale),
      },
    },
    {
      id: 'sites',
      type: 'symbol',
      source: 'sites',
      layout: {
        'icon-image': ['get', 'icon'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': byZoom((scale) => ['*', scale, ['get', 'size']]),
      },
    },
  ] as LayerSpecification[];
}

/** The choice, the names and the live stations, above all else. */
function upperLayers(colours: MapColours): LayerSpecification[] {
  return [
    {
      id: 'chosen',
      type: 'circle',
      source: 'chosen',
      paint: {
        'circle-radius': 13,
        'circle-color': 'rgba(0,0,0,0)',
        'circle-stroke-color': colours.chosen,
        'circle-stroke-width': 3,
      },
    },
    {
      id: 'village-names',
      type: 'symbol',
      source: 'villages',
      minzoom: 11.8,
      layout: {
        'text-field': ['get', 'name'],
        'text-size': 11,
        'text-anchor': 'top',
        'text-offset': [0, 0.7],
        'text-padding': 3,
      },
      paint: text(colours),
    },
    {
      id: 'station-groups',
      type: 'symbol',
      source: 'station-groups',
      maxzoom: singleStationsZoom,
      layout: {
        'icon-image': ['concat', 'station-', ['get', 'showing']],
        'icon-offset': [0, 13],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': byZoom((scale) => scale),
        'text-field': ['step', ['zoom'], '', 9.8, ['get', 'count']],
        'text-size': 10,
        'text-anchor': 'left',
        'text-offset': [0.8, 1],
        'text-optional': true,
      },
      paint: text(colours),
    },
    {
      id: 'stations',
      type: 'symbol',
      source: 'stations',
      minzoom: singleStationsZoom,
      layout: {
        'icon-image': ['concat', 'station-', ['get', 'showing']],
        'icon-offset': ['array', 'number', 2, ['get', 'offset']],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': byZoom((scale) => scale),
      },
    },
    {
      id: 'township-names',
      type: 'symbol',
      source: 'townships',
      layout: {
        'text-field': ['get', 'name'],
        'text-size': 12,
        'symbol-sort-key': ['get', 'rank'],
        'text-padding': 4,
      },
      paint: text(colours),
    },
  ] as LayerSpecification[];
}

/** Puts sources, signs and layers on a map whose style has loaded. */
export function furnish(map: Drawn, board: BoardView, colours: MapColours): void {
  map.addSource('outline', {
    type: 'geojson',
    data: { type: 'FeatureCollection', features: outlineFeatures(board.outline) } as never,
  });
  map.addSource('townships', { type: 'geojson', data: townshipPoints(board) as never });
  for (const name of ['villages', 'sites', 'stations', 'station-groups', 'chosen'])
    map.addSource(name, { type: 'geojson', data: empty as never });
  map.addImage('site-planned', siteIcon(colours, false), { pixelRatio: iconRatio });
  map.addImage('site-existing', siteIcon(colours, true), { pixelRatio: iconRatio });
  for (const [name, image] of stationIcons(colours)) map.addImage(name, image, { pixelRatio: iconRatio });
  for (const layer of [...groundLayers(colours), ...upperLayers(colours)]) map.addLayer(layer);
}

/** The signs of villages for that many years; made again when the plan has another horizon. */
export function villageSigns(map: Drawn, years: number, theme: Theme, colours: MapColours): void {
  const put = (coverage: Coverage, colour: string) => {
    for (const isHollow of [false, true]) {
      const name = villageIconName(coverage, isHollow);
      if (map.hasImage(name)) map.removeImage(name);
      map.addImage(name, villageIcon(colour, coverage.kind !== 'never', isHollow, colours.halo), {
        pixelRatio: iconRatio,
      });
    }
  };
  for (const [index, colour] of yearColours(years, theme).entries()) put({ kind: 'year', index }, colour);
  put({ kind: 'later' }, colours.later);
  put({ kind: 'noPlan' }, colours.later);
  put({ kind: 'never' }, colours.uncovered);
}

export function setPoints(map: Drawn, source: string, data: unknown): void {
  void (map.getSource(source) as GeoJSONSource | undefined)?.setData(data as never);
}
