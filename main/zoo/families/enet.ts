import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { through } from '../../onnx/moments.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** The middle layer of a bottleneck (arXiv 1606.02147, section 4 and table 1). */
type Middle = 'regular' | 'asymmetric' | { readonly dilation: number };

const eps = 1e-3;

/** ReLU with a learned slope a channel for negative values, begun at 0.25. */
function prelu(g: GraphBuilder, x: Value): Value {
  const begin = 0.25;
  const slope = g.parameter('prelu', [dim(x, 1), 1, 1], { fill: begin });
  return g.node(
    'PRelu',
    [x, slope],
    {},
    through((value) => (value < 0 ? begin * value : value), x),
  );
}

function middleLayer(g: GraphBuilder, x: Value, middle: Middle): Value {
  const channels = dim(x, 1);
  if (middle === 'asymmetric') return g.conv(g.conv(x, channels, [1, 5]), channels, [5, 1], { bias: true });
  const dilation = middle === 'regular' ? 1 : middle.dilation;
  return g.conv(x, channels, 3, { dilation, bias: true });
}

/** Bottleneck of a quarter of the width (figure 2b): a 2×2 stride where the width grows, the shortcut pooled and zero-padded. */
function bottleneck(g: GraphBuilder, x: Value, width: number, middle: Middle): Value {
  const downsamples = dim(x, 1) !== width;
  const stride = downsamples ? 2 : 1;
  let y = prelu(g, g.batchNorm(g.conv(x, width / 4, stride, { stride, padding: 0 }), eps));
  y = prelu(g, g.batchNorm(middleLayer(g, y, middle), eps));
  y = g.batchNorm(g.conv(y, width, 1), eps);
  const shortcut = downsamples ? g.pad(g.maxPool(x, 2), [0, 0, 0, 0], [0, width - dim(x, 1), 0, 0]) : x;
  return prelu(g, g.add(y, shortcut));
}

/** Bottlenecks 2.1 … 2.8, repeated as stage 3. */
const mixed: readonly Middle[] = [
  'regular',
  { dilation: 2 },
  'asymmetric',
  { dilation: 4 },
  'regular',
  { dilation: 8 },
  'asymmetric',
  { dilation: 16 },
];

/** Stages at strides 4 and 8; the first bottleneck of each downsamples. */
const stages: readonly { readonly width: number; readonly middles: readonly Middle[] }[] = [
  { width: 64, middles: ['regular', 'regular', 'regular', 'regular', 'regular'] },
  { width: 128, middles: ['regular', ...mixed, ...mixed] },
];

/**
 * The encoder of ENet (stages initial … 3 of table 1; biases, norms and PReLUs as in the authors' e-lab/ENet-training),
 * with global average pooling and one linear layer in place of the decoder: that is how we read "ENet" among the
 * classifiers of arXiv 1605.07678, which does not print its head.
 */
function enetEncoder(g: GraphBuilder, image: Value): Value {
  let x = g.scope('initial', () => {
    const joined = g.concat([g.conv(image, 13, 3, { stride: 2, bias: true }), g.maxPool(image, 2)]);
    return prelu(g, g.batchNorm(joined, eps));
  });
  stages.forEach(({ width, middles }, stage) => {
    middles.forEach((middle, index) => {
      x = g.scope(`stage${stage + 1}/${index}`, () => bottleneck(g, x, width, middle));
    });
    g.tap(x);
  });
  return pooledClassifier(g, x);
}

/** ENet: Paszke et al. 2016. */
export const architectures = defineFamily(
  { family: 'ENet', year: 2016, paper: 'arXiv 1606.02147' },
  { enet_encoder: { build: enetEncoder } },
);
