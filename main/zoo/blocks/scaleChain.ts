import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/**
 * Res2Net's replacement of a 3×3 layer (arXiv 1904.01169, figure 2 b): the map is cut into `scales` slices; each but the last
 * goes through a 3×3 layer of its own, after the previous slice's output was added. With `apart`, as the authors' code has it
 * where the shape changes, nothing is added and the last slice is pooled.
 */
export function scaleChain(
  g: GraphBuilder,
  x: Value,
  options: { scales: number; stride: number; groups: number; apart: boolean },
): Value {
  const { scales, stride, groups, apart } = options;
  const width = dim(x, 1) / scales;
  const outputs: Value[] = [];
  for (const [scale, slice] of g.split(x, Array<number>(scales).fill(width)).entries()) {
    const previous = outputs.at(-1);
    if (scale === scales - 1) {
      outputs.push(apart ? g.avgPool(slice, 3, { stride, padding: 1 }) : slice);
    } else {
      const input = apart || previous === undefined ? slice : g.add(previous, slice);
      outputs.push(g.convNorm(input, width, 3, { stride, groups }));
    }
  }
  return g.concat(outputs);
}
