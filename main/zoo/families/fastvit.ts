import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { selfAttention } from '../blocks/attention.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { layerScale } from '../blocks/layerScale.ts';
import { squeezeExcite } from '../blocks/squeezeExcite.ts';
import { mapOf, tokensOf } from '../blocks/tokens.ts';

/**
 * The same function in two graphs: as trained, with several linear branches a layer, or with the branches merged into one
 * convolution (arXiv 2303.14189, section 3.2). timm's counts and timings are of the branches.
 */
type Form = 'branches' | 'merged';

interface Size {
  readonly depths: readonly [number, number, number, number];
  /** Channels of the first stage; each next one has twice as many. */
  readonly width: number;
  readonly mlpRatio: number;
  /** Whether the last stage mixes pixels by attention. */
  readonly attention: boolean;
}

interface LayerOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  /** Kernel of the second branch, null for none. */
  readonly second: number | null;
}

/**
 * Sum of a k×k convolution, one with a smaller kernel and, where `identity`, the input, each with a norm; or the one
 * convolution that equals it. `gain` is that of the merged convolution.
 */
function linearBranches(
  g: GraphBuilder,
  x: Value,
  { channels, kernel, second, ...options }: LayerOptions,
  { form, identity, gain }: { form: Form; identity: boolean; gain: number },
): Value {
  if (form === 'merged') return g.conv(x, channels, kernel, { ...options, bias: true, gain });
  const branch = (size: number) => g.convNorm(x, channels, size, { ...options, activation: 'none' });
  const branches = [
    ...(second === null ? [] : [branch(second)]),
    ...(identity ? [g.batchNorm(x)] : []),
    branch(kernel),
  ];
  return branches.reduce((sum, value) => g.add(sum, value));
}

/** MobileOne's block (arXiv 2206.04040, figure 3): linear branches and a GELU, with or without squeeze-and-excitation. */
function mobileOne(
  g: GraphBuilder,
  x: Value,
  form: Form,
  options: Omit<LayerOptions, 'second'> & { squeezed?: number },
): Value {
  const { squeezed, ...layer } = options;
  const identity = dim(x, 1) === layer.channels && (layer.stride ?? 1) === 1;
  const second = layer.kernel > 1 ? 1 : null;
  const sum = linearBranches(g, x, { ...layer, second }, { form, identity, gain: 2 });
  return g.activate(squeezed === undefined ? sum : squeezeExcite(g, sum, squeezed), 'gelu');
}

/** Three MobileOne blocks to stride 4. */
function stem(g: GraphBuilder, image: Value, channels: number, form: Form): Value {
  let x = mobileOne(g, image, form, { channels, kernel: 3, stride: 2 });
  x = mobileOne(g, x, form, { channels, kernel: 3, stride: 2, groups: channels });
  return mobileOne(g, x, form, { channels, kernel: 1 });
}

/** Halves the map: a 7×7 depthwise layer with a 3×3 branch and no activation (as the published weights have it), then 1×1. */
function downsample(g: GraphBuilder, x: Value, channels: number, form: Form): Value {
  const large = { channels, kernel: 7, stride: 2, groups: dim(x, 1), second: 3 };
  const reduced = linearBranches(g, x, large, { form, identity: false, gain: 1 });
  return mobileOne(g, reduced, form, { channels, kernel: 1 });
}

/** x + γ · (mixer(x) - norm(x)), which merges into one 3×3 depthwise convolution (arXiv 2303.14189, equation 1). */
function repMixer(g: GraphBuilder, x: Value, form: Form): Value {
  const channels = dim(x, 1);
  const layer = { channels, kernel: 3, groups: channels, second: 1 };
  const mixed = linearBranches(g, x, layer, { form, identity: true, gain: 1 });
  if (form === 'merged') return mixed;
  return g.add(x, layerScale(g, g.sub(mixed, g.batchNorm(x)), 1));
}

/** 7×7 depthwise layer and two 1×1 ones, scaled and added to the input (figure 2d). */
function convMlp(g: GraphBuilder, x: Value, ratio: number): Value {
  const channels = dim(x, 1);
  const mixed = g.convNorm(x, channels, 7, { groups: channels, activation: 'none' });
  const hidden = g.activate(g.conv(mixed, channels * ratio, 1, { bias: true }), 'gelu');
  return g.add(x, layerScale(g, g.conv(hidden, channels, 1, { bias: true }), 1));
}

/** Self-attention over the map's pixels in heads of 32 channels, scaled and added to the input. */
function attentionMixer(g: GraphBuilder, x: Value): Value {
  const tokens = tokensOf(g, g.batchNorm(x));
  const attended = selfAttention(g, tokens, { heads: dim(x, 1) / 32, bias: false });
  return g.add(x, layerScale(g, mapOf(g, attended, dim(x, 2)), 1));
}

/** Conditional position encoding: the input plus a 7×7 depthwise layer of it, which merge (arXiv 2102.10882). */
function positionEncoding(g: GraphBuilder, x: Value, form: Form): Value {
  const encoded = g.conv(x, dim(x, 1), 7, { groups: dim(x, 1), bias: true, gain: 1 });
  return form === 'merged' ? encoded : g.add(encoded, x);
}

/** FastViT (arXiv 2303.14189, figure 2 and table 2), as in timm. */
const fastVit =
  ({ depths, width, mlpRatio, attention }: Size, form: Form) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => stem(g, image, width, form));
    depths.forEach((depth, stage) => {
      const attends = attention && stage === 3;
      if (stage > 0) x = g.scope(`downsample${stage}`, () => downsample(g, x, width * 2 ** stage, form));
      if (attends) x = g.scope('positions', () => positionEncoding(g, x, form));
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () =>
          convMlp(g, attends ? attentionMixer(g, x) : repMixer(g, x, form), mlpRatio),
        );
      }
      g.tap(x);
    });
    const channels = 2 * dim(x, 1);
    x = g.scope('last', () =>
      mobileOne(g, x, form, { channels, kernel: 3, groups: dim(x, 1), squeezed: channels / 16 }),
    );
    return pooledClassifier(g, x);
  };

const sizes = {
  fastvit_t8: { depths: [2, 2, 4, 2], width: 48, mlpRatio: 3, attention: false },
  fastvit_t12: { depths: [2, 2, 6, 2], width: 64, mlpRatio: 3, attention: false },
  fastvit_s12: { depths: [2, 2, 6, 2], width: 64, mlpRatio: 4, attention: false },
  fastvit_sa12: { depths: [2, 2, 6, 2], width: 64, mlpRatio: 4, attention: true },
  fastvit_sa24: { depths: [4, 4, 12, 4], width: 64, mlpRatio: 4, attention: true },
  fastvit_sa36: { depths: [6, 6, 18, 6], width: 64, mlpRatio: 4, attention: true },
  fastvit_ma36: { depths: [6, 6, 18, 6], width: 76, mlpRatio: 4, attention: true },
} satisfies Record<string, Size>;

/** Mixers that merge into one convolution: Vasu et al. 2023. Under timm's names the graphs that timm counts and measures. */
const published = defineFamily(
  { family: 'FastViT', year: 2023, paper: 'arXiv 2303.14189', inputSize: 256 },
  Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, { build: fastVit(size, 'branches'), timm: name }]),
  ),
);

/** The merged graphs, which the paper's latencies are of; no reference counts exactly these. */
const merged = defineFamily(
  { family: 'FastViT', year: 2023, paper: 'arXiv 2303.14189', inputSize: 256 },
  Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [
      `${name}_deploy`,
      { build: fastVit(size, 'merged'), timmWeights: name },
    ]),
  ),
);

export const architectures = [...published, ...merged];
