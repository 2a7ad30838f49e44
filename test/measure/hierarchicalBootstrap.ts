import { medianOf, quantile, sorted, type Sorted } from '../../main/measure/quantiles.ts';
import type { Random } from '../../main/measure/random.ts';

/**
 * The textbook's 95 % percentile interval of the grand median: processes are drawn with replacement, then samples within
 * each (Davison and Hinkley, "Bootstrap Methods", 1997, 3.8). The method that was not taken; here to show why.
 */
export function bootstrapInterval(
  processes: readonly Sorted[],
  replicates: number,
  random: Random,
): { low: number; high: number } {
  const medians = Array.from({ length: replicates }, () =>
    medianOf(
      processes.map(() => {
        const process = processes[Math.floor(random() * processes.length)] ?? new Float64Array();
        return medianOf(process.map(() => process[Math.floor(random() * process.length)] ?? Number.NaN));
      }),
    ),
  );
  const ordered = sorted(medians);
  return { low: quantile(ordered, 0.025), high: quantile(ordered, 0.975) };
}
