import type { Theme } from '../parts/theme.js';
import type { Showing } from '../stations/state.js';

/**
 * From violet over blue and teal to green with steadily changing lightness (CIE L* 20 to 59 on the light page, 91 to 58 on the
 * dark one), so the order survives every kind of colour blindness and a grey print. The first year stands out most.
 */
const yearStops: Readonly<Record<Theme, readonly string[]>> = {
  light: ['#3f0a63', '#35429a', '#1d75a8', '#149387', '#5b9e28'],
  dark: ['#fce94f', '#a8dc3f', '#4cc38a', '#3aa0b8', '#7c86d6'],
};

function mix(a: string, b: string, share: number): string {
  const part = (hex: string, i: number) => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  const channel = (i: number) => Math.round(part(a, i) + (part(b, i) - part(a, i)) * share);
  return `#${[0, 1, 2].map((i) => channel(i).toString(16).padStart(2, '0')).join('')}`;
}

/** A colour for each of `n` years, the first the strongest against the page. */
export function yearColours(n: number, theme: Theme): readonly string[] {
  const stops = yearStops[theme];
  return Array.from({ length: n }, (_, i) => {
    const at = n === 1 ? 0 : ((stops.length - 1) * i) / (n - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    return mix(stops[low] as string, stops[low + 1] as string, at - low);
  });
}

export interface MapColours {
  readonly ground: string;
  readonly area: string;
  readonly outline: string;
  /** Lines inside the county. */
  readonly inner: string;
  readonly ink: string;
  readonly halo: string;
  readonly site: string;
  readonly chosen: string;
  /** Never covered within the horizon: vermilion of Okabe and Ito (2008). */
  readonly uncovered: string;
  /** Covered after the year that is looked at, or no plan shown. */
  readonly later: string;
  readonly showing: Readonly<Record<Showing, string>>;
}

export const mapColours: Readonly<Record<Theme, MapColours>> = {
  light: {
    ground: '#e9edf0',
    area: '#fbfcfc',
    outline: '#8795a1',
    inner: '#c3ccd4',
    ink: '#1d2831',
    halo: '#fbfcfc',
    site: '#33404c',
    chosen: '#d81b7a',
    uncovered: '#c8480a',
    later: '#9aa5af',
    showing: {
      Faulted: '#c2261b',
      Charging: '#1565c0',
      Occupied: '#b26a00',
      Reserved: '#7b3fa0',
      Available: '#1b7a46',
      Unavailable: '#66727f',
      Offline: '#66727f',
      Unknown: '#9aa5af',
    },
  },
  dark: {
    ground: '#0e1317',
    area: '#171e24',
    outline: '#6b7986',
    inner: '#323d47',
    ink: '#e4e9ee',
    halo: '#11161b',
    site: '#c9d2da',
    chosen: '#ff6fb3',
    uncovered: '#ff8a4c',
    later: '#5d6873',
    showing: {
      Faulted: '#ff7a6e',
      Charging: '#6db3ff',
      Occupied: '#f0b04a',
      Reserved: '#c79be6',
      Available: '#62cf92',
      Unavailable: '#93a0ac',
      Offline: '#93a0ac',
      Unknown: '#66727f',
    },
  },
};
