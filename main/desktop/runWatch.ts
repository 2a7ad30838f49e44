import type { CallOutput, Progress, Run } from '../../preload/contract.ts';
import type { ServiceLink } from './serviceLink.ts';

/** What is being measured now, for everything outside the page that shows it. */
export interface Activity {
  readonly runId: string;
  /** Share of the jobs that are over, 0 … 1. */
  readonly share: number;
}

export interface RunWatch {
  readonly activity: Activity | null;
  onChange(listener: (activity: Activity | null) => void): void;
  /** Told of each run that comes to its end by itself. */
  onEnd(listener: (run: Run) => void): void;
}

/** Follows the queue: by the service's events, and by asking for its runs whenever the service is there again. */
export function watchRuns(link: ServiceLink): RunWatch {
  const active = new Map<string, number>();
  const changeListeners: ((activity: Activity | null) => void)[] = [];
  const endListeners: ((run: Run) => void)[] = [];

  const current = (): Activity | null => {
    const [first] = active;
    return first === undefined ? null : { runId: first[0], share: first[1] };
  };
  const told = (): void => {
    for (const listener of changeListeners) listener(current());
  };
  const hearRun = (run: Run): void => {
    const known = active.has(run.id);
    if (run.state === 'active') {
      active.set(run.id, shareOf(run));
    } else if (known) {
      active.delete(run.id);
      if (run.state === 'done' || run.state === 'interrupted')
        for (const listener of endListeners) listener(run);
    } else return;
    told();
  };
  const hearProgress = ({ runId, jobsDone, jobsFailed, jobsTotal, state }: Progress): void => {
    if (state !== 'active' || jobsTotal === 0) return;
    active.set(runId, (jobsDone + jobsFailed) / jobsTotal);
    told();
  };

  link.subscribe((event) => {
    if (event.name === 'runChanged') hearRun(event.payload);
    else if (event.name === 'progress') hearProgress(event.payload);
  });
  link.onConnection((connected) => {
    if (!connected) {
      // Its workers ended with the service. What goes on is told when it is back.
      active.clear();
      told();
      return;
    }
    void link.call('listRuns', { limit: 20 }).then((answer) => {
      if (!answer.ok) return;
      for (const run of answer.value as CallOutput<'listRuns'>) if (run.state === 'active') hearRun(run);
    });
  });
  return {
    get activity() {
      return current();
    },
    onChange: (listener) => void changeListeners.push(listener),
    onEnd: (listener) => void endListeners.push(listener),
  };
}

function shareOf({ jobs }: Run): number {
  const over = jobs.filter(({ state }) => state !== 'queued' && state !== 'leased' && state !== 'running');
  return jobs.length === 0 ? 0 : over.length / jobs.length;
}
