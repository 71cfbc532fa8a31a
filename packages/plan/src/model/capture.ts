/**
 * Share of a point's demand that a site at this travel time can have: 1 up to `fullCaptureMin`, then
 * `exp(−(τ − fullCaptureMin)/decayMin)`, 0 past `maxMin`. Both limits are inclusive: the village exactly at the radius is inside.
 */
export function captureShare(
  travelMin: number,
  capture: { readonly fullCaptureMin: number; readonly decayMin: number; readonly maxMin: number },
): number {
  if (travelMin > capture.maxMin) return 0;
  if (travelMin <= capture.fullCaptureMin) return 1;
  return Math.exp(-(travelMin - capture.fullCaptureMin) / capture.decayMin);
}
