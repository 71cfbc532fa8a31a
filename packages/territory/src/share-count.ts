/** A whole number divided into equal whole parts, the first ones larger by one; NaN gives unknown parts. */
export function shareCount(total: number, parts: number): number[] {
  if (Number.isNaN(total)) return Array.from({ length: parts }, () => NaN);
  const least = Math.floor(total / parts);
  const larger = total - least * parts;
  return Array.from({ length: parts }, (_, i) => least + (i < larger ? 1 : 0));
}
