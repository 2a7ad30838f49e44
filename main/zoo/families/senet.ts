import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { fourStages, pooledClassifier, type Place } from '../blocks/fourStages.ts';
import { squeezeExcite } from '../blocks/squeezeExcite.ts';

/** Residual branch up to the squeeze-and-excitation; puts out 4 × width channels. */
type Branch = (g: GraphBuilder, x: Value, place: Place) => Value;

/** ResNet's bottleneck as in Caffe: the stride in the first 1×1 layer. */
const resnetBranch: Branch = (g, x, { width, stride }) => {
  let y = g.convNorm(x, width, 1, { stride });
  y = g.convNorm(y, width, 3);
  return g.convNorm(y, width * 4, 1, { activation: 'none' });
};

/** ResNeXt's bottleneck of 32 groups, 4 channels each where the stage is 64 wide. */
const resnextBranch: Branch = (g, x, { width, stride }) => {
  let y = g.convNorm(x, width * 2, 1);
  y = g.convNorm(y, width * 2, 3, { stride, groups: 32 });
  return g.convNorm(y, width * 4, 1, { activation: 'none' });
};

/** SENet-154's bottleneck: 64 groups, and half the channels in the first 1×1 layer (arXiv 1709.01507, appendix). */
const senetBranch: Branch = (g, x, { width, stride }) => {
  let y = g.convNorm(x, width * 2, 1);
  y = g.convNorm(y, width * 4, 3, { stride, groups: 64 });
  return g.convNorm(y, width * 4, 1, { activation: 'none' });
};

/** One 7×7 layer. */
const plainStem = (g: GraphBuilder, image: Value) => g.convNorm(image, 64, 7, { stride: 2 });

/** Three 3×3 layers. */
const deepStem = (g: GraphBuilder, image: Value) =>
  g.convNorm(g.convNorm(g.convNorm(image, 64, 3, { stride: 2 }), 64, 3), 128, 3);

/**
 * Squeeze-and-excitation networks of the Caffe release, as timm's legacy_se* and Cadene's port have them: a max pool
 * without padding that rounds up, a gate of 1/16 of the channels at the end of each branch.
 * `shortcutKernel` is the projections' kernel where the stride is 2.
 */
function senet(branch: Branch, depths: readonly number[], stem = plainStem, shortcutKernel = 1) {
  const block = (g: GraphBuilder, x: Value, place: Place): Value => {
    const width = place.width * 4;
    const kernel = place.stride === 2 ? shortcutKernel : 1;
    const gated = squeezeExcite(g, branch(g, x, place), width / 16);
    const shortcut =
      place.index === 0
        ? g.scope('downsample', () =>
            g.convNorm(x, width, kernel, { stride: place.stride, activation: 'none' }),
          )
        : x;
    return g.relu(g.add(gated, shortcut));
  };
  return (g: GraphBuilder, image: Value): Value => {
    const x = g.scope('stem', () => g.maxPool(stem(g, image), 3, { stride: 2, ceil: true }));
    return pooledClassifier(
      g,
      fourStages(g, x, depths, (y, place) => block(g, y, place)),
    );
  };
}

export const architectures = defineFamily(
  { family: 'SENet', year: 2017, paper: 'arXiv 1709.01507' },
  {
    legacy_seresnet50: {
      build: senet(resnetBranch, [3, 4, 6, 3]),
      timm: 'legacy_seresnet50',
      bianco2018: 'SE-ResNet-50',
      cadene: 'SE-ResNet50',
    },
    legacy_seresnet101: {
      build: senet(resnetBranch, [3, 4, 23, 3]),
      timm: 'legacy_seresnet101',
      bianco2018: 'SE-ResNet-101',
      cadene: 'SE-ResNet101',
    },
    legacy_seresnet152: {
      build: senet(resnetBranch, [3, 8, 36, 3]),
      timm: 'legacy_seresnet152',
      bianco2018: 'SE-ResNet-152',
      cadene: 'SE-ResNet152',
    },
    legacy_seresnext50_32x4d: {
      build: senet(resnextBranch, [3, 4, 6, 3]),
      timm: 'legacy_seresnext50_32x4d',
      bianco2018: 'SE-ResNeXt-50 (32x4d)',
      cadene: 'SE-ResNeXt50_32x4d',
    },
    legacy_seresnext101_32x4d: {
      build: senet(resnextBranch, [3, 4, 23, 3]),
      timm: 'legacy_seresnext101_32x4d',
      bianco2018: 'SE-ResNeXt-101 (32x4d)',
      cadene: 'SE-ResNeXt101_32x4d',
    },
    legacy_senet154: {
      build: senet(senetBranch, [3, 8, 36, 3], deepStem, 3),
      timm: 'legacy_senet154',
      bianco2018: 'SENet-154',
      cadene: 'SENet154',
    },
  },
);
