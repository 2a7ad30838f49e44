import type { ElementType } from './elementType.ts';

/** Dimensions of a tensor with every symbol bound (batch included). */
export type Shape = readonly number[];

/** A dimension as a graph's input or output declares it: a size, a symbol ('N'), or null where the file says nothing. */
export type DeclaredDim = number | string | null;

/** Node attributes, tagged with ONNX's attribute type because 1 and 1.0 are different things in the file. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  /** Types that no operator here reads (type protos, sparse tensors …): kept by name only. */
  | { readonly kind: 'other' };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** '' is ai.onnx. */
  readonly domain: string;
  /** Value names; '' marks an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** Where a tensor's bytes come from. Weights stay a recipe until they are streamed to disk. */
export type TensorSource =
  /** Uniform noise on [-halfWidth, halfWidth] (standard deviation halfWidth / √3), seeded by the tensor's name. */
  | { readonly kind: 'uniform'; readonly halfWidth: number }
  | { readonly kind: 'fill'; readonly value: number }
  /** Small literal data: shapes, axes, scales, lookup tables. */
  | { readonly kind: 'literal'; readonly values: readonly number[] | Float32Array | Int32Array }
  /** The bytes exist in the file that was read, but were not loaded: analysis does not need them. */
  | { readonly kind: 'in-file' };

export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly source: TensorSource;
}

export interface DeclaredValue {
  readonly name: string;
  readonly type: ElementType | undefined;
  /** undefined: not even the rank is declared. */
  readonly dims: readonly DeclaredDim[] | undefined;
}

/**
 * A computation graph, as built by the zoo or read from a file.
 * By our convention an initializer is a learned value (or a running statistic) and everything else is a `Constant` node;
 * files of others make no such promise.
 */
export interface Graph {
  readonly name: string;
  /** Operator set version by domain; '' is ai.onnx. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Shapes the file itself declares for inner values. */
  readonly valueInfo: ReadonlyMap<string, DeclaredValue>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Elements in a tensor of this shape; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
