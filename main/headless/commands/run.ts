import type {
  BackboneUse,
  Failure,
  LatencyMode,
  Precision,
  ProviderName,
  Result,
  Run,
  RunEstimate,
  RunRequest,
  SamplingPlan,
} from '../../../preload/contract.ts';
import { describeMode } from '../../../preload/contract.ts';
import type { OpenedService } from '../../service/openService.ts';
import { ask, withService } from '../ask.ts';
import { CommandFailure, exitCodes, type ExitCode } from '../failure.ts';
import { duration, latency, megabytes, milliseconds, table } from '../format.ts';
import { ProgressLine } from '../progressLine.ts';

interface RunOptions {
  readonly models: string[];
  readonly batch: number[];
  readonly provider?: ProviderName;
  readonly precision?: Precision[];
  readonly use?: BackboneUse;
  readonly size?: number;
  readonly threads?: number;
  readonly affinity?: string;
  readonly mode: LatencyMode['kind'][];
  readonly sessions: number[];
  readonly rate?: number[];
  readonly fps: number[];
  readonly arena: boolean;
  readonly deviceId?: number;
  readonly providerOption?: Readonly<Record<string, string>>;
  readonly memoryLimit?: number;
  readonly preset: string;
  readonly halfWidth?: number;
  readonly minProcesses?: number;
  readonly maxProcesses?: number;
  readonly minSamples?: number;
  readonly maxSamples?: number;
  readonly maxSeconds?: number;
  readonly maxWarmUp?: number;
  readonly savePreset?: string;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `backbench run`: measures, stores and prints. */
export async function runCommand(options: RunOptions): Promise<void> {
  process.exitCode = await withService(options, async (service) => {
    const request = await requestOf(service, options);
    console.error(estimateText(await ask(service, 'estimateRun', request)));
    const { run, results, interrupted } = await measure(service, request);
    if (options.json === true) console.log(JSON.stringify({ run, results }, null, 1));
    else console.log(outcomeText(run, results));
    return exitCodeOf(run, interrupted);
  });
}

/** What a run takes that is about to begin. */
export function estimateText({
  jobs,
  estimatedMs,
  modelFiles,
  modelFileBytes,
  writingMs,
  jobsBefore,
  beforeMs,
}: RunEstimate): string {
  const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const time =
    estimatedMs === null
      ? 'how long is not known yet: nothing like it was measured with this plan here'
      : `about ${duration(estimatedMs / 1000)}`;
  const files =
    modelFiles === 0
      ? ''
      : `; ${count(modelFiles, 'model file')} to write first (${megabytes(modelFileBytes)}, about ${duration(writingMs / 1000)})`;
  const line =
    jobsBefore === 0
      ? ''
      : `; after ${count(jobsBefore, 'job')} of other runs${beforeMs === null ? '' : `, about ${duration(beforeMs / 1000)}`}`;
  return `${count(jobs, 'configuration')}, ${time}${files}${line}`;
}

export interface MeasuredRun {
  readonly run: Run;
  readonly results: Result[];
  readonly interrupted: boolean;
}

/** Runs a request to its end, with a progress line on stderr. */
export async function measure(service: OpenedService, request: RunRequest): Promise<MeasuredRun> {
  const { runId } = await ask(service, 'startRun', request);
  const { run, interrupted } = await finishedRun(service, runId, new ProgressLine(process.stderr));
  const { rows } = await ask(service, 'listResults', { runId, newestOnly: false, limit: 100_000 });
  // Stored newest first; a person reads them in the order asked for.
  const order = new Map(run.jobs.map(({ resultId }, index) => [resultId, index]));
  const results = rows
    .map(({ result }) => result)
    .toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
  return { run, results, interrupted };
}

/** Follows a run to its end on the line. Ctrl-C cancels it: what was measured is kept. */
export async function finishedRun(
  service: OpenedService,
  runId: string,
  line: ProgressLine,
): Promise<{ run: Run; interrupted: boolean }> {
  let interrupted = false;
  const finished = new Promise<void>((resolve) => {
    const stop = service.subscribe((event) => {
      switch (event.name) {
        case 'progress':
          if (event.payload.runId === runId) line.show(event.payload);
          break;
        case 'storeTrouble':
          line.note(troubleText(event.payload));
          break;
        case 'runChanged':
          if (event.payload.id !== runId || event.payload.finishedAt === null) break;
          stop();
          resolve();
          break;
        case 'workProgress':
      }
    });
  });
  const cancel = () => {
    interrupted = true;
    line.note('stopping: what was measured is kept');
    void ask(service, 'cancelRun', { runId });
  };
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
  try {
    await finished;
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
    line.end();
  }
  return { run: await ask(service, 'getRun', { runId }), interrupted };
}

/** What a run that cannot store its results says, and that it goes on. */
function troubleText(trouble: Failure | null): string {
  if (trouble === null) return 'results can be stored again: the run goes on';
  return `the run waits: ${trouble.message} ${trouble.remedy ?? ''}`.trimEnd();
}

export function exitCodeOf(run: Run, interrupted: boolean): ExitCode {
  if (interrupted) return exitCodes.interrupted;
  return run.jobs.some(({ state }) => state === 'failed') ? exitCodes.failed : exitCodes.done;
}

async function requestOf(service: OpenedService, options: RunOptions): Promise<RunRequest> {
  const models = options.models.includes('all')
    ? (await ask(service, 'listBackbones', {})).map(({ name }) => name)
    : await Promise.all(options.models.map((model) => modelName(service, model)));
  return {
    models,
    batches: options.batch,
    provider: options.provider ?? null,
    precisions: options.precision ?? ['fp32'],
    use: options.use ?? 'classifier',
    inputSize: options.size ?? null,
    threads: options.threads ?? null,
    affinity: options.affinity ?? null,
    modes: options.mode.flatMap((kind) => modesOf(kind, options)),
    arena: options.arena,
    providerOptions: {
      ...options.providerOption,
      ...(options.deviceId === undefined ? {} : { deviceId: options.deviceId }),
    },
    memoryLimitBytes: options.memoryLimit ?? null,
    plan: await planOf(service, options),
  };
}

/** The preset with the settings that were given beside it; kept under a name where one was given. */
async function planOf(service: OpenedService, options: RunOptions): Promise<SamplingPlan> {
  const known = await ask(service, 'listPresets', {});
  const preset = known.find(({ name }) => name.toLowerCase() === options.preset.toLowerCase());
  if (preset === undefined) {
    const names = known.map(({ name }) => name).join(', ');
    throw new CommandFailure(`There is no preset '${options.preset}'; there are ${names}.`, exitCodes.usage);
  }
  const { plan } = preset;
  // Of two ends only one may have been given: then the other one follows it.
  const minProcesses = options.minProcesses ?? Math.min(plan.minProcesses, options.maxProcesses ?? 50);
  const minSamples = options.minSamples ?? Math.min(plan.minSamples, options.maxSamples ?? 100_000);
  const changed = {
    minProcesses,
    maxProcesses: options.maxProcesses ?? Math.max(plan.maxProcesses, minProcesses),
    minSamples,
    maxSamples: options.maxSamples ?? Math.max(plan.maxSamples, minSamples),
    maxSecondsPerProcess: options.maxSeconds ?? plan.maxSecondsPerProcess,
    maxWarmUpSeconds: options.maxWarmUp ?? plan.maxWarmUpSeconds,
    relativeHalfWidth: options.halfWidth ?? plan.relativeHalfWidth,
  };
  if (options.savePreset !== undefined)
    await ask(service, 'savePreset', { name: options.savePreset, plan: changed });
  return changed;
}

/** One mode for each value of its sweep. */
function modesOf(kind: LatencyMode['kind'], { sessions, rate, fps }: RunOptions): LatencyMode[] {
  switch (kind) {
    case 'single-stream':
      return [{ kind }];
    case 'offline':
      return sessions.map((count) => ({ kind, sessions: count }));
    case 'server':
      if (rate === undefined)
        throw new CommandFailure(
          '--mode server needs the requests a second, such as --rate 20.',
          exitCodes.usage,
        );
      return rate.map((requestsPerSecond) => ({ kind, requestsPerSecond }));
    case 'paced':
      return fps.map((framesPerSecond) => ({ kind, framesPerSecond }));
  }
}

/** A model's name; a path to an .onnx file is added as an own model first. */
async function modelName(service: OpenedService, model: string): Promise<string> {
  return model.endsWith('.onnx') ? (await ask(service, 'addOwnModel', { path: model })).name : model;
}

/** Results as a table, what each mode tells beside it, then what failed and why, then what was cancelled. */
export function outcomeText(run: Run, results: readonly Result[]): string {
  const severalModes = results.some(({ configuration: { mode } }) => mode.kind !== 'single-stream');
  const rows = results.map((result) => {
    const { configuration, latencyMs, perImageMs, throughputPerSecond, memory, flags } = result;
    return [
      configuration.model,
      configuration.precision,
      ...(severalModes ? [describeMode(configuration.mode)] : []),
      `${configuration.batch}`,
      latency(latencyMs),
      milliseconds(perImageMs),
      throughputPerSecond.toFixed(1),
      memory.peakBytes.available ? megabytes(memory.peakBytes.value) : 'unknown',
      `${latencyMs.samples}/${latencyMs.processes}`,
      ...(severalModes ? [modeText(result)] : []),
      flags.map(({ code }) => code).join(', '),
    ];
  });
  const head = [
    'model',
    'precision',
    ...(severalModes ? ['mode'] : []),
    'batch',
    'latency',
    'per image',
    'images/s',
    'peak memory',
    'samples/processes',
    ...(severalModes ? ['of the mode'] : []),
    'flags',
  ];
  const failed = run.jobs
    .filter(({ state }) => state === 'failed')
    .map(({ configuration, failure }) => {
      const { model, batch } = configuration;
      return `✗ ${model} at batch ${batch} failed: ${failure?.message ?? 'unknown'}${failure?.remedy == null ? '' : ` ${failure.remedy}`}`;
    });
  const cancelled = run.jobs.filter(({ state }) => state === 'cancelled').length;
  return [
    ...(rows.length > 0 ? [table(head, rows, numberColumns)] : []),
    ...(failed.length > 0 ? [failed.join('\n')] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ].join('\n\n');
}

const numberColumns = ['batch', 'latency', 'per image', 'images/s', 'peak memory', 'samples/processes'];

/** What a mode tells beside the latency, in a few words; empty in single stream. */
function modeText({ modeFigures, latencyMs }: Result): string {
  switch (modeFigures?.kind) {
    case undefined:
      return '';
    case 'offline': {
      const { throughputLow, throughputHigh } = modeFigures;
      return `${throughputLow.toFixed(1)} – ${throughputHigh.toFixed(1)} images/s`;
    }
    case 'server': {
      const p99 = latencyMs.p99 === null ? 'p99 unknown' : `p99 ${milliseconds(latencyMs.p99)}`;
      const wait = `wait ${milliseconds(modeFigures.waitMs)}`;
      return `${p99}, ${wait}, busy ${(modeFigures.busyShare * 100).toFixed(0)} %`;
    }
    case 'paced': {
      const { firstAfterIdleMs, idleSeconds, droppedShare } = modeFigures;
      const dropped = droppedShare === 0 ? '' : `, ${(droppedShare * 100).toFixed(0)} % dropped`;
      return `after ${idleSeconds} s idle ${milliseconds(firstAfterIdleMs)}${dropped}`;
    }
  }
}
