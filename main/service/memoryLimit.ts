import { totalmem } from 'node:os';

/**
 * What a worker process may hold where nobody said otherwise: nine tenths of the memory that this process may use (a container may
 * be allowed less than the machine has). A leak then ends as a failure of its job and not with what the system kills first.
 */
export function defaultMemoryLimitBytes(): number {
  const allowed = process.constrainedMemory();
  return 0.9 * (allowed > 0 ? Math.min(allowed, totalmem()) : totalmem());
}
