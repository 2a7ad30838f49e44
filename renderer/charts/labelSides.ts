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

/**
 * For each mark the first side on which its name covers neither another mark nor a name that was placed before; the right where
 * there is none.
 */
export function labelSides(marks: readonly NamedMark[]): LabelSide[] {
  const symbols = marks.map(({ across, up, radiusPx }): Box => {
    const [x, y] = [across * plot.widthPx, (1 - up) * plot.heightPx];
    return { left: x - radiusPx, right: x + radiusPx, top: y - radiusPx, bottom: y + radiusPx };
  });
  const placed: Box[] = [];
  return marks.map(({ name }, index) => {
    const symbol = symbols[index];
    if (symbol === undefined || name === null) return 'right';
    const free = (box: Box): boolean =>
      box.left >= 0 &&
      box.right <= plot.widthPx + rightMarginPx &&
      !symbols.some((other, i) => i !== index && overlap(box, other)) &&
      !placed.some((other) => overlap(box, other));
    const side = sides.find((each) => free(nameBox(symbol, name, each))) ?? 'right';
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
