import { elementTypes, type ElementType } from './elementType.ts';
import { elementCount, type Tensor, type TensorSource } from './graph.ts';

/** Bytes of a tensor's raw data. */
export function tensorBytes(tensor: Tensor): number {
  return Math.ceil(elementCount(tensor.shape) * elementTypes[tensor.type].bytes);
}

/** Chunk of weights that is made and written at a time: large enough for the disk, small enough for the event loop. */
const chunkElements = 1 << 20;

/**
 * A tensor's raw little-endian bytes, chunk by chunk, from its recipe. Noise is seeded by `seed` and the tensor's name, so that
 * the same (graph, seed) gives the same bytes on every machine. The yielded buffer is reused: consume it before going on.
 */
export function* tensorChunks(tensor: Tensor, seed: number): Generator<Uint8Array> {
  const total = elementCount(tensor.shape);
  const buffer = new ArrayBuffer(Math.min(total, chunkElements) * elementTypes[tensor.type].bytes);
  const fill = filler(tensor.source, tensor.type, seedOf(tensor.name, seed), buffer);
  for (let start = 0; start < total; start += chunkElements) {
    const count = Math.min(chunkElements, total - start);
    fill(start, count);
    yield new Uint8Array(buffer, 0, count * elementTypes[tensor.type].bytes);
  }
}

type Fill = (start: number, count: number) => void;

function filler(source: TensorSource, type: ElementType, seed: number, buffer: ArrayBuffer): Fill {
  switch (source.kind) {
    case 'uniform':
      return uniform(type, source.halfWidth, seed, buffer);
    case 'fill': {
      const view = numericView(type, buffer);
      return (_start, count) => {
        for (let i = 0; i < count; i++) view.set(i, source.value);
      };
    }
    case 'literal': {
      const view = numericView(type, buffer);
      return (start, count) => {
        for (let i = 0; i < count; i++) view.set(i, source.values[start + i] ?? 0);
      };
    }
    case 'in-file':
      throw new Error('a tensor that was read from a file has no recipe to write it anew');
  }
}

/** Uniform noise by Marsaglia's xorshift32 ("Xorshift RNGs", 2003): fast, and good enough for weights nobody trains on. */
function uniform(type: ElementType, halfWidth: number, seed: number, buffer: ArrayBuffer): Fill {
  let state = seed;
  const factor = halfWidth / 2 ** 31;
  const advance = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  if (type === 'float') {
    const floats = new Float32Array(buffer);
    return (_start, count) => {
      let s = state;
      for (let i = 0; i < count; i++) {
        s ^= s << 13;
        s ^= s >>> 17;
        s ^= s << 5;
        floats[i] = s * factor;
      }
      state = s;
    };
  }
  if (type === 'int8') {
    // Quantised noise: halfWidth is given in steps, 127 at the most.
    const bytes = new Int8Array(buffer);
    return (_start, count) => {
      for (let i = 0; i < count; i++) bytes[i] = Math.round(advance() * factor);
    };
  }
  const view = numericView(type, buffer);
  return (_start, count) => {
    for (let i = 0; i < count; i++) view.set(i, advance() * factor);
  };
}

const numberArrays: Partial<Record<ElementType, (buffer: ArrayBuffer) => { [index: number]: number }>> = {
  float: (buffer) => new Float32Array(buffer),
  float16: (buffer) => new Float16Array(buffer),
  double: (buffer) => new Float64Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
};

function numericView(type: ElementType, buffer: ArrayBuffer): { set(index: number, value: number): void } {
  if (type === 'int64') {
    const longs = new BigInt64Array(buffer);
    return { set: (index, value) => (longs[index] = BigInt(value)) };
  }
  const numbers = numberArrays[type]?.(buffer);
  if (numbers === undefined) throw new Error(`no tensor of type ${type} is ever written`);
  return { set: (index, value) => (numbers[index] = value) };
}

/** FNV-1a over the name, mixed with the seed; never 0, which xorshift cannot leave. */
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash === 0 ? 1 : hash;
}
