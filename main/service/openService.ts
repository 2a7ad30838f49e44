import type { CallRequest, Run } from '../../preload/contract.ts';
import { nodeLauncher } from '../measure/launchFork.ts';
import { measureAssignment } from '../measure/assignment.ts';
import { runTrial } from '../measure/runTrial.ts';
import { needsAnotherProcess, summariseTrials } from '../measure/summarise.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import { createQueue, type Queue } from '../queue/queue.ts';
import { upsertMachine } from '../store/machines.ts';
import { acquireQueueLock, type QueueLock } from '../store/queueLock.ts';
import { getRun, listRuns } from '../store/runs.ts';
import { openStore, type Recovery, type Store } from '../store/store.ts';
import { listBackbones } from './backbones.ts';
import { MachineState } from './machineState.ts';
import { configurationsOf } from './planRun.ts';
import { modelCacheIn, prepareModel } from './prepareModel.ts';
import { answerQuestion } from './recommend.ts';
import { resultRows } from './resultRows.ts';
import { serviceOf, type Service, type ServiceEvent } from './service.ts';

export interface OpenedService extends Service {
  readonly dataDir: string;
  /** Not null where a damaged database was found and moved aside. */
  readonly recovered: Recovery | null;
}

export interface ServiceOptions {
  readonly dataDir: string;
  /** How worker processes are started; plain Node by default, Electron injects its own. */
  readonly launcher?: WorkerLauncher;
  /** Go on with runs that a crash interrupted (the app does, a command that was asked for something else does not). */
  readonly resumeRuns?: boolean;
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
  const machineState = new MachineState(options.dataDir);
  const measuring = new Measuring(store, machineState, options.launcher ?? nodeLauncher, tell);

  const service = serviceOf(
    {
      hardware: (request) => machineState.report(request),
      listBackbones,
      startRun: (request) => measuring.start(request),
      cancelRun: async ({ runId }) => (await measuring.queue()).cancelRun(runId),
      getRun: ({ runId }) => runNamed(store, runId),
      listRuns: ({ limit }) => listRuns(store, limit),
      listResults: (request) => resultRows(store, request),
      recommend: async (request) => answerQuestion(store, await machineState.machine(), request),
    },
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async () => {
      await measuring.stop();
      store.close();
    },
  );
  if (options.resumeRuns === true) await measuring.resume();
  return { ...service, dataDir: options.dataDir, recovered: store.recovered };
}

/** The queue with its lock, opened when it is first needed. */
class Measuring {
  readonly #store: Store;
  readonly #machineState: MachineState;
  readonly #launcher: WorkerLauncher;
  readonly #tell: (event: ServiceEvent) => void;
  #opened: Promise<{ queue: Queue; lock: QueueLock }> | undefined;

  constructor(
    store: Store,
    machineState: MachineState,
    launcher: WorkerLauncher,
    tell: (event: ServiceEvent) => void,
  ) {
    this.#store = store;
    this.#machineState = machineState;
    this.#launcher = launcher;
    this.#tell = tell;
  }

  async start(request: CallRequest<'startRun'>): Promise<{ runId: string }> {
    // Everything that can be refused is refused before the store is touched.
    const configurations = configurationsOf(request, await this.#machineState.report({ refresh: false }));
    const queue = await this.queue();
    return { runId: queue.enqueue({ request, configurations, plan: request.plan }).id };
  }

  async queue(): Promise<Queue> {
    return (await this.#open({ resume: false })).queue;
  }

  async resume(): Promise<void> {
    await this.#open({ resume: true });
  }

  async stop(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.queue.stop();
    opened?.lock.release();
  }

  #open(options: { resume: boolean }): Promise<{ queue: Queue; lock: QueueLock }> {
    this.#opened ??= this.#create(options).catch((error: unknown) => {
      // Another process holds the queue now; a later call may find it free.
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #create(options: { resume: boolean }): Promise<{ queue: Queue; lock: QueueLock }> {
    const machine = await this.#machineState.machine();
    const cache = modelCacheIn(this.#store.dataDir);
    const lock = acquireQueueLock(this.#store.dataDir);
    try {
      upsertMachine(this.#store, machine, new Date().toISOString());
      const queue = createQueue({
        store: this.#store,
        lock,
        machineId: machine.id,
        prepareModel: (configuration) => prepareModel(this.#store, cache, configuration),
        measureTrial: (task, { onProgress, signal }) =>
          runTrial(this.#launcher, task, { onProgress, signal }),
        measureAssignment: (task, { signal }) => measureAssignment(this.#launcher, task, { signal }),
        summarise: summariseTrials,
        needsAnotherProcess,
        onProgress: (payload) => this.#tell({ name: 'progress', payload }),
        onRunChanged: (payload) => this.#tell({ name: 'runChanged', payload }),
      });
      queue.start(options);
      return { queue, lock };
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}

function runNamed(store: Store, runId: string): Run {
  const run = getRun(store, runId);
  if (run === null) throw Object.assign(new Error(`there is no run '${runId}'`), { code: 'run-unknown' });
  return run;
}
