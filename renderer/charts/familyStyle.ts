/**
 * Colours that stay apart for colour-blind readers: Okabe and Ito, "Color Universal Design" (2008), without black,
 * which vanishes on a dark ground. The order puts the best separated first.
 */
const okabeIto = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#f0e442'] as const;

/** Shapes take over where seven colours do not suffice: colour and shape together tell 28 families apart. */
const symbols = ['circle', 'rect', 'diamond', 'triangle'] as const;
export type FamilySymbol = (typeof symbols)[number];

export interface FamilyStyle {
  colour: string;
  symbol: FamilySymbol;
}

/** A style for each family, the same whichever of them are shown: pass all families in a stable order. */
export function familyStyles(families: readonly string[]): Map<string, FamilyStyle> {
  return new Map(
    families.map((family, index) => [
      family,
      {
        colour: okabeIto[index % okabeIto.length] ?? okabeIto[0],
        symbol: symbols[Math.floor(index / okabeIto.length) % symbols.length] ?? 'circle',
      },
    ]),
  );
}

/**
 * Side of the bounding box that gives a symbol the area of a circle of this diameter: a chart that shows a quantity by
 * area must not favour a shape.
 */
export function boxOfEqualArea(symbol: FamilySymbol, diameter: number): number {
  switch (symbol) {
    case 'circle':
      return diameter;
    case 'rect':
      return (diameter * Math.sqrt(Math.PI)) / 2;
    case 'diamond':
    case 'triangle':
      return diameter * Math.sqrt(Math.PI / 2);
  }
}
