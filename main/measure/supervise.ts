import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../preload/contract.ts';
import { exitFailure, wasKilled } from './exitFailure.ts';
import { Report, type Go, type Order } from './messages.ts';
import type { FailedWork, TrialProgress, WorkerLauncher } from './trial.ts';

export interface Supervision {
  readonly onProgress?: (progress: TrialProgress) => void;
  /** Ends the worker at once. */
  readonly signal?: AbortSignal;
  /** The worker's whole life, in ms. Default: what the plan allows, five times over, and 20 minutes. */
  readonly deadlineMs?: number;
  /** Most bytes that the worker may hold; by default there is no limit of ours. */
  readonly memoryLimitBytes?: number;
  /**
   * Longest silence, in ms, once the model runs (default a minute). A run blocks the worker, so a silence of 20 of its
   * slowest runs is allowed in any case; and loading, which may compile for minutes, is allowed ten times as much.
   */
  readonly hangTimeoutMs?: number;
  /** Offline: told when the worker waits for the other sessions; resolves with the length of the timed part, in ms. */
  readonly onReady?: (typicalRunMs: number) => Promise<number>;
}

type Result = Extract<Report, { kind: 'trial' | 'profile' }>;
export type Supervised = { readonly ok: true; readonly result: Result } | FailedWork;

const defaultHangTimeoutMs = 60_000;
const loadingAllowance = 10;
const slowestRunAllowance = 20;
/** How often the parent looks at the worker: twice a second is nothing to a core, and soon enough to stop a leak. */
const lookEveryMs = 500;

/** The worker file, beside this one; packaging may have turned both into JavaScript. */
const workerFile = new URL(import.meta.url.endsWith('.ts') ? 'worker.ts' : 'worker.js', import.meta.url);

/**
 * Starts a worker, gives it one order and waits for its result or its end, whichever way it comes: the worker may crash,
 * hang, leak, talk garbage or fall silent, and this still answers, with a value. It answers when the process is gone.
 */
export function supervise(
  launcher: WorkerLauncher,
  order: Order,
  supervision: Supervision,
  file: URL = workerFile,
): Promise<Supervised> {
  const { signal } = supervision;
  if (signal?.aborted) return Promise.resolve(failed(cancelled, false));
  return new Promise((resolve) => {
    const started = performance.now();
    let heardMs = started;
    let slowestRunMs: number | null = null;
    let residentBytes = 0;
    let waiting = false;
    /** The first thing that settles the matter; whatever comes later changes nothing. */
    let outcome: Supervised | null = null;

    const worker = launcher.launch(fileURLToPath(file), {});
    const settle = (result: Supervised): void => {
      outcome ??= result;
      worker.kill();
    };
    const cancel = (): void => settle(failed(cancelled, false));
    const watch = setInterval(
      () => {
        const now = performance.now();
        const trouble =
          overdue(now - started, order, supervision) ??
          (waiting ? null : hung(now - heardMs, slowestRunMs, supervision)) ??
          overLimit(Math.max(residentBytes, residentBytesOf(worker.pid, supervision)), supervision);
        if (trouble !== null) settle(trouble);
      },
      Math.min(lookEveryMs, (supervision.hangTimeoutMs ?? defaultHangTimeoutMs) / 4),
    );
    signal?.addEventListener('abort', cancel, { once: true });

    worker.onMessage((message) => {
      heardMs = performance.now();
      const report = Report.safeParse(message);
      if (!report.success) return settle(failed(garbage, false));
      switch (report.data.kind) {
        case 'alive':
          return;
        case 'progress':
          if (report.data.slowestRunMs > 0) slowestRunMs = report.data.slowestRunMs;
          residentBytes = report.data.residentBytes;
          if (outcome === null) supervision.onProgress?.(report.data.progress);
          return;
        case 'ready':
          if (supervision.onReady === undefined) return settle(failed(garbage, false));
          waiting = true;
          void supervision.onReady(report.data.typicalRunMs).then((durationMs) => {
            waiting = false;
            heardMs = performance.now();
            worker.post({ kind: 'go', durationMs } satisfies Go);
          });
          return;
        case 'failure':
          return settle(failed(report.data.failure, report.data.repeatable));
        case 'trial':
        case 'profile':
          if (report.data.kind !== order.kind) return settle(failed(garbage, false));
          return settle({ ok: true, result: report.data });
      }
    });
    worker.onExit((code, exitSignal) => {
      clearInterval(watch);
      signal?.removeEventListener('abort', cancel);
      const output = worker.outputTail();
      const ended =
        outcome ??
        failed(exitFailure({ code, signal: exitSignal, output }), wasKilled({ code, signal: exitSignal }));
      resolve(ended.ok || output === '' ? ended : { ...ended, output });
    });
    worker.post(order);
  });
}

function failed(failure: Failure, repeatable: boolean): FailedWork {
  return { ok: false, failure, repeatable };
}

const cancelled: Failure = { code: 'cancelled', message: 'The measurement was cancelled.', remedy: null };

const garbage: Failure = {
  code: 'worker-garbage',
  message: 'The worker sent something that is no message.',
  remedy: 'Try again; if it happens each time, please report it.',
};

function overdue(ageMs: number, { task }: Order, { deadlineMs }: Supervision): Supervised | null {
  const planMs = (task.plan.maxWarmUpSeconds + task.plan.maxSecondsPerProcess) * 1000;
  const limitMs = deadlineMs ?? 5 * planMs + 20 * 60_000;
  if (ageMs <= limitMs) return null;
  return failed(
    {
      code: 'deadline',
      message: `The worker was not done after ${(limitMs / 1000).toFixed(1)} s and was ended.`,
      remedy: 'Choose a smaller batch or model, or a provider that is faster here.',
    },
    true,
  );
}

function hung(silenceMs: number, slowestRunMs: number | null, supervision: Supervision): Supervised | null {
  const base = supervision.hangTimeoutMs ?? defaultHangTimeoutMs;
  const limitMs =
    slowestRunMs === null ? loadingAllowance * base : Math.max(base, slowestRunAllowance * slowestRunMs);
  if (silenceMs <= limitMs) return null;
  return failed(
    {
      code: 'worker-hung',
      message: `The worker said nothing for ${(silenceMs / 1000).toFixed(1)} s and was ended.`,
      remedy: 'Try again; a driver that hangs each time needs an update or another provider.',
    },
    false,
  );
}

function overLimit(residentBytes: number, { memoryLimitBytes }: Supervision): Supervised | null {
  if (memoryLimitBytes === undefined || residentBytes <= memoryLimitBytes) return null;
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
  return failed(
    {
      code: 'memory-limit',
      message: `The worker held ${megabytes(residentBytes)}, more than the limit of ${megabytes(memoryLimitBytes)}, and was ended.`,
      remedy: 'Raise the limit, or choose a smaller batch or model.',
    },
    true,
  );
}

/** Resident bytes of another process, where there is a limit to check and the system tells; else the worker's own word counts. */
function residentBytesOf(pid: number | undefined, { memoryLimitBytes }: Supervision): number {
  if (memoryLimitBytes === undefined || pid === undefined || process.platform !== 'linux') return 0;
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(match?.[1] ?? 0) * 1024;
  } catch {
    // It ended between two looks.
    return 0;
  }
}
