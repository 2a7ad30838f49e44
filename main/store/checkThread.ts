import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { quickCheck } from './health.ts';

/** Entry of the thread that reads a large database through while the app already works with it. */
const { file } = workerData as { file: string };
const db = new Database(file, { readonly: true, fileMustExist: true });
try {
  parentPort?.postMessage(quickCheck(db));
} finally {
  db.close();
}
