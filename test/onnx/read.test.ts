import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelFailureCode } from '../../main/onnx/failure.ts';
import { AttributeProto_AttributeType, ModelProtoSchema } from '../../main/onnx/proto/onnx_pb.js';
import { readModel } from '../../main/onnx/read.ts';

const fixture = new URL('fixtures/light_squeezenet.onnx', import.meta.url).pathname;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-read-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Model = MessageInitShape<typeof ModelProtoSchema>;

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, bytes);
  return path;
}

const modelFile = (model: Model) => fileOf(toBinary(ModelProtoSchema, create(ModelProtoSchema, model)));

async function refused(path: string, code: ModelFailureCode, message: RegExp): Promise<void> {
  const failure: unknown = await readModel(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ name: 'ModelFailure', code });
  expect((failure as Error).message).toMatch(message);
  expect((failure as Error).message).toContain(path);
}

const relu: Model = {
  irVersion: 8n,
  opsetImport: [{ domain: '', version: 17n }],
  graph: { name: 'g', node: [{ opType: 'Relu', input: ['x'], output: ['y'] }], output: [{ name: 'y' }] },
};

describe('readModel', () => {
  test('keeps names, attributes, declared shapes and small contents, and leaves weights in the file', async () => {
    const { INT, INTS, FLOAT, FLOATS, STRING, TENSOR, GRAPH } = AttributeProto_AttributeType;
    const text = (value: string) => new TextEncoder().encode(value);
    const int64 = new Uint8Array(BigInt64Array.of(-1n, 2n ** 62n).buffer);
    const path = await modelFile({
      irVersion: 9n,
      producerName: 'pytorch',
      opsetImport: [
        { domain: 'ai.onnx', version: 18n },
        { domain: 'com.microsoft', version: 1n },
      ],
      metadataProps: [{ key: 'labels', value: 'cat,dog' }],
      graph: {
        name: 'main',
        node: [
          {
            name: 'n',
            opType: 'Odd',
            domain: 'com.microsoft',
            input: ['x', '', 'w'],
            output: ['y'],
            attribute: [
              { name: 'i', type: INT, i: -7n },
              { name: 'is', type: INTS, ints: [1n, -1n, 3n] },
              { name: 'none', type: INTS },
              { name: 'f', type: FLOAT, f: 0.5 },
              { name: 'fs', type: FLOATS, floats: [1, 2] },
              { name: 's', type: STRING, s: text('SAME_UPPER') },
              { name: 't', type: TENSOR, t: { dims: [2n], dataType: 7, rawData: int64 } },
              { name: 'g', type: GRAPH, g: { name: 'inner', node: [{ opType: 'Relu', output: ['z'] }] } },
            ],
          },
        ],
        input: [
          {
            name: 'x',
            type: {
              value: {
                case: 'tensorType',
                value: {
                  elemType: 1,
                  shape: {
                    dim: [
                      { value: { case: 'dimParam', value: 'N' } },
                      { value: { case: 'dimValue', value: 3n } },
                      { value: { case: undefined } },
                    ],
                  },
                },
              },
            },
          },
        ],
        output: [{ name: 'y' }],
        initializer: [
          { name: 'w', dims: [64n, 1024n], dataType: 1, rawData: new Uint8Array(64 * 1024 * 4) },
          { name: 'half', dims: [2n], dataType: 10, rawData: Uint8Array.of(0x00, 0x3c, 0x00, 0xc0) },
          { name: 'halfInts', dims: [1n], dataType: 10, int32Data: [0x3800] },
          { name: 'axes', dims: [2n], dataType: 7, int64Data: [2n, -1n] },
          { name: 'scales', dims: [2n], dataType: 1, floatData: [1.5, 2] },
          { name: 'brain', dims: [1n], dataType: 16, rawData: Uint8Array.of(0x80, 0x3f) },
        ],
      },
    });
    const graph = await readModel(path);
    expect(graph).toMatchObject({ name: 'main', irVersion: 9, opsets: { '': 18, 'com.microsoft': 1 } });
    expect(graph.metadata).toEqual({ producer_name: 'pytorch', labels: 'cat,dog' });
    expect(graph.inputs).toEqual([{ name: 'x', type: 'float', dims: ['N', 3, null] }]);
    expect(graph.nodes[0]).toMatchObject({
      op: 'Odd',
      domain: 'com.microsoft',
      inputs: ['x', '', 'w'],
      outputs: ['y'],
    });
    expect(graph.nodes[0]?.attributes).toMatchObject({
      i: { kind: 'int', value: -7 },
      is: { kind: 'ints', value: [1, -1, 3] },
      none: { kind: 'ints', value: [] },
      f: { kind: 'float', value: 0.5 },
      fs: { kind: 'floats', value: [1, 2] },
      s: { kind: 'string', value: 'SAME_UPPER' },
      t: { kind: 'tensor', value: { type: 'int64', source: { kind: 'literal', values: [-1, 2 ** 62] } } },
      g: { kind: 'graph', value: { name: 'inner', opsets: { '': 18 } } },
    });
    const source = (name: string) => graph.initializers.get(name)?.source;
    expect(source('w')).toEqual({ kind: 'in-file' });
    expect(graph.initializers.get('w')?.shape).toEqual([64, 1024]);
    expect(source('half')).toEqual({ kind: 'literal', values: [1, -2] });
    expect(source('halfInts')).toEqual({ kind: 'literal', values: [0.5] });
    expect(source('axes')).toEqual({ kind: 'literal', values: [2, -1] });
    expect(source('scales')).toEqual({ kind: 'literal', values: [1.5, 2] });
    expect(source('brain')).toEqual({ kind: 'literal', values: [1] });
  });

  test('costs a few megabytes, however large the weights are', async () => {
    // 600 MB of weights, as a hole in a sparse file: head of the model, tag and length of raw_data, hole, the rest.
    const rawBytes = 600e6;
    const path = join(folder, 'large.onnx');
    const varint = (value: number): number[] =>
      value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
    const field = (number: number, length: number) => [number * 8 + 2, ...varint(length)];
    const tensorHead = [8, ...varint(rawBytes / 4), 16, 1, ...field(8, 1), 0x77];
    const tensorLength = tensorHead.length + field(9, rawBytes).length + rawBytes;
    const node = [
      ...field(1, 12),
      ...field(1, 1),
      0x77,
      ...field(2, 1),
      0x79,
      ...field(4, 4),
      ...Buffer.from('Relu'),
    ];
    const graphLength = field(5, tensorLength).length + tensorLength + node.length;
    const head = [
      8,
      8,
      ...field(8, 2),
      16,
      17,
      ...field(7, graphLength),
      ...field(5, tensorLength),
      ...tensorHead,
      ...field(9, rawBytes),
    ];
    const file = await open(path, 'w');
    await file.write(Buffer.from(head), 0, head.length, 0);
    await file.write(Buffer.from(node), 0, node.length, head.length + rawBytes);
    await file.close();
    const before = process.memoryUsage().arrayBuffers;
    const graph = await readModel(path);
    expect(graph.initializers.get('w')?.shape).toEqual([150e6]);
    expect(graph.nodes[0]?.op).toBe('Relu');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5e6);
  });

  test('refuses what is no readable file, and says why', async () => {
    await refused(join(folder, 'absent.onnx'), 'file-missing', /does not exist/);
    await refused(join(folder, 'absent', 'model.onnx'), 'file-missing', /does not exist/);
    await refused(folder, 'file-unreadable', /is a folder/);
    await refused(await fileOf(new Uint8Array()), 'file-empty', /0 bytes/);
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await refused(pipe, 'file-unreadable', /not a regular file/);
    const large = join(folder, 'too-large.onnx');
    const file = await open(large, 'w');
    await file.truncate(2 ** 31);
    await file.close();
    await refused(large, 'file-too-large', /2147483648 bytes/);
  });

  test('refuses bytes that are no protobuf, and protobuf that is no ONNX', async () => {
    await refused(
      await fileOf(Buffer.from('this is a text file, not a model\n')),
      'not-protobuf',
      /damaged or no ONNX file/,
    );
    await refused(await fileOf(Buffer.from('PK\x03\x04zip')), 'not-protobuf', /damaged or no ONNX file/);
    await refused(await fileOf(new Uint8Array(5000).fill(0xff)), 'not-protobuf', /damaged or no ONNX file/);
    await refused(await fileOf(new Uint8Array(5000)), 'not-protobuf', /damaged or no ONNX file/);
    await refused(
      await modelFile({ irVersion: 8n, opsetImport: [{ version: 17n }] }),
      'not-onnx',
      /no graph/,
    );
    await refused(await modelFile({ ...relu, opsetImport: [] }), 'not-onnx', /which operator set/);
    await refused(await modelFile({ ...relu, graph: { name: 'empty' } }), 'not-onnx', /empty graph/);
  });

  test('refuses operator sets it does not know the meaning of, and says which it knows', async () => {
    const version = (v: bigint) => modelFile({ ...relu, opsetImport: [{ version: v }] });
    await refused(await version(6n), 'opset-unsupported', /operator set 6 .* 7 to 25/);
    await refused(await version(26n), 'opset-unsupported', /operator set 26 .* 7 to 25/);
    await expect(readModel(await version(7n))).resolves.toBeDefined();
    await expect(readModel(await version(25n))).resolves.toBeDefined();
  });

  test('a file cut off anywhere is never taken for a whole one', async () => {
    const whole = await readFile(fixture);
    // The operator set is the last field of this file (7 bytes): without it nothing is valid.
    for (
      let length = 1;
      length < whole.length;
      length += length < 64 || length > whole.length - 64 ? 1 : 97
    ) {
      const failure: unknown = await readModel(await fileOf(whole.subarray(0, length))).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ name: 'ModelFailure' });
      if (length > 100 && length < whole.length - 16) expect(failure).toMatchObject({ code: 'truncated' });
    }
  });

  test('refuses nesting bombs, absurd counts and impossible tensors', async () => {
    type GraphInit = NonNullable<Model['graph']>;
    let nested: GraphInit = { node: [{ opType: 'Relu', output: ['y'] }] };
    for (let depth = 0; depth < 60; depth++) {
      nested = {
        node: [
          {
            opType: 'If',
            output: ['y'],
            attribute: [{ name: 'g', type: AttributeProto_AttributeType.GRAPH, g: nested }],
          },
        ],
      };
    }
    await refused(await modelFile({ ...relu, graph: nested }), 'graph-invalid', /nests subgraphs/);
    const withTensor = (tensor: NonNullable<GraphInit['initializer']>[number]) =>
      modelFile({
        ...relu,
        graph: { name: 'g', node: [{ opType: 'Relu', input: ['w'], output: ['y'] }], initializer: [tensor] },
      });
    const zeros = new Uint8Array(8);
    await refused(
      await withTensor({ name: 'w', dims: [-1n], dataType: 1, rawData: zeros }),
      'graph-invalid',
      /impossible shape/,
    );
    await refused(
      await withTensor({ name: 'w', dims: [2n ** 40n, 2n ** 40n], dataType: 1 }),
      'graph-invalid',
      /impossible shape/,
    );
    await refused(
      await withTensor({ name: 'w', dims: [3n], dataType: 1, rawData: zeros }),
      'graph-invalid',
      /8 bytes whose shape needs 12/,
    );
    await refused(
      await withTensor({ name: 'w', dims: [3n], dataType: 99, rawData: zeros }),
      'graph-invalid',
      /element type 99/,
    );
    await refused(
      await withTensor({ name: 'w', dims: new Array<bigint>(100).fill(1n), dataType: 1 }),
      'graph-invalid',
      /64 dimensions/,
    );
    await refused(
      await modelFile({ ...relu, graph: { node: [{ opType: 'Relu', name: 'n'.repeat(1e6) }] } }),
      'not-protobuf',
      /a name of 1000000 bytes/,
    );
    const swarm = Buffer.concat([
      Buffer.from([8, 8, 0x42, 2, 16, 17, 0x3a, 0x80, 0x89, 0x7a]),
      Buffer.alloc(2e6 + 128),
    ]);
    for (let at = 10; at < swarm.length; at += 8) swarm.set([0x0a, 6, 0x22, 4, 0x52, 0x65, 0x6c, 0x75], at);
    await expect(readModel(await fileOf(swarm))).resolves.toBeDefined();
    const heavy = Buffer.concat([
      Buffer.from([8, 8, 0x42, 2, 16, 17, 0x3a, 0x80, 0xad, 0xe2, 4]),
      Buffer.alloc(10e6),
    ]);
    for (let at = 11; at < heavy.length; at += 8)
      heavy.set([0x0a, 6, 0x22, 4, 0x52, 0x65, 0x6c, 0x75].slice(0, heavy.length - at), at);
    await refused(await fileOf(heavy), 'graph-invalid', /fill the memory/);
  });

  test('names that are not UTF-8 stay apart from each other', async () => {
    const path = await modelFile(relu);
    const bytes = await readFile(path);
    // 'x' and 'y' become two bytes that no UTF-8 text holds.
    for (let at = 1; at < bytes.length; at++) {
      if (bytes[at - 1] === 1 && bytes[at] === 0x78) bytes[at] = 0xfe;
      if (bytes[at - 1] === 1 && bytes[at] === 0x79) bytes[at] = 0xff;
    }
    const graph = await readModel(await fileOf(bytes));
    expect(graph.nodes[0]?.inputs).toEqual(['\xfe']);
    expect(graph.nodes[0]?.outputs).toEqual(['\xff']);
  });
});
