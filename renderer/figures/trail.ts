import type { TrailPoint } from '../stores/runReducer.ts';

/** The interval over the samples, as the points of a band and of the line in its middle, in a box of this size. */
export interface TrailShape {
  band: string;
  line: string;
}

/**
 * Draws how the interval of the median narrows. The window of values is that of the later half of the readings, three
 * times as high as their band, or a wild first interval would flatten all the rest.
 */
export function trailShape(points: readonly TrailPoint[], width: number, height: number): TrailShape | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2 || last.samples <= first.samples)
    return null;
  const later = points.slice(Math.floor(points.length / 2));
  const low = Math.min(...later.map(({ medianMs, halfWidthMs }) => medianMs - 3 * halfWidthMs));
  const high = Math.max(...later.map(({ medianMs, halfWidthMs }) => medianMs + 3 * halfWidthMs));
  const span = high - low || Math.abs(high) || 1;
  const x = (samples: number): number => ((samples - first.samples) / (last.samples - first.samples)) * width;
  const y = (ms: number): number => Math.min(height, Math.max(0, height - ((ms - low) / span) * height));
  const at = (samples: number, ms: number): string => `${x(samples).toFixed(1)},${y(ms).toFixed(1)}`;
  const upper = points.map(({ samples, medianMs, halfWidthMs }) => at(samples, medianMs + halfWidthMs));
  const lower = points.map(({ samples, medianMs, halfWidthMs }) => at(samples, medianMs - halfWidthMs));
  return {
    band: [...upper, ...lower.reverse()].join(' '),
    line: points.map(({ samples, medianMs }) => at(samples, medianMs)).join(' '),
  };
}
