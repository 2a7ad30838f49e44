/** Values on an axis: where they lie in the drawing, and which are written beside it. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** A scale that holds all values with a margin, from `start` to `end` in the drawing's units. */
export function scaleOver(
  values: readonly number[],
  kind: 'linear' | 'log',
  start: number,
  end: number,
): Scale {
  const [lowest, highest] = extent(values, kind);
  return kind === 'log' ? logScale(lowest, highest, start, end) : linearScale(lowest, highest, start, end);
}

function extent(values: readonly number[], kind: 'linear' | 'log'): [number, number] {
  const usable = values.filter((value) => Number.isFinite(value) && (kind === 'linear' || value > 0));
  if (usable.length === 0) return [1, 2];
  const [low, high] = [Math.min(...usable), Math.max(...usable)];
  if (kind === 'log') return [low / 1.15, high * 1.15];
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [low - margin, high + margin];
}

function linearScale(low: number, high: number, start: number, end: number): Scale {
  const step = niceStep((high - low) / 6);
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step)
    ticks.push({ value, text: number(value, step) });
  return { at: (value) => start + ((value - low) / (high - low)) * (end - start), ticks };
}

function logScale(low: number, high: number, start: number, end: number): Scale {
  const span = Math.log(high / low);
  // Over a few decades 1, 2 and 5 of each; over many only their starts.
  const steps = span < Math.log(3000) ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) {
      const value = step * 10 ** power;
      if (value >= low && value <= high) ticks.push({ value, text: number(value, value) });
    }
  }
  return { at: (value) => start + (Math.log(value / low) / span) * (end - start), ticks };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough) ?? 10;
  return factor * power;
}

function number(value: number, step: number): string {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
