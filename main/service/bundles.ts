import {
  RunRequest,
  type BundleImport,
  type BundleRequest,
  type ExportedBundle,
  type ImportedBundle,
} from '../../preload/contract.ts';
import { packSamples, readBundle, unpackSamples, writeBundle, type BundleLine } from '../exchange/bundle.ts';
import { runtimeVersions } from '../hardware/runtimeVersions.ts';
import {
  chooseResults,
  readMovedJob,
  readMovedRun,
  writeMoved,
  type ChosenResult,
  type MovedJob,
} from '../store/bundles.ts';
import { listMachines } from '../store/machines.ts';
import { listModels } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';

/** Told how far it is; what this throws ends the work, of which nothing stays. */
export type OnProgress = (done: number, total: number) => void;

export type ExportedFile = Omit<ExportedBundle, 'base64'> & { readonly file: Uint8Array };
export type BundleFile = Pick<BundleImport, 'fileName'> & { readonly file: Uint8Array };

/** Results with all that belongs to them as one file. Fails where there is nothing to export, or more than a bundle holds. */
export async function exportBundle(
  store: Store,
  { machineId, runId }: Pick<BundleRequest, 'machineId' | 'runId'>,
  now: Date,
  onProgress: OnProgress = () => undefined,
): Promise<ExportedFile> {
  // Chosen once: what is measured or deleted meanwhile must not tear the bundle apart.
  const chosen = chooseResults(store, { machineId, runId });
  if (chosen.length === 0) {
    throw new FailedCall({
      code: 'nothing-to-export',
      message: 'There are no results to export.',
      remedy: 'Measure with: backbench run --models resnet18',
    });
  }
  const of = <T>(each: (result: ChosenResult) => T): ReadonlySet<T> => new Set(chosen.map(each));
  const machineIds = of((result) => result.machineId);
  const models = of(({ model }) => model);
  let results = 0;
  function* lines(): Generator<BundleLine> {
    for (const { machine } of listMachines(store))
      if (machineIds.has(machine.id)) yield { kind: 'machine', value: machine };
    for (const model of listModels(store)) if (models.has(model.name)) yield { kind: 'model', value: model };
    for (const id of of((result) => result.runId)) {
      const run = readMovedRun(store, id);
      yield { kind: 'run', value: { ...run, request: RunRequest.parse(run.request) } };
    }
    for (const [index, result] of chosen.entries()) {
      onProgress(index, chosen.length);
      const job = readMovedJob(store, result);
      if (job === null) continue;
      results += 1;
      yield { kind: 'job', value: bundled(job) };
    }
  }
  const file = await writeBundle(lines(), {
    backbench: runtimeVersions().backbench,
    at: now.toISOString(),
  });
  return { fileName: `backbench-${now.toISOString().slice(0, 10)}.backbench`, file, results };
}

function bundled({ trials, ...job }: MovedJob): Extract<BundleLine, { kind: 'job' }>['value'] {
  return {
    ...job,
    trials: trials.map(({ trial, wallMs }) => ({
      ...trial,
      wallMs,
      samplesMs: packSamples(trial.samplesMs),
      sensors: trial.sensors.map(({ gpuThrottling, ...sensor }) => ({
        ...sensor,
        ...(gpuThrottling === undefined
          ? {}
          : { gpuThrottling: gpuThrottling === null ? null : [...gpuThrottling] }),
      })),
    })),
  };
}

/** Takes a bundle in, whole or not at all; twice changes nothing. Reading the file is the first half of the progress. */
export async function importBundle(
  store: Store,
  { fileName, file }: BundleFile,
  now: Date,
  onProgress: OnProgress = () => undefined,
): Promise<ImportedBundle> {
  const bundle = await readBundle(file, fileName, (bytes) => onProgress(bytes, 2 * file.length));
  const counts = writeMoved(
    store,
    {
      machines: bundle.machines,
      models: bundle.models.map((model) => ({ ...model, filePath: null })),
      runs: bundle.runs,
      jobs: bundle.jobs.map(({ trials, ...job }) => ({
        ...job,
        trials: trials.map(({ wallMs, samplesMs, ...trial }) => ({
          wallMs,
          trial: { ...trial, samplesMs: unpackSamples(samplesMs, fileName) },
        })),
      })),
    },
    now.toISOString(),
    (done, total) => onProgress(total + done, 2 * total),
  );
  return { ...counts, machines: bundle.machines.map(({ id, name }) => ({ id, name })) };
}
