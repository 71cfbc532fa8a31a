import { Map as Drawn, ScaleControl, setWorkerUrl, type MapMouseEvent } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { BoardView, PlanView, StationView } from '@qipan/server/contract';
import { useEffect, useMemo, useRef, useState } from 'react';
import { boardWords } from '../i18n/board.js';
import { useWords } from '../i18n/language.js';
import { useTheme } from '../parts/theme.js';
import { useThrottled } from '../parts/throttled.js';
import { boundsOf, sitePoints, stationPoints, villagePoints } from './features.js';
import { furnish, pressable, setPoints, villageSigns, type Pressable } from './layers.js';
import { mapColours } from './palette.js';
import '../style/map.css';

setWorkerUrl(workerUrl);

export interface Pressed {
  readonly layer: Pressable;
  readonly id: string;
}

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

interface Hint {
  readonly x: number;
  readonly y: number;
  readonly pressed: Pressed;
}

const reach = 5;
/** Live stations move on the map this often at most: each time the whole frame is drawn anew. */
const redrawMs = 1000;

/** What stands under the pointer, the uppermost layer first. */
function under(map: Drawn, e: MapMouseEvent): Pressed | null {
  const { x, y } = e.point;
  const box: [[number, number], [number, number]] = [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
  for (const layer of pressable) {
    const hit = map.queryRenderedFeatures(box, { layers: [layer] })[0];
    if (hit !== undefined) return { layer, id: String(hit.properties['id']) };
  }
  return null;
}

/** The county as MapLibre draws it; everything it shows also stands in the lists beside it. */
export function BoardMap(props: BoardMapProps) {
  const { board, plan, yearIndex, chosen } = props;
  const stations = useThrottled(props.stations, redrawMs);
  const { t } = useWords(boardWords);
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const view = useRef<{ center: [number, number]; zoom: number } | null>(null);
  const [ready, setReady] = useState<{ map: Drawn; theme: string; board: BoardView } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [hint, setHint] = useState<Hint | null>(null);
  const theme = useTheme();
  // A map of another theme or board is on its way out and must not be touched.
  const map = ready !== null && ready.theme === theme && ready.board === board ? ready.map : null;
  const bounds = useMemo(() => boundsOf(board), [board]);

  useEffect(() => {
    const container = box.current;
    if (container === null) return;
    let made: Drawn;
    try {
      made = new Drawn({
        container,
        style: {
          version: 8,
          sources: {},
          layers: [{ id: 'ground', type: 'background', paint: { 'background-color': mapColours[theme].ground } }],
        },
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        minZoom: 3,
        maxZoom: 17,
        fadeDuration: 0,
        ...(view.current ?? (bounds === null ? {} : { bounds, fitBoundsOptions: { padding: 28 } })),
      });
    } catch (e) {
      setFailure(e instanceof Error ? e.message : String(e));
      return;
    }
    made.touchZoomRotate.disableRotation();
    made.addControl(new ScaleControl({ unit: 'metric', maxWidth: 90 }), 'bottom-left');
    made.on('load', () => {
      furnish(made, board, mapColours[theme]);
      setReady({ map: made, theme, board });
    });
    made.on('click', (e) => {
      const hit = under(made, e);
      if (hit !== null) latest.current.onPress(hit);
    });
    made.on('mousemove', (e) => {
      const hit = made.getLayer('villages') ? under(made, e) : null;
      made.getCanvas().style.cursor = hit === null ? '' : 'pointer';
      setHint(hit === null ? null : { x: e.point.x, y: e.point.y, pressed: hit });
    });
    made.on('mouseout', () => setHint(null));
    made.on('moveend', () => {
      view.current = { center: made.getCenter().toArray(), zoom: made.getZoom() };
    });
    return () => {
      setReady(null);
      made.remove();
    };
  }, [board, bounds, theme]);

  const years = plan?.years.length ?? 0;
  useEffect(() => {
    if (map === null) return;
    villageSigns(map, years, theme, mapColours[theme]);
    setPoints(map, 'villages', villagePoints(board, plan, yearIndex));
    setPoints(map, 'sites', sitePoints(plan, yearIndex));
  }, [map, board, plan, years, yearIndex, theme]);
  useEffect(() => {
    if (map !== null) setPoints(map, 'stations', stationPoints(stations));
  }, [map, stations]);
  useEffect(() => {
    if (map === null) return;
    const at = chosen === null ? null : positionOf(board, plan, chosen);
    const features =
      at === null ? [] : [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: at } }];
    setPoints(map, 'chosen', { type: 'FeatureCollection', features });
    if (at !== null && !map.getBounds().contains(at)) map.easeTo({ center: at, duration: 300 });
  }, [map, chosen, board, plan]);
  useEffect(() => {
    map?.getCanvas().setAttribute('aria-label', t('mapLabel'));
  }, [map, t]);

  if (failure !== null)
    return (
      <p className="map-failure" role="alert">
        {t('mapFailed')} <code>{failure}</code>
      </p>
    );
  return (
    <div className="map" data-ready={map !== null}>
      <div ref={box} className="map-canvas" />
      <div className="map-buttons">
        <button type="button" aria-label={t('zoomIn')} title={t('zoomIn')} onClick={() => map?.zoomIn()}>
          +
        </button>
        <button type="button" aria-label={t('zoomOut')} title={t('zoomOut')} onClick={() => map?.zoomOut()}>
          −
        </button>
        <button
          type="button"
          aria-label={t('zoomAll')}
          title={t('zoomAll')}
          onClick={() => bounds !== null && map?.fitBounds(bounds, { padding: 28, duration: 300 })}
        >
          ⤢
        </button>
      </div>
      {hint !== null && (
        <div className="map-hint" style={{ left: hint.x, top: hint.y }} aria-hidden="true">
          {props.hint(hint.pressed)}
        </div>
      )}
    </div>
  );
}

function positionOf(board: BoardView, plan: PlanView | null, chosen: Pressed): [number, number] | null {
  if (chosen.layer === 'villages') {
    const i = board.place.id.indexOf(chosen.id);
    return i === -1 ? null : [board.place.lon[i] as number, board.place.lat[i] as number];
  }
  const site = plan?.sites.find((s) => s.id === chosen.id);
  return site === undefined ? null : [site.lon, site.lat];
}
