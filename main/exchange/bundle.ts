import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import {
  BackboneUse,
  Configuration,
  isoTime,
  Machine,
  PowerSource,
  ProcessFigures,
  Reading,
  Result,
  RunRequest,
  SamplingPlan,
} from '../../preload/contract.ts';

/**
 * A bundle: what one machine measured, as a file for another. A gzip stream of JSON lines; the first is the manifest, with
 * the SHA-256 of all that follows. Version 1 has lines for machines, models, runs and jobs, each job whole, with its worker
 * processes, every sample and its result.
 */
const format = 'backbench bundle';
const version = 1;

/** A bundle that would unpack to more than this is refused before it is unpacked: some 50 million samples. */
const mostBytes = 2 ** 29;

const Name = z.string().min(1).max(1000);
const Sensor = z.object({
  atMs: z.number(),
  cpuClockMhz: z.number().nullable(),
  cpuTemperatureC: z.number().nullable(),
  gpuClockMhz: z.number().nullable(),
  gpuTemperatureC: z.number().nullable(),
  powerW: z.number().nullable(),
  cpuThrottleCount: z.number().nullable().optional(),
  gpuThrottling: z.array(z.string().max(200)).max(20).nullable().optional(),
});

const Manifest = z.object({
  format: z.literal(format),
  version: z.int().positive(),
  backbench: z.string().max(100),
  writtenAt: isoTime,
  lines: z.int().nonnegative(),
  sha256: z.string().length(64),
});

export const BundledModel = z.object({
  name: Name,
  use: BackboneUse,
  inputSize: z.int().positive(),
  origin: z.enum(['catalog', 'own']),
  family: z.string().max(1000),
  params: z.number().nonnegative(),
  macs: z.number().nonnegative(),
  activations: z.number().nonnegative(),
  graphHash: z.string().max(200).nullable(),
});
export type BundledModel = z.infer<typeof BundledModel>;

export const BundledTrial = z.object({
  startedAt: isoTime,
  wallMs: z.number().nonnegative(),
  /** Every sample in ms: float64, little-endian, base64. */
  samplesMs: z.base64(),
  warmUpRuns: z.int().nonnegative(),
  steadyStateReached: z.boolean(),
  sessionCreationMs: z.number().nonnegative(),
  firstRunMs: z.number().nonnegative(),
  memory: z.object({
    baselineBytes: z.number().nullable(),
    peakBytes: Reading,
    loadPeakBytes: Reading,
    runPeakBytes: Reading,
    steadyBytes: Reading,
    gpuBytes: Reading,
  }),
  cpuUtilisation: Reading,
  competingLoad: Reading,
  energyPerInferenceJ: Reading,
  overheadMs: z.number().nonnegative(),
  sensors: z.array(Sensor).max(100_000),
  slept: z.boolean(),
  powerSource: PowerSource,
  modeFigures: ProcessFigures.nullable(),
  onnxruntime: z.string().max(100),
});
export type BundledTrial = z.infer<typeof BundledTrial>;

export const BundledJob = z.object({
  id: Name,
  runId: Name,
  ordinal: z.int().nonnegative(),
  configuration: Configuration,
  modelFileBytes: z.number().nonnegative(),
  trials: z.array(BundledTrial).max(1000),
  result: Result,
});
export type BundledJob = z.infer<typeof BundledJob>;

export const BundledRun = z.object({
  id: Name,
  machineId: Name,
  request: RunRequest,
  plan: SamplingPlan,
  createdAt: isoTime,
  finishedAt: isoTime,
});
export type BundledRun = z.output<typeof BundledRun>;

const Line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('machine'), value: Machine }),
  z.object({ kind: z.literal('model'), value: BundledModel }),
  z.object({ kind: z.literal('run'), value: BundledRun }),
  z.object({ kind: z.literal('job'), value: BundledJob }),
]);
type Line = z.input<typeof Line>;

export interface Bundle {
  readonly machines: readonly Machine[];
  readonly models: readonly BundledModel[];
  readonly runs: readonly BundledRun[];
  readonly jobs: readonly BundledJob[];
}

/** A file that is no bundle, or none that can be trusted; nothing of it is taken. */
export class BundleRefused extends Error {
  readonly code: 'bundle-invalid' | 'bundle-damaged' | 'bundle-newer' | 'bundle-too-large';
  readonly remedy: string | null;

  constructor(code: BundleRefused['code'], message: string, remedy: string | null = null) {
    super(message);
    this.name = 'BundleRefused';
    this.code = code;
    this.remedy = remedy;
  }
}

export function writeBundle(bundle: Bundle, written: { backbench: string; at: string }): Uint8Array {
  const lines: Line[] = [
    ...bundle.machines.map((value) => ({ kind: 'machine' as const, value })),
    ...bundle.models.map((value) => ({ kind: 'model' as const, value })),
    ...bundle.runs.map((value) => ({ kind: 'run' as const, value })),
    ...bundle.jobs.map((value) => ({ kind: 'job' as const, value })),
  ];
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const manifest = {
    format,
    version,
    backbench: written.backbench,
    writtenAt: written.at,
    lines: lines.length,
    sha256: sha256(body),
  } satisfies z.input<typeof Manifest>;
  return gzipSync(`${JSON.stringify(manifest)}\n${body}`);
}

/** Reads a bundle whole, or throws BundleRefused: size, checksum, every line and what lines say of each other are checked. */
export function readBundle(file: Uint8Array, fileName: string): Bundle {
  const text = unpacked(file, fileName);
  const end = text.indexOf('\n');
  const manifest = Manifest.safeParse(jsonOf(text.slice(0, Math.max(0, end))));
  if (!manifest.success)
    throw new BundleRefused(
      'bundle-invalid',
      `${fileName} is not a Backbench bundle: its first line is no manifest.`,
    );
  if (manifest.data.version > version) {
    throw new BundleRefused(
      'bundle-newer',
      `${fileName} is a bundle of version ${manifest.data.version}, written by Backbench ${manifest.data.backbench}; this version reads up to ${version}.`,
      'Update Backbench, then import it again.',
    );
  }
  const body = text.slice(end + 1);
  if (sha256(body) !== manifest.data.sha256)
    throw new BundleRefused(
      'bundle-damaged',
      `${fileName} is damaged: its checksum does not fit.`,
      'Copy it again from where it was exported.',
    );
  const lines = body.split('\n').slice(0, -1);
  if (lines.length !== manifest.data.lines)
    throw new BundleRefused(
      'bundle-damaged',
      `${fileName} is damaged: it has ${lines.length} lines, not ${manifest.data.lines}.`,
    );
  const parsed = lines.map((line, index) => lineOf(line, index + 2, fileName));
  const bundle = {
    machines: parsed.flatMap((line) => (line.kind === 'machine' ? [line.value] : [])),
    models: parsed.flatMap((line) => (line.kind === 'model' ? [line.value] : [])),
    runs: parsed.flatMap((line) => (line.kind === 'run' ? [line.value] : [])),
    jobs: parsed.flatMap((line) => (line.kind === 'job' ? [line.value] : [])),
  };
  checkReferences(bundle, fileName);
  return bundle;
}

/** Samples as they stand in a bundle. */
export function packSamples(samplesMs: Float64Array): string {
  const bytes = Buffer.alloc(8 * samplesMs.length);
  samplesMs.forEach((ms, index) => bytes.writeDoubleLE(ms, 8 * index));
  return bytes.toString('base64');
}

/** Throws BundleRefused where they are no finite durations. */
export function unpackSamples(packed: string, fileName: string): Float64Array {
  const bytes = Buffer.from(packed, 'base64');
  const samples = Float64Array.from({ length: Math.floor(bytes.length / 8) }, (_, index) =>
    bytes.readDoubleLE(8 * index),
  );
  if (bytes.length % 8 !== 0 || !samples.every((ms) => Number.isFinite(ms) && ms >= 0))
    throw new BundleRefused('bundle-invalid', `${fileName} holds samples that are no durations.`);
  return samples;
}

function unpacked(file: Uint8Array, fileName: string): string {
  try {
    return gunzipSync(file, { maxOutputLength: mostBytes }).toString('utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new BundleRefused(
        'bundle-too-large',
        `${fileName} unpacks to more than ${mostBytes / 2 ** 20} MB.`,
        'Export single runs or machines.',
      );
    throw new BundleRefused(
      'bundle-invalid',
      `${fileName} is not a Backbench bundle, or only a part of one.`,
      'Choose a file that backbench export wrote.',
    );
  }
}

function lineOf(line: string, number: number, fileName: string): z.output<typeof Line> {
  const parsed = Line.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BundleRefused(
    'bundle-invalid',
    `${fileName}, line ${number}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not understood'}`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkReferences({ machines, runs, jobs }: Bundle, fileName: string): void {
  const refuse = (message: string) => {
    throw new BundleRefused('bundle-invalid', `${fileName}: ${message}`);
  };
  const machineIds = new Set(machines.map(({ id }) => id));
  const byId = new Map(runs.map((run) => [run.id, run]));
  for (const { id, machineId } of runs)
    if (!machineIds.has(machineId)) refuse(`run ${id} is of a machine that the bundle does not hold`);
  const seen = new Set<string>();
  for (const { id, runId, configuration, result } of jobs) {
    const run = byId.get(runId);
    if (run === undefined) refuse(`job ${id} is of a run that the bundle does not hold`);
    if (seen.has(id) || seen.has(result.id)) refuse(`job ${id} or its result stands in it twice`);
    seen.add(id).add(result.id);
    const fits = result.runId === runId && result.machineId === run?.machineId;
    if (!fits || JSON.stringify(result.configuration) !== JSON.stringify(configuration))
      refuse(`the result of job ${id} is of another run, machine or configuration`);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
