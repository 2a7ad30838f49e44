import { elementTypeOfCode } from '../elementType.ts';
import type { Attribute, DeclaredDim, DeclaredValue, Graph, GraphNode, Tensor } from '../graph.ts';
import { highestRank, readIntegers, readTensor, type ExternalReference } from './tensor.ts';
import { wire, type Reading, type WireCursor } from './wire.ts';

/** What every graph of a file shares. */
export interface FileContext {
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Filled while reading: tensors whose bytes lie in other files. */
  readonly external: ExternalReference[];
}

/** Subgraphs within subgraphs: real models nest two or three deep. */
const deepestNesting = 24;

/** Reads a GraphProto that ends at `end`; `depth` counts the graphs around it. */
export function* readGraph(
  cursor: WireCursor,
  end: number,
  file: FileContext,
  depth: number,
): Reading<Graph> {
  if (depth > deepestNesting) throw cursor.absurd(`nests subgraphs more than ${deepestNesting} deep`);
  let name = '';
  const nodes: GraphNode[] = [];
  const inputs: DeclaredValue[] = [];
  const outputs: DeclaredValue[] = [];
  const initializers = new Map<string, Tensor>();
  const valueInfo = new Map<string, DeclaredValue>();
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.wireType === wire.bytes) {
      switch (cursor.number) {
        case 1:
          nodes.push(yield* readNode(cursor, payload, file, depth));
          break;
        case 2:
          if (cursor.lacksText()) yield;
          name = cursor.text();
          break;
        case 5: {
          const tensor = yield* readTensor(cursor, payload, file.external);
          initializers.set(tensor.name, tensor);
          break;
        }
        case 11:
          inputs.push(yield* readValueInfo(cursor, payload));
          break;
        case 12:
          outputs.push(yield* readValueInfo(cursor, payload));
          break;
        case 13: {
          const value = yield* readValueInfo(cursor, payload);
          valueInfo.set(value.name, value);
          break;
        }
        case 15: {
          const tensor = yield* readSparseTensor(cursor, payload, file.external);
          initializers.set(tensor.name, tensor);
          break;
        }
      }
    }
    cursor.position = payload;
  }
  const { opsets, irVersion, metadata } = file;
  return { name, opsets, irVersion, metadata, inputs, outputs, nodes, initializers, valueInfo };
}

function* readNode(cursor: WireCursor, end: number, file: FileContext, depth: number): Reading<GraphNode> {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  let [name, op, domain] = ['', '', ''];
  cursor.retain(400);
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    const { number, wireType } = cursor;
    if (wireType === wire.bytes && (number <= 4 || number === 7)) {
      if (cursor.lacksText()) yield;
      const text = cursor.text();
      if (number === 1) inputs.push(text);
      else if (number === 2) outputs.push(text);
      else if (number === 3) name = text;
      else if (number === 4) op = text;
      else domain = text;
    } else if (wireType === wire.bytes && number === 5)
      yield* readAttribute(cursor, payload, file, depth, attributes);
    cursor.position = payload;
  }
  if (op === '') throw cursor.absurd('has a node without an operator');
  return { name, op, domain, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

/** AttributeProto.AttributeType. */
const attributeKinds: readonly (Attribute['kind'] | undefined)[] = [
  undefined,
  'float',
  'int',
  'string',
  'tensor',
  'graph',
  'floats',
  'ints',
  'strings',
];

function* readAttribute(
  cursor: WireCursor,
  end: number,
  file: FileContext,
  depth: number,
  into: Map<string, Attribute>,
): Reading<void> {
  let name = '';
  let type = 0;
  let [float, int] = [0, 0];
  let text: string | undefined = '';
  let tensor: Tensor | undefined;
  let graph: Graph | undefined;
  const floats: number[] = [];
  const ints: number[] = [];
  const strings: string[] = [];
  /** The kind by the field that was present: files older than IR 2 do not tell the type. */
  let seen: Attribute['kind'] = 'other';
  let isWhole = true;
  cursor.retain(200);
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    const { number, wireType } = cursor;
    if (number === 20 && wireType === wire.varint) type = cursor.value;
    else if (number === 1 && wireType === wire.bytes) {
      if (cursor.lacksText()) yield;
      name = cursor.text();
    } else if (number === 2 && wireType === wire.fixed32) {
      if (cursor.lacks(4)) yield;
      float = cursor.float32(payload);
      seen = 'float';
    } else if (number === 3 && wireType === wire.varint) {
      int = cursor.value;
      seen = 'int';
    } else if ((number === 4 || number === 9) && wireType === wire.bytes) {
      seen = number === 4 ? 'string' : 'strings';
      if (cursor.isLongText()) isWhole = false;
      else {
        if (cursor.lacksText()) yield;
        if (number === 4) text = cursor.text();
        else strings.push(cursor.text());
      }
    } else if (number === 5 && wireType === wire.bytes) {
      tensor = yield* readTensor(cursor, payload, file.external);
      seen = 'tensor';
    } else if (number === 6 && wireType === wire.bytes) {
      graph = yield* readGraph(cursor, payload, file, depth + 1);
      seen = 'graph';
    } else if (number === 7) {
      seen = 'floats';
      if (cursor.isLongText()) isWhole = false;
      else {
        if (cursor.lacksText()) yield;
        cursor.retain(2 * (payload - cursor.position));
        while (cursor.position < payload) floats.push(cursor.float32(payload));
      }
    } else if (number === 8) {
      seen = 'ints';
      if (cursor.isLongText()) isWhole = false;
      else yield* readIntegers(cursor, ints);
    }
    cursor.position = payload;
  }
  const kind = isWhole ? (type === 0 ? seen : (attributeKinds[type] ?? 'other')) : 'other';
  into.set(name, attributeOf(kind, { float, int, text, tensor, graph, floats, ints, strings }));
}

interface AttributeParts {
  readonly float: number;
  readonly int: number;
  readonly text: string;
  readonly tensor: Tensor | undefined;
  readonly graph: Graph | undefined;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
}

function attributeOf(kind: Attribute['kind'], parts: AttributeParts): Attribute {
  switch (kind) {
    case 'float':
      return { kind, value: parts.float };
    case 'int':
      return { kind, value: parts.int };
    case 'string':
      return { kind, value: parts.text };
    case 'floats':
      return { kind, value: parts.floats };
    case 'ints':
      return { kind, value: parts.ints };
    case 'strings':
      return { kind, value: parts.strings };
    case 'tensor':
      return parts.tensor ? { kind, value: parts.tensor } : { kind: 'other' };
    case 'graph':
      return parts.graph ? { kind, value: parts.graph } : { kind: 'other' };
    case 'other':
      return { kind };
  }
}

/** A SparseTensorProto (values 1, indices 2, dims 3): the tensor it stands for, under its values' name. */
function* readSparseTensor(cursor: WireCursor, end: number, external: ExternalReference[]): Reading<Tensor> {
  let values: Tensor | undefined;
  const dims: number[] = [];
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.bytes)
      values = yield* readTensor(cursor, payload, external);
    else if (cursor.number === 3) yield* readIntegers(cursor, dims);
    cursor.position = payload;
  }
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (!values || dims.length > highestRank || dims.some((dim) => dim < 0) || !Number.isSafeInteger(count)) {
    throw cursor.absurd('has a sparse tensor without values or of an impossible shape');
  }
  return { name: values.name, type: values.type, shape: dims, source: { kind: 'in-file' } };
}

/** A ValueInfoProto: name 1, type 2. Only tensor types have an element type and dimensions here. */
function* readValueInfo(cursor: WireCursor, end: number): Reading<DeclaredValue> {
  let name = '';
  let type: DeclaredValue['type'];
  let dims: DeclaredValue['dims'];
  cursor.retain(200);
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.wireType === wire.bytes && cursor.number === 1) {
      if (cursor.lacksText()) yield;
      name = cursor.text();
    } else if (cursor.wireType === wire.bytes && cursor.number === 2) {
      const read = yield* readTensorType(cursor, payload);
      type = read?.type;
      dims = read?.dims;
    }
    cursor.position = payload;
  }
  return { name, type, dims };
}

/** TypeProto.tensor_type (1). Sequences, maps and optionals give undefined. */
function* readTensorType(cursor: WireCursor, end: number): Reading<ElementTypeAndDims | undefined> {
  let found: ElementTypeAndDims | undefined;
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.bytes)
      found = yield* readElementTypeAndDims(cursor, payload);
    cursor.position = payload;
  }
  return found;
}

type ElementTypeAndDims = Omit<DeclaredValue, 'name'>;

/** TypeProto.Tensor: elem_type 1, shape 2. */
function* readElementTypeAndDims(cursor: WireCursor, end: number): Reading<ElementTypeAndDims> {
  let type: DeclaredValue['type'];
  let dims: DeclaredDim[] | undefined;
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.varint) type = elementTypeOfCode(cursor.value);
    else if (cursor.number === 2 && cursor.wireType === wire.bytes) dims = yield* readDims(cursor, payload);
    cursor.position = payload;
  }
  return { type, dims };
}

/** TensorShapeProto: dim 1. */
function* readDims(cursor: WireCursor, end: number): Reading<DeclaredDim[]> {
  const dims: DeclaredDim[] = [];
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.bytes) {
      dims.push(yield* readDim(cursor, payload));
      cursor.retain(16);
    }
    cursor.position = payload;
    if (dims.length > highestRank)
      throw cursor.absurd(`declares a value of more than ${highestRank} dimensions`);
  }
  return dims;
}

/** TensorShapeProto.Dimension: dim_value 1 or dim_param 2. Exporters write 0, -1 and '' for "unknown". */
function* readDim(cursor: WireCursor, end: number): Reading<DeclaredDim> {
  let dim: DeclaredDim = null;
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const payload = cursor.end;
    if (cursor.number === 1 && cursor.wireType === wire.varint) dim = cursor.value > 0 ? cursor.value : null;
    else if (cursor.number === 2 && cursor.wireType === wire.bytes) {
      if (cursor.lacksText()) yield;
      dim = cursor.text() || null;
    }
    cursor.position = payload;
  }
  return dim;
}
