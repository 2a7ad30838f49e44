import { quantile, type Sorted } from './quantiles.ts';

/** Under this many samples two humps cannot be told from luck. */
const fewestSamples = 40;
/** A hump counts from this share of the samples on. */
const smallestShare = 0.1;
/** And where the valley between falls under this share of the lower hump. */
const deepestValley = 0.5;
/** Humps nearer than this (as a share) are of no interest to a reader. */
const smallestGap = 0.02;

export interface Modes {
  readonly low: number;
  readonly high: number;
}

/**
 * Two humps in the distribution of sorted positive samples, or null where there is one: a Gaussian kernel density on the
 * logarithm with Silverman's bandwidth ("Density Estimation", 1986, 3.31), searched for two peaks with a deep valley.
 */
export function twoModes(samples: Sorted): Modes | null {
  if (samples.length < fewestSamples) return null;
  const logs = samples.map(Math.log);
  // Spikes would stretch the grid without adding a hump: look at the middle 98 %.
  const start = quantile(logs, 0.01);
  const end = quantile(logs, 0.99);
  if (end - start < smallestGap) return null;
  const density = kernelDensity(logs, start, end, bandwidth(logs));
  const valley = deepest(density);
  if (valley === null) return null;
  const value = (index: number): number => Math.exp(start + ((end - start) * index) / (density.length - 1));
  const split = value(valley.at);
  const share = samples.filter((sample) => sample < split).length / samples.length;
  const modes = { low: value(valley.left), high: value(valley.right) };
  if (Math.min(share, 1 - share) < smallestShare || modes.high / modes.low - 1 < smallestGap) return null;
  return modes;
}

function bandwidth(logs: Sorted): number {
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs.length - 1));
  const spread = Math.min(deviation, (quantile(logs, 0.75) - quantile(logs, 0.25)) / 1.349 || deviation);
  return 0.9 * spread * logs.length ** -0.2;
}

/** The density on an even grid, unscaled: samples are counted into grid cells and the cells smoothed. */
function kernelDensity(logs: Sorted, start: number, end: number, width: number): Float64Array {
  const cells = 256;
  const step = (end - start) / (cells - 1);
  const counts = new Float64Array(cells);
  for (const value of logs) {
    const cell = Math.round((value - start) / step);
    if (cell >= 0 && cell < cells) counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const reach = Math.min(cells, Math.ceil((4 * width) / step));
  const kernel = Float64Array.from({ length: reach + 1 }, (_, k) =>
    Math.exp(-(((k * step) / width) ** 2) / 2),
  );
  return counts.map((_, cell) => {
    let sum = 0;
    for (let k = -reach; k <= reach; k++) sum += (counts[cell + k] ?? 0) * (kernel[Math.abs(k)] ?? 0);
    return sum;
  });
}

/** The valley that lies deepest under the lower of the highest peaks to its left and right. */
function deepest(density: Float64Array): { left: number; at: number; right: number } | null {
  const peakUpTo: number[] = [];
  let peak = 0;
  density.forEach((value, index) => {
    if (value > (density[peak] ?? 0)) peak = index;
    peakUpTo.push(peak);
  });
  let found: { left: number; at: number; right: number } | null = null;
  let depth = deepestValley;
  let right = density.length - 1;
  for (let at = density.length - 2; at > 0; at--) {
    if ((density[at] ?? 0) > (density[right] ?? 0)) right = at;
    const left = peakUpTo[at] ?? 0;
    const share = (density[at] ?? 0) / Math.min(density[left] ?? 0, density[right] ?? 0);
    if (share < depth) {
      depth = share;
      found = { left, at, right };
    }
  }
  return found;
}
