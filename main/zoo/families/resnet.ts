import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { dim } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';

/** Residual branch of a block, without the shortcut; `expansion` is the output's width over `width`. */
interface Block {
  readonly expansion: number;
  readonly branch: (g: GraphBuilder, x: Value, width: number, stride: number, shape: Widths) => Value;
}

/** ResNeXt's and Wide ResNet's change to the 3×3 layer: `groups` of `widthPerGroup` channels where the stage is 64 wide. */
interface Widths {
  readonly groups: number;
  readonly widthPerGroup: number;
}

/** Two 3×3 convolutions (arXiv 1512.03385, figure 5 left). */
const basic: Block = {
  expansion: 1,
  branch: (g, x, width, stride) =>
    g.convNorm(g.convNorm(x, width, 3, { stride }), width, 3, { activation: 'none' }),
};

/** 1×1, 3×3, 1×1 (figure 5 right), the stride in the 3×3 as torchvision has it ("v1.5"). */
const bottleneck: Block = {
  expansion: 4,
  branch: (g, x, width, stride, { groups, widthPerGroup }) => {
    const inner = Math.floor((width * widthPerGroup) / 64) * groups;
    let y = g.convNorm(x, inner, 1);
    y = g.convNorm(y, inner, 3, { stride, groups });
    return g.convNorm(y, width * 4, 1, { activation: 'none' });
  },
};

/** Residual network of four stages (arXiv 1512.03385, table 1), as torchvision builds it. */
function resnet(block: Block, depths: readonly number[], shape: Widths = { groups: 1, widthPerGroup: 64 }) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () =>
      g.maxPool(g.convNorm(image, 64, 7, { stride: 2 }), 3, { stride: 2, padding: 1 }),
    );
    depths.forEach((depth, stage) => {
      const width = 64 * 2 ** stage;
      for (let index = 0; index < depth; index++) {
        const stride = stage > 0 && index === 0 ? 2 : 1;
        x = g.scope(`layer${stage + 1}/${index}`, () => residual(g, x, block, width, stride, shape));
      }
      g.tap(x);
    });
    return g.linear(g.features(g.globalAvgPool(x)), imagenetClasses);
  };
}

/** Shortcut option B: a projection where the shape changes, the identity elsewhere. */
function residual(
  g: GraphBuilder,
  x: Value,
  block: Block,
  width: number,
  stride: number,
  shape: Widths,
): Value {
  const out = width * block.expansion;
  const shortcut =
    stride !== 1 || dim(x, 1) !== out
      ? g.scope('downsample', () => g.convNorm(x, out, 1, { stride, activation: 'none' }))
      : x;
  return g.relu(g.add(block.branch(g, x, width, stride, shape), shortcut));
}

/** Residual networks: He et al. 2015. */
const resnets = defineFamily(
  { family: 'ResNet', year: 2015, paper: 'arXiv 1512.03385' },
  {
    resnet18: {
      build: resnet(basic, [2, 2, 2, 2]),
      timm: 'resnet18',
      torchvision: 'resnet18',
      bianco2018: 'ResNet-18',
    },
    resnet34: {
      build: resnet(basic, [3, 4, 6, 3]),
      timm: 'resnet34',
      torchvision: 'resnet34',
      bianco2018: 'ResNet-34',
      cadene: 'ResNet34',
    },
    resnet50: {
      build: resnet(bottleneck, [3, 4, 6, 3]),
      timm: 'resnet50',
      torchvision: 'resnet50',
      bianco2018: 'ResNet-50',
      cadene: 'ResNet50',
    },
    resnet101: {
      build: resnet(bottleneck, [3, 4, 23, 3]),
      timm: 'resnet101',
      torchvision: 'resnet101',
      bianco2018: 'ResNet-101',
      cadene: 'ResNet101',
    },
    resnet152: {
      build: resnet(bottleneck, [3, 8, 36, 3]),
      timm: 'resnet152',
      torchvision: 'resnet152',
      bianco2018: 'ResNet-152',
      cadene: 'ResNet152',
    },
  },
);

/** Wide residual networks: twice the channels in the 3×3 layers. Zagoruyko and Komodakis 2016. */
const wideResnets = defineFamily(
  { family: 'Wide ResNet', year: 2016, paper: 'arXiv 1605.07146' },
  {
    wide_resnet50_2: {
      build: resnet(bottleneck, [3, 4, 6, 3], { groups: 1, widthPerGroup: 128 }),
      timm: 'wide_resnet50_2',
      torchvision: 'wide_resnet50_2',
    },
    wide_resnet101_2: {
      build: resnet(bottleneck, [3, 4, 23, 3], { groups: 1, widthPerGroup: 128 }),
      timm: 'wide_resnet101_2',
      torchvision: 'wide_resnet101_2',
    },
  },
);

/** Aggregated residual transformations: Xie et al. 2016. Form C of figure 3 (grouped convolutions). */
const resnexts = defineFamily(
  { family: 'ResNeXt', year: 2016, paper: 'arXiv 1611.05431' },
  {
    resnext50_32x4d: {
      build: resnet(bottleneck, [3, 4, 6, 3], { groups: 32, widthPerGroup: 4 }),
      timm: 'resnext50_32x4d',
      torchvision: 'resnext50_32x4d',
    },
    resnext101_32x4d: {
      build: resnet(bottleneck, [3, 4, 23, 3], { groups: 32, widthPerGroup: 4 }),
      timm: 'resnext101_32x4d',
      bianco2018: 'ResNeXt-101 (32x4d)',
      cadene: 'ResNeXt101_32x4d',
    },
    resnext101_64x4d: {
      build: resnet(bottleneck, [3, 4, 23, 3], { groups: 64, widthPerGroup: 4 }),
      timm: 'resnext101_64x4d',
      torchvision: 'resnext101_64x4d',
      bianco2018: 'ResNeXt-101 (64x4d)',
      cadene: 'ResNeXt101_64x4d',
    },
    resnext101_32x8d: {
      build: resnet(bottleneck, [3, 4, 23, 3], { groups: 32, widthPerGroup: 8 }),
      timm: 'resnext101_32x8d',
      torchvision: 'resnext101_32x8d',
    },
  },
);

export const architectures = [...resnets, ...wideResnets, ...resnexts];
