import { expect, test } from 'vitest';
import { exitFailure } from '../../main/measure/exitFailure.ts';

test.each([
  [null, null, 'worker-not-started'],
  [null, 'SIGKILL', 'worker-killed'],
  [137, null, 'worker-killed'],
  [null, 'SIGABRT', 'worker-aborted'],
  [134, null, 'worker-aborted'],
  [0xc0000409, null, 'worker-aborted'],
  [null, 'SIGSEGV', 'worker-crashed'],
  [0xc0000005, null, 'worker-crashed'],
  [0, null, 'worker-silent'],
  [7, null, 'worker-failed'],
  [null, 'SIGTERM', 'worker-failed'],
] as const)('exit code %s with signal %s is %s', (code, signal, expected) => {
  const failure = exitFailure({ code, signal, output: 'first\nlast words\n\n' });
  expect(failure.code).toBe(expected);
  expect(failure.message).toContain('last words');
  expect(failure.remedy).not.toBeNull();
});
