import type { JobLog } from '../../preload/contract.ts';
import { medianOf } from '../measure/quantiles.ts';
import { getAttempts, listProcesses } from '../store/jobLog.ts';
import { getJob } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { listTrials } from '../store/trials.ts';
import { NotFound } from './notFound.ts';

/** What is known of a job's processes and attempts. Throws NotFound. */
export function jobLog(store: Store, jobId: string): JobLog {
  const job = getJob(store, jobId);
  const attempts = getAttempts(store, jobId);
  if (job === null || attempts === null) throw new NotFound('job', jobId);
  const medians = listTrials(store, jobId).map(({ samplesMs }) => medianOf(samplesMs));
  return {
    job,
    retryAt: attempts.notBeforeMs === null ? null : new Date(attempts.notBeforeMs).toISOString(),
    failures: attempts.failures,
    processes: listProcesses(store, jobId).map(({ memory, ...process }, i) => ({
      ...process,
      medianMs: medians[i] ?? Number.NaN,
      peakBytes: memory.peakBytes,
    })),
  };
}
