import { z } from 'zod';
import { AnalysisAnswer, AnalysisRequest, Device } from './schema/analysis.ts';
import { Backbone, BackboneDetail } from './schema/backbone.ts';
import { ResultFacets, ResultFilter, ResultPage, ResultPageRequest } from './schema/browsing.ts';
import {
  CeilingsRequest,
  Comparison,
  DataFolder,
  LayerProfile,
  MachineCeilings,
  OwnModel,
  ProfileRequest,
  ResultSamples,
} from './schema/comparison.ts';
import {
  BundleImport,
  BundleRequest,
  ExportedBundle,
  HandOver,
  ImportedBundle,
  ReportRequest,
  TimmImport,
  TimmImported,
  WrittenFile,
} from './schema/exchange.ts';
import { watchedWork, WorkId, WorkProgress } from './schema/longWork.ts';
import { HardwareReport } from './schema/machine.ts';
import { Backup, Restored, StoreState } from './schema/storage.ts';
import { BackboneUse, Failure, OwnName, Precision } from './schema/vocabulary.ts';
import { Sweep, SweepRequest } from './schema/sweep.ts';
import { Preset, presets, SamplingPlan } from './schema/samplingPlan.ts';
import { JobLog, Progress, Run, RunEstimate, RunRequest } from './schema/measurement.ts';
import { Recommendation, RecommendationRequest, SavedQuestion } from './schema/recommendation.ts';

export * from './schema/vocabulary.ts';
export * from './schema/machine.ts';
export * from './schema/backbone.ts';
export * from './schema/comparison.ts';
export * from './schema/configuration.ts';
export * from './schema/providerOptions.ts';
export * from './schema/samplingPlan.ts';
export * from './schema/measurement.ts';
export * from './schema/limits.ts';
export * from './schema/statement.ts';
export * from './schema/flagStatement.ts';
export * from './schema/recommendation.ts';
export * from './schema/browsing.ts';
export * from './schema/storage.ts';
export * from './schema/analysis.ts';
export * from './schema/exchange.ts';
export * from './schema/sweep.ts';
export * from './schema/longWork.ts';

/**
 * Everything that a screen may ask of the service: one entry a call, with the schema of its input and of its answer.
 * The service validates every input; a bridge only carries it. A failure crosses as a value (see `Answer`).
 */
export const calls = {
  /**
   * Detects the machine; providers are probed in throw-away processes once and remembered until `refresh`, which is refused while
   * a run is measured: it would spoil the numbers.
   */
  hardware: {
    input: z.object({ refresh: z.boolean().default(false), ...watchedWork }),
    output: HardwareReport,
  },
  /** The catalog, with costs at each model's own input size or at `size`. */
  listBackbones: {
    input: z.object({ size: z.int().min(32).max(2048).nullable().default(null) }),
    output: z.array(Backbone),
  },
  /** One backbone whole: what each stage costs, its operators, its pyramid. */
  backboneDetail: {
    input: z.object({ name: z.string(), size: z.int().min(32).max(2048).nullable().default(null) }),
    output: BackboneDetail,
  },
  /** The file of a backbone's variant, generated where it is missing. */
  modelFile: {
    input: z.object({
      name: z.string(),
      precision: Precision.default('fp32'),
      use: BackboneUse.default('classifier'),
      size: z.int().min(32).max(2048).nullable().default(null),
      ...watchedWork,
    }),
    output: z.object({ path: z.string(), bytes: z.number(), sha256: z.string() }),
  },
  /** Measures only what the answer to a question depends on. Its jobs come one by one, each with its reason. */
  startSweep: { input: SweepRequest, output: z.object({ runId: z.string() }) },
  /** How a sweep stands: how sure its answer is, and what was skipped and why. */
  getSweep: { input: z.object({ runId: z.string() }), output: Sweep },
  /** How long `startRun` would measure and what it would write first; refused as `startRun` would refuse it. Starts nothing. */
  estimateRun: { input: RunRequest, output: RunEstimate },
  startRun: { input: RunRequest, output: z.object({ runId: z.string() }) },
  /** Measures the very configurations of these results, each once; not every combination of them, as `startRun` would. */
  measureAgain: {
    input: z.object({
      resultIds: z.array(z.string()).min(1).max(2000),
      plan: SamplingPlan.default(presets.standard),
    }),
    output: z.object({ runId: z.string() }),
  },
  /** Ends the worker in flight; what was measured is kept and flagged, the rest is cancelled. */
  cancelRun: { input: z.object({ runId: z.string() }), output: Run },
  /** No further process until `resumeRun`; the one in flight is repeated then. */
  pauseRun: { input: z.object({ runId: z.string() }), output: Run },
  resumeRun: { input: z.object({ runId: z.string() }), output: Run },
  /** Puts a run before another in the line, or at its end (null). */
  placeRun: { input: z.object({ runId: z.string(), before: z.string().nullable() }), output: z.null() },
  /** All runs that are not over: nothing further is started until they are resumed. Answers with the runs that changed. */
  pauseAllRuns: { input: z.object({}), output: z.array(Run) },
  resumeAllRuns: { input: z.object({}), output: z.array(Run) },
  /** Like `cancelRun`, for all runs that are not over. */
  cancelAllRuns: { input: z.object({}), output: z.array(Run) },
  cancelJob: { input: z.object({ jobId: z.string() }), output: Run },
  retryJob: { input: z.object({ jobId: z.string() }), output: Run },
  /** All failed jobs of a run at once, so that their processes are interleaved as the first time. */
  retryFailedJobs: { input: z.object({ runId: z.string() }), output: Run },
  /** What is known of a job: each worker process, and what the last failed one said. */
  jobLog: { input: z.object({ jobId: z.string() }), output: JobLog },
  getRun: { input: z.object({ runId: z.string() }), output: Run },
  listRuns: { input: z.object({ limit: z.int().min(1).max(1000).default(50) }), output: z.array(Run) },
  /**
   * A page of results, filtered, sorted and counted in the database: by the model's name or family (`search`), family, provider,
   * precision, batch, flags, machine …; a table of 100,000 rows asks for what is on screen. By default the newest result of each
   * configuration, the newest first.
   */
  listResults: { input: ResultPageRequest, output: ResultPage },
  /** What there is to filter results by, with counts; of all results that this filter leaves. */
  resultFacets: { input: ResultFilter, output: ResultFacets },
  /** Deleted results can be brought back until the service ends. */
  deleteResults: {
    input: z.object({ ids: z.array(z.string()).min(1).max(100_000) }),
    output: z.object({ count: z.int() }),
  },
  restoreResults: {
    input: z.object({ ids: z.array(z.string()).min(1).max(100_000) }),
    output: z.object({ count: z.int() }),
  },
  resultSamples: { input: z.object({ resultId: z.string() }), output: ResultSamples },
  /** Two results against each other: how their conditions differ, and the ratio of latencies with its interval. */
  compareResults: {
    input: z.object({ baselineId: z.string(), candidateId: z.string() }),
    output: Comparison,
  },
  /** Runs a model under ONNX Runtime's profiler in a process of its own: the time of every kernel. */
  profileLayers: { input: ProfileRequest, output: LayerProfile },
  /** The roof over `profileLayers`: measured in some ten seconds when it is first asked for, then remembered. */
  machineCeilings: { input: CeilingsRequest, output: MachineCeilings },
  /** Sampling plans by name: ours first, then a person's own. */
  listPresets: { input: z.object({}), output: z.array(Preset) },
  /** Keeps a plan under a name of one's own; an own plan of that name is replaced. */
  savePreset: {
    input: z.object({ name: OwnName, plan: SamplingPlan }),
    output: z.array(Preset),
  },
  removePreset: { input: z.object({ name: z.string() }), output: z.array(Preset) },
  recommend: { input: RecommendationRequest, output: Recommendation },
  /** Questions that a person keeps, by name. They hold no answer: it is asked for anew. */
  listQuestions: { input: z.object({}), output: z.array(SavedQuestion) },
  /** Keeps a question under a name; one that was kept under that name is replaced. */
  saveQuestion: {
    input: z.object({ name: OwnName, question: RecommendationRequest }),
    output: z.array(SavedQuestion),
  },
  removeQuestion: { input: z.object({ name: z.string() }), output: z.array(SavedQuestion) },
  /** Measured machines and reference devices, this machine first. */
  listDevices: { input: z.object({}), output: z.array(Device) },
  /** Adds a reference device from one of timm's inference tables; the same file twice changes nothing. */
  importTimm: { input: TimmImport, output: TimmImported },
  /** Forgets a device that was imported. */
  removeDevice: { input: z.object({ id: z.string() }), output: z.array(Device) },
  /** Results of a machine, a run, or all, with every sample, as one checksummed file. */
  exportBundle: { input: BundleRequest, output: ExportedBundle },
  /** Takes the results of a bundle in, whole or not at all; twice changes nothing. */
  importBundle: { input: BundleImport, output: ImportedBundle },
  /** The analyses of the papers, over a measured machine or a reference device. */
  analyse: { input: AnalysisRequest, output: AnalysisAnswer },
  /** The answer to a question as a file to keep: a self-contained page, Markdown, CSV or JSON. */
  report: { input: ReportRequest, output: WrittenFile },
  /** Programs that run a chosen model as it was measured. */
  handOver: { input: z.object({ resultId: z.string(), ...watchedWork }), output: HandOver },
  /** Checks and adds a person's own ONNX file by its path; it is measured like a catalog model, by the returned name. */
  addOwnModel: { input: z.object({ path: z.string().min(1).max(4096) }), output: OwnModel },
  listOwnModels: { input: z.object({}), output: z.array(OwnModel) },
  /** Forgets an own model; its file and its results stay. */
  removeOwnModel: { input: z.object({ name: z.string() }), output: z.null() },
  /** Whether the data folder can be written to now, and what happened to the database at the start. Never fails. */
  storeState: { input: z.object({}), output: StoreState },
  dataFolder: { input: z.object({}), output: DataFolder },
  /** Deletes all generated model files. */
  clearModelCache: { input: z.object({}), output: DataFolder },
  /** Copies the database, while in use, to a file that appears whole or not at all. Returns its path. */
  backUp: {
    input: z.object({
      /** A file that does not exist yet; null: one in the data folder, named by the time. */
      path: z.string().min(1).max(4096).nullable().default(null),
      ...watchedWork,
    }),
    output: z.object({ path: z.string() }),
  },
  /** The copies in the data folder, and databases that were moved aside, the newest first. */
  listBackups: { input: z.object({}), output: z.array(Backup) },
  /**
   * Puts a backup in the place of the database, at once and as a whole, after copying what is there. Fails where the file is
   * damaged, another program's or of a newer Backbench, and while a run is being measured. Afterwards everything on screen is old.
   */
  restoreBackup: { input: z.object({ path: z.string().min(1).max(4096), ...watchedWork }), output: Restored },
  /** Ends a call that takes long, of which nothing stays then: it fails with `cancelled`. One that is over already is no error. */
  cancelWork: { input: z.object({ work: WorkId }), output: z.null() },
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallRequest<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
/** The calls that may take long: they tell their progress and can be cancelled. */
export type LongCallName = {
  [N in CallName]: CallRequest<N> extends { readonly work: string | null } ? N : never;
}[CallName];

/** What the service tells of its own accord. */
export const events = {
  progress: Progress,
  runChanged: Run,
  /** Of a call that was asked for with a `work` of its own, a few times a second. */
  workProgress: WorkProgress,
  /** Nothing can be stored at the moment, and why; null: it can again. `storeState` tells it at any time. */
  storeTrouble: Failure.nullable(),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** How an answer crosses the border: a value, or a failure as a value. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** What the renderer sees of its host, whichever it is. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>>;
  /** Listens to an event; returns the function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Told whenever the connection to the service is lost or back. */
  onConnection(listener: (connected: boolean) => void): () => void;
  /** Where a file lies that was dropped into the window; null in a browser, which tells no page. */
  pathOfFile(file: File): string | null;
  /** Shows a model's file in the system's file manager; null in a browser, which may not. */
  readonly showFile: ((path: string) => void) | null;
  readonly host: 'electron' | 'browser';
}
