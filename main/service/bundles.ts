import { RunRequest, type CallOutput, type CallRequest } from '../../preload/contract.ts';
import { packSamples, readBundle, unpackSamples, writeBundle } from '../exchange/bundle.ts';
import { runtimeVersions } from '../hardware/runtimeVersions.ts';
import { readMoved, writeMoved } from '../store/bundles.ts';
import { listMachines } from '../store/machines.ts';
import { listModels } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';

/** Results with all that belongs to them as one file. Fails where there is nothing to export. */
export function exportBundle(
  store: Store,
  request: CallRequest<'exportBundle'>,
  now: Date,
): CallOutput<'exportBundle'> {
  const { runs, jobs } = readMoved(store, request);
  if (jobs.length === 0) {
    throw new FailedCall({
      code: 'nothing-to-export',
      message: 'There are no results to export.',
      remedy: 'Measure with: backbench run --models resnet18',
    });
  }
  const machineIds = new Set(runs.map(({ machineId }) => machineId));
  const measured = new Set(jobs.map(({ configuration }) => configuration.model));
  const file = writeBundle(
    {
      machines: listMachines(store)
        .map(({ machine }) => machine)
        .filter(({ id }) => machineIds.has(id)),
      models: listModels(store).filter(({ name }) => measured.has(name)),
      runs: runs.map((run) => ({ ...run, request: RunRequest.parse(run.request) })),
      jobs: jobs.map(({ trials, ...job }) => ({
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
      })),
    },
    { backbench: runtimeVersions().backbench, at: now.toISOString() },
  );
  return {
    fileName: `backbench-${now.toISOString().slice(0, 10)}.backbench`,
    base64: Buffer.from(file).toString('base64'),
    results: jobs.length,
  };
}

/** Takes a bundle in, whole or not at all; twice changes nothing. */
export function importBundle(
  store: Store,
  { fileName, base64 }: CallRequest<'importBundle'>,
  now: Date,
): CallOutput<'importBundle'> {
  const bundle = readBundle(Buffer.from(base64, 'base64'), fileName);
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
  );
  return { ...counts, machines: bundle.machines.map(({ id, name }) => ({ id, name })) };
}
