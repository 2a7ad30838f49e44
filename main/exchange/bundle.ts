import { createHash } from 'node:crypto';
import { createGunzip, createGzip, gzipSync } from 'node:zlib';
import { z } from 'zod';
import {
  BackboneUse,
  Configuration,
  isoTime,
  Machine,
  mostBundleBytes,
  PowerSource,
  ProcessFigures,
  Reading,
  Result,
  RunRequest,
  SamplingPlan,
} from '../../preload/contract.ts';

/**
 * A bundle: what one machine measured, as a file for another. A gzip file (of one or more members, RFC 1952) of JSON lines; the
 * first is the manifest, with the SHA-256 of all that follows. Version 1 has lines for machines, models, runs and jobs, each job
 * whole, with its worker processes, every sample and its result.
 */
const format = 'backbench bundle';
const version = 1;

/** A bundle that unpacks to more than this is refused as soon as it does: some 50 million samples. */
const mostBytes = 2 ** 29;
/** Far more than the samples of the longest job; a longer line is an attack on memory. */
const mostLineBytes = 2 ** 27;
/** Twice as many lines as jobs of one sample each would be. */
const mostLines = 2 ** 20;
const newline = 0x0a;

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
  lines: z.int().nonnegative().max(mostLines),
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
export type BundleLine = z.input<typeof Line>;

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

/**
 * Packs lines as they come: only what is packed is held. Rejects with BundleRefused where it becomes a bundle that no installation
 * would take in.
 */
export async function writeBundle(
  lines: Iterable<BundleLine>,
  written: { backbench: string; at: string },
): Promise<Uint8Array> {
  const hash = createHash('sha256');
  const gzip = createGzip();
  const packed: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => packed.push(chunk));
  const ended = new Promise((resolve, reject) => gzip.once('end', resolve).once('error', reject));
  let count = 0;
  let bytes = 0;
  for (const line of lines) {
    const text = Buffer.from(`${JSON.stringify(line)}\n`);
    count += 1;
    bytes += text.length;
    if (bytes > mostBytes) throw tooMuch();
    hash.update(text);
    if (!gzip.write(text)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  gzip.end();
  await ended;
  const manifest = {
    format,
    version,
    backbench: written.backbench,
    writtenAt: written.at,
    lines: count,
    sha256: hash.digest('hex'),
  } satisfies z.input<typeof Manifest>;
  // A member of its own in front, because the checksum is known last.
  const file = Buffer.concat([gzipSync(`${JSON.stringify(manifest)}\n`), ...packed]);
  if (file.length > mostBundleBytes) throw tooMuch();
  return file;
}

function tooMuch(): BundleRefused {
  return new BundleRefused(
    'bundle-too-large',
    `These results make a bundle of more than ${mostBundleBytes / 2 ** 20} MB, which nobody could import.`,
    'Export single runs or machines.',
  );
}

/**
 * Reads a bundle whole, or rejects with BundleRefused: size, checksum, every line and what lines say of each other are checked.
 * `onProgress` is told how many bytes of the file were read.
 */
export async function readBundle(
  file: Uint8Array,
  fileName: string,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<Bundle> {
  const hash = createHash('sha256');
  const parsed: z.output<typeof Line>[] = [];
  let manifest: z.output<typeof Manifest> | null = null;
  /** The first line that is not understood: told where the checksum says that it was written so. */
  let refused: BundleRefused | null = null;
  let count = 0;
  for await (const line of linesOf(file, fileName, onProgress)) {
    if (manifest === null) {
      manifest = manifestOf(line, fileName);
      continue;
    }
    count += 1;
    if (count > manifest.lines) throw wrongCount(fileName, manifest.lines);
    hash.update(line);
    if (refused !== null) continue;
    const read = lineOf(line, count + 1, fileName);
    if (read instanceof BundleRefused) refused = read;
    else parsed.push(read);
  }
  if (manifest === null) throw noManifest(fileName);
  if (hash.digest('hex') !== manifest.sha256)
    throw new BundleRefused(
      'bundle-damaged',
      `${fileName} is damaged: its checksum does not fit.`,
      'Copy it again from where it was exported.',
    );
  if (count < manifest.lines) throw wrongCount(fileName, manifest.lines);
  if (refused !== null) throw refused;
  const bundle = {
    machines: parsed.flatMap((line) => (line.kind === 'machine' ? [line.value] : [])),
    models: parsed.flatMap((line) => (line.kind === 'model' ? [line.value] : [])),
    runs: parsed.flatMap((line) => (line.kind === 'run' ? [line.value] : [])),
    jobs: parsed.flatMap((line) => (line.kind === 'job' ? [line.value] : [])),
  };
  checkReferences(bundle, fileName);
  return bundle;
}

function manifestOf(line: Buffer, fileName: string): z.output<typeof Manifest> {
  const manifest = Manifest.safeParse(jsonOf(line));
  if (!manifest.success) throw noManifest(fileName);
  if (manifest.data.version > version) {
    throw new BundleRefused(
      'bundle-newer',
      `${fileName} is a bundle of version ${manifest.data.version}, written by Backbench ${manifest.data.backbench}; this version reads up to ${version}.`,
      'Update Backbench, then import it again.',
    );
  }
  return manifest.data;
}

function wrongCount(fileName: string, lines: number): BundleRefused {
  return new BundleRefused(
    'bundle-damaged',
    `${fileName} is damaged: it does not have the ${lines} lines that it tells.`,
    'Copy it again from where it was exported.',
  );
}

function noManifest(fileName: string): BundleRefused {
  return new BundleRefused(
    'bundle-invalid',
    `${fileName} is not a Backbench bundle: its first line is no manifest.`,
  );
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

/** The unpacked lines with their newlines. A last line without one was cut off: it comes as it is, and fits no checksum. */
async function* linesOf(
  file: Uint8Array,
  fileName: string,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  gunzip.end(file);
  let bytes = 0;
  let line: Buffer[] = [];
  let lineBytes = 0;
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      bytes += piece.length;
      onProgress(gunzip.bytesWritten);
      for (let start = 0; start < piece.length;) {
        const at = piece.indexOf(newline, start);
        const part = piece.subarray(start, at < 0 ? piece.length : at + 1);
        start += part.length;
        lineBytes += part.length;
        if (bytes > mostBytes || lineBytes > mostLineBytes) throw tooLarge(fileName);
        line.push(part);
        if (at < 0) continue;
        yield Buffer.concat(line);
        line = [];
        lineBytes = 0;
      }
    }
  } catch (error) {
    if (error instanceof BundleRefused) throw error;
    throw new BundleRefused(
      'bundle-invalid',
      `${fileName} is not a Backbench bundle, or only a part of one.`,
      'Choose a file that backbench export wrote.',
    );
  }
  if (lineBytes > 0) yield Buffer.concat(line);
}

function tooLarge(fileName: string): BundleRefused {
  return new BundleRefused(
    'bundle-too-large',
    `${fileName} unpacks to more than ${mostBytes / 2 ** 20} MB.`,
    'Export single runs or machines.',
  );
}

function lineOf(line: Buffer, number: number, fileName: string): z.output<typeof Line> | BundleRefused {
  const parsed = Line.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return new BundleRefused(
    'bundle-invalid',
    `${fileName}, line ${number}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not understood'}`,
  );
}

function jsonOf(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
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
