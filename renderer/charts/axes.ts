export type Scale = 'log' | 'linear';

/** Bounds and base of a logarithmic axis whose labelled ticks are few, round and close around the data. */
export function logBounds(values: readonly number[]): { min: number; max: number; base: number } {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  if (positive.length === 0) return { min: 1, max: 10, base: 10 };
  let low = Infinity;
  let high = -Infinity;
  for (const value of positive) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // Powers of two lie close around any data; beyond twenty doublings their labels are no longer read at a glance.
  const base = Math.log2(high / low) <= 20 ? 2 : 10;
  // A little air, so that no ball is cut by the frame.
  const from = Math.floor(Math.log(low * 0.92) / Math.log(base));
  const to = Math.ceil(Math.log(high * 1.08) / Math.log(base));
  return { min: base ** from, max: base ** Math.max(to, from + 1), base };
}

/** Where a value lies between an axis's bounds, as a share of its length. */
export function shareOfAxis(value: number, scale: Scale, { min, max }: { min: number; max: number }): number {
  return scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
}

/** Bounds of a linear axis that need not start at zero, on whole steps, with this share of the span left free. */
export function linearBounds(
  values: readonly number[],
  fromZero: boolean,
  airShare = 0.03,
): { min: number; max: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { min: 0, max: 1 };
  const span = high - (fromZero ? 0 : low) || Math.abs(high) || 1;
  const step = roundStep(span / 6);
  const air = span * airShare;
  return {
    // Quantities that have no negative values get no negative ticks.
    min: fromZero ? 0 : Math.max(low >= 0 ? 0 : -Infinity, Math.floor((low - air) / step) * step),
    max: Math.ceil((high + air) / step) * step,
  };
}

/** The least of 1, 2, 5, 10, 20, 50 … (and of their tenths) that is not below this. */
function roundStep(wanted: number): number {
  // Below this a step would vanish beside the numbers that it separates.
  const least = Math.max(wanted, 1e-12);
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((step) => step * power >= least * 0.999) ?? 10);
}
