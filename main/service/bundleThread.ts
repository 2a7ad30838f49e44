import { parentPort, workerData } from 'node:worker_threads';
import type { BundleRequest, Failure } from '../../preload/contract.ts';
import { asStoreFailure } from '../store/failure.ts';
import { openBeside } from '../store/store.ts';
import { asFailure } from './asFailure.ts';
import { exportBundle, importBundle, type BundleFile } from './bundles.ts';

/** What the thread is to do, in its `workerData`. */
export interface BundleOrder {
  readonly dataDir: string;
  readonly at: Date;
  readonly what:
    | { readonly kind: 'export'; readonly request: Pick<BundleRequest, 'machineId' | 'runId'> }
    | ({ readonly kind: 'import' } & BundleFile);
  /** One Int32 shared with whoever started it, set to other than 0 to end it: a message would wait until it is done. */
  readonly stop: SharedArrayBuffer;
}

export type BundleMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Messages cost more than counting; nobody looks more often. */
const tellEveryMs = 50;

/** Entry of the thread that packs or unpacks a bundle through a connection of its own while the service answers others. */
const { dataDir, at, what, stop } = workerData as BundleOrder;
const stopped = new Int32Array(stop);
let toldAtMs = -Infinity;

function onProgress(done: number, total: number): void {
  if (Atomics.load(stopped, 0) !== 0) throw new Error('stopped');
  const nowMs = performance.now();
  if (nowMs - toldAtMs < tellEveryMs) return;
  toldAtMs = nowMs;
  tell({ kind: 'progress', done, total });
}

function tell(message: BundleMessage): void {
  parentPort?.postMessage(message);
}

try {
  const store = openBeside(dataDir);
  try {
    const value =
      what.kind === 'export'
        ? await exportBundle(store, what.request, at, onProgress)
        : await importBundle(store, what, at, onProgress);
    tell({ kind: 'done', value });
  } finally {
    store.close();
  }
} catch (error) {
  // Whoever stopped it expects no reason, and an error of ours would be logged as a defect.
  if (Atomics.load(stopped, 0) === 0)
    tell({ kind: 'failed', failure: asFailure(asStoreFailure(error, dataDir)) });
}
