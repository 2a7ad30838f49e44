/** First two moments of a value's elements under the synthetic weights, as far as they can be foreseen. */
export interface Moments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** Noise around zero. */
export function centred(meanSquare: number): Moments {
  return { mean: 0, meanSquare };
}

/**
 * Scales of a value's channels around their common deviation (mean square 1): kernels of few taps come out strong or weak.
 * Smooth rectifiers pass more of the strong ones than they lose of the weak ones; an estimate that takes all channels for
 * equal is too low by a little, and dozens of layers with fixed norms multiply that into thousands.
 */
const channelScales = [0.3, 0.8, Math.sqrt(3 - 0.3 ** 2 - 0.8 ** 2)];

/** Moments of f(x) where x is normal with the given moments, channel by channel, by the trapezoidal rule on ±5 standard deviations. */
export function through(f: (x: number) => number, { mean, meanSquare }: Moments): Moments {
  const deviation = Math.sqrt(Math.max(0, meanSquare - mean ** 2));
  let [weight, first, second] = [0, 0, 0];
  for (const scale of channelScales) {
    for (let step = -40; step <= 40; step++) {
      const z = step / 8;
      const density = Math.exp(-(z ** 2) / 2);
      const y = f(mean + scale * deviation * z);
      weight += density;
      first += density * y;
      second += density * y ** 2;
    }
  }
  return { mean: first / weight, meanSquare: second / weight };
}

/** Moments of a sum of independent values. */
export function sumOf(a: Moments, b: Moments): Moments {
  return { mean: a.mean + b.mean, meanSquare: a.meanSquare + b.meanSquare + 2 * a.mean * b.mean };
}

/** Moments of a product of independent values. */
export function productOf(a: Moments, b: Moments): Moments {
  return { mean: a.mean * b.mean, meanSquare: a.meanSquare * b.meanSquare };
}

/** Moments of an average over many positions: the mean stays, of the spread remains `share` (neighbours resemble each other). */
export function averaged({ mean, meanSquare }: Moments, share = 0.3): Moments {
  return { mean, meanSquare: mean ** 2 + share * Math.max(0, meanSquare - mean ** 2) };
}

/** Moments of the larger of a few neighbours: about one standard deviation above. */
export function largestOf({ mean, meanSquare }: Moments): Moments {
  const variance = Math.max(0, meanSquare - mean ** 2);
  const shifted = mean + Math.sqrt(variance);
  return { mean: shifted, meanSquare: shifted ** 2 + 0.6 * variance };
}
