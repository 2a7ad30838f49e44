import { Worker } from 'node:worker_threads';
import type {
  BundleImport,
  BundleRequest,
  ExportedBundle,
  Failure,
  ImportedBundle,
} from '../../preload/contract.ts';
import { isPassingCode, StoreFailure } from '../store/failure.ts';
import { FailedCall } from './asFailure.ts';
import type { ExportedFile } from './bundles.ts';
import type { BundleMessage, BundleOrder } from './bundleThread.ts';
import type { Watch } from './longWork.ts';

/** The thread's file, beside this one; packaging may have turned both into JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? 'bundleThread.ts' : 'bundleThread.js',
  import.meta.url,
);

/** `exportBundle` in a thread of its own: tens of thousands of results take seconds. */
export async function exportInThread(
  dataDir: string,
  request: BundleRequest,
  watch: Watch,
): Promise<ExportedBundle> {
  const { machineId, runId } = request;
  const what = { kind: 'export', request: { machineId, runId } } as const;
  const { file, ...exported } = (await inThread(dataDir, what, watch)) as ExportedFile;
  return { ...exported, base64: Buffer.from(file).toString('base64') };
}

/** `importBundle` in a thread of its own. What is measured meanwhile is stored when the import is done. */
export async function importInThread(
  dataDir: string,
  { fileName, base64 }: BundleImport,
  watch: Watch,
): Promise<ImportedBundle> {
  const file = Buffer.from(base64, 'base64');
  return (await inThread(dataDir, { kind: 'import', fileName, file }, watch)) as ImportedBundle;
}

function inThread(dataDir: string, what: BundleOrder['what'], watch: Watch): Promise<unknown> {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const order: BundleOrder = { dataDir, at: new Date(), what, stop };
  const thread = new Worker(threadFile, { workerData: order });
  const onAbort = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  watch.signal.addEventListener('abort', onAbort);
  if (watch.signal.aborted) onAbort();
  return new Promise<unknown>((resolve, reject) => {
    let last: Exclude<BundleMessage, { kind: 'progress' }> | null = null;
    thread.on('message', (message: BundleMessage) => {
      if (message.kind === 'progress') watch.onProgress(message.done, message.total);
      else last = message;
    });
    thread.once('error', (error) => reject(endOfThread(error)));
    // Its connection is closed only now, so a test or a restore finds the database free.
    thread.once('exit', () => {
      if (last === null) reject(new Error('The thread for bundles ended without an answer.'));
      else if (last.kind === 'failed') reject(thrown(last.failure));
      else resolve(last.value);
    });
  }).finally(() => watch.signal.removeEventListener('abort', onAbort));
}

/** A bundle may be small and still unpack to millions of values: that costs this thread, and nobody else. */
const tooMuch = new FailedCall({
  code: 'bundle-too-large',
  message: 'The bundle needs more memory than there is for one.',
  remedy: 'Export single runs or machines.',
});

function endOfThread(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch : error;
}

/** A drive that is full or gone is heard by whoever watches the store, whichever thread met it. */
function thrown(failure: Failure): Error {
  const { code, message, remedy } = failure;
  return isPassingCode(code) ? new StoreFailure(code, message, remedy ?? '') : new FailedCall(failure);
}
