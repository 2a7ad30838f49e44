import os from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  providerNames,
  type Gpu,
  type HardwareReport,
  type ProviderName,
  type ProviderStatus,
} from '../../preload/contract.ts';
import { detectGpus } from './gpus.ts';
import { forkProbe, type ProbeLauncher } from './probeLauncher.ts';
import { expectedProbeOutput } from './probeModel.ts';
import { runProbe, type ProbeEnd } from './probeRun.ts';
import {
  notBuilt,
  probeFailed,
  probeLost,
  runtimeBroken,
  wrongResult,
  type Surroundings,
  type Trouble,
} from './providerTrouble.ts';
import { runtimeVersions } from './runtimeVersions.ts';
import { adapterUsed } from './webgpuAdapter.ts';

export interface ProbeOptions {
  /** How a probe's process is started; Node's fork by default. */
  readonly launcher?: ProbeLauncher;
  /** The probe's entry file; `providerProbe` next to this file by default. */
  readonly probeFile?: string;
  /** The GPUs, where they are known already; detected by default. */
  readonly gpus?: readonly Gpu[];
  /** Time for one probe; by default 30 s, and 120 s for TensorRT, which compiles even this model for the GPU. */
  readonly deadlineMs?: number;
  /** Ends the probes under way; then it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of each provider as its status is known. */
  readonly onProbed?: () => void;
}

/**
 * Tries every execution provider for real: a tiny convolution in a process of its own, which may crash or hang at no
 * cost. One status for each name of `providerNames`, in that order. Takes about a second where nothing hangs.
 */
export async function probeProviders(options: ProbeOptions = {}): Promise<ProviderStatus[]> {
  const launcher = options.launcher ?? forkProbe;
  const file = options.probeFile ?? defaultProbeFile();
  const here: Surroundings = {
    platform: process.platform,
    arch: process.arch,
    gpus: options.gpus ?? (await detectGpus()),
    onnxruntime: runtimeVersions().onnxruntime,
  };
  const run = (provider: ProviderName): Promise<ProbeEnd> =>
    runProbe(provider, file, launcher, {
      deadlineMs: options.deadlineMs ?? (provider === 'tensorrt' ? 120_000 : 30_000),
      signal: options.signal,
    });

  // The CPU's probe goes first: it tells what ONNX Runtime was built with, which spares the others a process.
  const cpu = await run('cpu');
  const probe = async (provider: ProviderName): Promise<ProviderStatus> => {
    if (provider === 'cpu') return statusOf(provider, cpu, here);
    if (cpu.kind === 'answered' && cpu.message.kind === 'no-runtime') {
      return broken(provider, runtimeBroken(cpu.message.error, here));
    }
    const built = cpu.kind === 'answered' && cpu.message.kind !== 'no-runtime' ? cpu.message.built : null;
    if (built !== null && !built.includes(provider)) return broken(provider, notBuilt(provider, here));
    return statusOf(provider, await run(provider), here);
  };
  return Promise.all(
    providerNames.map(async (provider) => {
      const status = await probe(provider);
      options.onProbed?.();
      return status;
    }),
  );
}

/** The entry file lies beside this one, as TypeScript in the repository and as JavaScript in a packaged app. */
function defaultProbeFile(): string {
  return fileURLToPath(new URL(`./providerProbe${extname(import.meta.url)}`, import.meta.url));
}

function statusOf(provider: ProviderName, end: ProbeEnd, here: Surroundings): ProviderStatus {
  if (end.kind !== 'answered') return broken(provider, probeLost(provider, end));
  const { message, errorOutput } = end;
  switch (message.kind) {
    case 'no-runtime':
      return broken(provider, runtimeBroken(message.error, here));
    case 'not-built':
      return broken(provider, notBuilt(provider, here));
    case 'failed':
      return broken(provider, probeFailed(provider, message.error, errorOutput, here));
    case 'ran': {
      const largestError = largestDifference(message.output, expectedProbeOutput());
      // Half precision inside a provider (CoreML, TF32) is fine; the values are exact there, a hundredth leaves room.
      if (!(largestError <= 0.01)) return broken(provider, wrongResult(provider, largestError));
      return {
        provider,
        works: true,
        ...deviceOf(provider, errorOutput, message.devices, here),
        reason: null,
        remedy: null,
      };
    }
  }
}

/** The largest absolute difference; infinite where the lengths differ. */
function largestDifference(output: readonly number[], expected: Float32Array): number {
  if (output.length !== expected.length) return Infinity;
  return output.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] ?? NaN))), 0);
}

function deviceOf(
  provider: ProviderName,
  errorOutput: string,
  devices: readonly string[],
  here: Surroundings,
): { device: string | null; software: boolean } {
  switch (provider) {
    case 'cpu':
      return { device: os.cpus()[0]?.model ?? null, software: false };
    case 'cuda':
    case 'tensorrt':
      return { device: here.gpus.find((gpu) => gpu.vendor === 'NVIDIA')?.name ?? null, software: false };
    case 'dml': {
      // DirectML takes the system's first adapter, which on a machine without a GPU is Microsoft's software renderer.
      const first = here.gpus[0];
      return { device: first?.name ?? null, software: first?.software ?? false };
    }
    case 'coreml':
      return { device: here.gpus[0]?.name ?? null, software: false };
    case 'webgpu': {
      const adapter = adapterUsed(errorOutput, devices, here.gpus, here.platform);
      return { device: adapter.name, software: adapter.software };
    }
  }
}

function broken(provider: ProviderName, trouble: Trouble): ProviderStatus {
  return { provider, works: false, device: null, software: false, ...trouble };
}

/**
 * Fastest first as a rule of thumb: a vendor's own library before a portable one, a GPU before the CPU. CUDA stands before
 * TensorRT because TensorRT compiles each model for minutes before its first run.
 */
const preference: readonly ProviderName[] = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu', 'cpu'];

/** The best provider that works here and does not compute in software; the CPU where there is none. */
export function bestProvider(report: Pick<HardwareReport, 'providers'>): ProviderName {
  const working = new Set(
    report.providers.filter((status) => status.works && !status.software).map((status) => status.provider),
  );
  return preference.find((provider) => working.has(provider)) ?? 'cpu';
}
