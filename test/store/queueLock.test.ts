import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acquireQueueLock, isQueueHeld } from '../../main/store/queueLock.ts';
import { temporaryFolder } from './temporary.ts';

/** A process that holds the lock of a folder until it is killed. */
async function holder(folder: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', join(import.meta.dirname, 'fixtures', 'lockHolder.ts'), folder],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  await once(child.stdout, 'data');
  return child;
}

describe('the queue lock', () => {
  it('is held by one at a time, in one process as well', () => {
    const folder = temporaryFolder();
    const lock = acquireQueueLock(folder);
    expect(() => acquireQueueLock(folder)).toThrow(
      expect.objectContaining({ code: 'queue-in-use' }) as Error,
    );
    expect(isQueueHeld(folder)).toBe(true);
    lock.release();
    lock.release();
    expect(isQueueHeld(folder)).toBe(false);
    const again = acquireQueueLock(folder);
    expect(again.ownerId).not.toBe(lock.ownerId);
    again.release();
  });

  it('names the process that holds it', async () => {
    const folder = temporaryFolder();
    const child = await holder(folder);
    try {
      expect(() => acquireQueueLock(folder)).toThrow(`process ${child.pid}`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('is free at once after kill -9 of its holder', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 3; i++) {
      const child = await holder(folder);
      child.kill('SIGKILL');
      await once(child, 'exit');
      acquireQueueLock(folder).release();
    }
  });

  it('can be taken where its file holds rubbish', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'queue.lock'), 'rubbish'.repeat(1000));
    const lock = acquireQueueLock(folder);
    expect(() => acquireQueueLock(folder)).toThrow(
      expect.objectContaining({ code: 'queue-in-use' }) as Error,
    );
    lock.release();
  });
});
