import type { InferenceSession } from 'onnxruntime-node';
import type { Feeds } from './feeds.ts';
import type { TrialProgress, TrialTask } from './trial.ts';

/** What a trial tells while it goes on; `slowestRunMs` is the longest single run so far. */
export type Reporter = (progress: TrialProgress, slowestRunMs: number) => void;

/** What every phase of a trial works on. */
export interface Bench {
  readonly session: InferenceSession;
  readonly feeds: Feeds;
  readonly task: TrialTask;
  readonly report: Reporter;
  /**
   * Offline only: says that this session is ready and waits until all are. Resolves with the length of the timed part in
   * ms, which is the same for all of them.
   */
  readonly meetOthers: (typicalRunMs: number) => Promise<number>;
}
