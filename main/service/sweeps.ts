import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import {
  closePlan,
  type Configuration,
  type Job,
  roughPlan,
  RunRequest,
  type Run,
  type Sweep,
  type SweepOutcome,
  type SweepRequest,
} from '../../preload/contract.ts';
import type { Observation } from '../analysis/observation.ts';
import { questionOf } from '../analysis/question.ts';
import { firstContenders, outlookOf, type Contender } from '../analysis/sweep/policy.ts';
import { skippedModels } from '../analysis/sweep/skipped.ts';
import { lookReason, probeReason } from '../analysis/sweep/reasons.ts';
import type { Queue } from '../queue/queue.ts';
import { StoreFailure } from '../store/failure.ts';
import { getRun, listGrowingRunIds } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { createSweep, getSweep, setSweepOutcome } from '../store/sweeps.ts';
import { architectureNamed, catalog } from '../zoo/catalog.ts';
import { FailedCall } from './asFailure.ts';
import { deviceFigures } from './devices.ts';
import type { MachineState } from './machineState.ts';
import { configurationsOf } from './planRun.ts';
import { predictedObservation, predictorsOf, priorFor, type Predictors } from './predictions.ts';
import type { ServiceEvent } from './service.ts';

interface Surroundings {
  readonly store: Store;
  readonly machineState: MachineState;
  readonly queue: () => Promise<Queue>;
  readonly subscribe: (listener: (event: ServiceEvent) => void) => () => void;
}

/** A backbone in the form in which the sweep may measure it. */
interface Entry {
  readonly configuration: Configuration;
  readonly predicted: (predictors: Predictors) => Observation | null;
}

/** From this many processes on a result is as good as a sweep makes it. */
const closeProcesses = 3;

/** How often a sweep looks whether a full or lost drive is there again. */
const storeRetryMs = 2000;

/** Drives sweeps: each is a run that grows by the job that is likeliest to change the answer. */
export class Sweeps {
  readonly #around: Surroundings;
  readonly #driven = new Set<string>();
  #stopped = false;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  /** Everything that can be refused is refused before the store is touched. */
  async start(request: SweepRequest): Promise<{ runId: string }> {
    const entries = await this.#entries(request);
    const queue = await this.#around.queue();
    const { question } = request;
    const asRun = {
      models: [...new Set(entries.map(({ configuration }) => configuration.model))],
      batches: [question.batch],
      provider: entries[0]?.configuration.provider ?? null,
    };
    const { id } = queue.enqueue({ request: asRun, configurations: [], plan: roughPlan, growing: true });
    createSweep(this.#around.store, id, request);
    this.#drive(id);
    return { runId: id };
  }

  /** Goes on with the sweeps that a crash interrupted and whose runs are active again. */
  resume(): void {
    for (const runId of listGrowingRunIds(this.#around.store)) this.#drive(runId);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** How a sweep stands. Throws FailedCall where the run is none. */
  get(runId: string): Sweep {
    const sweep = getSweep(this.#around.store, runId);
    if (sweep === null)
      throw new FailedCall({
        code: 'unknown-sweep',
        message: `Run '${runId}' is not a sweep.`,
        remedy: null,
      });
    const outcome = sweep.outcome ?? { state: 'measuring', settled: 0, answer: [], skipped: [] };
    // A cancelled run ends at once, before its sweep has looked at what that leaves.
    const isOver = outcome.state === 'measuring' && getRun(this.#around.store, runId)?.finishedAt !== null;
    return { runId, request: sweep.request, outcome: isOver ? { ...outcome, state: 'stopped' } : outcome };
  }

  #drive(runId: string): void {
    if (this.#driven.has(runId)) return;
    this.#driven.add(runId);
    void this.#throughTroubles(runId).finally(() => this.#driven.delete(runId));
  }

  /** Goes on from what is stored whenever the store is there again. Never rejects: nobody would hear it. */
  async #throughTroubles(runId: string): Promise<void> {
    for (;;) {
      try {
        return await this.#untilSettled(runId);
      } catch (error) {
        if (this.#stopped) return;
        if (!(error instanceof StoreFailure && error.passing)) return this.#giveUp(runId, error);
        await pause(storeRetryMs, undefined, { ref: false });
      }
    }
  }

  /** A fault of ours, or a damaged store: what was measured stands, and the run must not stay open. */
  async #giveUp(runId: string, error: unknown): Promise<void> {
    console.error('The sweep ended early:', error);
    try {
      (await this.#around.queue()).closeRun(runId);
    } catch (closing) {
      console.error('Its run could not be closed:', closing);
    }
  }

  async #untilSettled(runId: string): Promise<void> {
    const { store } = this.#around;
    const kept = getSweep(store, runId);
    if (kept === null) return;
    const { request } = kept;
    const queue = await this.#around.queue();
    const entries = await this.#entries(request);
    const startedAt = Date.parse(getRun(store, runId)?.createdAt ?? new Date().toISOString());
    for (;;) {
      const run = getRun(store, runId);
      if (this.#stopped || run === null) return;
      if (run.state === 'interrupted') return;
      const contenders = await this.#contenders(entries, run);
      const judged = contenders.map(({ contender }) => contender);
      const question = questionOf(request.question);
      const outlook = outlookOf(judged, question);
      const overdue = request.maxSeconds !== null && Date.now() - startedAt > 1000 * request.maxSeconds;
      const open = run.jobs.find(
        ({ state }) => state === 'queued' || state === 'leased' || state === 'running',
      );
      const probe = firstContenders(judged, question)[0];
      const index = probe ?? outlook.next?.index;
      const ended = run.finishedAt !== null || run.state === 'cancelled' || overdue;
      const isSettled = probe === undefined && outlook.settled >= request.confidence;
      const chosen = index === undefined || isSettled ? undefined : contenders[index];
      const unsure = chosen === undefined ? 'exhausted' : 'measuring';
      const state = ended ? 'stopped' : isSettled ? 'settled' : unsure;
      const outcome: SweepOutcome = {
        state,
        settled: outlook.settled,
        answer: outlook.answer.map((index) => judged[index]?.observation.model ?? ''),
        skipped: state === 'measuring' ? [] : skippedModels(judged, question, outlook, ended),
      };
      setSweepOutcome(store, runId, outcome);
      if (state !== 'measuring' || chosen === undefined) {
        if (run.finishedAt === null) queue.closeRun(runId);
        return;
      }
      if (open !== undefined) {
        await this.#jobEnds(runId, open.id);
        continue;
      }
      const { contender, entry } = chosen;
      const why = probe === undefined ? lookReason(contender, outlook.next?.share ?? 0) : probeReason;
      const jobId = queue.addJob(runId, {
        configuration: entry.configuration,
        plan: contender.knowledge === 'predicted' ? roughPlan : closePlan,
        reason: why.sentence,
        said: why.said,
      });
      await this.#jobEnds(runId, jobId);
    }
  }

  /** Resolves when the job has ended, whichever way, or its run is no longer worked on. */
  #jobEnds(runId: string, jobId: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (run: Run | null): boolean => {
        const job = run?.jobs.find(({ id }) => id === jobId);
        return (
          this.#stopped ||
          run === null ||
          run.finishedAt !== null ||
          run.state === 'interrupted' ||
          hasEnded(job)
        );
      };
      const unsubscribe = this.#around.subscribe((event) => {
        if (event.name !== 'runChanged' || event.payload.id !== runId || !look(event.payload)) return;
        unsubscribe();
        resolve();
      });
      if (!look(getRun(this.#around.store, runId))) return;
      unsubscribe();
      resolve();
    });
  }

  /** The forms of the backbones that the question allows, as they would be measured here. */
  async #entries({ question, models, threads }: SweepRequest): Promise<Entry[]> {
    const { store, machineState } = this.#around;
    const found = await machineState.found();
    if (question.device !== null && question.device !== found.machine.id) {
      throw new FailedCall({
        code: 'not-this-machine',
        message: `A sweep measures, which it can on this machine only, not on '${question.device}'.`,
        remedy: 'Ask recommend for what is known of another device.',
      });
    }
    const sizes = question.inputSizes;
    const asked = models === null ? catalog : [...new Set(models)].map(architectureNamed);
    const allowed = asked.filter(({ inputSize }) => sizes === null || sizes.includes(inputSize));
    if (allowed.length === 0) {
      throw new FailedCall({
        code: 'nothing-to-run',
        message: `No backbone has an input size of ${sizes?.join(', ')} px of its own.`,
        remedy: 'Allow other input sizes.',
      });
    }
    const request = RunRequest.parse({
      models: allowed.map(({ name }) => name),
      batches: [question.batch],
      provider: question.providers?.[0] ?? null,
      precisions: question.precisions ?? ['fp32'],
      use: question.use,
      threads,
      plan: roughPlan,
    });
    return configurationsOf(store, request, found).map((configuration) => ({
      configuration,
      predicted: (predictors) =>
        predictedObservation(
          architectureNamed(configuration.model),
          configuration,
          predictors,
          configuration.batch,
        ),
    }));
  }

  /** What is known of each entry: its newest measurement here, or a prediction. What failed is none any more. */
  async #contenders(entries: readonly Entry[], run: Run): Promise<{ contender: Contender; entry: Entry }[]> {
    const { store, machineState } = this.#around;
    const first = entries[0]?.configuration;
    if (first === undefined) return [];
    const { use, provider, threads } = first;
    const device = await deviceFigures(store, () => machineState.machine(), null, { uses: [use] });
    const known = device.observations.filter(
      (observation) => observation.provider === provider && observation.threads === threads,
    );
    const byForm = new Map(known.map((observation) => [formOf(observation), observation]));
    const predictors = new Map<string, Predictors | null>();
    for (const precision of new Set(entries.map(({ configuration }) => configuration.precision))) {
      const variant = { provider, precision, threads };
      const own = known.filter((observation) => observation.precision === precision);
      const prior = await priorFor(device.id, variant);
      const fitted = await predictorsOf(device.id, variant, own);
      predictors.set(precision, fitted ?? (prior === null ? null : { latency: prior, memory: null }));
      await setImmediate();
    }
    return entries.flatMap((entry): { contender: Contender; entry: Entry }[] => {
      const { configuration } = entry;
      const jobs = run.jobs.filter((other) => formOf(other.configuration) === formOf(configuration));
      const job = jobs.at(-1);
      if (job?.state === 'failed' || job?.state === 'cancelled') return [];
      const measured = byForm.get(formOf(configuration));
      if (measured !== undefined) {
        const isClose = (measured.processes ?? 0) >= closeProcesses || jobs.length >= 2;
        return [{ entry, contender: { observation: measured, knowledge: isClose ? 'final' : 'rough' } }];
      }
      const fitted = predictors.get(configuration.precision) ?? null;
      const observation = fitted === null ? null : entry.predicted(fitted);
      return observation === null ? [] : [{ entry, contender: { observation, knowledge: 'predicted' } }];
    });
  }
}

function hasEnded(job: Job | undefined): boolean {
  return job?.state === 'done' || job?.state === 'failed' || job?.state === 'cancelled';
}

function formOf({
  model,
  precision,
  inputSize,
  batch,
}: Pick<Configuration, 'model' | 'inputSize' | 'batch'> & { precision: string }): string {
  return [model, precision, inputSize, batch].join('|');
}
