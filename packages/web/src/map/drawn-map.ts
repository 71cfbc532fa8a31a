import { Map as Drawn, ScaleControl, setWorkerUrl, type MapMouseEvent } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { BoardView } from '@qipan/server/contract';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Theme } from '../parts/theme.js';
import { boundsOf } from './features.js';
import { furnish, pressable, type Pressable } from './layers.js';
import { mapColours } from './palette.js';

setWorkerUrl(workerUrl);

/** Something on the map that was pressed or is pointed at. */
export interface Pressed {
  readonly layer: Pressable;
  readonly id: string;
}

export interface Hint {
  readonly x: number;
  readonly y: number;
  readonly pressed: Pressed;
}

export interface DrawnMap {
  readonly box: RefObject<HTMLDivElement | null>;
  /** Null until its layers stand. */
  readonly map: Drawn | null;
  /** Why there is no map, when the browser cannot draw one. */
  readonly failure: string | null;
  readonly hint: Hint | null;
  readonly showAll: () => void;
}

const reach = 5;
const roomPx = 28;

/** What stands under the pointer, the uppermost layer first. */
function under(map: Drawn, e: MapMouseEvent): Pressed | null {
  const { x, y } = e.point;
  const box: [[number, number], [number, number]] = [
    [x - reach, y - reach],
    [x + reach, y + reach],
  ];
  for (const layer of pressable) {
    const hit = map.queryRenderedFeatures(box, { layers: [layer] })[0];
    if (hit === undefined) continue;
    const opens = layer === 'station-groups' ? (hit.properties['layer'] as Pressable) : layer;
    return { layer: opens, id: String(hit.properties['id']) };
  }
  return null;
}

interface View {
  readonly center: [number, number];
  readonly zoom: number;
}

type Bounds = [number, number, number, number] | null;

/** A map with north up, without tiles, glyphs or anything else from outside. Throws when the browser has no WebGL. */
function drawMap(container: HTMLElement, theme: Theme, start: View | null, bounds: Bounds): Drawn {
  const made = new Drawn({
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
    ...(start ?? (bounds === null ? {} : { bounds, fitBoundsOptions: { padding: roomPx } })),
  });
  made.touchZoomRotate.disableRotation();
  made.addControl(new ScaleControl({ unit: 'metric', maxWidth: 90 }), 'bottom-left');
  return made;
}

/** React hook: one map for a board and a theme, with its pointer wired to `onPress` and the hint. */
export function useDrawnMap(board: BoardView, theme: Theme, onPress: (pressed: Pressed) => void): DrawnMap {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<View | null>(null);
  const press = useRef(onPress);
  useEffect(() => {
    press.current = onPress;
  });
  const [ready, setReady] = useState<{ map: Drawn; theme: Theme; board: BoardView } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [hint, setHint] = useState<Hint | null>(null);
  const bounds = useMemo(() => boundsOf(board), [board]);
  useEffect(() => {
    if (box.current === null) return;
    let made: Drawn;
    try {
      made = drawMap(box.current, theme, view.current, bounds);
    } catch (e) {
      setFailure(e instanceof Error ? e.message : String(e));
      return;
    }
    made.on('load', () => {
      furnish(made, board, mapColours[theme]);
      setReady({ map: made, theme, board });
    });
    made.on('click', (e) => {
      const hit = made.getLayer('villages') ? under(made, e) : null;
      if (hit !== null) press.current(hit);
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
  // A map of another theme or board is on its way out and must not be touched.
  const map = ready !== null && ready.theme === theme && ready.board === board ? ready.map : null;
  const showAll = () => {
    if (bounds !== null) map?.fitBounds(bounds, { padding: roomPx, duration: 300 });
  };
  return { box, map, failure, hint, showAll };
}
