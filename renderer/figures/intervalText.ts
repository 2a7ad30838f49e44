import type { Format } from '../format/quantities.ts';

/** Beyond this share of the figure, "±" would claim a symmetry that wide intervals of medians do not have. */
const widestHalfWidth = 0.2;

/** The interval beside its figure: "±0.3" where it is narrow, "(5.12 – 117)" where it is wide or lopsided. */
export function intervalText(median: number, low: number, high: number, format: Format): string {
  const above = high - median;
  const below = median - low;
  const half = (high - low) / 2;
  const lopsided = Math.max(above, below) > 3 * Math.min(above, below) && half > 0.05 * median;
  if (half > widestHalfWidth * median || lopsided) return `(${format.digits(low)} – ${format.digits(high)})`;
  return format.plusMinus(half, median);
}
