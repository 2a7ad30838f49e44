import type {
  Failure,
  LatencyMode,
  PowerSource,
  ProcessFigures,
  ProviderName,
  ProviderOptions,
  Reading,
  SamplingPlan,
} from '../../preload/contract.ts';

/** What one worker process is told to do: load one model file on one provider and time it. */
export interface TrialTask {
  readonly modelPath: string;
  readonly provider: ProviderName;
  /** Options of the provider, passed to ONNX Runtime as they are. */
  readonly providerOptions: ProviderOptions;
  readonly batch: number;
  /** Side of the square image, for models whose height and width are symbolic; not needed where the file fixes them. */
  readonly inputSize?: number;
  readonly threads: number;
  /** Logical processors to keep the worker on; null: the system chooses. */
  readonly affinity: string | null;
  readonly arena: boolean;
  readonly mode: LatencyMode;
  readonly plan: SamplingPlan;
  /** Seeds the input noise. */
  readonly seed: number;
}

/** One process's life: everything it measured. Durations in ms, memory in bytes. */
export interface Trial {
  /** ISO time of the process's start. */
  readonly startedAt: string;
  /** Every timed run, in order. Nothing is ever removed but windows in which the machine slept; see `slept`. */
  readonly samplesMs: Float64Array;
  /** Runs before the steady state; the first of them is `firstRunMs`. */
  readonly warmUpRuns: number;
  readonly steadyStateReached: boolean;
  readonly sessionCreationMs: number;
  readonly firstRunMs: number;
  readonly memory: {
    readonly baselineBytes: number | null;
    readonly peakBytes: Reading;
    readonly loadPeakBytes: Reading;
    readonly runPeakBytes: Reading;
    readonly steadyBytes: Reading;
    readonly gpuBytes: Reading;
  };
  /** CPU time of the worker over wall time of the timed part, in cores. */
  readonly cpuUtilisation: Reading;
  /** CPU time of everything else on the machine over the timed part, in cores. */
  readonly competingLoad: Reading;
  /** Energy of one run over the batch size, so per image. */
  readonly energyPerInferenceJ: Reading;
  /** Median wall time of one run of a model that does nothing, in this very process: what the harness itself costs. */
  readonly overheadMs: number;
  /** Clock and temperature before and after the timed part, and between windows. */
  readonly sensors: readonly SensorSample[];
  /** True where the machine slept during the timed part (wall clock and monotonic clock disagree). */
  readonly slept: boolean;
  /** Where the machine drew its power when the timed part was over. */
  readonly powerSource: PowerSource;
  /** What the latency mode tells beside the samples; null in single stream. */
  readonly modeFigures: ProcessFigures | null;
  readonly onnxruntime: string;
}

export interface SensorSample {
  readonly atMs: number;
  readonly cpuClockMhz: number | null;
  readonly cpuTemperatureC: number | null;
  readonly gpuClockMhz: number | null;
  readonly gpuTemperatureC: number | null;
  readonly powerW: number | null;
  /** How often the processor had slowed itself down because of heat by then, since the machine was started. */
  readonly cpuThrottleCount?: number | null;
  /** Why the GPU's clock was held down just then; empty: it was not. */
  readonly gpuThrottling?: readonly string[] | null;
}

/** What a worker says while it works. */
export type TrialProgress =
  | { readonly phase: 'loading' }
  | { readonly phase: 'warm-up'; readonly samples: number; readonly medianMs: number | null }
  | {
      readonly phase: 'sampling';
      readonly samples: number;
      readonly medianMs: number | null;
      readonly halfWidthMs: number | null;
    };

export type TrialOutcome = { readonly ok: true; readonly trial: Trial } | FailedWork;

/** How a worker failed. */
export interface FailedWork {
  readonly ok: false;
  readonly failure: Failure;
  /** The same task would fail again (a broken model), so it is not retried. */
  readonly repeatable: boolean;
  /** What it printed last; absent where that is nothing. */
  readonly output?: string;
}

/** A worker process that was started; the two launchers (Node's fork, Electron's utilityProcess) give the same. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told once, with the exit code or the signal that ended it. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  /** Ends the process at once (SIGKILL where there is one). */
  kill(): void;
  /** The last few kilobytes of what it printed on stdout and stderr, for the message of a failure. */
  outputTail(): string;
}

/** Starts a worker file in a process of its own. */
export interface WorkerLauncher {
  launch(file: string, env: Readonly<Record<string, string>>): WorkerProcess;
}
