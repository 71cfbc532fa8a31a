import type { Map as Drawn } from 'maplibre-gl';
import type { BoardView, PlanView, StationView } from '@qipan/server/contract';
import { useEffect } from 'react';
import { boardWords } from '../i18n/board.js';
import { useWords } from '../i18n/language.js';
import { useTheme, type Theme } from '../parts/theme.js';
import { useThrottled } from '../parts/throttled.js';
import { useDrawnMap, type Pressed } from './drawn-map.js';
import { sitePoints, stationGroupPoints, stationPoints, villagePoints } from './features.js';
import { setPoints, villageSigns } from './layers.js';
import { mapColours } from './palette.js';
import '../style/map.css';

export interface BoardMapProps {
  readonly board: BoardView;
  readonly plan: PlanView | null;
  readonly stations: readonly StationView[];
  readonly yearIndex: number;
  readonly chosen: Pressed | null;
  readonly onPress: (pressed: Pressed) => void;
  /** Text beside the pointer for what it points at. */
  readonly hint: (pressed: Pressed) => string;
}

/** Live stations move on the map this often at most: each time the whole frame is drawn anew. */
const redrawMs = 1000;

/** The county as MapLibre draws it; everything it shows also stands in the lists beside it. */
export function BoardMap(props: BoardMapProps) {
  const { t } = useWords(boardWords);
  const theme = useTheme();
  const { box, map, failure, hint, showAll } = useDrawnMap(props.board, theme, props.onPress);
  useContents(map, theme, props);
  useEffect(() => {
    map?.getCanvas().setAttribute('aria-label', t('mapLabel'));
  }, [map, t]);
  if (failure !== null)
    return (
      <p className="map-failure" role="alert">
        {t('mapFailed')} <code>{failure}</code>
      </p>
    );
  const button = (sign: string, name: string, press: () => void) => (
    <button type="button" aria-label={name} title={name} onClick={press}>
      {sign}
    </button>
  );
  return (
    <div className="map" data-ready={map !== null}>
      <div ref={box} className="map-canvas" />
      <div className="map-buttons">
        {button('+', t('zoomIn'), () => map?.zoomIn())}
        {button('−', t('zoomOut'), () => map?.zoomOut())}
        {button('⤢', t('zoomAll'), showAll)}
      </div>
      {hint !== null && (
        <div className="map-hint" style={{ left: hint.x, top: hint.y }} aria-hidden="true">
          {props.hint(hint.pressed)}
        </div>
      )}
    </div>
  );
}

/** Keeps what the map shows in step with plan, year, live stations and choice. */
function useContents(map: Drawn | null, theme: Theme, props: BoardMapProps): void {
  const { board, plan, yearIndex, chosen } = props;
  const stations = useThrottled(props.stations, redrawMs);
  const years = plan?.years.length ?? 0;
  useEffect(() => {
    if (map === null) return;
    villageSigns(map, years, theme, mapColours[theme]);
    setPoints(map, 'villages', villagePoints(board, plan, yearIndex));
    setPoints(map, 'sites', sitePoints(plan, yearIndex));
  }, [map, board, plan, years, yearIndex, theme]);
  useEffect(() => {
    if (map === null) return;
    setPoints(map, 'stations', stationPoints(stations));
    setPoints(map, 'station-groups', stationGroupPoints(stations));
  }, [map, stations]);
  useEffect(() => {
    if (map === null) return;
    const at = chosen === null ? null : positionOf(board, plan, chosen);
    const features =
      at === null ? [] : [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }];
    setPoints(map, 'chosen', { type: 'FeatureCollection', features });
    if (at !== null && !map.getBounds().contains(at)) map.easeTo({ center: at, duration: 300 });
  }, [map, chosen, board, plan]);
}

function positionOf(board: BoardView, plan: PlanView | null, chosen: Pressed): [number, number] | null {
  if (chosen.layer === 'villages') {
    const i = board.place.id.indexOf(chosen.id);
    return i === -1 ? null : [board.place.lon[i] as number, board.place.lat[i] as number];
  }
  const site = plan?.sites.find((s) => s.id === chosen.id);
  return site === undefined ? null : [site.lon, site.lat];
}
