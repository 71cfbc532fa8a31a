import type { Theme } from '../../parts/theme.js';

/** Twenty hues that alternate in lightness; names always stand beside them, since twenty colours cannot be told apart by themselves. */
const hues = [210, 25, 130, 275, 350, 185, 50, 310, 95, 235, 10, 155, 60, 290, 330, 110, 200, 40, 255, 170] as const;

/** The colour of the k-th sector of a drawing. */
export function sectorColour(k: number, theme: Theme): string {
  const hue = hues[Math.max(0, k) % hues.length] as number;
  const light = theme === 'dark' ? [68, 56] : [38, 52];
  return `hsl(${hue} ${theme === 'dark' ? 55 : 60}% ${light[Math.max(0, k) % 2]}%)`;
}
