import { showings, type Showing } from '../stations/state.js';
import type { MapColours } from './palette.js';

/** Signs are drawn at this many pixels a CSS pixel, so that they stay sharp on dense screens. */
export const iconRatio = 2;

type Draw = (c: CanvasRenderingContext2D, size: number) => void;

function drawn(sizePx: number, draw: Draw): ImageData {
  const side = sizePx * iconRatio;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const c = canvas.getContext('2d');
  if (c === null) throw new Error('no canvas to draw signs on');
  c.scale(iconRatio, iconRatio);
  draw(c, sizePx);
  return c.getImageData(0, 0, side, side);
}

function ring(c: CanvasRenderingContext2D, size: number, radius: number): void {
  c.beginPath();
  c.arc(size / 2, size / 2, radius, 0, 2 * Math.PI);
}

function diamond(c: CanvasRenderingContext2D, size: number, radius: number): void {
  const m = size / 2;
  c.beginPath();
  c.moveTo(m, m - radius);
  c.lineTo(m + radius, m);
  c.lineTo(m, m + radius);
  c.lineTo(m - radius, m);
  c.closePath();
}

/** A village: round when covered, a diamond when not; hollow where its position is only indicative. */
export function villageIcon(colour: string, isCovered: boolean, isHollow: boolean, halo: string): ImageData {
  return drawn(16, (c, size) => {
    const shape = isCovered ? () => ring(c, size, 4.6) : () => diamond(c, size, 5.4);
    c.lineJoin = 'round';
    shape();
    c.strokeStyle = halo;
    c.lineWidth = 4.6;
    c.stroke();
    shape();
    c.fillStyle = isHollow ? halo : colour;
    c.fill();
    c.strokeStyle = colour;
    c.lineWidth = 2.4;
    c.stroke();
  });
}

/** A site of the plan: a square; with a bar across when it stands already. */
export function siteIcon(colours: MapColours, isExisting: boolean): ImageData {
  return drawn(40, (c) => {
    c.fillStyle = colours.site;
    c.globalAlpha = 0.2;
    c.fillRect(3, 3, 34, 34);
    c.globalAlpha = 1;
    c.strokeStyle = colours.site;
    c.lineWidth = 2.5;
    c.strokeRect(3, 3, 34, 34);
    if (!isExisting) return;
    c.beginPath();
    c.moveTo(3, 20);
    c.lineTo(37, 20);
    c.stroke();
  });
}

const signs: Readonly<Record<Showing, Draw>> = {
  Available: (c, s) => {
    ring(c, s, 4.5);
    c.fill();
  },
  Charging: (c, s) => {
    const m = s / 2;
    c.beginPath();
    c.moveTo(m + 1.5, m - 6.5);
    c.lineTo(m - 4.5, m + 1);
    c.lineTo(m - 0.5, m + 1);
    c.lineTo(m - 1.5, m + 6.5);
    c.lineTo(m + 4.5, m - 1.5);
    c.lineTo(m + 0.5, m - 1.5);
    c.closePath();
    c.fill();
  },
  Occupied: (c, s) => {
    c.fillRect(s / 2 - 4.5, s / 2 - 4.5, 9, 9);
  },
  Reserved: (c, s) => {
    diamond(c, s, 5.8);
    c.fill();
  },
  Faulted: (c, s) => {
    const m = s / 2;
    c.beginPath();
    for (const k of [-1, 1]) {
      c.moveTo(m - 4.5, m - 4.5 * k);
      c.lineTo(m + 4.5, m + 4.5 * k);
    }
    c.lineWidth = 3;
    c.stroke();
  },
  Unavailable: (c, s) => {
    c.fillRect(s / 2 - 5.5, s / 2 - 1.7, 11, 3.4);
  },
  Offline: (c, s) => {
    ring(c, s, 4.3);
    c.lineWidth = 2;
    c.stroke();
  },
  Unknown: (c, s) => {
    ring(c, s, 3.8);
    c.lineWidth = 1.6;
    c.setLineDash([2, 2]);
    c.stroke();
  },
};

/** A station's state as shape and colour together. */
function stationIcon(showing: Showing, colours: MapColours): ImageData {
  return drawn(20, (c, size) => {
    ring(c, size, 8.6);
    c.fillStyle = colours.halo;
    c.fill();
    c.strokeStyle = colours.showing[showing];
    c.lineWidth = 1;
    c.stroke();
    c.fillStyle = colours.showing[showing];
    signs[showing](c, size);
  });
}

const stationIconName = (showing: Showing) => `station-${showing}`;

export function stationIcons(colours: MapColours): ReadonlyMap<string, ImageData> {
  return new Map(showings.map((s) => [stationIconName(s), stationIcon(s, colours)]));
}
