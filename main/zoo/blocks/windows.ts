import { dim, type GraphBuilder, type Value } from '../../onnx/builder.ts';

/** Cuts a channels-last map [N, H, W, C] into windows of side × side pixels: [N · windows, side², C]. */
export function windowsOf(g: GraphBuilder, x: Value, side: number): Value {
  const [height, width, channels] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  const cut = g.reshape(x, [-1, height / side, side, width / side, side, channels]);
  return g.reshape(g.transpose(cut, [0, 1, 3, 2, 4, 5]), [-1, side * side, channels]);
}

/** Puts windows [N · windows, side², C] back into a channels-last map of this height and width. */
export function joinWindows(
  g: GraphBuilder,
  windows: Value,
  side: number,
  [height, width]: readonly [number, number],
): Value {
  const channels = dim(windows, 2);
  const cut = g.reshape(windows, [-1, height / side, width / side, side, side, channels]);
  return g.reshape(g.transpose(cut, [0, 1, 3, 2, 4, 5]), [-1, height, width, channels]);
}

/**
 * Cuts a channels-last map [N, H, W, C] into grids of side × side pixels that are spread evenly over the whole map
 * (MaxViT, arXiv 2204.01697, section 3.3): [N · grids, side², C].
 */
export function gridsOf(g: GraphBuilder, x: Value, side: number): Value {
  const [height, width, channels] = [dim(x, 1), dim(x, 2), dim(x, 3)];
  const cut = g.reshape(x, [-1, side, height / side, side, width / side, channels]);
  return g.reshape(g.transpose(cut, [0, 2, 4, 1, 3, 5]), [-1, side * side, channels]);
}

/** Puts grids [N · grids, side², C] back into a channels-last map of this height and width. */
export function joinGrids(
  g: GraphBuilder,
  grids: Value,
  side: number,
  [height, width]: readonly [number, number],
): Value {
  const channels = dim(grids, 2);
  const cut = g.reshape(grids, [-1, height / side, width / side, side, side, channels]);
  return g.reshape(g.transpose(cut, [0, 3, 1, 4, 2, 5]), [-1, height, width, channels]);
}

/**
 * Index into a table of (2 · side - 1)² relative positions for each pair of pixels of a window: [side², side²], flat
 * (Swin, arXiv 2103.14030, section 3.2).
 */
export function relativePositions(side: number): Int32Array {
  const area = side * side;
  const span = 2 * side - 1;
  return Int32Array.from({ length: area * area }, (_, pair) => {
    const [from, to] = [Math.floor(pair / area), pair % area];
    const rows = Math.floor(from / side) - Math.floor(to / side);
    const columns = (from % side) - (to % side);
    return (rows + side - 1) * span + columns + side - 1;
  });
}

/** A table [(2 · side - 1)², heads] spread over the pairs of a window's pixels: [heads, side², side²]. */
export function relativeBias(g: GraphBuilder, table: Value, side: number): Value {
  const area = side * side;
  const rows = g.gather(table, relativePositions(side), [area * area]);
  return g.transpose(g.reshape(rows, [area, area, dim(table, 1)]), [2, 0, 1]);
}
