/** Height and width, in that order. */
export type Pair = readonly [number, number];

export type PoolPadding =
  number | Pair | readonly [top: number, left: number, bottom: number, right: number] | 'same';
export type Padding = PoolPadding | 'half';

/**
 * ONNX `pads` [top, left, bottom, right] of a window operator.
 * 'half' keeps the size at stride 1 for odd kernels; 'same' is TensorFlow's SAME (output ⌈size / stride⌉, odd rest at the end).
 */
export function spatialPads(
  padding: Padding,
  size: Pair,
  kernel: Pair,
  stride: Pair,
  dilation: Pair,
): readonly [number, number, number, number] {
  if (padding === 'half') {
    const [y, x] = [0, 1].map((axis) => Math.floor((at(dilation, axis) * (at(kernel, axis) - 1)) / 2)) as [
      number,
      number,
    ];
    return [y, x, y, x];
  }
  if (padding === 'same') {
    const [y, x] = [0, 1].map((axis) => {
      const extent = at(dilation, axis) * (at(kernel, axis) - 1) + 1;
      const out = Math.ceil(at(size, axis) / at(stride, axis));
      return Math.max(0, (out - 1) * at(stride, axis) + extent - at(size, axis));
    }) as [number, number];
    return [Math.floor(y / 2), Math.floor(x / 2), Math.ceil(y / 2), Math.ceil(x / 2)];
  }
  if (typeof padding === 'number') return [padding, padding, padding, padding];
  return padding.length === 2 ? [padding[0], padding[1], padding[0], padding[1]] : padding;
}

/** Share of a window's taps that fall on the input rather than on padding, averaged over all output positions. */
export function validTapShare(
  size: Pair,
  kernel: Pair,
  stride: Pair,
  dilation: Pair,
  pads: readonly [number, number, number, number],
): number {
  return axisShare(0) * axisShare(1);

  function axisShare(axis: 0 | 1): number {
    const [length, taps, step, spread] = [size[axis], kernel[axis], stride[axis], dilation[axis]];
    const extent = spread * (taps - 1) + 1;
    const positions = Math.floor((length + pads[axis] + pads[axis === 0 ? 2 : 3] - extent) / step) + 1;
    let valid = 0;
    for (let position = 0; position < positions; position++) {
      for (let tap = 0; tap < taps; tap++) {
        const index = position * step - pads[axis] + tap * spread;
        if (index >= 0 && index < length) valid++;
      }
    }
    return positions > 0 ? valid / (positions * taps) : 1;
  }
}

function at(values: Pair, axis: number): number {
  return axis === 0 ? values[0] : values[1];
}
