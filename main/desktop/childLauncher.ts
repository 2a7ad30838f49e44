import type { WorkerProcess } from '../measure/trial.ts';

/** A process of ours, whichever host started it. */
export interface ChildProcess extends WorkerProcess {
  /** What it writes to its standard error, piece by piece. */
  onErrorOutput?(listener: (text: string) => void): void;
  /** Told once it has a process id, where that is not at once. */
  onStarted?(listener: (pid: number) => void): void;
}

/** Starts a file in a process of its own: workers, probes, and the service itself. */
export interface ChildLauncher {
  launch(file: string, env: Readonly<Record<string, string>>): ChildProcess;
}
