import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { fourStages, pooledClassifier, type Place } from './fourStages.ts';
import { roundChannels } from './roundChannels.ts';
import { squeezeExcite } from './squeezeExcite.ts';

/** Changes to ResNet that later papers combine; timm's names of them in quotes. */
export interface TunedResNet {
  /** Basic blocks (two 3×3 layers) or bottlenecks, those with the stride in the 3×3 layer. */
  readonly block: 'basic' | 'bottleneck';
  readonly depths: readonly number[];
  /** Default 'plain', one 7×7 layer. 'deep': three 3×3 layers; 'tiered': the same of 24, 32, 64 channels. */
  readonly stem?: Stem;
  /** How the stem's map is halved: 'max' pool (default) or a strided 3×3 layer ("replace_stem_pool"). */
  readonly stemPool?: 'max' | 'conv';
  /** Projections of stride 2: a strided 1×1 layer (default) or average pooling before it ("avg_down"). */
  readonly shortcut?: Shortcut;
  /** Squeeze-and-excitation at the end of each branch, to this share of its channels. Default none. */
  readonly squeeze?: number;
  /** ResNeXt's groups in the 3×3 layers, and channels a group in the first stage. */
  readonly groups?: number;
  readonly widthPerGroup?: number;
}

export type Stem = 'plain' | 'deep' | 'tiered';
export type Shortcut = 'conv' | 'average';

/** The first layers, to stride 2 and 64 channels. 'deep' is ResNet-C's (arXiv 1812.01187, figure 2 b). */
export function resnetStem(g: GraphBuilder, image: Value, stem: Stem): Value {
  if (stem === 'plain') return g.convNorm(image, 64, 7, { stride: 2 });
  const first = stem === 'tiered' ? 24 : 32;
  return g.convNorm(g.convNorm(g.convNorm(image, first, 3, { stride: 2 }), 32, 3), 64, 3);
}

/** The shortcut to `width` channels: the identity where the shape stays; 'average' is ResNet-D's (arXiv 1812.01187, figure 2 c). */
export function resnetShortcut(
  g: GraphBuilder,
  x: Value,
  width: number,
  stride: number,
  kind: Shortcut = 'conv',
): Value {
  if (stride === 1 && dim(x, 1) === width) return x;
  return g.scope('downsample', () => {
    if (kind === 'conv') return g.convNorm(x, width, 1, { stride, activation: 'none' });
    const pooled = stride === 1 ? x : g.avgPool(x, 2, { stride, ceil: true, countPadding: false });
    return g.convNorm(pooled, width, 1, { activation: 'none' });
  });
}

/** Residual branch without the gate. */
function branch(g: GraphBuilder, x: Value, { width, stride }: Place, shape: TunedResNet): Value {
  if (shape.block === 'basic') {
    return g.convNorm(g.convNorm(x, width, 3, { stride }), width, 3, { activation: 'none' });
  }
  const { groups = 1, widthPerGroup = 64 } = shape;
  const inner = Math.floor((width * widthPerGroup) / 64) * groups;
  const y = g.convNorm(g.convNorm(x, inner, 1), inner, 3, { stride, groups });
  return g.convNorm(y, width * 4, 1, { activation: 'none' });
}

/** A residual network of four stages with these changes, as timm's ResNet class builds it. */
export function tunedResNet(shape: TunedResNet): (g: GraphBuilder, image: Value) => Value {
  const { stem = 'plain', stemPool = 'max', shortcut = 'conv', squeeze } = shape;
  const block = (g: GraphBuilder, x: Value, place: Place): Value => {
    let y = branch(g, x, place, shape);
    const width = dim(y, 1);
    if (squeeze !== undefined) y = squeezeExcite(g, y, roundChannels(width * squeeze, 8, 0));
    return g.relu(g.add(y, resnetShortcut(g, x, width, place.stride, shortcut)));
  };
  return (g, image) => {
    const x = g.scope('stem', () => {
      const y = resnetStem(g, image, stem);
      return stemPool === 'conv'
        ? g.convNorm(y, 64, 3, { stride: 2 })
        : g.maxPool(y, 3, { stride: 2, padding: 1 });
    });
    return pooledClassifier(
      g,
      fourStages(g, x, shape.depths, (y, place) => block(g, y, place)),
    );
  };
}
