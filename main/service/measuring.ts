import type { CallRequest, Configuration } from '../../preload/contract.ts';
import { measureAssignment } from '../measure/assignment.ts';
import { runTrial } from '../measure/runTrial.ts';
import { needsAnotherProcess, summariseTrials } from '../measure/summarise.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import type { Preparation } from '../queue/attempt.ts';
import { createQueue, type Queue } from '../queue/queue.ts';
import { upsertMachine } from '../store/machines.ts';
import { acquireQueueLock, type QueueLock } from '../store/queueLock.ts';
import { listRunIds } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import type { FileWatch } from '../zoo/modelCache.ts';
import { FailedCall } from './asFailure.ts';
import { countAhead, macsOf } from './countMacs.ts';
import type { MachineState } from './machineState.ts';
import { configurationsAgain } from './measureAgain.ts';
import { defaultMemoryLimitBytes } from './memoryLimit.ts';
import { configurationsOf } from './planRun.ts';
import { assertPlan } from './samplingPresets.ts';
import type { ServiceEvent } from './service.ts';
import type { StoreWatch } from './storeWatch.ts';

/** Least time between two processes of one job: neighbours on a shared machine come and go within seconds. */
export const processSpreadMs = 2000;

/** Brings a configuration's model file about before a worker loads it. */
export type Preparing = (configuration: Configuration, watch: FileWatch) => Promise<Preparation>;

export interface MeasuringParts {
  readonly store: Store;
  readonly machineState: MachineState;
  readonly launcher: WorkerLauncher;
  readonly prepare: Preparing;
  readonly tell: (event: ServiceEvent) => void;
  readonly watch: StoreWatch;
}

/** The queue with its lock, opened when it is first needed. */
export class Measuring {
  readonly #parts: MeasuringParts;
  #opened: Promise<{ queue: Queue; lock: QueueLock }> | undefined;

  constructor(parts: MeasuringParts) {
    this.#parts = parts;
  }

  async start(request: CallRequest<'startRun'>): Promise<{ runId: string }> {
    // Everything that can be refused is refused before the store is touched.
    assertPlan(request.plan);
    const found = await this.#parts.machineState.found();
    return this.#enqueue(request, configurationsOf(this.#parts.store, request, found));
  }

  /** The same for the configurations of some results. */
  async again(request: CallRequest<'measureAgain'>): Promise<{ runId: string }> {
    assertPlan(request.plan);
    const found = await this.#parts.machineState.found();
    const again = configurationsAgain(this.#parts.store, request, found);
    return this.#enqueue(again.request, again.configurations);
  }

  async queue(): Promise<Queue> {
    return (await this.#open({ resume: false })).queue;
  }

  async resume(): Promise<void> {
    await this.#open({ resume: true });
  }

  /** Refuses while this process measures. */
  async assertIdle(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    if (opened === undefined || listRunIds(this.#parts.store, 'active').length === 0) return;
    throw new FailedCall({
      code: 'not-possible-now',
      message: 'A run is being measured.',
      remedy: 'Wait until it is done, pause it or cancel it; then try again.',
    });
  }

  /** Does what nothing may be measured during, in this process or another. */
  async pausedFor<T>(work: () => Promise<T>): Promise<T> {
    await this.assertIdle();
    await this.stop();
    this.#opened = undefined;
    const lock = acquireQueueLock(this.#parts.store.dataDir);
    try {
      return await work();
    } finally {
      lock.release();
    }
  }

  async stop(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    await opened?.queue.stop();
    opened?.lock.release();
    this.#parts.watch.hearQueue(null);
  }

  async #enqueue(
    request: CallRequest<'startRun'>,
    configurations: Configuration[],
  ): Promise<{ runId: string }> {
    await countAhead(this.#parts.store, configurations);
    const queue = await this.queue();
    return { runId: queue.enqueue({ request, configurations, plan: request.plan }).id };
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
    const { store, machineState, launcher, prepare, tell, watch } = this.#parts;
    const machine = await machineState.machine();
    const lock = acquireQueueLock(store.dataDir);
    try {
      upsertMachine(store, machine, new Date().toISOString());
      const queue = createQueue({
        store,
        lock,
        machineId: machine.id,
        prepareModel: prepare,
        measureTrial: (task, { memoryLimitBytes, ...options }) =>
          runTrial(launcher, task, {
            ...options,
            memoryLimitBytes: memoryLimitBytes ?? defaultMemoryLimitBytes(),
          }),
        measureAssignment: (task, { signal }) => measureAssignment(launcher, task, { signal }),
        summarise: summariseTrials,
        needsAnotherProcess,
        spreadMs: processSpreadMs,
        macsOf: (configuration) => macsOf(store, configuration),
        onProgress: (payload) => tell({ name: 'progress', payload }),
        onRunChanged: (payload) => tell({ name: 'runChanged', payload }),
        onTrouble: (trouble) => watch.hearQueue(trouble),
      });
      queue.start(options);
      return { queue, lock };
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}
