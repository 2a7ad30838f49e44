import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll } from 'vitest';
import {
  AttributeProto_AttributeType,
  ModelProtoSchema,
  TensorProto_DataType,
  type NodeProtoSchema,
  type ValueInfoProtoSchema,
} from '../../main/onnx/proto/onnx_pb.js';
import { presets } from '../../preload/contract.ts';
import type { TrialTask } from '../../main/measure/trial.ts';

type Dimension = number | string;
type Node = MessageInitShape<typeof NodeProtoSchema>;

/** A folder that is gone after the tests of this file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backbench-measure-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface TinyModel {
  readonly input: readonly Dimension[];
  readonly output: readonly Dimension[];
  readonly type?: TensorProto_DataType;
  readonly nodes: readonly Node[];
  readonly weights?: Readonly<Record<string, { dims: readonly number[]; values: Float32Array }>>;
}

/** Writes a small model of one input "x" and one output "y" and returns its path. */
export function writeTinyModel(folder: string, name: string, model: TinyModel): string {
  const { type = TensorProto_DataType.FLOAT, nodes, weights = {} } = model;
  const bytes = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name,
        input: [declared('x', model.input, type)],
        output: [declared('y', model.output, type)],
        initializer: Object.entries(weights).map(([weight, { dims, values }]) => ({
          name: weight,
          dims: dims.map(BigInt),
          dataType: TensorProto_DataType.FLOAT,
          rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        })),
        node: [...nodes],
      },
    }),
  );
  const path = join(folder, `${name}.onnx`);
  writeFileSync(path, bytes);
  return path;
}

/** A 3×3 convolution, Relu and global pooling over [N, 3, 16, 16]: 24 µs of work. */
export function writeConvolution(folder: string, input: readonly Dimension[] = ['N', 3, 16, 16]): string {
  return writeTinyModel(folder, `convolution-${input.join('x')}`, {
    input,
    output: [input[0] ?? 'N', 8, 1, 1],
    nodes: [
      {
        name: 'conv',
        opType: 'Conv',
        input: ['x', 'w'],
        output: ['a'],
        attribute: [
          { name: 'kernel_shape', type: AttributeProto_AttributeType.INTS, ints: [3n, 3n] },
          { name: 'pads', type: AttributeProto_AttributeType.INTS, ints: [1n, 1n, 1n, 1n] },
        ],
      },
      { name: 'relu', opType: 'Relu', input: ['a'], output: ['b'] },
      { name: 'pool', opType: 'GlobalAveragePool', input: ['b'], output: ['y'] },
    ],
    weights: {
      w: {
        dims: [8, 3, 3, 3],
        values: Float32Array.from({ length: 216 }, (_, i) => ((i * 7) % 13) / 13 - 0.5),
      },
    },
  });
}

/** A task that takes about a second. */
export function quickTask(modelPath: string, changes: Partial<TrialTask> = {}): TrialTask {
  return {
    modelPath,
    provider: 'cpu',
    providerOptions: {},
    batch: 1,
    threads: 1,
    affinity: null,
    arena: true,
    mode: { kind: 'single-stream' },
    plan: { ...presets.quick, maxSecondsPerProcess: 1, maxWarmUpSeconds: 1 },
    seed: 1,
    ...changes,
  };
}

function declared(
  name: string,
  dims: readonly Dimension[],
  elemType: number,
): MessageInitShape<typeof ValueInfoProtoSchema> {
  return {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: dims.map((dim) => ({
              value:
                typeof dim === 'string'
                  ? { case: 'dimParam', value: dim }
                  : { case: 'dimValue', value: BigInt(dim) },
            })),
          },
        },
      },
    },
  };
}
