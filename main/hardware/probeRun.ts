import type { ProviderName } from '../../preload/contract.ts';
import type { ProbeLauncher } from './probeLauncher.ts';
import { ProbeMessage, probeProviderVariable } from './probeMessage.ts';

/** How a probe's process ended, with what it wrote to its standard error. */
export type ProbeEnd =
  | { readonly kind: 'answered'; readonly message: ProbeMessage; readonly errorOutput: string }
  | { readonly kind: 'hung'; readonly afterMs: number; readonly errorOutput: string }
  | {
      readonly kind: 'died';
      readonly code: number | null;
      readonly signal: string | null;
      readonly errorOutput: string;
    }
  | { readonly kind: 'garbage'; readonly errorOutput: string };

const errorOutputLimit = 200_000;
const farewellMs = 2000;

/**
 * Runs one probe to its end, at the latest `deadlineMs` after its start; the process is gone when this resolves. Aborted, it rejects.
 * A message that is no ProbeMessage is as good as none: its sender cannot be trusted with a benchmark.
 */
export function runProbe(
  provider: ProviderName,
  file: string,
  launcher: ProbeLauncher,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal?: AbortSignal | undefined },
): Promise<ProbeEnd> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    let errorOutput = '';
    let answer: ProbeMessage | 'garbage' | null = null;
    let hung = false;
    const child = launcher.launch(file, {
      [probeProviderVariable]: provider,
      // The Vulkan loader then names the device that a program really takes; WebGPU's own API keeps it to itself.
      ...(provider === 'webgpu' && process.platform === 'linux' ? { VK_LOADER_DEBUG: 'all' } : {}),
    });
    const stop = (): void => child.kill();
    signal?.addEventListener('abort', stop, { once: true });
    let timer = setTimeout(() => {
      hung = true;
      child.kill();
    }, deadlineMs);
    child.onErrorOutput?.((text) => {
      if (errorOutput.length < errorOutputLimit) errorOutput += text;
    });
    child.onMessage((message) => {
      const parsed = ProbeMessage.safeParse(message);
      answer ??= parsed.success ? parsed.data : 'garbage';
      clearTimeout(timer);
      // Some drivers hang while a process that used them ends; its answer stands all the same.
      timer = setTimeout(() => child.kill(), answer === 'garbage' ? 0 : farewellMs);
    });
    child.onExit((code, exitSignal) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (answer === 'garbage') resolve({ kind: 'garbage', errorOutput });
      else if (answer !== null) resolve({ kind: 'answered', message: answer, errorOutput });
      else if (hung) resolve({ kind: 'hung', afterMs: deadlineMs, errorOutput });
      else resolve({ kind: 'died', code, signal: exitSignal, errorOutput });
    });
  });
}
