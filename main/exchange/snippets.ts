import type { HandOver } from '../../preload/contract.ts';

/** What a snippet must repeat so that a program runs the model as it was measured. */
export interface MeasuredSetting {
  readonly modelFile: string;
  readonly provider: string;
  /** Intra-op threads; null: not known. */
  readonly threads: number | null;
  readonly batch: number;
  readonly inputSize: number;
  readonly inputName: string;
  readonly inputType: 'float32' | 'float16';
}

/** Programs that load the file and run it once with the measured provider and session options. */
export function snippets(setting: MeasuredSetting): HandOver['snippets'] {
  return [
    { language: 'node', title: 'Node, onnxruntime-node', code: node(setting) },
    { language: 'python', title: 'Python, onnxruntime', code: python(setting) },
    { language: 'cpp', title: 'C++, ONNX Runtime', code: cpp(setting) },
  ];
}

function node(setting: MeasuredSetting): string {
  const { provider, threads, inputType } = setting;
  const array = inputType === 'float16' ? 'Float16Array' : 'Float32Array';
  return `import ort from 'onnxruntime-node';

const session = await ort.InferenceSession.create(${text(setting.modelFile)}, {
  executionProviders: [${text(provider)}],${threads === null ? '' : `\n  intraOpNumThreads: ${threads},`}
  interOpNumThreads: 1,
  executionMode: 'sequential',
});
const shape = [${shape(setting)}];
const image = new ${array}(shape.reduce((product, side) => product * side)); // normalised pixels, NCHW
const outputs = await session.run({ ${text(setting.inputName)}: new ort.Tensor('${inputType}', image, shape) });
console.log(outputs[session.outputNames[0]].dims);
`;
}

const pythonProviders: Readonly<Record<string, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

function python(setting: MeasuredSetting): string {
  const { provider, threads, inputType } = setting;
  return `import numpy
import onnxruntime

options = onnxruntime.SessionOptions()${threads === null ? '' : `\noptions.intra_op_num_threads = ${threads}`}
options.inter_op_num_threads = 1
options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
session = onnxruntime.InferenceSession(
    ${text(setting.modelFile)}, options, providers=[${text(pythonProviders[provider] ?? provider)}]
)
image = numpy.zeros((${shape(setting)}), dtype=numpy.${inputType})  # normalised pixels, NCHW
(scores, *_) = session.run(None, {${text(setting.inputName)}: image})
print(scores.shape)
`;
}

function cpp(setting: MeasuredSetting): string {
  const { provider, threads, inputType } = setting;
  const element = inputType === 'float16' ? 'Ort::Float16_t' : 'float';
  const append: Readonly<Record<string, string>> = {
    cpu: '',
    cuda: '\n  options.AppendExecutionProvider_CUDA(OrtCUDAProviderOptions{});',
    tensorrt: '\n  options.AppendExecutionProvider_TensorRT(OrtTensorRTProviderOptions{});',
    dml: '\n  options.AppendExecutionProvider("DML", {});',
    coreml: '\n  options.AppendExecutionProvider("CoreML", {});',
    webgpu: '\n  options.AppendExecutionProvider("WebGPU", {});',
  };
  return `#include <onnxruntime_cxx_api.h>
#include <array>
#include <cstdio>
#include <vector>

int main() {
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "backbone");
  Ort::SessionOptions options;${threads === null ? '' : `\n  options.SetIntraOpNumThreads(${threads});`}
  options.SetInterOpNumThreads(1);
  options.SetExecutionMode(ORT_SEQUENTIAL);${append[provider] ?? ''}
  Ort::Session session(env, ORT_TSTR(${text(setting.modelFile)}), options);

  std::array<int64_t, 4> shape{${shape(setting)}};
  std::vector<${element}> image(shape[0] * shape[1] * shape[2] * shape[3]);  // normalised pixels, NCHW
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto input = Ort::Value::CreateTensor<${element}>(memory, image.data(), image.size(), shape.data(), shape.size());
  Ort::AllocatorWithDefaultOptions allocator;
  auto outputName = session.GetOutputNameAllocated(0, allocator);
  const char* inputNames[] = {${text(setting.inputName)}};
  const char* outputNames[] = {outputName.get()};
  auto outputs = session.Run(Ort::RunOptions{}, inputNames, &input, 1, outputNames, 1);
  std::printf("%zu scores\\n", outputs[0].GetTensorTypeAndShapeInfo().GetElementCount());
}
`;
}

function shape({ batch, inputSize }: MeasuredSetting): string {
  return `${batch}, 3, ${inputSize}, ${inputSize}`;
}

/** A string literal that JavaScript, Python and C++ all read alike. */
function text(value: string): string {
  return JSON.stringify(value);
}
