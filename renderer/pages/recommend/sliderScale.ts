/** A slider of 0 … 1000 over a range that spans decades: equal ways are equal ratios. */
export const sliderSteps = 1000;

export interface Range {
  min: number;
  max: number;
}

export function positionOf(value: number, { min, max }: Range): number {
  const share = Math.log(value / min) / Math.log(max / min);
  return Math.round(Math.min(1, Math.max(0, share)) * sliderSteps);
}

/** The value at a position, rounded to two digits: nobody asks for 29.7 FPS by dragging. */
export function valueAt(position: number, { min, max }: Range): number {
  return Number((min * (max / min) ** (position / sliderSteps)).toPrecision(2));
}
