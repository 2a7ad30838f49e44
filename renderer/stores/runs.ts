import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Answer, Failure, Result, Run, RunRequest, SamplingPlan } from '../../preload/contract.ts';
import { bridge } from '../service/bridge.ts';
import { applyProgress, applyRun, applyRunList, noRuns, runsByTime, settledJobs } from './runReducer.ts';

/** The runs of this service, with live progress; resumed by itself after a lost connection. */
export const useRuns = defineStore('runs', () => {
  const state = shallowRef(noRuns);
  const failure = shallowRef<Failure | null>(null);
  const loaded = ref(false);

  const list = computed(() => runsByTime(state.value));
  /** Runs with something left to measure, the oldest first. */
  const waiting = computed(() =>
    list.value.filter((run) => run.state === 'active' || run.state === 'paused').reverse(),
  );
  const active = computed(
    () => list.value.find((run) => run.state === 'active' || run.state === 'paused') ?? null,
  );
  const activeProgress = computed(() =>
    active.value === null ? null : (state.value.progress.get(active.value.id) ?? null),
  );

  async function refresh(): Promise<void> {
    const answer = await bridge.call('listRuns', { limit: 200 });
    if (answer.ok) {
      state.value = applyRunList(state.value, answer.value);
      loaded.value = true;
      failure.value = null;
    } else {
      failure.value = answer.failure;
    }
  }

  /** Brings in one run that the list does not hold, e.g. from an old link. */
  async function fetchRun(runId: string): Promise<Failure | null> {
    const answer = await bridge.call('getRun', { runId });
    if (!answer.ok) return answer.failure;
    state.value = applyRun(state.value, answer.value);
    return null;
  }

  /** By which plan a result was measured; null where its run is not in the store. */
  async function planOf({ id, runId }: Pick<Result, 'id' | 'runId'>): Promise<SamplingPlan | null> {
    if (!state.value.runs.has(runId) && (await fetchRun(runId)) !== null) return null;
    const run = state.value.runs.get(runId);
    return run?.jobs.find(({ resultId }) => resultId === id)?.plan ?? run?.plan ?? null;
  }

  type Begun = { runId: string } | { failure: Failure };

  const start = (request: RunRequest): Promise<Begun> => begun(bridge.call('startRun', request));

  /** Measures exactly what some results measured, by the plan of the first, or by another where that is not known any more. */
  async function again(results: readonly [Result, ...Result[]], otherwise: SamplingPlan): Promise<Begun> {
    const plan = (await planOf(results[0])) ?? otherwise;
    return begun(bridge.call('measureAgain', { resultIds: results.map(({ id }) => id), plan }));
  }

  async function begun(asked: Promise<Answer<{ runId: string }>>): Promise<Begun> {
    const answer = await asked;
    if (!answer.ok) return { failure: answer.failure };
    await fetchRun(answer.value.runId);
    return answer.value;
  }

  /** Asks for a change of a run and takes in the run as it then is; null where that went well. */
  async function change(asked: Promise<Answer<Run>>): Promise<Failure | null> {
    const answer = await asked;
    if (!answer.ok) return answer.failure;
    state.value = applyRun(state.value, answer.value);
    return null;
  }

  const cancel = (runId: string) => change(bridge.call('cancelRun', { runId }));
  const pause = (runId: string) => change(bridge.call('pauseRun', { runId }));
  const resume = (runId: string) => change(bridge.call('resumeRun', { runId }));
  const cancelJob = (jobId: string) => change(bridge.call('cancelJob', { jobId }));
  const retryJob = (jobId: string) => change(bridge.call('retryJob', { jobId }));
  /** As they were asked for, and by the same plan. */
  const retryFailed = (runId: string) => change(bridge.call('retryFailedJobs', { runId }));

  /** Measures a run before the others that wait. */
  async function toFront(runId: string): Promise<Failure | null> {
    const first = waiting.value.find((run) => run.id !== runId);
    const answer = await bridge.call('placeRun', { runId, before: first?.id ?? null });
    return answer.ok ? null : answer.failure;
  }

  const fetching = new Set<string>();
  async function fetchOnce(runId: string): Promise<void> {
    if (fetching.has(runId)) return;
    fetching.add(runId);
    await fetchRun(runId);
    fetching.delete(runId);
  }

  bridge.on('progress', (progress) => {
    state.value = applyProgress(state.value, progress);
    const known = state.value.runs.get(progress.runId);
    // Events that were sent while the connection was lost are gone: the counts tell that we missed some.
    if (known === undefined || progress.jobsDone + progress.jobsFailed > settledJobs(known)) {
      void fetchOnce(progress.runId);
    }
  });
  bridge.on('runChanged', (run: Run) => {
    state.value = applyRun(state.value, run);
  });
  bridge.onConnection((connected) => {
    if (connected) void refresh();
  });

  const run = (runId: string): Run | null => state.value.runs.get(runId) ?? null;
  return {
    state,
    list,
    waiting,
    active,
    activeProgress,
    loaded,
    failure,
    run,
    refresh,
    fetchRun,
    planOf,
    start,
    again,
    cancel,
    pause,
    resume,
    cancelJob,
    retryJob,
    retryFailed,
    toFront,
  };
});
