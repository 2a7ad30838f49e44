import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { mapOf, tokensOf } from '../blocks/tokens.ts';
import { encoderBlock } from '../blocks/transformer.ts';

/** A row of the paper's table 1, with the patch's side in px. */
interface Size {
  readonly patch: number;
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
}

const tiny = { width: 192, depth: 12, heads: 3 };
const small = { width: 384, depth: 12, heads: 6 };
const base = { width: 768, depth: 12, heads: 12 };
const large = { width: 1024, depth: 24, heads: 16 };
const huge = { width: 1280, depth: 32, heads: 16 };

/** Standard deviation of learned tokens and position embeddings before training (timm and torchvision agree). */
const embeddingStd = 0.02;

/**
 * Encodes the patches and, before them, `learned` tokens; returns all tokens after the final norm.
 * Position embeddings are learned and have the length that the image needs.
 */
function encode(g: GraphBuilder, image: Value, { patch, width, depth, heads }: Size, learned: number): Value {
  let x = g.scope('embed', () => {
    const patches = tokensOf(g, g.conv(image, width, patch, { stride: patch, padding: 0, bias: true }));
    const tokens = Array.from({ length: learned }, () =>
      g.expandToBatch(g.parameter('token', [1, 1, width], { std: embeddingStd }), image),
    );
    const sequence = g.concat([...tokens, patches], 1);
    return g.add(sequence, g.parameter('positions', [1, dim(sequence, 1), width], { std: embeddingStd }));
  });
  for (let index = 0; index < depth; index++) {
    x = g.scope(`block${index}`, () => encoderBlock(g, x, { heads, mlpRatio: 4 }));
  }
  x = g.layerNorm(x, 1e-6);
  g.tap(mapOf(g, g.slice(x, 1, learned, dim(x, 1)), dim(image, 2) / patch));
  return x;
}

/** One token of a sequence, as [N, C]. */
const tokenAt = (g: GraphBuilder, x: Value, index: number): Value =>
  g.flatten(g.slice(x, 1, index, index + 1));

/** Vision Transformer: the class token goes to one linear layer (arXiv 2010.11929, equations 1 to 4). */
const vit =
  (size: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    const x = encode(g, image, size, 1);
    return g.linear(g.features(tokenAt(g, x, 0)), imagenetClasses);
  };

/**
 * DeiT with a distillation token: class and distillation token have a classifier each, averaged at inference
 * (arXiv 2012.12877, section 4). The feature vector is the two tokens' mean, as timm has it.
 */
const distilledVit =
  (size: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    const x = encode(g, image, size, 2);
    const [token, distilled] = [tokenAt(g, x, 0), tokenAt(g, x, 1)];
    g.features(g.scale(g.add(token, distilled), 0.5));
    return g.scale(g.add(g.linear(token, imagenetClasses), g.linear(distilled, imagenetClasses)), 0.5);
  };

const sizesFor = (patch: number) => ({ inputSizes: { multipleOf: patch, min: 2 * patch } });

/**
 * Vision Transformers without convolutions: Dosovitskiy et al. 2020. Tiny and small are timm's, of DeiT's widths.
 * timm's patch-32 large and patch-14 huge models at 224 px are published without a classifier, so they are not named here.
 */
const vits = defineFamily(
  { family: 'ViT', year: 2020, paper: 'arXiv 2010.11929', ...sizesFor(16) },
  {
    vit_tiny_patch16_224: { build: vit({ patch: 16, ...tiny }), timm: 'vit_tiny_patch16_224' },
    vit_tiny_patch32_224: { build: vit({ patch: 32, ...tiny }), ...sizesFor(32) },
    vit_small_patch16_224: { build: vit({ patch: 16, ...small }), timm: 'vit_small_patch16_224' },
    vit_small_patch32_224: {
      build: vit({ patch: 32, ...small }),
      timm: 'vit_small_patch32_224',
      ...sizesFor(32),
    },
    vit_b_16: { build: vit({ patch: 16, ...base }), timm: 'vit_base_patch16_224', torchvision: 'vit_b_16' },
    vit_b_32: {
      build: vit({ patch: 32, ...base }),
      timm: 'vit_base_patch32_224',
      torchvision: 'vit_b_32',
      ...sizesFor(32),
    },
    vit_l_16: { build: vit({ patch: 16, ...large }), timm: 'vit_large_patch16_224', torchvision: 'vit_l_16' },
    vit_l_32: { build: vit({ patch: 32, ...large }), torchvision: 'vit_l_32', ...sizesFor(32) },
    vit_h_14: { build: vit({ patch: 14, ...huge }), torchvision: 'vit_h_14', ...sizesFor(14) },
  },
);

/** The same encoders trained on ImageNet-1k alone: Touvron et al. 2020. */
const deits = defineFamily(
  { family: 'DeiT', year: 2020, paper: 'arXiv 2012.12877', ...sizesFor(16) },
  {
    deit_tiny_patch16_224: { build: vit({ patch: 16, ...tiny }), timm: 'deit_tiny_patch16_224' },
    deit_small_patch16_224: { build: vit({ patch: 16, ...small }), timm: 'deit_small_patch16_224' },
    deit_base_patch16_224: { build: vit({ patch: 16, ...base }), timm: 'deit_base_patch16_224' },
    deit_tiny_distilled_patch16_224: {
      build: distilledVit({ patch: 16, ...tiny }),
      timm: 'deit_tiny_distilled_patch16_224',
    },
    deit_small_distilled_patch16_224: {
      build: distilledVit({ patch: 16, ...small }),
      timm: 'deit_small_distilled_patch16_224',
    },
    deit_base_distilled_patch16_224: {
      build: distilledVit({ patch: 16, ...base }),
      timm: 'deit_base_distilled_patch16_224',
    },
  },
);

export const architectures = [...vits, ...deits];
