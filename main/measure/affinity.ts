import { readFileSync } from 'node:fs';
import { runCommand } from '../hardware/command.ts';
import { repeatable } from './failure.ts';

/** Systems on which a process can be kept on chosen processors; macOS has no call for it. */
export const affinityPlatforms: readonly NodeJS.Platform[] = ['linux', 'win32'];

const timeoutMs = 10_000;

/** The logical processors of a list such as "0-2,5", in ascending order, each once. */
export function processorsOf(list: string): number[] {
  const processors = list.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
  return [...new Set(processors)].sort((a, b) => a - b);
}

/** The same processors as a list of ranges: one spelling for each set, because it is part of a result's key. */
export function processorList(processors: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const processor of processors) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last + 1 === processor) range.last = processor;
    else ranges.push({ first: processor, last: processor });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/**
 * Keeps this process on some logical processors. Call it before ONNX Runtime is loaded: the threads of its pool are started
 * later and stay where their starter is. (ONNX Runtime pins threads itself only where their number is left to it, which
 * we never do.) Throws a TrialFailure where the system refuses.
 */
export async function keepOnProcessors(list: string): Promise<void> {
  const said =
    process.platform === 'win32'
      ? await runCommand(
          'powershell',
          ['-NoProfile', '-Command', `(Get-Process -Id ${process.pid}).ProcessorAffinity = ${maskOf(list)}`],
          timeoutMs,
        )
      : await runCommand('taskset', ['-a', '-p', '-c', list, String(process.pid)], timeoutMs);
  if (said.ok && (process.platform !== 'linux' || allowedProcessors() === list)) return;
  throw repeatable(
    'affinity-refused',
    `The worker cannot be kept on the processors ${list}: ${said.ok ? `it may run on ${allowedProcessors()}` : said.reason}.`,
    'Choose processors that this process may use, or leave the affinity to the system.',
  );
}

/** Windows takes a mask with a bit for each processor; 64 of them at most, one group. */
function maskOf(list: string): string {
  return processorsOf(list)
    .reduce((mask, processor) => mask | (1n << BigInt(processor)), 0n)
    .toString();
}

function allowedProcessors(): string {
  return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 'unknown';
}
