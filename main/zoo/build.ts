import type { BackboneUse } from '../../preload/contract.ts';
import { GraphBuilder, type BuiltGraph, type Value } from '../onnx/builder.ts';
import type { Architecture } from './architecture.ts';

/** A wish that the zoo cannot fulfil; the message names the option and what is accepted. */
export class ZooFailure extends Error {
  readonly code: 'input-size' | 'use' | 'unknown-model' | 'disk-full';

  constructor(code: ZooFailure['code'], message: string) {
    super(message);
    this.name = 'ZooFailure';
    this.code = code;
  }
}

/**
 * An architecture's graph at an input size (default: its own), cut for a use. Batch is symbolic; weights are recipes.
 * Throws ZooFailure where the architecture has no such size or use.
 */
export function buildGraph(
  architecture: Architecture,
  options: { inputSize?: number | null; use?: BackboneUse } = {},
): BuiltGraph {
  const size = options.inputSize ?? architecture.inputSize;
  const use = options.use ?? 'classifier';
  assertInputSize(architecture, size);
  const g = new GraphBuilder(architecture.name);
  const logits = architecture.build(g, g.image(3, size, size));
  return g.finish(outputsFor(use, architecture, g, logits, size));
}

/** Throws ZooFailure('input-size') where the architecture cannot be built for this size. */
export function assertInputSize({ name, inputSize, inputSizes }: Architecture, size: number): void {
  if (size === inputSize) return;
  if (inputSizes === 'fixed') {
    throw new ZooFailure('input-size', `${name} takes ${inputSize} px only, not ${size}`);
  }
  if (size < inputSizes.min || size % inputSizes.multipleOf !== 0) {
    const { min, multipleOf } = inputSizes;
    throw new ZooFailure(
      'input-size',
      `${name} takes ${inputSize} px or a multiple of ${multipleOf} from ${min} px, not ${size}`,
    );
  }
}

function outputsFor(
  use: BackboneUse,
  architecture: Architecture,
  g: GraphBuilder,
  logits: Value,
  size: number,
): (readonly [string, Value])[] {
  switch (use) {
    case 'classifier':
      return [['logits', logits]];
    case 'features': {
      if (g.pooled === undefined) throw new ZooFailure('use', `${architecture.name} has no pooled features`);
      return [['features', g.pooled]];
    }
    case 'pyramid': {
      if (g.taps.length === 0) throw new ZooFailure('use', `${architecture.name} has no pyramid outputs`);
      const strides = nominalStrides(g.taps, size);
      return g.taps.map((map, index) => [`stride${strides[index]}`, map]);
    }
  }
}

/**
 * The stride that each map stands for: the power of two next to size / height, the lower one being favoured because unpadded
 * convolutions shrink maps further (35 px from 299 px is stride 8, 3 px from 160 px stride 32), and larger than the map's before.
 */
function nominalStrides(maps: readonly Value[], size: number): number[] {
  const strides: number[] = [];
  for (const map of maps) {
    const nearest = 2 ** Math.round(Math.log2(size / (map.shape[2] ?? size)) - 0.25);
    strides.push(Math.max(nearest, 2 * (strides.at(-1) ?? 0)));
  }
  return strides;
}
