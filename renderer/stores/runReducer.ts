import type { Progress, Run } from '../../preload/contract.ts';

/** One reading of the interval while a job samples: it narrows as samples come in. */
export interface TrailPoint {
  samples: number;
  medianMs: number;
  halfWidthMs: number;
}

/** What the screen knows of the runs. */
export interface RunsState {
  runs: ReadonlyMap<string, Run>;
  progress: ReadonlyMap<string, Progress>;
  /** The readings of the job being measured, by run; starts anew with each job. */
  trails: ReadonlyMap<string, { jobId: string; points: readonly TrailPoint[] }>;
}

export const noRuns: RunsState = { runs: new Map(), progress: new Map(), trails: new Map() };

/** Enough for a line on screen; older readings are thinned out, not cut off, so the whole narrowing stays visible. */
const longestTrail = 240;

function extendTrail(points: readonly TrailPoint[], next: TrailPoint): readonly TrailPoint[] {
  const all = [...points, next];
  return all.length <= longestTrail
    ? all
    : all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}

function isOver(state: Run['state']): boolean {
  return state === 'done' || state === 'cancelled' || state === 'interrupted';
}

/** Takes in a run as the service tells it now. Progress of a run that is over is of no more use. */
export function applyRun(state: RunsState, run: Run): RunsState {
  const runs = new Map(state.runs).set(run.id, run);
  if (!isOver(run.state)) return { ...state, runs };
  const progress = new Map(state.progress);
  const trails = new Map(state.trails);
  progress.delete(run.id);
  trails.delete(run.id);
  return { runs, progress, trails };
}

/** Takes in the whole list, after a start or a lost connection: what the service no longer lists is gone. */
export function applyRunList(state: RunsState, list: readonly Run[]): RunsState {
  return list.reduce(applyRun, { ...state, runs: new Map() });
}

/** Takes in a progress report. A late one of a run known to be over is dropped. */
export function applyProgress(state: RunsState, progress: Progress): RunsState {
  const known = state.runs.get(progress.runId);
  if (known !== undefined && isOver(known.state)) return state;
  const trails = new Map(state.trails);
  const { current } = progress;
  if (current !== null) {
    const before = trails.get(progress.runId);
    const points = before?.jobId === current.jobId ? before.points : [];
    const { medianMs, halfWidthMs, samples } = current;
    const reading = medianMs === null || halfWidthMs === null ? null : { samples, medianMs, halfWidthMs };
    trails.set(progress.runId, {
      jobId: current.jobId,
      points: reading === null ? points : extendTrail(points, reading),
    });
  }
  return { ...state, trails, progress: new Map(state.progress).set(progress.runId, progress) };
}

/** Newest first. */
export function runsByTime(state: RunsState): Run[] {
  return [...state.runs.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** Jobs that have come to an end, whichever. */
export function settledJobs(run: Run): number {
  return run.jobs.filter(({ state }) => state === 'done' || state === 'failed' || state === 'cancelled')
    .length;
}
