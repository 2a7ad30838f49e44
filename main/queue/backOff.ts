/** Attempts at one worker process of a job before the job is given up. */
export const maxAttempts = 3;

/**
 * How long a job waits after its `attempts`-th failed attempt: 2 s, 4 s, … up to a minute, each ± 25 % so that jobs
 * which failed together (the machine ran out of memory) do not come back together. `random`: 0 … 1.
 */
export function backOffMs(attempts: number, random: () => number): number {
  const plain = Math.min(2000 * 2 ** (attempts - 1), 60_000);
  return plain * (0.75 + 0.5 * random());
}
