import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import { interleavedHeads, mergeHeads, scaledDotProduct } from '../blocks/attention.ts';
import { distanceBias } from '../blocks/distanceBias.ts';
import { mapOf, tokensOf } from '../blocks/tokens.ts';

/** A column of the paper's table 2. */
interface Size {
  readonly widths: readonly [number, number, number];
  readonly heads: readonly [number, number, number];
  readonly depths: readonly [number, number, number];
  readonly keyWidth: number;
}

/** Width of a head's values over its keys: within a stage, and where attention shrinks the map. */
const valueRatio = { within: 2, shrinking: 4 };

/** Linear layer without bias and batch norm over all tokens, [N, T, C] to [N, T, width]. */
function linearNorm(g: GraphBuilder, x: Value, width: number): Value {
  const flat = g.reshape(g.linear(x, width, { bias: false }), [-1, width]);
  return g.reshape(g.batchNorm(flat), [-1, dim(x, 1), width]);
}

/** Hard-swish and a linear layer with norm: what LeViT has in place of a plain output projection. */
const project = (g: GraphBuilder, x: Value, width: number): Value =>
  linearNorm(g, g.activate(x, 'hardSwish'), width);

/** Attention with batch norms and a bias by distance on the tokens of a map of `side` pixels (arXiv 2104.01136, figure 5a). */
function attention(g: GraphBuilder, x: Value, heads: number, keyWidth: number, side: number): Value {
  return g.scope('attn', () => {
    const joint = linearNorm(g, x, heads * keyWidth * (2 + valueRatio.within));
    const mixed = scaledDotProduct(g, interleavedHeads(g, joint, { heads, keyWidth }), (scores) =>
      g.add(scores, distanceBias(g, heads, side)),
    );
    return project(g, mergeHeads(g, mixed), dim(x, 2));
  });
}

/** Attention whose queries are every second pixel of every second row: halves the map (figure 5b). */
function shrinkingAttention(g: GraphBuilder, x: Value, width: number, keyWidth: number, side: number): Value {
  return g.scope('shrink', () => {
    const channels = dim(x, 2);
    const heads = channels / keyWidth;
    const joint = linearNorm(g, x, heads * keyWidth * (1 + valueRatio.shrinking));
    const byHead = g.reshape(joint, [-1, side * side, heads, keyWidth * (1 + valueRatio.shrinking)]);
    const parts = g.split(byHead, [keyWidth, keyWidth * valueRatio.shrinking], 3) as [Value, Value];
    const rows = g.slice(g.reshape(x, [-1, side, side, channels]), 1, 0, side, 2);
    const sampled = g.slice(rows, 2, 0, side, 2);
    const queries = dim(sampled, 1) * dim(sampled, 2);
    const query = linearNorm(g, g.reshape(sampled, [-1, queries, channels]), heads * keyWidth);
    const mixed = scaledDotProduct(
      g,
      {
        query: g.transpose(g.reshape(query, [-1, queries, heads, keyWidth]), [0, 2, 1, 3]),
        keyTransposed: g.transpose(parts[0], [0, 2, 3, 1]),
        value: g.transpose(parts[1], [0, 2, 1, 3]),
      },
      (scores) => g.add(scores, distanceBias(g, heads, side, 2)),
    );
    return project(g, mergeHeads(g, mixed), width);
  });
}

/** Two linear layers with norms, twice as wide between, added to the input. */
function residualMlp(g: GraphBuilder, x: Value): Value {
  return g.add(
    x,
    g.scope('mlp', () => project(g, linearNorm(g, x, 2 * dim(x, 2)), dim(x, 2))),
  );
}

/** Batch norm and a linear classifier. */
const classifier = (g: GraphBuilder, x: Value): Value => g.linear(g.batchNorm(x), imagenetClasses);

/**
 * LeViT (arXiv 2104.01136, figure 4), in timm's form with linear layers: four convolutions to stride 16, then attention.
 * Two classifiers, one trained by distillation, are averaged. The tables of distances fit the input size.
 */
const levit =
  ({ widths, heads, depths, keyWidth }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    const map = g.scope('stem', () =>
      [8, 4, 2, 1].reduce(
        (x, part) =>
          g.convNorm(x, widths[0] / part, 3, { stride: 2, activation: part > 1 ? 'hardSwish' : 'none' }),
        image,
      ),
    );
    let x = tokensOf(g, map);
    let side = dim(map, 2);
    depths.forEach((depth, stage) => {
      if (stage > 0) {
        const width = widths[stage] ?? 0;
        x = g.scope(`stage${stage + 1}/shrink`, () =>
          residualMlp(g, shrinkingAttention(g, x, width, keyWidth, side)),
        );
        side = Math.ceil(side / 2);
      }
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () =>
          residualMlp(g, g.add(x, attention(g, x, heads[stage] ?? 1, keyWidth, side))),
        );
      }
      g.tap(mapOf(g, x, side));
    });
    const pooled = g.features(g.reduceMean(x, [1], false));
    return g.scale(g.add(classifier(g, pooled), classifier(g, pooled)), 0.5);
  };

/** Transformers for fast inference: Graham et al. 2021. Their maps have strides 16, 32 and 64. */
export const architectures = defineFamily(
  { family: 'LeViT', year: 2021, paper: 'arXiv 2104.01136' },
  {
    levit_128s: {
      build: levit({ widths: [128, 256, 384], heads: [4, 6, 8], depths: [2, 3, 4], keyWidth: 16 }),
      timm: 'levit_128s',
    },
    levit_128: {
      build: levit({ widths: [128, 256, 384], heads: [4, 8, 12], depths: [4, 4, 4], keyWidth: 16 }),
      timm: 'levit_128',
    },
    levit_192: {
      build: levit({ widths: [192, 288, 384], heads: [3, 5, 6], depths: [4, 4, 4], keyWidth: 32 }),
      timm: 'levit_192',
    },
    levit_256: {
      build: levit({ widths: [256, 384, 512], heads: [4, 6, 8], depths: [4, 4, 4], keyWidth: 32 }),
      timm: 'levit_256',
    },
    levit_384: {
      build: levit({ widths: [384, 512, 768], heads: [6, 9, 12], depths: [4, 4, 4], keyWidth: 32 }),
      timm: 'levit_384',
    },
  },
);
