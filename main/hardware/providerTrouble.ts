import type { Gpu, ProviderName } from '../../preload/contract.ts';
import type { ProbeEnd } from './probeRun.ts';
import { vulkanDevices } from './webgpuAdapter.ts';

/** Why a provider does not work, in one sentence, and what to do about it. */
export interface Trouble {
  readonly reason: string;
  readonly remedy: string;
}

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly gpus: readonly Gpu[];
  readonly onnxruntime: string;
}

const titles: Readonly<Record<ProviderName, string>> = {
  cpu: 'The CPU provider',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};

const installCuda = 'Run `npm run install:cuda` to fetch the CUDA libraries of ONNX Runtime.';
const reinstall =
  'Run `npm ci` again; if it stays, the package onnxruntime-node has no build for this system.';

/** ONNX Runtime was built without this provider for this system. */
export function notBuilt(provider: ProviderName, here: Surroundings): Trouble {
  const reason = `${titles[provider]} is not part of ONNX Runtime ${here.onnxruntime} for ${here.platform}-${here.arch}.`;
  switch (provider) {
    case 'dml':
      return { reason, remedy: `DirectML exists on Windows only; here use ${alternatives(here)}.` };
    case 'coreml':
      return { reason, remedy: `CoreML exists on macOS only; here use ${alternatives(here)}.` };
    case 'cuda':
    case 'tensorrt':
      return {
        reason,
        remedy:
          here.platform === 'win32'
            ? 'On Windows use DirectML or WebGPU, which drive NVIDIA GPUs as well; CUDA needs Linux on x64.'
            : `CUDA and TensorRT need Linux on x64; here use ${alternatives(here)}.`,
      };
    case 'webgpu':
    case 'cpu':
      return { reason, remedy: reinstall };
  }
}

function alternatives(here: Surroundings): string {
  if (here.platform === 'win32') return 'DirectML or WebGPU';
  if (here.platform === 'darwin') return 'CoreML or WebGPU';
  return here.arch === 'x64' && hasNvidia(here) ? 'CUDA or WebGPU' : 'WebGPU or the CPU';
}

/** A probe that answered, but could not load ONNX Runtime or run the model. */
export function probeFailed(
  provider: ProviderName,
  error: string,
  errorOutput: string,
  here: Surroundings,
): Trouble {
  const everything = `${error}\n${withoutColours(errorOutput)}`;
  switch (provider) {
    case 'cuda':
    case 'tensorrt':
      return nvidiaTrouble(provider, error, everything, here);
    case 'webgpu':
      return webgpuTrouble(error, everything, here);
    case 'dml':
      return directmlTrouble(error, everything);
    case 'coreml':
      return {
        reason: said(provider, error),
        remedy: 'Update macOS (ONNX Runtime needs 14 or newer for CoreML), or use WebGPU or the CPU.',
      };
    case 'cpu':
      return { reason: said(provider, error), remedy: reinstall };
  }
}

/** ONNX Runtime itself does not load, so no provider can work. */
export function runtimeBroken(error: string, here: Surroundings): Trouble {
  const reason = `ONNX Runtime does not load: ${firstSentence(error)}`;
  if (/GLIBC|GLIBCXX/.test(error)) {
    return { reason, remedy: 'This Linux is older than ONNX Runtime supports: update the distribution.' };
  }
  if (here.platform === 'win32') {
    return { reason, remedy: 'Install the Microsoft Visual C++ Redistributable (x64), then start again.' };
  }
  return { reason, remedy: reinstall };
}

/** A probe's process that ended without a usable answer. */
export function probeLost(provider: ProviderName, end: Exclude<ProbeEnd, { kind: 'answered' }>): Trouble {
  const remedy =
    provider === 'cpu'
      ? reinstall
      : 'Update the graphics driver; until then use another provider (the rest of Backbench is not affected).';
  switch (end.kind) {
    case 'hung':
      return {
        reason: `${titles[provider]} did not finish one convolution within ${end.afterMs / 1000} s and was stopped.`,
        remedy,
      };
    case 'garbage':
      return { reason: `${titles[provider]}: the probe's process answered nonsense.`, remedy };
    case 'died': {
      const how =
        end.signal !== null ? `was ended by ${end.signal}` : `ended with exit code ${end.code ?? 'unknown'}`;
      const last = lastLine(withoutColours(end.errorOutput));
      return {
        reason: `${titles[provider]} crashed: the probe's process ${how}${last === '' ? '' : ` (${last})`}.`,
        remedy,
      };
    }
  }
}

/** The provider ran, but computed something else. */
export function wrongResult(provider: ProviderName, largestError: number): Trouble {
  const off = Number.isFinite(largestError) ? `is off by ${largestError.toPrecision(2)}` : 'is not a number';
  return {
    reason: `${titles[provider]} ran the test convolution, but its result ${off}.`,
    remedy: 'Update the graphics driver; results of this provider cannot be trusted.',
  };
}

function nvidiaTrouble(
  provider: 'cuda' | 'tensorrt',
  error: string,
  everything: string,
  here: Surroundings,
): Trouble {
  const title = titles[provider];
  const noGpu = hasNvidia(here) ? '' : 'No NVIDIA GPU was found; ';
  // ONNX Runtime looks for its own parts by full path ("…/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: …").
  const missing =
    /(?:error: |")(?:[^\s":]*[/\\])?([\w.+-]+?\.(?:so[\w.]*|dll)):? (?:cannot open shared object file|which is missing)/i.exec(
      everything,
    )?.[1];
  if (missing !== undefined) {
    const remedy =
      noGpu === ''
        ? remedyForLibrary(missing)
        : `${title} needs an NVIDIA GPU and its driver. If this machine has one: ${remedyForLibrary(missing)}`;
    return {
      reason: `${noGpu}${noGpu === '' ? `${title} does not work: ` : ''}${missing} is missing.`,
      remedy,
    };
  }
  const failure = /CUDA failure (\d+): ([^;\n]+)/.exec(everything);
  if (failure !== null) {
    const reason = `${title} does not work: ${failure[2]?.trim()} (CUDA error ${failure[1]}).`;
    if (failure[1] === '35')
      return { reason, remedy: 'Update the NVIDIA driver: CUDA 12 needs version 525 or newer.' };
    if (failure[1] === '100' || noGpu !== '') {
      return {
        reason,
        remedy: 'No GPU is visible: check that `nvidia-smi` lists one here (in a container: --gpus all).',
      };
    }
    if (failure[1] === '2')
      return { reason, remedy: 'The GPU has no free memory: end the programs that use it.' };
    if (failure[1] === '209')
      return { reason, remedy: 'This GPU is too old or too new for the CUDA libraries installed.' };
    return {
      reason,
      remedy: 'Check the GPU with `nvidia-smi`, then the driver; a restart clears most such states.',
    };
  }
  return {
    reason: `${noGpu}${said(provider, error)}`,
    remedy: `${title} needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9${provider === 'tensorrt' ? ', and TensorRT 10' : ''}. ${installCuda}`,
  };
}

function remedyForLibrary(library: string): string {
  if (/onnxruntime_providers/.test(library)) return installCuda;
  if (/cudnn/.test(library))
    return 'Install cuDNN 9 for CUDA 12 and make sure that the system finds it (ldconfig).';
  if (/nvinfer|nvonnxparser/.test(library)) return 'Install TensorRT 10 for CUDA 12, or use CUDA without it.';
  if (/^(?:lib)?(?:nv)?cuda\.(?:so|dll)|nvcuda/.test(library)) return "Install NVIDIA's driver.";
  return 'Install the CUDA 12 runtime libraries (cuBLAS, cuFFT, cuRAND) and make sure that the system finds them (ldconfig).';
}

function webgpuTrouble(error: string, everything: string, here: Surroundings): Trouble {
  const linuxDriver =
    "Install the Vulkan loader and your GPU's Vulkan driver (Debian and Ubuntu: libvulkan1 and mesa-vulkan-drivers; NVIDIA: its own driver).";
  const loader = /Couldn't load Vulkan: ([^\n]+)/.exec(everything)?.[1];
  if (loader !== undefined) {
    return {
      reason: `WebGPU does not work: Vulkan cannot be loaded (${firstSentence(loader).slice(0, -1)}).`,
      remedy: linuxDriver,
    };
  }
  const lacking = /Warning: (Vulkan [^\n]+ required)/.exec(everything)?.[1];
  const devices = vulkanDevices(everything);
  if (lacking !== undefined) {
    const device = devices.length === 0 ? 'the Vulkan driver' : `the Vulkan driver of ${devices.join(', ')}`;
    return {
      reason: `WebGPU does not work: ${device} lacks a required feature ("${lacking}").`,
      remedy: "Update the GPU's driver; a software device such as llvmpipe is of no use for measuring.",
    };
  }
  if (/Failed to get a WebGPU adapter|No supported adapters/.test(everything)) {
    return {
      reason: 'WebGPU does not work: no supported GPU adapter was found.',
      remedy: here.platform === 'linux' ? linuxDriver : 'Install or update the graphics driver.',
    };
  }
  return { reason: said('webgpu', error), remedy: 'Update the graphics driver, or use another provider.' };
}

function directmlTrouble(error: string, everything: string): Trouble {
  if (/887A0004/i.test(everything)) {
    return {
      reason: 'DirectML does not work: no adapter supports Direct3D 12 as DirectML needs it (887A0004).',
      remedy: 'Update the graphics driver and Windows (10 version 1903 or newer), or use WebGPU or the CPU.',
    };
  }
  return {
    reason: said('dml', error),
    remedy: 'Update the graphics driver and Windows, or use WebGPU or the CPU.',
  };
}

function hasNvidia(here: Surroundings): boolean {
  return here.gpus.some((gpu) => gpu.vendor === 'NVIDIA');
}

function said(provider: ProviderName, error: string): string {
  return `${titles[provider]} does not work: ${firstSentence(error)}`;
}

/** The message without ONNX Runtime's source positions and templates, cut to a line of at most 200 characters. */
function firstSentence(message: string): string {
  const line = message
    .replace(/\S*\/onnxruntime\/\S+:\d+ /g, '')
    .replace(/^.*\bwas false\. /s, '')
    .split('\n')
    .map((part) => part.trim())
    .find((part) => part !== '');
  const text = (line ?? 'no reason was given').slice(0, 200).replace(/[.\s]+$/, '');
  return `${text}.`;
}

function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

/** The last line of a dying process that is worth reading: not the Vulkan loader's log. */
function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return (
    lines.findLast((line) => line !== '' && !/^(?:\[Vulkan Loader\]|[A-Z |]+:)\s/.test(line)) ?? ''
  ).slice(0, 160);
}
