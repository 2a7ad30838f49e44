import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** What stands on an edge of a searched cell. */
export type Operation = 'separable3' | 'separable5' | 'separable7' | 'avg3' | 'max3' | 'identity';

/** A cell's two inputs, or the output of one of its earlier pairs. */
export type Source = 'previous' | 'current' | number;

/** A cell found by architecture search (arXiv 1707.07012, section 3): pairs of operations, each pair summed. */
export interface Cell {
  readonly pairs: readonly (readonly [
    left: readonly [Operation, Source],
    right: readonly [Operation, Source],
  ])[];
  /** What the output joins along the channels. */
  readonly joined: readonly Source[];
}

const eps = 1e-3;
const norm = (g: GraphBuilder, x: Value) => g.batchNorm(x, eps);

/** Pre-activated 1×1 convolution with batch norm. */
export function reluConvNorm(g: GraphBuilder, x: Value, width: number, stride = 1): Value {
  return norm(g, g.conv(g.relu(x), width, 1, { stride }));
}

/** ReLU, depthwise and 1×1 convolution, batch norm: twice, the stride in the first (arXiv 1707.07012, appendix A.4). */
function separableTwice(g: GraphBuilder, x: Value, width: number, kernel: number, stride: number): Value {
  const once = (y: Value, step: number) => {
    const depthwise = g.conv(g.relu(y), dim(y, 1), kernel, {
      stride: step,
      padding: 'same',
      groups: dim(y, 1),
    });
    return norm(g, g.conv(depthwise, width, 1));
  };
  return once(once(x, stride), 1);
}

/** Halves a map by two 1×1 convolutions of stride 2, the second one pixel off, joined. */
function factorizedReduction(g: GraphBuilder, x: Value, width: number): Value {
  const active = g.relu(x);
  const shifted = g.slice(g.slice(active, 2, 1, dim(x, 2)), 3, 1, dim(x, 3));
  const halves = [
    g.conv(active, width / 2, 1, { stride: 2 }),
    g.conv(shifted, width / 2, 1, { stride: 2, padding: [0, 0, 1, 1] }),
  ];
  return norm(g, g.concat(halves));
}

function operate(g: GraphBuilder, operation: Operation, x: Value, width: number, stride: number): Value {
  switch (operation) {
    case 'separable3':
      return separableTwice(g, x, width, 3, stride);
    case 'separable5':
      return separableTwice(g, x, width, 5, stride);
    case 'separable7':
      return separableTwice(g, x, width, 7, stride);
    case 'avg3':
      return g.avgPool(x, 3, { stride, padding: 'same', countPadding: false });
    case 'max3': {
      const pooled = g.maxPool(x, 3, { stride, padding: 'same' });
      return dim(x, 1) === width ? pooled : norm(g, g.conv(pooled, width, 1));
    }
    case 'identity':
      return stride === 1 ? x : reluConvNorm(g, x, width, stride);
  }
}

/** The cell's pairs on inputs that have their width already; `stride` applies to operations on the inputs. */
export function cellPairs(
  g: GraphBuilder,
  cell: Cell,
  inputs: { previous: Value; current: Value },
  width: number,
  stride: number,
): Value {
  const outputs: Value[] = [];
  const at = (source: Source): Value => {
    const value = typeof source === 'number' ? outputs[source] : inputs[source];
    if (value === undefined) throw new Error(`a cell takes pair ${source} before it is made`);
    return value;
  };
  cell.pairs.forEach((pair, index) => {
    const [left, right] = pair.map(([operation, source]) =>
      g.scope(`pair${index}`, () =>
        operate(g, operation, at(source), width, typeof source === 'number' ? 1 : stride),
      ),
    ) as [Value, Value];
    outputs.push(g.add(left, right));
  });
  return g.concat(cell.joined.map(at));
}

/** A whole cell: both inputs brought to `width` channels and the current one's size, then the pairs. */
export function searchedCell(
  g: GraphBuilder,
  cell: Cell,
  previous: Value,
  current: Value,
  width: number,
  stride = 1,
): Value {
  const resized =
    dim(previous, 2) === dim(current, 2)
      ? reluConvNorm(g, previous, width)
      : factorizedReduction(g, previous, width);
  const inputs = { previous: resized, current: reluConvNorm(g, current, width) };
  return cellPairs(g, cell, inputs, width, stride);
}
