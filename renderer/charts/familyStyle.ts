/**
 * Colours that stay apart for colour-blind readers: Okabe and Ito, "Color Universal Design" (2008), without black,
 * which vanishes on a dark ground. The order puts the best separated first.
 */
const okabeIto = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#f0e442'] as const;

/** Shapes take over where seven colours do not suffice: colour and shape together tell 28 families apart. */
const symbols = ['circle', 'rect', 'diamond', 'triangle'] as const;
export type FamilySymbol = (typeof symbols)[number];

/** For families beyond those 28: readers cannot tell more apart, and a second one of the same look would mislead. */
const plainGrey = '#8a8f98';

export interface FamilyStyle {
  colour: string;
  symbol: FamilySymbol;
}

/** Those with the most models first: they get the looks that are told apart best. */
export function heaviestFirst(families: readonly { value: string; models: number }[]): string[] {
  return families
    .toSorted((a, b) => b.models - a.models || a.value.localeCompare(b.value))
    .map(({ value }) => value);
}

/** The families of these rows, those with the most models first. */
export function familiesByWeight(rows: readonly { family: string; model: string }[]): string[] {
  const models = new Map<string, Set<string>>();
  for (const { family, model } of rows) {
    const known = models.get(family);
    if (known === undefined) models.set(family, new Set([model]));
    else known.add(model);
  }
  return heaviestFirst([...models].map(([value, { size }]) => ({ value, models: size })));
}

/** A look for each family, in the order given. */
export function familyStyles(families: readonly string[]): Map<string, FamilyStyle> {
  return new Map(
    families.map((family, index) => {
      const symbol = symbols[Math.floor(index / okabeIto.length)];
      const colour = okabeIto[index % okabeIto.length];
      return [
        family,
        symbol === undefined || colour === undefined
          ? { colour: plainGrey, symbol: 'circle' }
          : { colour, symbol },
      ];
    }),
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
