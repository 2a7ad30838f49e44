import { describe, expect, test } from 'vitest';
import { readProfile } from '../../main/measure/profile.ts';

/** One node's event as ONNX Runtime 1.30 writes it. */
function ran(name: string, op: string, provider: string, dur: number, index: number) {
  return {
    cat: 'Node',
    pid: 1,
    tid: 1,
    dur,
    ts: 0,
    ph: 'X',
    name: `${name}_kernel_time`,
    args: { op_name: op, provider, node_index: String(index), input_type_shape: [{ float: [1, 3] }] },
  };
}

describe('a profile', () => {
  test('gives each node its median duration, without the cold runs', () => {
    const runs = [900, 500, 10, 12, 11];
    const { nodes } = readProfile(
      JSON.stringify(runs.map((dur) => ran('conv', 'Conv', 'CPUExecutionProvider', dur, 0))),
      'cpu',
    );
    expect(nodes).toEqual([
      { name: 'conv', op: 'Conv', provider: 'CPUExecutionProvider', durationUs: 11, bytes: null },
    ]);
  });

  test('tells the share of nodes and of time on the asked provider', () => {
    const text = JSON.stringify([
      { cat: 'Session', pid: 1, tid: 1, dur: 5000, ts: 1, ph: 'X', name: 'model_loading_uri', args: {} },
      ran('conv', 'Conv', 'WebGpuExecutionProvider', 300, 0),
      ran('pool', 'AveragePool', 'CPUExecutionProvider', 100, 1),
      { ...ran('conv', 'Conv', 'WebGpuExecutionProvider', 999, 0), name: 'conv_fence_before' },
    ]);
    expect(readProfile(text, 'webgpu').assignment).toEqual({
      nodeShare: 0.5,
      timeShare: 0.75,
      providers: { WebGpuExecutionProvider: 1, CPUExecutionProvider: 1 },
    });
  });

  test('of a model without nodes is on no provider', () => {
    expect(readProfile('[]', 'cpu').assignment).toEqual({ nodeShare: 0, timeShare: 0, providers: {} });
  });

  test('that is cut off is an error', () => {
    expect(() => readProfile('[{"cat": "Node", "na', 'cpu')).toThrow();
  });
});
