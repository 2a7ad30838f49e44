import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { BackboneUse, Precision } from '../../preload/contract.ts';
import type { BuiltGraph } from '../onnx/builder.ts';
import { toFloat16 } from '../onnx/passes/float16.ts';
import { quantize } from '../onnx/passes/quantize.ts';
import { tensorBytes } from '../onnx/weights.ts';
import { writeModel, type WriteOptions } from '../onnx/write.ts';
import type { Architecture } from './architecture.ts';
import { buildGraph, ZooFailure } from './build.ts';

/** Raised whenever the same (architecture, variant, seed) would give other bytes, so that old files are made anew. */
const generatorVersion = 1;
const weightSeed = 1;

/** A file under way grows all the time; one that rested so long was left behind by a process that was killed. */
const abandonedAfterMs = 10 * 60_000;

/** A model's data file is named by the model and this. */
const dataEnding = '.data';

/** 100 MB/s: a hard disk. Models are made faster than that. */
const slowBytesPerMs = 1e5;
/** Less tells no pace: it is spent on the graph and on opening files. */
const tellingBytes = 50e6;

/** Free space that is left alone on the disk. */
const reservedBytes = 200 * 2 ** 20;

export interface ModelVariant {
  readonly use: BackboneUse;
  readonly precision: Precision;
  readonly inputSize: number;
}

export interface ModelFile {
  readonly path: string;
  /** Bytes of the model and, where there is one, its data file. */
  readonly bytes: number;
  readonly sha256: string;
}

/** Who waits for a file: how far it is, and until when. */
export type FileWatch = Pick<WriteOptions, 'signal' | 'onProgress'>;

const Manifest = z.object({ bytes: z.number(), sha256: z.string() });

/** An architecture's graph in a variant. Throws ZooFailure for a size or use that it does not have. */
export function variantGraph(
  architecture: Architecture,
  { use, precision, inputSize }: ModelVariant,
): BuiltGraph {
  const graph = buildGraph(architecture, { use, inputSize });
  switch (precision) {
    case 'fp32':
      return graph;
    case 'fp16':
      return toFloat16(graph);
    case 'int8':
      return quantize(graph);
  }
}

/**
 * Generated model files in one folder, made on demand and verified by checksum before each use. Beyond the budget the files that
 * were not used for longest are deleted.
 */
export class ModelCache {
  readonly #folder: string;
  readonly #budgetBytes: number;
  /** What this cache has written so far, and in what time. */
  readonly #written = { bytes: 0, ms: 0 };
  /** What is being made ready, by path. */
  readonly #underWay = new Map<string, Promise<ModelFile>>();

  constructor(folder: string, options: { budgetBytes: number }) {
    this.#folder = folder;
    this.#budgetBytes = options.budgetBytes;
  }

  /**
   * The file of this variant, generated if it is missing or damaged. Rejects with ZooFailure('disk-full') where the disk is full,
   * and with the signal's reason where that was aborted.
   */
  async ensure(architecture: Architecture, variant: ModelVariant, watch: FileWatch = {}): Promise<ModelFile> {
    const path = join(this.#folder, `${fileStem(architecture, variant)}.onnx`);
    // One after another: two would write the same file, and who comes second finds it whole.
    const before = this.#underWay.get(path);
    const making = (before?.catch(() => undefined) ?? Promise.resolve()).then(() =>
      this.#make(path, architecture, variant, watch),
    );
    this.#underWay.set(path, making);
    try {
      return await making;
    } finally {
      if (this.#underWay.get(path) === making) this.#underWay.delete(path);
    }
  }

  async #make(
    path: string,
    architecture: Architecture,
    variant: ModelVariant,
    watch: FileWatch,
  ): Promise<ModelFile> {
    const existing = await verified(path, watch);
    watch.signal?.throwIfAborted();
    if (existing !== undefined) return existing;
    const graph = variantGraph(architecture, variant);
    const weightBytes = bytesOfWeights(graph);
    // Not with its parents: where the data folder is missing, a drive is, and nothing may be written in its place.
    await mkdir(this.#folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await this.#makeRoom(weightBytes);
    const startMs = performance.now();
    const written = await writeModel(graph, path, { seed: weightSeed, producer: 'backbench', ...watch });
    await writeManifest(path, written);
    this.#written.bytes += written.bytes;
    this.#written.ms += performance.now() - startMs;
    return { path, ...written };
  }

  /** Whether the file of this variant is there; unlike `ensure` this reads no checksum. */
  async holds(architecture: Architecture, variant: ModelVariant): Promise<boolean> {
    const path = join(this.#folder, `${fileStem(architecture, variant)}.onnx`);
    const files = await Promise.all([path, manifestPath(path)].map((file) => stat(file).catch(() => null)));
    return !files.includes(null);
  }

  /** About how long files of so many bytes take to be written: at the pace so far, else at that of a slow disk. */
  writingMs(bytes: number): number {
    const { bytes: written, ms } = this.#written;
    return bytes / (written >= tellingBytes && ms > 0 ? written / ms : slowBytesPerMs);
  }

  /** Bytes that the folder holds, half-written files included. */
  async usedBytes(): Promise<number> {
    const files = [...(await this.#files()), ...(await this.#unfinished())];
    return files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Deletes every generated file; one that is being written is left alone. */
  async clear(): Promise<void> {
    await this.removeAbandoned();
    await Promise.all((await this.#files()).map(({ path }) => remove(path)));
  }

  /** Deletes what a process that was killed has left half-written. */
  async removeAbandoned(): Promise<void> {
    const since = Date.now() - abandonedAfterMs;
    const files = await this.#unfinished();
    // While gigabytes of a data file are being written, the model's own file rests.
    const underWay = new Set(
      files.filter(({ writtenAtMs }) => writtenAtMs >= since).map(({ path }) => stemOf(path)),
    );
    const abandoned = files.filter(({ path }) => !underWay.has(stemOf(path)));
    await Promise.all(abandoned.map(({ path }) => rm(path, { force: true })));
  }

  async #makeRoom(neededBytes: number): Promise<void> {
    await this.removeAbandoned();
    const files = (await this.#files()).toSorted((a, b) => a.usedAtMs - b.usedAtMs);
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let free = await freeBytes(this.#folder);
    // Where even an empty cache would not do, nothing is deleted for it.
    if (neededBytes + reservedBytes > free + total) {
      const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
      throw new ZooFailure(
        'disk-full',
        `The model needs ${megabytes(neededBytes)} in ${this.#folder} and ${megabytes(reservedBytes)} are left alone there; ${megabytes(free)} are free.`,
      );
    }
    for (const file of files) {
      if (total + neededBytes <= this.#budgetBytes && neededBytes + reservedBytes <= free) break;
      await remove(file.path);
      total -= file.bytes;
      free += file.bytes;
    }
  }

  /** Files that are being written, or that a process which was killed has left; a data file alone among them. */
  async #unfinished(): Promise<{ path: string; bytes: number; writtenAtMs: number }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const whole = new Set(names.filter((name) => name.endsWith('.onnx')));
    const alone = (name: string): boolean =>
      name.endsWith(dataEnding) && !whole.has(name.slice(0, -dataEnding.length));
    const partials = names
      .filter((name) => name.endsWith('.partial') || alone(name))
      .map((name) => join(this.#folder, name));
    const found = await Promise.all(
      partials.map(async (path) => ({ path, file: await stat(path).catch(() => null) })),
    );
    return found.flatMap(({ path, file }) =>
      file === null ? [] : [{ path, bytes: file.size, writtenAtMs: file.mtimeMs }],
    );
  }

  async #files(): Promise<{ path: string; bytes: number; usedAtMs: number }[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const models = names.filter((name) => name.endsWith('.onnx')).map((name) => join(this.#folder, name));
    return Promise.all(
      models.map(async (path) => {
        const [model, data] = await Promise.all([
          stat(path),
          stat(`${path}${dataEnding}`).catch(() => undefined),
        ]);
        return { path, bytes: model.size + (data?.size ?? 0), usedAtMs: model.mtimeMs };
      }),
    );
  }
}

function stemOf(path: string): string {
  return path.slice(0, path.lastIndexOf('.onnx'));
}

/** Bytes of a graph's weights, which are nearly all of its file. */
export function bytesOfWeights({ initializers }: BuiltGraph): number {
  return [...initializers.values()].reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
}

function fileStem({ name }: Architecture, { use, precision, inputSize }: ModelVariant): string {
  return `${name}-${use}-${precision}-${inputSize}-g${generatorVersion}s${weightSeed}`;
}

/** The file with its manifest, if both are there and the bytes are the ones that were written. Marks it as used. */
async function verified(path: string, watch: FileWatch): Promise<ModelFile | undefined> {
  try {
    const manifest = Manifest.parse(JSON.parse(await readFile(manifestPath(path), 'utf8')));
    if ((await checksum(path, manifest.bytes, watch)) !== manifest.sha256) return undefined;
    await utimes(path, new Date(), new Date());
    return { path, ...manifest };
  } catch {
    return undefined;
  }
}

async function checksum(
  path: string,
  totalBytes: number,
  { signal, onProgress }: FileWatch,
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const file of [path, `${path}${dataEnding}`]) {
    if (file !== path && (await stat(file).catch(() => undefined)) === undefined) continue;
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
      hash.update(chunk as Buffer);
      onProgress?.((bytes += (chunk as Buffer).length), totalBytes);
    }
  }
  return hash.digest('hex');
}

async function writeManifest(path: string, manifest: z.infer<typeof Manifest>): Promise<void> {
  const partial = `${manifestPath(path)}.partial`;
  await writeFile(partial, JSON.stringify(manifest));
  await rename(partial, manifestPath(path));
}

async function remove(path: string): Promise<void> {
  await Promise.all(
    [path, `${path}${dataEnding}`, manifestPath(path)].map((file) => rm(file, { force: true })),
  );
}

function manifestPath(path: string): string {
  return `${path}.json`;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
