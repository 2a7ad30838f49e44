import { describe, expect, test } from 'vitest';
import type { Gpu } from '../../preload/contract.ts';
import { notBuilt, probeFailed, type Surroundings } from '../../main/hardware/providerTrouble.ts';
import { adapterUsed } from '../../main/hardware/webgpuAdapter.ts';

/** Error texts as ONNX Runtime 1.30 and its predecessors print them, here and in its issue tracker. */
const rtx: Gpu = {
  name: 'NVIDIA GeForce RTX 4090',
  vendor: 'NVIDIA',
  memoryBytes: 25e9,
  driver: '550.1',
  software: false,
};
const igpu: Gpu = {
  name: 'Intel UHD 630',
  vendor: 'Intel',
  memoryBytes: null,
  driver: null,
  software: false,
};
const withGpu: Surroundings = { platform: 'linux', arch: 'x64', gpus: [rtx], onnxruntime: '1.30.0' };
const without: Surroundings = { ...withGpu, gpus: [] };

const appendError = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';
const missing = (wanted: string, because: string): string =>
  `\u001b[1;31m2026-11-24 03:46:25.71 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] /onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library ${wanted} with error: ${because}: cannot open shared object file: No such file or directory\n\u001b[m`;

describe('CUDA', () => {
  test.each([
    [
      '/x/bin/libonnxruntime_providers_shared.so',
      '/x/bin/libonnxruntime_providers_shared.so',
      'npm run install:cuda',
    ],
    ['/x/bin/libonnxruntime_providers_cuda.so', 'libcudnn.so.9', 'cuDNN 9'],
    ['/x/bin/libonnxruntime_providers_cuda.so', 'libcudnn_adv.so.9', 'cuDNN 9'],
    ['/x/bin/libonnxruntime_providers_cuda.so', 'libcublasLt.so.12', 'CUDA 12 runtime'],
    ['/x/bin/libonnxruntime_providers_cuda.so', 'libcuda.so.1', "NVIDIA's driver"],
    ['/x/bin/libonnxruntime_providers_tensorrt.so', 'libnvinfer.so.10', 'TensorRT 10'],
  ])('%s misses %s', (wanted, because, remedy) => {
    const trouble = probeFailed('cuda', appendError, missing(wanted, because), withGpu);
    expect(trouble.reason).toBe(`CUDA does not work: ${because.split('/').at(-1)} is missing.`);
    expect(trouble.remedy).toContain(remedy);
  });

  test('without an NVIDIA GPU that comes first', () => {
    const trouble = probeFailed('cuda', appendError, missing('/x/a.so', 'libcudnn.so.9'), without);
    expect(trouble.reason).toBe('No NVIDIA GPU was found; libcudnn.so.9 is missing.');
    expect(trouble.remedy).toMatch(/^CUDA needs an NVIDIA GPU/);
  });

  test.each([
    [
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=x',
      '525',
    ],
    ['CUDA failure 100: no CUDA-capable device is detected ; GPU=32712 ; hostname=HOME-PC', '--gpus all'],
    ['CUDA failure 2: out of memory ; GPU=0 ; hostname=x', 'free memory'],
    ['CUDA failure 999: unknown error ; GPU=0', 'nvidia-smi'],
  ])('%s', (failure, remedy) => {
    const error = `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:122 std::conditional_t<THRW> onnxruntime::CudaCall() ${failure}`;
    const trouble = probeFailed('cuda', error, '', withGpu);
    expect(trouble.reason).toMatch(/^CUDA does not work: [^;]+ \(CUDA error \d+\)\.$/);
    expect(trouble.remedy).toContain(remedy);
  });
});

describe('WebGPU', () => {
  const noAdapter =
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n';

  test('no Vulkan loader', () => {
    const output =
      "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory\n    at operator()\n";
    const trouble = probeFailed('webgpu', noAdapter, output, without);
    expect(trouble.reason).toContain('libvulkan.so.1: cannot open shared object file');
    expect(trouble.remedy).toContain('libvulkan1');
  });

  test("Mesa's llvmpipe of Debian 12 lacks a feature, and is named", () => {
    const output =
      'INFO | DRIVER:         Original order:\nINFO | DRIVER:               [0] llvmpipe (LLVM 15.0.6, 256 bits)\n' +
      'Warning: Vulkan shaderUniform*ArrayDynamicIndexing required.\n - While initializing adapter (backend=BackendType::Vulkan)\n';
    const { reason } = probeFailed('webgpu', noAdapter, output, without);
    expect(reason).toContain('llvmpipe (LLVM 15.0.6, 256 bits)');
    expect(reason).toContain('shaderUniform*ArrayDynamicIndexing');
  });

  test('no adapter and nothing more said', () => {
    expect(probeFailed('webgpu', noAdapter, '', { ...without, platform: 'win32' }).remedy).toContain(
      'graphics driver',
    );
  });

  test('a message that is not known is kept, in one line', () => {
    const { reason } = probeFailed(
      'webgpu',
      `${noAdapter.split(' was false. ')[0]} was false. Device lost\nstack`,
      '',
      without,
    );
    expect(reason).toBe('WebGPU does not work: Device lost.');
  });
});

describe('providers that belong elsewhere', () => {
  test('each has a remedy that fits the system', () => {
    expect(notBuilt('cuda', { ...withGpu, platform: 'win32' }).remedy).toContain('DirectML');
    expect(notBuilt('cuda', { ...without, platform: 'darwin', arch: 'arm64' }).remedy).toContain('CoreML');
    expect(notBuilt('dml', withGpu).remedy).toContain('CUDA or WebGPU');
    expect(notBuilt('coreml', { ...without, platform: 'win32' }).remedy).toContain('DirectML or WebGPU');
  });

  test('DirectML without a capable adapter', () => {
    const error =
      'D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\dml_provider_factory.cc(518)\\onnxruntime.DLL!69EB64F9: (caller: 69EB6661) Exception(1) tid(5df8) 887A0004 The specified device interface or feature level is not supported on this system.';
    expect(probeFailed('dml', error, '', { ...without, platform: 'win32' }).reason).toContain('Direct3D 12');
  });
});

describe("WebGPU's adapter", () => {
  const using = (name: string, driver: string): string =>
    `[Vulkan Loader] INFO | DRIVER:  [0] ${name}\n[Vulkan Loader] DRIVER:   Using "${name}" with driver: "${driver}"\n`;

  test('is what the Vulkan loader opened, whatever else is installed', () => {
    const soft = using('SwiftShader Device (Subzero)', '/usr/lib/chromium/libvk_swiftshader.so');
    expect(adapterUsed(soft, ['/dev/nvidiactl'], [rtx], 'linux')).toEqual({
      name: 'SwiftShader Device (Subzero)',
      software: true,
    });
    const hard = using('NVIDIA GeForce RTX 4090', 'libGLX_nvidia.so.0');
    expect(adapterUsed(hard, [], [], 'linux')).toEqual({ name: 'NVIDIA GeForce RTX 4090', software: false });
    expect(
      adapterUsed(using('llvmpipe (LLVM 19, 256 bits)', '/x/libvulkan_lvp.so'), [], [], 'linux').software,
    ).toBe(true);
  });

  test('without the loader is software if the process opened no GPU', () => {
    expect(adapterUsed('', [], [rtx], 'linux')).toEqual({ name: null, software: true });
    expect(adapterUsed('', ['/dev/dri/renderD128'], [igpu], 'linux')).toEqual({
      name: 'Intel UHD 630',
      software: false,
    });
    expect(adapterUsed('', ['/dev/dri/renderD128'], [], 'linux')).toEqual({ name: null, software: false });
  });

  test('on Windows is the GPU with most memory, or software where there is none', () => {
    expect(adapterUsed('', [], [igpu, rtx], 'win32')).toEqual({ name: rtx.name, software: false });
    const basic: Gpu = {
      ...igpu,
      name: 'Microsoft Basic Render Driver',
      vendor: 'Microsoft',
      software: true,
    };
    expect(adapterUsed('', [], [basic], 'win32')).toEqual({ name: basic.name, software: true });
  });
});
