import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily, imagenetClasses } from '../architecture.ts';
import {
  jointHeads,
  mergeHeads,
  mix,
  scaledDotProduct,
  splitHeads,
  unitVectors,
} from '../blocks/attention.ts';
import { mlp } from '../blocks/transformer.ts';
import { joinWindows, relativeBias, windowsOf } from '../blocks/windows.ts';

/** Attention within windows and the places of the norms: what the second version changed. */
interface Version {
  /** Side of the windows in pixels of the map. */
  readonly window: number;
  /** Attention over windows [B, side², C]; `mask` [windows, side², side²] keeps parts of a shifted map apart. */
  readonly attention: (g: GraphBuilder, x: Value, place: WindowPlace) => Value;
  /** Adds a layer's output to its input, with the norm before or after the layer. */
  readonly residual: (g: GraphBuilder, x: Value, layer: (y: Value) => Value) => Value;
  /** Joins 2×2 neighbours [N, H, W, 4C] into [N, H, W, 2C]. */
  readonly reduce: (g: GraphBuilder, x: Value, width: number) => Value;
}

interface WindowPlace {
  readonly side: number;
  readonly heads: number;
  readonly mask: Value | null;
}

/** A row of the paper's table 7 (first version; the second has the same widths and depths). */
interface Size {
  readonly width: number;
  readonly depths: readonly number[];
  readonly heads: readonly number[];
}

const tiny = { width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24] };
const small = { width: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24] };
const base = { width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32] };

/** Scaled dot products plus a learned bias for each relative position (arXiv 2103.14030, equation 4). */
const first: Version = {
  window: 7,
  attention: (g, x, { side, heads, mask }) => {
    const table = g.parameter('relative_position_table', [(2 * side - 1) ** 2, heads], { std: 0.02 });
    const mixed = scaledDotProduct(g, jointHeads(g, x, { heads }), (scores) =>
      masked(g, g.add(scores, relativeBias(g, table, side)), mask),
    );
    return g.linear(mergeHeads(g, mixed), dim(x, 2));
  },
  residual: (g, x, layer) => g.add(x, layer(g.layerNorm(x))),
  reduce: (g, x, width) => g.linear(g.layerNorm(x), width, { bias: false }),
};

/**
 * Cosines at a learned temperature, plus a bias that a small network computes from the relative position's logarithm;
 * norms after the layers (arXiv 2111.09883, section 3). Follows torchvision, whose key bias is part of the joint layer
 * (and zero); timm leaves it out, which is 0.02 % of the parameters.
 */
const second: Version = {
  window: 8,
  attention: (g, x, { side, heads, mask }) => {
    const width = dim(x, 2);
    const joint = g.split(g.linear(x, 3 * width), [width, width, width], -1) as [Value, Value, Value];
    const [query, key, value] = joint.map((part) => splitHeads(g, part, heads)) as [Value, Value, Value];
    const cosines = g.matmul(unitVectors(g, query), g.transpose(unitVectors(g, key), [0, 1, 3, 2]));
    const scores = g.add(g.mul(cosines, temperature(g, heads)), continuousBias(g, side, heads));
    const mixed = mix(g, g.softmax(masked(g, scores, mask)), value);
    return g.linear(mergeHeads(g, mixed), width);
  },
  residual: (g, x, layer) => g.add(x, g.layerNorm(layer(x))),
  reduce: (g, x, width) => g.layerNorm(g.linear(x, width, { bias: false })),
};

/** exp of a learned logarithm, at most 100, for each head: [heads, 1, 1]. It starts at 10. */
function temperature(g: GraphBuilder, heads: number): Value {
  const logarithm = g.parameter('logit_scale', [heads, 1, 1], { fill: Math.log(10) });
  const bounded = g.node('Clip', [logarithm, null, g.scalar(Math.log(100))], {}, logarithm);
  return g.node('Exp', [bounded], {}, { mean: 10, meanSquare: 100 });
}

/** Bias from log-spaced relative coordinates by two linear layers (equations 3 and 4): [heads, side², side²]. */
function continuousBias(g: GraphBuilder, side: number, heads: number): Value {
  const span = 2 * side - 1;
  const coordinates = Float32Array.from({ length: span * span * 2 }, (_, index) => {
    const position = Math.floor(index / 2);
    const steps = (index % 2 === 0 ? Math.floor(position / span) : position % span) - (side - 1);
    // A window of one pixel has no distances: its only coordinate is 0.
    const scaled = side > 1 ? (8 * steps) / (side - 1) : 0;
    return (Math.sign(scaled) * Math.log2(Math.abs(scaled) + 1)) / Math.log2(8);
  });
  const table = g.scope('cpb', () => {
    const hidden = g.relu(g.linear(g.constant(coordinates, [span * span, 2]), 512));
    return g.linear(hidden, heads, { bias: false });
  });
  return g.scale(g.activate(relativeBias(g, table, side), 'sigmoid'), 16);
}

/** Scores [N · windows, heads, T, T] plus a mask a window, [windows, T, T]. */
function masked(g: GraphBuilder, scores: Value, mask: Value | null): Value {
  if (mask === null) return scores;
  const [windows, heads, area] = [dim(mask, 1), dim(scores, 1), dim(scores, 2)];
  const byWindow = g.add(g.reshape(scores, [-1, windows, heads, area, area]), mask);
  return g.reshape(byWindow, [-1, heads, area, area]);
}

/**
 * Constant mask [1, windows, 1, side², side²] of a map rolled by `shift`: -100 between pixels that were not neighbours
 * before the roll (arXiv 2103.14030, figure 4).
 */
function shiftMask(g: GraphBuilder, height: number, width: number, side: number, shift: number): Value {
  const area = side * side;
  const columns = width / side;
  const windows = (height / side) * columns;
  // Along each axis a rolled map has three parts: whole windows, and the last one's two halves.
  const part = (position: number, length: number): number =>
    position < length - side ? 0 : position < length - shift ? 1 : 2;
  const region = (window: number, pixel: number): number => {
    const row = Math.floor(window / columns) * side + Math.floor(pixel / side);
    const column = (window % columns) * side + (pixel % side);
    return part(row, height) * 3 + part(column, width);
  };
  const values = new Float32Array(windows * area * area);
  for (let window = 0; window < windows; window++) {
    const regions = Array.from({ length: area }, (_, pixel) => region(window, pixel));
    for (let from = 0; from < area; from++) {
      for (let to = 0; to < area; to++) {
        if (regions[from] !== regions[to]) values[(window * area + from) * area + to] = -100;
      }
    }
  }
  return g.constant(values, [1, windows, 1, area, area]);
}

/** Moves a channels-last map by `shift` pixels up and left (down and right where negative), around the edges. */
function roll(g: GraphBuilder, x: Value, shift: number): Value {
  return [1, 2].reduce((y, axis) => {
    const length = dim(y, axis);
    const cut = (shift + length) % length;
    return g.concat([g.slice(y, axis, cut, length), g.slice(y, axis, 0, cut)], axis);
  }, x);
}

/**
 * Attention within windows of a channels-last map, shifted by half a window in every second block. A map that windows do not
 * tile is padded at its end; one no larger than a window is one window, not shifted, with a table of its own size (as timm).
 */
function windowAttention(
  g: GraphBuilder,
  x: Value,
  version: Version,
  heads: number,
  shifted: boolean,
): Value {
  const [height, width] = [dim(x, 1), dim(x, 2)];
  const side = Math.min(version.window, height);
  const shift = shifted && height > side ? Math.floor(version.window / 2) : 0;
  const [padH, padW] = [(side - (height % side)) % side, (side - (width % side)) % side];
  let y = padH + padW > 0 ? g.pad(x, [0, 0, 0, 0], [0, padH, padW, 0]) : x;
  const padded = [dim(y, 1), dim(y, 2)] as const;
  if (shift > 0) y = roll(g, y, shift);
  const mask = shift > 0 ? shiftMask(g, padded[0], padded[1], side, shift) : null;
  const attended = g.scope('attn', () => version.attention(g, windowsOf(g, y, side), { side, heads, mask }));
  y = joinWindows(g, attended, side, padded);
  if (shift > 0) y = roll(g, y, -shift);
  if (padH > 0) y = g.slice(y, 1, 0, height);
  return padW > 0 ? g.slice(y, 2, 0, width) : y;
}

/** Each pixel beside its three neighbours: [N, H, W, C] to [N, H / 2, W / 2, 4C], zeros beyond an odd edge. */
function gatherNeighbours(g: GraphBuilder, x: Value): Value {
  const [oddH, oddW] = [dim(x, 1) % 2, dim(x, 2) % 2];
  const even = oddH + oddW > 0 ? g.pad(x, [0, 0, 0, 0], [0, oddH, oddW, 0]) : x;
  const [height, width, channels] = [dim(even, 1), dim(even, 2), dim(even, 3)];
  const cut = g.reshape(even, [-1, height / 2, 2, width / 2, 2, channels]);
  return g.reshape(g.transpose(cut, [0, 1, 3, 4, 2, 5]), [-1, height / 2, width / 2, 4 * channels]);
}

/** Swin Transformer: four stages of window attention on channels-last maps (arXiv 2103.14030, figure 3). */
const swin =
  (version: Version, { width, depths, heads }: Size) =>
  (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('embed', () => {
      const patches = g.conv(image, width, 4, { stride: 4, padding: 0, bias: true });
      return g.layerNorm(g.transpose(patches, [0, 2, 3, 1]));
    });
    depths.forEach((depth, stage) => {
      if (stage > 0) {
        x = g.scope(`merge${stage}`, () => version.reduce(g, gatherNeighbours(g, x), width * 2 ** stage));
      }
      for (let index = 0; index < depth; index++) {
        x = g.scope(`stage${stage + 1}/${index}`, () => {
          const attended = version.residual(g, x, (y) =>
            windowAttention(g, y, version, heads[stage] ?? 1, index % 2 === 1),
          );
          return version.residual(g, attended, (y) => mlp(g, y, dim(y, 3) * 4));
        });
      }
      g.tap(g.transpose(x, [0, 3, 1, 2]));
    });
    return g.linear(g.features(g.reduceMean(g.layerNorm(x), [1, 2], false)), imagenetClasses);
  };

/** Hierarchical transformers with shifted windows: Liu et al. 2021. */
const firstVersion = defineFamily(
  { family: 'Swin', year: 2021, paper: 'arXiv 2103.14030' },
  {
    swin_t: { build: swin(first, tiny), timm: 'swin_tiny_patch4_window7_224', torchvision: 'swin_t' },
    swin_s: { build: swin(first, small), timm: 'swin_small_patch4_window7_224', torchvision: 'swin_s' },
    swin_b: { build: swin(first, base), timm: 'swin_base_patch4_window7_224', torchvision: 'swin_b' },
  },
);

/** Swin with norms after the layers and cosine attention: Liu et al. 2021. Windows of 8 at 256 px. */
const secondVersion = defineFamily(
  { family: 'Swin v2', year: 2021, paper: 'arXiv 2111.09883', inputSize: 256 },
  {
    swin_v2_t: { build: swin(second, tiny), timm: 'swinv2_tiny_window8_256', torchvision: 'swin_v2_t' },
    swin_v2_s: { build: swin(second, small), timm: 'swinv2_small_window8_256', torchvision: 'swin_v2_s' },
    // timm's swinv2_base_window8_256 is 12,032 parameters smaller (no key bias): more than its printed figure allows.
    swin_v2_b: { build: swin(second, base), torchvision: 'swin_v2_b' },
  },
);

export const architectures = [...firstVersion, ...secondVersion];
