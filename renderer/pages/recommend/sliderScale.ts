/** A slider of 0 … 1000. Over a range that spans decades equal ways are equal ratios, else equal differences. */
export const sliderSteps = 1000;

export interface Range {
  min: number;
  max: number;
}

export function positionOf(value: number, { min, max }: Range, linear: boolean): number {
  const share = linear ? (value - min) / (max - min) : Math.log(value / min) / Math.log(max / min);
  return Math.round(Math.min(1, Math.max(0, share)) * sliderSteps);
}

/** The value at a position, rounded to two digits or to tenths: nobody asks for 29.7 FPS by dragging. */
export function valueAt(position: number, { min, max }: Range, linear: boolean): number {
  const share = position / sliderSteps;
  return linear
    ? Number((min + (max - min) * share).toFixed(1))
    : Number((min * (max / min) ** share).toPrecision(2));
}
