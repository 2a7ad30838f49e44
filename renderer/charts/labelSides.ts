import type { Interval } from './rows.ts';

/** On which side of its mark a name stands. */
export type LabelSide = (typeof sides)[number];
const sides = ['right', 'left', 'top', 'bottom'] as const;

/** A mark with its name: its place as shares of the plot's width and height, from the left and from the bottom. */
export interface NamedMark {
  readonly across: number;
  readonly up: number;
  readonly radiusPx: number;
  /** null: it is not named here, and still not to be covered. */
  readonly name: string | null;
}

/** A straight piece of a line or of an interval, or the box around it, as shares like a mark's place. */
export interface Stroke {
  readonly across: readonly [number, number];
  readonly up: readonly [number, number];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The plot of a chart in a window of 1280 × 800; in a larger one there is only more room between marks. */
const plot = { widthPx: 820, heightPx: 300 };
/** Room beside the plot at the right, which a name may take. */
const rightMarginPx = 96;
/** Of the labels' font. */
const letterPx = 6.2;
const linePx = 13;
/** Between a mark and its name. */
const gapPx = 4;

/** The intervals of a mark as they are drawn; `across` and `up` give the place of a value on its axis. */
export function intervalStrokes(
  { x, y }: { x: Interval; y: Interval },
  across: (value: number) => number,
  up: (value: number) => number,
): Stroke[] {
  const [left, right] = [across(x.low ?? x.value), across(x.high ?? x.value)];
  const [bottom, top] = [up(y.low ?? y.value), up(y.high ?? y.value)];
  return [
    ...(left === right ? [] : [{ across: [left, right], up: [up(y.value), up(y.value)] } as const]),
    ...(bottom === top ? [] : [{ across: [across(x.value), across(x.value)], up: [bottom, top] } as const]),
  ];
}

/** The pieces of a line through these places. */
export function lineStrokes(places: readonly { across: number; up: number }[]): Stroke[] {
  return places.slice(1).flatMap((to, index): Stroke[] => {
    const from = places[index];
    return from === undefined
      ? []
      : [
          {
            across: [Math.min(from.across, to.across), Math.max(from.across, to.across)],
            up: [Math.min(from.up, to.up), Math.max(from.up, to.up)],
          },
        ];
  });
}

/**
 * For each mark the first side on which its name covers nothing: neither another mark, nor a name that was placed before, nor a
 * stroke. Where there is none, the first on which only a stroke runs through it; else the right.
 */
export function labelSides(marks: readonly NamedMark[], strokes: readonly Stroke[] = []): LabelSide[] {
  const symbols = marks.map(({ across, up, radiusPx }): Box => {
    const [x, y] = [across * plot.widthPx, (1 - up) * plot.heightPx];
    return { left: x - radiusPx, right: x + radiusPx, top: y - radiusPx, bottom: y + radiusPx };
  });
  const drawn = strokes.map(({ across, up }): Box => ({
    left: across[0] * plot.widthPx,
    right: across[1] * plot.widthPx,
    top: (1 - up[1]) * plot.heightPx,
    bottom: (1 - up[0]) * plot.heightPx,
  }));
  const placed: Box[] = [];
  return marks.map(({ name }, index) => {
    const symbol = symbols[index];
    if (symbol === undefined || name === null) return 'right';
    const free = (box: Box): boolean =>
      box.left >= 0 &&
      box.right <= plot.widthPx + rightMarginPx &&
      !symbols.some((other, i) => i !== index && overlap(box, other)) &&
      !placed.some((other) => overlap(box, other));
    let crossed: LabelSide | null = null;
    for (const side of sides) {
      const box = nameBox(symbol, name, side);
      if (!free(box)) continue;
      if (drawn.some((stroke) => overlap(box, stroke))) {
        crossed ??= side;
        continue;
      }
      placed.push(box);
      return side;
    }
    const side = crossed ?? 'right';
    placed.push(nameBox(symbol, name, side));
    return side;
  });
}

function nameBox(symbol: Box, name: string, side: LabelSide): Box {
  const width = name.length * letterPx;
  const middle = { x: (symbol.left + symbol.right) / 2, y: (symbol.top + symbol.bottom) / 2 };
  const from = (left: number, top: number): Box => ({ left, right: left + width, top, bottom: top + linePx });
  switch (side) {
    case 'right':
      return from(symbol.right + gapPx, middle.y - linePx / 2);
    case 'left':
      return from(symbol.left - gapPx - width, middle.y - linePx / 2);
    case 'top':
      return from(middle.x - width / 2, symbol.top - gapPx - linePx);
    case 'bottom':
      return from(middle.x - width / 2, symbol.bottom + gapPx);
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
