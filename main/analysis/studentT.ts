/**
 * Distribution function of Student's t with a whole number of degrees of freedom, by its finite series (Abramowitz and
 * Stegun, 26.7.3 and 26.7.4). Infinity degrees: the standard normal.
 */
export function studentTCdf(t: number, degrees: number): number {
  if (degrees > largest) return normalCdf(t);
  if (Math.abs(t) === Number.POSITIVE_INFINITY) return t > 0 ? 1 : 0;
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let series = degrees === 1 ? 0 : term;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    series += term;
  }
  const central = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series;
  return (1 + central) / 2;
}

/** From here on the normal differs by less than any interval is known. */
const largest = 200;

/** Half width of the 95 % interval in standard errors: the 97.5 % quantile. */
export function studentT95(degrees: number): number {
  return studentTStrata(degrees, 20).at(-1) ?? Number.NaN;
}

/** Standard normal distribution function by Zelen and Severo's approximation (Abramowitz and Stegun 26.2.17), |error| < 7.5e-8. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? 1 - tail : tail;
}

const strataByDegrees = new Map<string, readonly number[]>();

/** Middles of `count` equally probable strata of Student's t, ascending: a quadrature over the distribution. */
export function studentTStrata(degrees: number, count: number): readonly number[] {
  const kept = Math.min(degrees, largest + 1);
  const key = `${kept} ${count}`;
  const known = strataByDegrees.get(key);
  if (known !== undefined) return known;
  const strata = Array.from({ length: count }, (_, index) => studentTQuantile((index + 0.5) / count, kept));
  strataByDegrees.set(key, strata);
  return strata;
}

/** Quantile `p` of Student's t with a whole number of degrees of freedom: bisection on the distribution function. */
export function studentTQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentTQuantile(1 - p, degrees);
  let low = 0;
  let high = 1;
  while (studentTCdf(high, degrees) < p) high *= 2;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return high;
}
