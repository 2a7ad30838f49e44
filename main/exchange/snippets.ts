import type { Configuration, HandOver, ProviderName, ProviderOptions } from '../../preload/contract.ts';
import { coreMlOptions, nativeOptions } from './nativeOptions.ts';

/** What a snippet must repeat so that a program runs the model as it was measured. */
export interface MeasuredSetting {
  readonly configuration: Configuration;
  readonly modelFile: string;
  readonly inputName: string;
  /** Of the file's input; what it leaves open, the configuration settles. */
  readonly inputShape: readonly number[];
  readonly inputType: 'float32' | 'float16';
}

/** Programs that load the file and run it once with the measured provider, provider options and session options. */
export function snippets(setting: MeasuredSetting): HandOver['snippets'] {
  return [
    { language: 'node', title: 'Node, onnxruntime-node', fileName: 'run.mjs', code: node(setting) },
    { language: 'python', title: 'Python, onnxruntime', fileName: 'run.py', code: python(setting) },
    { language: 'cpp', title: 'C++, ONNX Runtime', fileName: 'run.cpp', code: cpp(setting) },
  ];
}

function node({ configuration, modelFile, inputName, inputShape, inputType }: MeasuredSetting): string {
  const { provider, providerOptions, threads, arena, batch } = configuration;
  const array = inputType === 'float16' ? 'Float16Array' : 'Float32Array';
  return `${remarks(configuration, '//')}import ort from 'onnxruntime-node';

const session = await ort.InferenceSession.create(${text(modelFile)}, {
  executionProviders: [${JSON.stringify({ name: provider, ...providerOptions })}],
  intraOpNumThreads: ${threads},
  interOpNumThreads: 1,
  executionMode: 'sequential',
  enableCpuMemArena: ${arena},
});
const shape = [${shape(inputShape, batch)}];
const image = new ${array}(shape.reduce((product, side) => product * side)); // normalised pixels
const outputs = await session.run({ ${text(inputName)}: new ort.Tensor('${inputType}', image, shape) });
console.log(outputs[session.outputNames[0]].dims);
`;
}

const pythonProviders: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

function python({ configuration, modelFile, inputName, inputShape, inputType }: MeasuredSetting): string {
  const { provider, providerOptions, threads, arena, batch } = configuration;
  const options = Object.entries(nativeOptions(provider, providerOptions));
  const name = text(pythonProviders[provider]);
  const pairs = options.map(([key, value]) => `${text(key)}: ${text(value)}`).join(', ');
  return `${remarks(configuration, '#')}import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = ${threads}
options.inter_op_num_threads = 1
options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
options.enable_cpu_mem_arena = ${arena ? 'True' : 'False'}
session = onnxruntime.InferenceSession(
    ${text(modelFile)}, options, providers=[${options.length === 0 ? name : `(${name}, {${pairs}})`}]
)
image = numpy.zeros((${shape(inputShape, batch)}), dtype=numpy.${inputType})  # normalised pixels
(scores, *_) = session.run(None, {${text(inputName)}: image})
print(scores.shape)
`;
}

function cpp({ configuration, modelFile, inputName, inputShape, inputType }: MeasuredSetting): string {
  const { provider, providerOptions, threads, arena, batch } = configuration;
  const element = inputType === 'float16' ? 'Ort::Float16_t' : 'float';
  return `${remarks(configuration, '//')}#include <onnxruntime_cxx_api.h>
#include <array>
#include <cstdio>
#include <vector>

int main() {
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "backbone");
  Ort::SessionOptions options;
  options.SetIntraOpNumThreads(${threads});
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);${arena ? '' : '\n  options.DisableCpuMemArena();'}${appended(provider, providerOptions)}
  Ort::Session session(env, ORT_TSTR(${text(modelFile)}), options);

  std::array<int64_t, ${inputShape.length}> shape{${shape(inputShape, batch)}};
  size_t count = 1;
  for (int64_t side : shape) count *= static_cast<size_t>(side);
  std::vector<${element}> image(count);  // normalised pixels
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto input = Ort::Value::CreateTensor<${element}>(memory, image.data(), image.size(), shape.data(), shape.size());
  Ort::AllocatorWithDefaultOptions allocator;
  auto outputName = session.GetOutputNameAllocated(0, allocator);
  const char* inputNames[] = {${text(inputName)}};
  const char* outputNames[] = {outputName.get()};
  auto outputs = session.Run(Ort::RunOptions{}, inputNames, &input, 1, outputNames, 1);
  std::printf("%zu scores\\n", outputs[0].GetTensorTypeAndShapeInfo().GetElementCount());
}
`;
}

/** The lines that append the provider to C++ session options. */
function appended(provider: ProviderName, options: ProviderOptions): string {
  const native = nativeOptions(provider, options);
  const pairs = Object.entries(native).map(([key, value]) => `{${text(key)}, ${text(value)}}`);
  const named = (name: string) => `\n  options.AppendExecutionProvider("${name}", {${pairs.join(', ')}});`;
  const byStruct = (name: string) =>
    `\n  Ort${name}ProviderOptions provider{};\n  provider.device_id = ${native['device_id'] ?? '0'};\n  options.AppendExecutionProvider_${name}(provider);`;
  switch (provider) {
    case 'cpu':
      return '';
    case 'cuda':
      return byStruct('CUDA');
    case 'tensorrt':
      return byStruct('TensorRT');
    case 'dml':
      return named('DML');
    case 'coreml':
      return named('CoreML');
    case 'webgpu':
      return named('WebGPU');
  }
}

/** What a program cannot set for itself, as comment lines. */
function remarks({ affinity, providerOptions, provider }: Configuration, mark: '//' | '#'): string {
  const lines = [
    affinity === null
      ? []
      : `Measured on the logical processors ${affinity}: start with taskset -c ${affinity}`,
    provider === 'coreml' && coreMlOptions(providerOptions) === null
      ? 'The measured coreMlFlags are only known to the older CoreML interface.'
      : [],
  ].flat();
  return lines.map((line) => `${mark} ${line}\n`).join('');
}

function shape(sides: readonly number[], batch: number): string {
  return [batch, ...sides.slice(1)].join(', ');
}

/** A string literal that JavaScript, Python and C++ all read alike. */
function text(value: string): string {
  return JSON.stringify(value);
}
