import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { elementTypes, type ElementType } from './elementType.ts';
import type { Attribute, DeclaredValue, Graph, GraphNode, Tensor } from './graph.ts';
import {
  AttributeProto_AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type ValueInfoProtoSchema,
} from './proto/onnx_pb.js';
import { tensorBytes, tensorChunks } from './weights.ts';

/** Weights beyond this go to a file beside the model: one protobuf message cannot exceed 2 GiB. */
const defaultInlineLimitBytes = 1.9e9;

export interface WriteOptions {
  /** Seeds the noise of the weights. */
  readonly seed: number;
  readonly producer: string;
  readonly inlineLimitBytes?: number;
  /** Aborted: the writing ends with the signal's reason, and nothing stays. */
  readonly signal?: AbortSignal;
  /** Told how many bytes are written, and of how many. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface WrittenModel {
  /** Bytes of the model file and, where there is one, its data file. */
  readonly bytes: number;
  /** SHA-256 over the model file and then its data file, hex. */
  readonly sha256: string;
}

/**
 * Writes a graph as an .onnx file, weights streamed from their recipes; very large ones go to `<path>.data` beside it.
 * The file appears under its name only when it is whole. Rejects with the file system's error; nothing half-written stays.
 */
export async function writeModel(graph: Graph, path: string, options: WriteOptions): Promise<WrittenModel> {
  const weights = [...graph.initializers.values()];
  const weightBytes = weights.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  const external = weightBytes > (options.inlineLimitBytes ?? defaultInlineLimitBytes);
  const dataPath = `${path}.data`;
  const partial = `${path}.partial`;
  const partialData = `${dataPath}.partial`;
  const hash = createHash('sha256');
  let before = 0;
  const onBytes = (bytes: number): void => {
    options.signal?.throwIfAborted();
    options.onProgress?.(before + bytes, weightBytes);
  };
  try {
    let bytes = await writeFile(
      partial,
      (file) => writeProtobuf(file, graph, options, external ? basename(dataPath) : undefined),
      { hash, onBytes },
    );
    if (external) {
      before = bytes;
      const write = (file: Sink) => writeTensors(file, weights, options.seed);
      bytes += await writeFile(partialData, write, { hash, onBytes });
      await rename(partialData, dataPath);
    }
    await rename(partial, path);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await Promise.all([rm(partial, { force: true }), rm(partialData, { force: true })]);
    throw error;
  }
}

/** The same bytes as `writeModel` writes, for graphs small enough to hold. */
export function encodeModel(graph: Graph, options: WriteOptions): Uint8Array {
  const chunks: Buffer[] = [];
  for (const chunk of protobufChunks(graph, options, undefined)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

interface Observers {
  readonly hash: Hash;
  /** Told how many bytes this file has; throws to end the writing. */
  readonly onBytes: (bytes: number) => void;
}

async function writeFile(
  path: string,
  write: (file: Sink) => Promise<void>,
  observers: Observers,
): Promise<number> {
  const handle = await open(path, 'w');
  try {
    const sink = new Sink(handle, observers);
    await write(sink);
    await sink.flush();
    return sink.bytes;
  } finally {
    await handle.close();
  }
}

/** Gathers small pieces, hashes and writes. */
class Sink {
  bytes = 0;
  readonly #handle: FileHandle;
  readonly #observers: Observers;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(handle: FileHandle, observers: Observers) {
    this.#handle = handle;
    this.#observers = observers;
  }

  async put(chunk: Uint8Array): Promise<void> {
    this.#observers.hash.update(chunk);
    this.bytes += chunk.byteLength;
    this.#observers.onBytes(this.bytes);
    if (chunk.byteLength >= 1 << 16) {
      await this.flush();
      await this.#handle.writeFile(chunk);
      return;
    }
    // Copied, because the producer reuses its buffer.
    this.#pending.push(Buffer.from(chunk));
    this.#pendingBytes += chunk.byteLength;
    if (this.#pendingBytes >= 1 << 20) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    await this.#handle.writeFile(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

async function writeProtobuf(
  file: Sink,
  graph: Graph,
  options: WriteOptions,
  dataFile: string | undefined,
): Promise<void> {
  for (const chunk of protobufChunks(graph, options, dataFile)) await file.put(chunk);
}

async function writeTensors(file: Sink, tensors: readonly Tensor[], seed: number): Promise<void> {
  for (const tensor of tensors) for (const chunk of tensorChunks(tensor, seed)) await file.put(chunk);
}

/**
 * ModelProto as a sequence of byte chunks. The weights are spliced into the encoded skeleton by hand, because a protobuf
 * library would hold all of them (twice) in memory: a message is the concatenation of its fields in any order.
 */
function* protobufChunks(
  graph: Graph,
  options: WriteOptions,
  dataFile: string | undefined,
): Generator<Uint8Array> {
  const skeleton = toBinary(GraphProtoSchema, create(GraphProtoSchema, graphSkeleton(graph)));
  let offset = 0;
  const initializers = [...graph.initializers.values()].map((tensor) => {
    const rawBytes = tensorBytes(tensor);
    const head = tensorHead(tensor, dataFile === undefined ? undefined : { dataFile, offset, rawBytes });
    offset += rawBytes;
    const rawPrefix = dataFile === undefined ? lengthPrefix(9, rawBytes) : new Uint8Array();
    const length = head.length + rawPrefix.length + (dataFile === undefined ? rawBytes : 0);
    return { tensor, prefix: Buffer.concat([lengthPrefix(5, length), head, rawPrefix]), length };
  });
  const graphLength = initializers.reduce(
    (sum, { length }) => sum + lengthPrefix(5, length).length + length,
    skeleton.length,
  );
  yield toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(graph.irVersion),
      producerName: options.producer,
      opsetImport: Object.entries(graph.opsets).map(([domain, version]) => ({
        domain,
        version: BigInt(version),
      })),
      metadataProps: Object.entries(graph.metadata).map(([key, value]) => ({ key, value })),
    }),
  );
  yield lengthPrefix(7, graphLength);
  yield skeleton;
  for (const { tensor, prefix } of initializers) {
    yield prefix;
    if (dataFile === undefined) yield* tensorChunks(tensor, options.seed);
  }
}

function tensorHead(
  tensor: Tensor,
  external: { dataFile: string; offset: number; rawBytes: number } | undefined,
): Uint8Array {
  const head = create(TensorProtoSchema, {
    name: tensor.name,
    dims: tensor.shape.map(BigInt),
    dataType: elementTypes[tensor.type].code,
  });
  if (external !== undefined) {
    head.dataLocation = TensorProto_DataLocation.EXTERNAL;
    const entry = (key: string, value: string) => ({
      $typeName: 'onnx.StringStringEntryProto' as const,
      key,
      value,
    });
    head.externalData = [
      entry('location', external.dataFile),
      entry('offset', String(external.offset)),
      entry('length', String(external.rawBytes)),
    ];
  }
  return toBinary(TensorProtoSchema, head);
}

function graphSkeleton(graph: Graph): MessageInitShape<typeof GraphProtoSchema> {
  return {
    name: graph.name,
    node: graph.nodes.map(nodeProto),
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
  };
}

function nodeProto(node: GraphNode): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  };
}

function attributeProto(name: string, attribute: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  switch (attribute.kind) {
    case 'int':
      return { name, type: AttributeProto_AttributeType.INT, i: BigInt(attribute.value) };
    case 'ints':
      return { name, type: AttributeProto_AttributeType.INTS, ints: attribute.value.map(BigInt) };
    case 'float':
      return { name, type: AttributeProto_AttributeType.FLOAT, f: attribute.value };
    case 'floats':
      return { name, type: AttributeProto_AttributeType.FLOATS, floats: [...attribute.value] };
    case 'string':
      return { name, type: AttributeProto_AttributeType.STRING, s: bytes(attribute.value) };
    case 'strings':
      return { name, type: AttributeProto_AttributeType.STRINGS, strings: attribute.value.map(bytes) };
    case 'tensor': {
      const tensor = attribute.value;
      const rawData = Buffer.concat([...tensorChunks(tensor, 0)].map((chunk) => Buffer.from(chunk)));
      const proto = {
        name: '',
        dims: tensor.shape.map(BigInt),
        dataType: elementTypes[tensor.type].code,
        rawData,
      };
      return { name, type: AttributeProto_AttributeType.TENSOR, t: proto };
    }
    case 'graph':
    case 'other':
      throw new Error(`attribute '${name}' of kind ${attribute.kind} is never written`);
  }
}

function valueProto(value: DeclaredValue): MessageInitShape<typeof ValueInfoProtoSchema> {
  const elemType = elementTypes[(value.type ?? 'float') satisfies ElementType].code;
  const dim = (value.dims ?? []).map((size) => ({
    value:
      typeof size === 'number'
        ? ({ case: 'dimValue', value: BigInt(size) } as const)
        : ({ case: 'dimParam', value: size ?? '' } as const),
  }));
  return { name: value.name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}

/** Tag (wire type 2) and length of a protobuf field. */
function lengthPrefix(field: number, length: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest of [field * 8 + 2, length]) {
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}
