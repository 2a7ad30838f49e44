import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** Three separable convolutions; the last one strides. */
interface Module {
  readonly widths: readonly [number, number, number];
  readonly stride: number;
  readonly shortcut: boolean;
}

const module = (width: number, stride = 1): Module => ({
  widths: [width, width, width],
  stride,
  shortcut: true,
});
const middle = (count: number): Module[] => Array.from({ length: count }, () => module(728));

/** Entry flow of Xception-41 and -65 (arXiv 1802.02611, figure 4), and the deeper one of Xception-71. */
const entry = [module(128, 2), module(256, 2), module(728, 2)];
const deepEntry = [module(128, 2), module(256), module(256, 2), module(728), module(728, 2)];
const exit: Module = { widths: [728, 1024, 1024], stride: 2, shortcut: true };
const last: Module = { widths: [1536, 1536, 2048], stride: 1, shortcut: false };

const eps = 1e-3;
const linear = { activation: 'none', eps } as const;

/** ReLU, then depthwise 3×3 and 1×1 with a norm behind each; a shortcut around three of them. */
function residual(g: GraphBuilder, x: Value, { widths, stride }: Module, inputStride: number): Value {
  let y = x;
  widths.forEach((width, index) => {
    y = g.relu(y);
    const strides = index === 2 && stride > 1;
    // The last map of a stride is the one that the strided convolution reads; stride 2 is no part of a pyramid.
    if (strides && inputStride > 2) g.tap(y);
    y = g.convNorm(y, dim(y, 1), 3, { stride: strides ? stride : 1, groups: dim(y, 1), ...linear });
    y = g.convNorm(y, width, 1, linear);
  });
  const out = widths[2];
  const plain = stride === 1 && dim(x, 1) === out;
  return g.add(y, plain ? x : g.convNorm(x, out, 1, { stride, ...linear }));
}

/** The module in pre-activation form (timm's "p" variants): norm and ReLU in front, none between depthwise 3×3 and 1×1. */
function preActivated(
  g: GraphBuilder,
  x: Value,
  { widths, stride, shortcut }: Module,
  inputStride: number,
): Value {
  const normed = g.relu(g.batchNorm(x));
  let y = normed;
  widths.forEach((width, index) => {
    const strides = index === 2 && stride > 1;
    if (strides && inputStride > 2) g.tap(y);
    if (index > 0) y = g.relu(g.batchNorm(y));
    y = g.conv(y, dim(y, 1), 3, { stride: strides ? stride : 1, groups: dim(y, 1) });
    y = g.conv(y, width, 1);
  });
  const out = widths[2];
  if (!shortcut) return y;
  const plain = stride === 1 && dim(x, 1) === out;
  return g.add(y, plain ? normed : g.conv(normed, out, 1, { stride }));
}

/** The last module has no shortcut, and its ReLUs follow each norm. */
function exitModule(g: GraphBuilder, x: Value): Value {
  return last.widths.reduce((y, width) => {
    const spatial = g.convNorm(y, dim(y, 1), 3, { groups: dim(y, 1), eps });
    return g.convNorm(spatial, width, 1, { eps });
  }, x);
}

function xception(modules: readonly Module[], form: 'plain' | 'preActivated') {
  return (g: GraphBuilder, image: Value): Value => {
    const preActivation = form === 'preActivated';
    let x = g.scope('stem', () =>
      preActivation
        ? g.conv(g.convNorm(image, 32, 3, { stride: 2 }), 64, 3)
        : g.convNorm(g.convNorm(image, 32, 3, { stride: 2, eps }), 64, 3, { eps }),
    );
    let stride = 2;
    modules.forEach((layout, index) => {
      const build = preActivation ? preActivated : residual;
      x = g.scope(`block${index}`, () => build(g, x, layout, stride));
      stride *= layout.stride;
    });
    x = g.scope('exit', () => g.tap(preActivation ? preActivated(g, x, last, stride) : exitModule(g, x)));
    return pooledClassifier(g, preActivation ? g.relu(x) : x);
  };
}

const modules41 = [...entry, ...middle(8), exit];
const modules65 = [...entry, ...middle(16), exit];
const modules71 = [...deepEntry, ...middle(16), exit];

/** The aligned Xceptions of DeepLab, as timm builds them: Chen et al. 2018. */
export const architectures = defineFamily(
  { family: 'Xception (aligned)', year: 2018, paper: 'arXiv 1802.02611', inputSize: 299 },
  {
    xception41: { build: xception(modules41, 'plain'), timm: 'xception41' },
    xception65: { build: xception(modules65, 'plain'), timm: 'xception65' },
    xception71: { build: xception(modules71, 'plain'), timm: 'xception71' },
    xception41p: { build: xception(modules41, 'preActivated'), timm: 'xception41p' },
    xception65p: { build: xception(modules65, 'preActivated'), timm: 'xception65p' },
  },
);
