import { comparedConditions, type DeviceComparison, type Statement } from '../../../preload/contract.ts';
import { latencyUncertainty } from '../latencyUncertainty.ts';
import { mean } from '../lineFit.ts';
import { perImageMs, type Observation } from '../observation.ts';
import { kendall, spearman } from '../rankCorrelation.ts';
import { labels, type Selected } from '../selection.ts';
import { studentT95 } from '../studentT.ts';
import { modelRow, leftOut, notesOf } from './rows.ts';

const shownSwaps = 10;

/** The name under which the same backbone is known on both sides; itself where it has no other. */
export type CommonName = (observation: Observation) => string;

interface Pair {
  readonly name: string;
  readonly here: Observation;
  readonly there: Observation;
  readonly ratio: number;
  /** Half width of the 95 % interval of the ratio's logarithm; null where a side has no interval. */
  readonly halfWidth: number | null;
}

/**
 * Two devices, or two selections of one, against each other: per-model ratio of the time per image with its interval,
 * rank correlation, models that swap order, geometric mean. Models are matched by their common name and input size.
 */
export function deviceComparison(here: Selected, there: Selected, nameOf: CommonName): DeviceComparison {
  const pairs = pairsOf(here, there, nameOf);
  const [x, y] = [pairs.map((pair) => perImageMs(pair.here)), pairs.map((pair) => perImageMs(pair.there))];
  const { swaps, swapCount } = swapsOf(pairs);
  return {
    analysis: 'devices',
    selection: here.selection,
    against: there.selection,
    ...notesOf(
      ...leftOut(here.observations.length - pairs.length, 'other-side'),
      ...differingConditions(here, there),
    ),
    rows: pairs
      .map(({ name, here: a, there: b, ratio, halfWidth }) => ({
        ...modelRow(a, () => name),
        msPerImage: perImageMs(a),
        againstMsPerImage: perImageMs(b),
        ratio,
        low: halfWidth === null ? null : ratio * Math.exp(-halfWidth),
        high: halfWidth === null ? null : ratio * Math.exp(halfWidth),
      }))
      .toSorted((a, b) => a.ratio - b.ratio || (a.model < b.model ? -1 : 1)),
    geometricMean: geometricMean(pairs.map(({ ratio }) => ratio)),
    spearman: pairs.length < 2 ? null : spearman(x, y),
    kendall: pairs.length < 2 ? null : kendall(x, y),
    swaps,
    swapCount,
    pairCount: (pairs.length * (pairs.length - 1)) / 2,
  };
}

function pairsOf(here: Selected, there: Selected, nameOf: CommonName): Pair[] {
  const key = (entry: Observation) => `${nameOf(entry)}@${entry.inputSize}`;
  const others = new Map(there.observations.map((entry) => [key(entry), entry]));
  const label = labels(here.observations);
  return here.observations.flatMap((entry) => {
    const other = others.get(key(entry));
    if (other === undefined) return [];
    const ratio = perImageMs(entry) / perImageMs(other);
    return [{ name: label(entry), here: entry, there: other, ratio, halfWidth: halfWidthOf(entry, other) }];
  });
}

/** The two logarithms are independent, so their errors add in squares. */
function halfWidthOf(a: Observation, b: Observation): number | null {
  const widths = [a, b].map((entry) => {
    const { below, above, degrees } = latencyUncertainty(entry);
    return (studentT95(degrees) * (below + above)) / 2;
  });
  const [x = 0, y = 0] = widths;
  return x === 0 || y === 0 ? null : Math.hypot(x, y);
}

/** With the interval of the mean over models: how far another choice of models might move it. */
function geometricMean(ratios: readonly number[]): DeviceComparison['geometricMean'] {
  if (ratios.length === 0) return null;
  const logs = ratios.map(Math.log);
  const centre = mean(logs);
  const n = logs.length;
  if (n === 1) return { ratio: Math.exp(centre), low: Math.exp(centre), high: Math.exp(centre) };
  const variance = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (n - 1);
  const half = studentT95(n - 1) * Math.sqrt(variance / n);
  return { ratio: Math.exp(centre), low: Math.exp(centre - half), high: Math.exp(centre + half) };
}

/** The clearest swaps are those where the smaller of the two differences is the largest. */
function swapsOf(pairs: readonly Pair[]): Pick<DeviceComparison, 'swaps' | 'swapCount'> {
  const here = Float64Array.from(pairs, (pair) => Math.log(perImageMs(pair.here)));
  const there = Float64Array.from(pairs, (pair) => Math.log(perImageMs(pair.there)));
  const kept: { faster: number; slower: number; clarity: number }[] = [];
  let swapCount = 0;
  for (let i = 0; i < pairs.length; i++) {
    const [hereI = 0, thereI = 0] = [here[i], there[i]];
    for (let j = 0; j < i; j++) {
      const a = hereI - (here[j] ?? 0);
      const b = thereI - (there[j] ?? 0);
      if (a * b >= 0) continue;
      swapCount += 1;
      const clarity = Math.min(Math.abs(a), Math.abs(b));
      if (kept.length === shownSwaps && clarity <= (kept.at(-1)?.clarity ?? 0)) continue;
      kept.push(a < 0 ? { faster: i, slower: j, clarity } : { faster: j, slower: i, clarity });
      kept.sort((p, q) => q.clarity - p.clarity);
      if (kept.length > shownSwaps) kept.pop();
    }
  }
  return {
    swapCount,
    swaps: kept.flatMap(({ faster, slower }) => {
      const [quick, slow] = [pairs[faster], pairs[slower]];
      if (quick === undefined || slow === undefined) return [];
      return [
        {
          faster: quick.name,
          slower: slow.name,
          ratio: perImageMs(slow.here) / perImageMs(quick.here),
          againstRatio: perImageMs(slow.there) / perImageMs(quick.there),
          sure: apart(quick.here, slow.here) && apart(slow.there, quick.there),
        },
      ];
    }),
  };
}

function apart(faster: Observation, slower: Observation): boolean {
  const { high } = faster.latencyMs;
  const { low } = slower.latencyMs;
  return high !== null && low !== null && high / faster.batch < low / slower.batch;
}

/** What differs beside the hardware: said before anybody reads who is faster. */
function differingConditions({ selection: a }: Selected, { selection: b }: Selected): Statement[] {
  const differences = comparedConditions.flatMap((condition) => {
    const [here, there] = [a[condition], b[condition]].map((value) => value?.toString() ?? null);
    return here === undefined || there === undefined || here === there ? [] : [{ condition, here, there }];
  });
  return differences.length === 0 ? [] : [{ code: 'conditions-differ', values: { differences } }];
}
