/** What one process took, on average, for a configuration of so much work (multiply-adds of one run of its batch). */
export interface WorkTime {
  readonly work: number;
  readonly ms: number;
}

/**
 * How long a process takes by its model's work, from models that were measured: a fixed part (start, load) and a rate per
 * multiply-add, neither of them negative. null where fewer than two amounts of work are known, which tell no rate.
 *
 * Deviations count relative to the time, so that a few large models do not leave the small ones any value at all.
 */
export function timeByWork(times: readonly WorkTime[]): ((work: number) => number) | null {
  if (new Set(times.map(({ work }) => work)).size < 2) return null;
  const weighted = times.map(({ work, ms }) => ({ work, ms, weight: 1 / Math.max(1, ms) ** 2 }));
  const sum = (of: (point: { work: number; ms: number; weight: number }) => number): number =>
    weighted.reduce((total, point) => total + of(point), 0);
  const weight = sum((p) => p.weight);
  const meanWork = sum((p) => p.weight * p.work) / weight;
  const meanMs = sum((p) => p.weight * p.ms) / weight;
  const rate =
    sum((p) => p.weight * (p.work - meanWork) * (p.ms - meanMs)) /
    sum((p) => p.weight * (p.work - meanWork) ** 2);
  if (!(rate > 0)) return () => meanMs;
  const fixedMs = meanMs - rate * meanWork;
  if (fixedMs >= 0) return (work) => fixedMs + rate * work;
  const throughOrigin = sum((p) => p.weight * p.work * p.ms) / sum((p) => p.weight * p.work ** 2);
  return (work) => throughOrigin * work;
}
