import { elementTypeOfCode, elementTypes, type ElementType } from '../elementType.ts';
import { ModelFailure } from '../failure.ts';
import { elementCount, type Tensor } from '../graph.ts';
import { clip } from '../inference/context.ts';
import { wire, type Reading, type WireCursor } from './wire.ts';

/** A tensor whose bytes lie in another file, as the model says; nothing of it is checked yet. */
export interface ExternalReference {
  readonly tensor: string;
  /** Bytes that the tensor's shape and type need. */
  readonly neededBytes: number;
  /** location, offset, length …: key and value as written. */
  readonly entries: ReadonlyMap<string, string>;
}

/** Content up to this size is kept: shapes, axes, scales. Weights are larger, and are stepped over. */
const keptBytes = 4096;
/** More axes than any runtime supports. */
export const highestRank = 64;

/** What one TensorProto message said, in whatever order it said it. */
interface Parts {
  dims: number[];
  typeCode: number;
  name: string;
  raw: Buffer | undefined;
  rawBytes: number | undefined;
  /** Content of float_data, int32_data …; undefined once it grew too large to keep. */
  numbers: number[] | undefined;
  entries: Map<string, string>;
  isExternal: boolean;
}

/** Reads a TensorProto that ends at `end`. References to other files are appended to `external`. */
export function* readTensor(cursor: WireCursor, end: number, external: ExternalReference[]): Reading<Tensor> {
  const parts: Parts = {
    dims: [],
    typeCode: 0,
    name: '',
    raw: undefined,
    rawBytes: undefined,
    numbers: [],
    entries: new Map(),
    isExternal: false,
  };
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    const { number, wireType } = cursor;
    if (number === 1) yield* readIntegers(cursor, parts.dims);
    else if (number === 2 && wireType === wire.varint) parts.typeCode = cursor.value;
    else if (number === 8 && wireType === wire.bytes) {
      if (cursor.lacksText()) yield;
      parts.name = cursor.text();
    } else if (number === 9 && wireType === wire.bytes) {
      parts.rawBytes = cursor.end - cursor.position;
      if (parts.rawBytes <= keptBytes) {
        if (cursor.lacksText()) yield;
        parts.raw = cursor.bytes();
      } else parts.raw = undefined;
    } else if (number === 13 && wireType === wire.bytes) yield* readEntry(cursor, cursor.end, parts.entries);
    else if (number === 14 && wireType === wire.varint) parts.isExternal = cursor.value === 1;
    else yield* readNumbers(cursor, parts);
    cursor.skip();
    if (parts.dims.length > highestRank)
      throw cursor.absurd(`has a tensor '${clip(parts.name)}' of more than ${highestRank} dimensions`);
  }
  return assembled(cursor, parts, external);
}

/** float_data, int32_data, int64_data, double_data and uint64_data, packed or one by one. */
function* readNumbers(cursor: WireCursor, parts: Parts): Reading<void> {
  const { number, wireType } = cursor;
  const isFloat = number === 4;
  const isDouble = number === 10;
  if (!isFloat && !isDouble && number !== 5 && number !== 7 && number !== 11) return;
  const length = cursor.end - cursor.position;
  if (wireType === wire.varint) parts.numbers?.push(cursor.value);
  else if (length > keptBytes) parts.numbers = undefined;
  else {
    if (cursor.lacks(length)) yield;
    const payload = cursor.end;
    while (parts.numbers && cursor.position < payload)
      parts.numbers.push(nextNumber(cursor, payload, isFloat, isDouble));
  }
  if (parts.numbers && parts.numbers.length > keptBytes) parts.numbers = undefined;
}

function nextNumber(cursor: WireCursor, end: number, isFloat: boolean, isDouble: boolean): number {
  if (!isFloat && !isDouble) return cursor.varint(end);
  return isFloat ? cursor.float32(end) : cursor.float64(end);
}

/** A repeated int64 field, packed or one by one. Lists too long for the window are refused: they are no shapes. */
export function* readIntegers(cursor: WireCursor, list: number[]): Reading<void> {
  if (cursor.wireType === wire.varint) {
    list.push(cursor.value);
    cursor.retain(8);
  } else if (cursor.wireType === wire.bytes) {
    if (cursor.lacksText()) yield;
    const payload = cursor.end;
    while (cursor.position < payload) {
      list.push(cursor.varint(payload));
      cursor.retain(8);
    }
  }
}

/** A StringStringEntryProto: key 1, value 2. */
export function* readEntry(cursor: WireCursor, end: number, into: Map<string, string>): Reading<void> {
  let key = '';
  let text = '';
  while (cursor.position < end) {
    if (cursor.lacksField(end)) yield;
    cursor.field(end);
    if (cursor.wireType === wire.bytes && (cursor.number === 1 || cursor.number === 2)) {
      // Metadata may hold whole documents (class lists, training logs); what is no short text is left out.
      if (cursor.isLongText()) cursor.skip();
      else {
        if (cursor.lacksText()) yield;
        if (cursor.number === 1) key = cursor.text();
        else text = cursor.text();
      }
    }
    cursor.skip();
  }
  into.set(key, text);
  cursor.end = end;
}

function assembled(cursor: WireCursor, parts: Parts, external: ExternalReference[]): Tensor {
  const { name, dims: shape } = parts;
  const shown = clip(name);
  const type = elementTypeOfCode(parts.typeCode);
  if (!type)
    throw cursor.absurd(`has a tensor '${shown}' of element type ${parts.typeCode}, which is not known`);
  const count = elementCount(shape);
  if (shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0) || !Number.isSafeInteger(count)) {
    throw cursor.absurd(`has a tensor '${shown}' of an impossible shape`);
  }
  cursor.retain(200);
  const neededBytes = Math.ceil(count * elementTypes[type].bytes);
  if (parts.isExternal) {
    external.push({ tensor: shown, neededBytes, entries: parts.entries });
    return { name, type, shape, source: { kind: 'in-file' } };
  }
  if (parts.rawBytes !== undefined && type !== 'string' && parts.rawBytes !== neededBytes) {
    throw new ModelFailure(
      'graph-invalid',
      `${cursor.path} has a tensor '${shown}' of ${parts.rawBytes} bytes whose shape needs ${neededBytes}.`,
    );
  }
  const values = parts.raw ? decode(parts.raw, type) : parts.numbers && decodeNumbers(parts.numbers, type);
  if (values?.length !== count || count === 0) {
    return { name, type, shape, source: count === 0 ? { kind: 'literal', values: [] } : { kind: 'in-file' } };
  }
  cursor.retain(8 * count);
  return { name, type, shape, source: { kind: 'literal', values } };
}

/** float16 and bfloat16 stand in int32_data as bit patterns. */
function decodeNumbers(numbers: readonly number[], type: ElementType): readonly number[] {
  if (type !== 'float16' && type !== 'bfloat16') return numbers;
  const bits = Buffer.alloc(2 * numbers.length);
  numbers.forEach((pattern, i) => bits.writeUInt16LE(pattern & 0xffff, 2 * i));
  return decode(bits, type) ?? [];
}

type Decoder = (view: DataView, at: number) => number;

const decoders: Partial<Record<ElementType, Decoder>> = {
  float: (view, at) => view.getFloat32(at, true),
  double: (view, at) => view.getFloat64(at, true),
  float16: (view, at) => view.getFloat16(at, true),
  bfloat16: (view, at) => bfloat16(view.getUint16(at, true)),
  int8: (view, at) => view.getInt8(at),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at),
  int16: (view, at) => view.getInt16(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  uint64: (view, at) => Number(view.getBigUint64(at, true)),
};

function bfloat16(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(2, bits, true);
  return view.getFloat32(0, true);
}

/** Raw bytes (little-endian, as ONNX stores them) as numbers; undefined for types whose values no shape depends on. */
function decode(raw: Buffer, type: ElementType): number[] | undefined {
  const read = decoders[type];
  if (!read) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const { bytes } = elementTypes[type];
  return Array.from({ length: raw.length / bytes }, (_, i) => read(view, i * bytes));
}
