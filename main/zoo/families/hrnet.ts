import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { resnetShortcut } from '../blocks/tunedResNet.ts';

/** A network's widths and depths (arXiv 1908.07919, table 1); branch b of the parallel stages is width · 2^b wide. */
interface Shape {
  readonly width: number;
  /** Bottlenecks of the first stage, and their inner width. */
  readonly first: readonly [depth: number, width: number];
  /** Exchange modules in the stages of two, three and four branches. */
  readonly modules: readonly number[];
  /** Basic blocks a branch between two exchanges. */
  readonly depth: number;
}

function bottleneck(g: GraphBuilder, x: Value, width: number): Value {
  let y = g.convNorm(g.convNorm(x, width, 1), width, 3);
  y = g.convNorm(y, width * 4, 1, { activation: 'none' });
  return g.relu(g.add(y, resnetShortcut(g, x, width * 4, 1)));
}

function basicBlock(g: GraphBuilder, x: Value): Value {
  const width = dim(x, 1);
  return g.relu(g.add(g.convNorm(g.convNorm(x, width, 3), width, 3, { activation: 'none' }), x));
}

/** A 3×3 layer of stride 2. */
const halve = (g: GraphBuilder, x: Value, width: number, activation: 'relu' | 'none' = 'relu') =>
  g.convNorm(x, width, 3, { stride: 2, activation });

/** Branch `from` brought to the resolution and width of branch `to` (arXiv 1908.07919, figure 3). */
function exchanged(g: GraphBuilder, branches: readonly Value[], from: number, to: number): Value {
  const [source, target] = [branches[from], branches[to]];
  if (source === undefined || target === undefined) throw new Error(`no branch ${from} or ${to}`);
  if (from === to) return source;
  if (from > to) {
    const narrowed = g.convNorm(source, dim(target, 1), 1, { activation: 'none' });
    return g.resize(narrowed, [dim(target, 2), dim(target, 3)]);
  }
  let y = source;
  for (let step = from; step < to - 1; step++) y = halve(g, y, dim(source, 1));
  return halve(g, y, dim(target, 1), 'none');
}

/** Each branch sums what all branches send it. */
function exchange(g: GraphBuilder, branches: readonly Value[]): Value[] {
  return branches.map((_, to) =>
    g.scope(`fuse${to}`, () =>
      g.relu(branches.map((_, from) => exchanged(g, branches, from, to)).reduce((a, b) => g.add(a, b))),
    ),
  );
}

/** One branch more, from the lowest resolution. Of the first stage's single map both branches are made anew. */
function addBranch(g: GraphBuilder, branches: readonly Value[], width: number): Value[] {
  const last = branches.at(-1);
  if (last === undefined) throw new Error('no branch to grow from');
  const kept = branches.length === 1 ? [g.convNorm(last, width, 3)] : branches;
  return [...kept, halve(g, last, width * 2 ** branches.length)];
}

/** Classification head (figure 4 c): maps widened to 128 … 1024 channels, summed from the finest down. */
function head(g: GraphBuilder, branches: readonly Value[]): Value {
  const widened = branches.map((branch, b) =>
    g.tap(g.scope(`widen${b}`, () => bottleneck(g, branch, 32 * 2 ** b))),
  );
  const joined = widened.reduce((finer, coarser) =>
    g.add(coarser, g.convNorm(finer, dim(coarser, 1), 3, { stride: 2, bias: true })),
  );
  return pooledClassifier(g, g.convNorm(joined, 2048, 1, { bias: true }));
}

/** High-resolution network, classification form "HRNet-W-C" as timm's hrnet_*; its pyramid is timm's, after the widening. */
function hrnet({ width, first, modules, depth }: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    let x = g.scope('stem', () => halve(g, halve(g, image, 64), 64));
    for (let index = 0; index < first[0]; index++) {
      x = g.scope(`stage1/${index}`, () => bottleneck(g, x, first[1]));
    }
    let branches: readonly Value[] = [x];
    modules.forEach((count, stage) => {
      branches = g.scope(`transition${stage + 1}`, () => addBranch(g, branches, width));
      for (let module = 0; module < count; module++) {
        branches = g.scope(`stage${stage + 2}/${module}`, () => {
          const deepened = branches.map((branch, b) => {
            let y = branch;
            for (let index = 0; index < depth; index++)
              y = g.scope(`branch${b}/${index}`, () => basicBlock(g, y));
            return y;
          });
          return exchange(g, deepened);
        });
      }
    });
    return g.scope('head', () => head(g, branches));
  };
}

const full = { first: [4, 64], modules: [1, 4, 3], depth: 4 } as const;

export const architectures = defineFamily(
  { family: 'HRNet', year: 2019, paper: 'arXiv 1908.07919' },
  {
    hrnet_w18_small: {
      build: hrnet({ width: 16, first: [1, 32], modules: [1, 1, 1], depth: 2 }),
      timm: 'hrnet_w18_small',
    },
    hrnet_w18_small_v2: {
      build: hrnet({ width: 18, first: [2, 64], modules: [1, 3, 2], depth: 2 }),
      timm: 'hrnet_w18_small_v2',
    },
    hrnet_w18: { build: hrnet({ width: 18, ...full }), timm: 'hrnet_w18' },
    hrnet_w30: { build: hrnet({ width: 30, ...full }), timm: 'hrnet_w30' },
    hrnet_w32: { build: hrnet({ width: 32, ...full }), timm: 'hrnet_w32' },
    hrnet_w40: { build: hrnet({ width: 40, ...full }), timm: 'hrnet_w40' },
    hrnet_w44: { build: hrnet({ width: 44, ...full }), timm: 'hrnet_w44' },
    hrnet_w48: { build: hrnet({ width: 48, ...full }), timm: 'hrnet_w48' },
    hrnet_w64: { build: hrnet({ width: 64, ...full }), timm: 'hrnet_w64' },
  },
);
