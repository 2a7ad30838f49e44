import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { reasonOf, repeatable, type TrialFailure } from './failure.ts';
import { seededRandom, type Random } from './random.ts';
import type { OnnxRuntime } from './runtime.ts';
import type { TrialTask } from './trial.ts';

type Metadata = InferenceSession.ValueMetadata;
type TensorMetadata = InferenceSession.TensorValueMetadata;
export type Feeds = Record<string, Tensor>;

/** Channels of an image: what tells [N, 3, H, W] from [N, H, W, 3]. */
const imageChannels = [1, 3, 4];

/**
 * Noise for every input of a model, seeded by the task, at the task's batch: the first symbolic dimension of each input
 * is the batch, the symbolic sides of an image are the task's `inputSize`. Throws a TrialFailure where the model wants
 * something that is not known.
 */
export function makeFeeds(runtime: OnnxRuntime, inputs: readonly Metadata[], task: TrialTask): Feeds {
  const random = seededRandom(task.seed);
  return Object.fromEntries(
    inputs.map((input) => {
      if (!input.isTensor) throw notFeedable(input.name, 'is not a tensor');
      return [input.name, makeTensor(runtime, input, shapeOf(input, task), random)];
    }),
  );
}

function shapeOf({ name, shape }: TensorMetadata, task: TrialTask): number[] {
  const batchSymbol = typeof shape[0] === 'string' ? shape[0] : null;
  const [first] = shape;
  if (shape.length === 4 && typeof first === 'number' && first !== task.batch) {
    throw repeatable(
      'batch-fixed',
      `The model's input "${name}" has a fixed batch of ${first}; ${task.batch} was asked for.`,
      `Measure it at batch ${first}, or export it with a symbolic batch dimension.`,
    );
  }
  const sides = imageSides(shape);
  return shape.map((dimension, index) => {
    if (typeof dimension === 'number') return dimension;
    if (index === 0 || (dimension !== '' && dimension === batchSymbol)) return task.batch;
    if (sides.includes(index) && task.inputSize !== undefined) return task.inputSize;
    throw notFeedable(name, `leaves dimension ${index} ("${dimension}") open, and no size for it was given`);
  });
}

/** Where height and width stand in the shape of an image; empty where it is none. */
function imageSides(shape: readonly (number | string)[]): readonly number[] {
  if (shape.length !== 4) return [];
  const isChannels = (dimension: number | string | undefined): boolean =>
    typeof dimension === 'number' && imageChannels.includes(dimension);
  if (isChannels(shape[1])) return [2, 3];
  return isChannels(shape[3]) ? [1, 2] : [];
}

function makeTensor(
  runtime: OnnxRuntime,
  { name, type }: TensorMetadata,
  shape: number[],
  random: Random,
): Tensor {
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  try {
    switch (type) {
      case 'float32':
        return new runtime.Tensor(
          'float32',
          filled(new Float32Array(count), () => noise(random)),
          shape,
        );
      case 'float64':
        return new runtime.Tensor(
          'float64',
          filled(new Float64Array(count), () => noise(random)),
          shape,
        );
      case 'float16':
        return new runtime.Tensor(
          'float16',
          filled(new Uint16Array(count), () => halfBits(noise(random))),
          shape,
        );
      case 'uint8':
        return new runtime.Tensor(
          'uint8',
          filled(new Uint8Array(count), () => Math.floor(random() * 256)),
          shape,
        );
      case 'int8':
        return new runtime.Tensor(
          'int8',
          filled(new Int8Array(count), () => Math.floor(random() * 256) - 128),
          shape,
        );
      // Integers that are no pixels are sizes, counts or indices; 1 is valid as most of them.
      case 'int32':
        return new runtime.Tensor('int32', new Int32Array(count).fill(1), shape);
      case 'int64':
        return new runtime.Tensor('int64', new BigInt64Array(count).fill(1n), shape);
      case 'bool':
        return new runtime.Tensor('bool', new Uint8Array(count).fill(1), shape);
      case 'uint16':
      case 'int16':
      case 'uint32':
      case 'uint64':
      case 'int4':
      case 'uint4':
      case 'string':
        throw notFeedable(name, `has the type ${type}`);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw repeatable(
      'input-too-large',
      `The input "${name}" [${shape.join(', ')}] is too large: ${reasonOf(error)}`,
      'Choose a smaller batch or input size.',
    );
  }
}

function filled<T extends Float32Array | Float64Array | Uint16Array | Uint8Array | Int8Array>(
  array: T,
  next: () => number,
): T {
  for (let index = 0; index < array.length; index++) array[index] = next();
  return array;
}

/** Mean 0 and variance 1, like a normalised image; uniform, since 10 million normal numbers take a second. */
function noise(random: Random): number {
  return (random() - 0.5) * Math.sqrt(12);
}

const floatOf = new Float32Array(1);
const bitsOf = new Uint32Array(floatOf.buffer);

/** Bits of the half float next to `value` towards zero; for values well inside its range, smaller ones become 0. */
function halfBits(value: number): number {
  floatOf[0] = value;
  const bits = bitsOf[0] ?? 0;
  const exponent = ((bits >>> 23) & 0xff) - 127 + 15;
  const sign = (bits >>> 16) & 0x8000;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff);
}

function notFeedable(name: string, why: string): TrialFailure {
  return repeatable(
    'input-not-feedable',
    `Backbench cannot make the input "${name}": it ${why}.`,
    'Export the model with image inputs whose sides are fixed; only the batch may stay open.',
  );
}
