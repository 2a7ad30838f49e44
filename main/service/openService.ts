import type { ProbeLauncher } from '../hardware/probeLauncher.ts';
import { nodeLauncher } from '../measure/launchFork.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import { listBackups } from '../store/backup.ts';
import { StoreFailure } from '../store/failure.ts';
import { deleteResults, purgeDeletedResults, undeleteResults } from '../store/results.ts';
import { listRuns } from '../store/runs.ts';
import { openStore, type Recovery } from '../store/store.ts';
import { answerAnalysis } from './analyse.ts';
import { backboneDetail, listBackbones } from './backbones.ts';
import { architectureNamed } from '../zoo/catalog.ts';
import { exportInThread, importInThread } from './bundleWork.ts';
import { compareResults, samplesOf } from './compareResults.ts';
import { macsOf } from './countMacs.ts';
import { backUp, dataFolder, restore } from './dataFolder.ts';
import { addTimmDevice, listDevices, removeDevice } from './devices.ts';
import { estimateRun } from './estimateRun.ts';
import { handOver } from './handOver.ts';
import { jobLog } from './jobLog.ts';
import { LongWork } from './longWork.ts';
import { machineCeilings } from './machineCeilings.ts';
import { MachineState } from './machineState.ts';
import { Measuring, processSpreadMs, type Preparing } from './measuring.ts';
import { addOwnModel, listOwnModels, removeOwnModel } from './ownModels.ts';
import { modelCacheIn, prepareModel } from './prepareModel.ts';
import { profileLayers } from './profileLayers.ts';
import { answerQuestion } from './recommend.ts';
import { writeReport } from './report.ts';
import { resultFacets, resultPage } from './resultRows.ts';
import { runNamed } from './runs.ts';
import { listPresets, removePreset, savePreset } from './samplingPresets.ts';
import { listQuestions, removeQuestion, saveQuestion } from './savedQuestions.ts';
import { Sweeps } from './sweeps.ts';
import { serviceOf, type Service, type ServiceEvent } from './service.ts';
import { StoreWatch } from './storeWatch.ts';

export interface OpenedService extends Service {
  readonly dataDir: string;
  /** Not null where a damaged database was found and moved aside. */
  readonly recovered: Recovery | null;
}

export interface ServiceOptions {
  readonly dataDir: string;
  /** How worker processes are started; plain Node by default, Electron injects its own. */
  readonly launcher?: WorkerLauncher;
  /** How a provider's probe is started; likewise. */
  readonly probeLauncher?: ProbeLauncher;
  /** Go on with runs that a crash interrupted (the app does, a command that was asked for something else does not). */
  readonly resumeRuns?: boolean;
  /** Whether the system is kept from going to sleep while something is measured: the app's window does. */
  readonly keepsAwake?: boolean;
}

/**
 * Opens the store of a data folder and everything behind the contract. The queue starts with the first run, or at once with
 * `resumeRuns`; until then another process may run it. Rejects with StoreFailure where the folder cannot be used.
 */
export async function openService(options: ServiceOptions): Promise<OpenedService> {
  const store = await openStore(options.dataDir);
  const listeners = new Set<(event: ServiceEvent) => void>();
  const tell = (event: ServiceEvent) => {
    for (const listener of listeners) listener(event);
  };
  const machineState = new MachineState(options);
  const cache = modelCacheIn(options.dataDir);
  // A folder that lets nothing be deleted can still be read.
  await cache.removeAbandoned().catch(() => undefined);
  const prepare: Preparing = (configuration, watch) => prepareModel(store, cache, configuration, watch);
  const launcher = options.launcher ?? nodeLauncher;
  const watch = new StoreWatch(store, (payload) => tell({ name: 'storeTrouble', payload }));
  const measuring = new Measuring({ store, machineState, launcher, prepare, tell, watch });
  const queue = () => measuring.queue();
  const subscribe = (listener: (event: ServiceEvent) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const sweeps = new Sweeps({ store, machineState, queue, subscribe });
  const long = new LongWork((payload) => tell({ name: 'workProgress', payload }));

  const service = serviceOf(
    {
      hardware: async (request) => {
        if (request.refresh) await measuring.assertIdle();
        return long.do(request.work, (watch) => machineState.report(request, watch));
      },
      listBackbones,
      backboneDetail,
      modelFile: ({ name, precision, use, size, work }) => {
        const architecture = architectureNamed(name);
        store.probe({ writing: false });
        const variant = { precision, use, inputSize: size ?? architecture.inputSize };
        return long.do(work, (watch) => cache.ensure(architecture, variant, watch));
      },
      startSweep: (request) => sweeps.start(request),
      getSweep: ({ runId }) => sweeps.get(runId),
      estimateRun: async (request) =>
        estimateRun(store, cache, request, await machineState.found(), {
          spreadMs: processSpreadMs,
          profiles: true,
          macsOf: (configuration) => macsOf(store, configuration),
        }),
      startRun: (request) => measuring.start(request),
      measureAgain: (request) => measuring.again(request),
      cancelRun: async ({ runId }) => (await queue()).cancelRun(runId),
      pauseRun: async ({ runId }) => (await queue()).pauseRun(runId),
      resumeRun: async ({ runId }) => {
        const run = (await queue()).resumeRun(runId);
        sweeps.resume();
        return run;
      },
      placeRun: async ({ runId, before }) => {
        (await queue()).placeRun(runId, before);
        return null;
      },
      pauseAllRuns: async () => (await queue()).pauseAll(),
      resumeAllRuns: async () => (await queue()).resumeAll(),
      cancelAllRuns: async () => (await queue()).cancelAll(),
      cancelJob: async ({ jobId }) => (await queue()).cancelJob(jobId),
      retryJob: async ({ jobId }) => (await queue()).retryJob(jobId),
      retryFailedJobs: async ({ runId }) => (await queue()).retryFailedJobs(runId),
      jobLog: ({ jobId }) => jobLog(store, jobId),
      getRun: ({ runId }) => runNamed(store, runId),
      listRuns: ({ limit }) => listRuns(store, limit),
      listResults: (request) => resultPage(store, request),
      resultFacets: (filter) => resultFacets(store, filter),
      deleteResults: ({ ids }) => ({ count: deleteResults(store, ids, new Date().toISOString()) }),
      restoreResults: ({ ids }) => ({ count: undeleteResults(store, ids) }),
      resultSamples: ({ resultId }) => samplesOf(store, resultId),
      compareResults: (request) => compareResults(store, request),
      profileLayers: async (request) => {
        const found = await machineState.found();
        return long.do(request.work, (watch) =>
          profileLayers(store, request, found, launcher, prepare, watch),
        );
      },
      machineCeilings: async (request) => {
        const found = await machineState.found();
        return long.do(request.work, (watch) => machineCeilings(store, request, found, launcher, watch));
      },
      listPresets: () => listPresets(store),
      savePreset: (request) => savePreset(store, request),
      removePreset: (request) => removePreset(store, request),
      recommend: (request) => answerQuestion(store, () => machineState.machine(), request),
      listQuestions: () => listQuestions(store),
      saveQuestion: (request) => saveQuestion(store, request, new Date()),
      removeQuestion: (request) => removeQuestion(store, request),
      listDevices: async () => listDevices(store, await machineState.machine()),
      exportBundle: (request) =>
        long.do(request.work, (watch) => exportInThread(store.dataDir, request, watch)),
      importBundle: (request) =>
        long.do(request.work, (watch) => importInThread(store.dataDir, request, watch)),
      importTimm: (request) => addTimmDevice(store, request, new Date()),
      removeDevice: async ({ id }) => removeDevice(store, await machineState.machine(), id),
      report: (request) => writeReport(store, () => machineState.machine(), request, new Date()),
      handOver: ({ resultId, work }) => long.do(work, (watch) => handOver(store, cache, resultId, watch)),
      analyse: (request) => answerAnalysis(store, () => machineState.machine(), request),
      addOwnModel: ({ path }) => addOwnModel(store, path),
      listOwnModels: () => listOwnModels(store),
      removeOwnModel: ({ name }) => {
        removeOwnModel(store, name);
        return null;
      },
      storeState: () => ({
        trouble: watch.trouble,
        recovered: store.recovered,
        migrationBackup: store.migrationBackup,
      }),
      dataFolder: () => dataFolder(store, cache),
      clearModelCache: async () => {
        await cache.clear();
        return dataFolder(store, cache);
      },
      backUp: ({ path, work }) => long.do(work, (watch) => backUp(store, path, watch)),
      listBackups: () => listBackups(store.dataDir),
      restoreBackup: ({ path, work }) =>
        long.do(work, (watch) => measuring.pausedFor(() => restore(store, path, watch))),
      cancelWork: ({ work }) => {
        long.cancel(work);
        return null;
      },
    },
    subscribe,
    async () => {
      sweeps.stop();
      machineState.end();
      await long.end();
      await measuring.stop();
      watch.close();
      try {
        // What was deleted could be brought back until now.
        purgeDeletedResults(store, new Date().toISOString());
      } catch (error) {
        // A full or lost drive is no reason not to end; the next end purges.
        if (!(error instanceof StoreFailure)) throw error;
      }
      store.close();
    },
    (error) => watch.hearError(error),
  );
  try {
    if (options.resumeRuns === true) {
      await measuring.resume();
      sweeps.resume();
    }
  } catch (error) {
    // Another process runs the queue: the caller may open without it, and must find the store free.
    await service.close();
    throw error;
  }
  return { ...service, dataDir: options.dataDir, recovered: store.recovered };
}
