import { expect, test } from 'vitest';
import { reasonOf } from '../../main/measure/failure.ts';

test.each([
  [
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
    'Failed to get a WebGPU adapter: No supported adapters',
  ],
  [
    "Load model from a.onnx failed:Load model a.onnx failed. File doesn't exist",
    "Load model from a.onnx failed:Load model a.onnx failed. File doesn't exist",
  ],
  ['\nsecond line counts', 'second line counts'],
  ['', 'no reason given'],
])('a reason is told without source locations: %s', (message, expected) => {
  expect(reasonOf(new Error(message))).toBe(expected);
});
