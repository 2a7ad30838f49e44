import { describe, expect, test } from 'vitest';
import { infer, int, ints, of, shapeOf, string } from '../handmade.ts';

describe('shapes of convolutions and poolings', () => {
  test('a convolution shrinks, pads, strides and dilates by the published formula', () => {
    const image = of(2, 3, 224, 224);
    expect(shapeOf('Conv', [image, of(8, 3, 5, 5)])).toEqual([2, 8, 220, 220]);
    const stem = { strides: ints(2, 2), pads: ints(3, 3, 3, 3), kernel_shape: ints(7, 7) };
    expect(shapeOf('Conv', [image, of(64, 3, 7, 7)], { attributes: stem })).toEqual([2, 64, 112, 112]);
    expect(shapeOf('Conv', [image, of(8, 3, 3, 3)], { attributes: { dilations: ints(4, 2) } })).toEqual([
      2, 8, 216, 220,
    ]);
    expect(shapeOf('Conv', [image, of(8, 3, 1, 7)], { attributes: { pads: ints(0, 3, 0, 3) } })).toEqual([
      2, 8, 224, 224,
    ]);
    expect(shapeOf('Conv', [of(1, 4, 20), of(6, 4, 3)])).toEqual([1, 6, 18]);
    expect(shapeOf('Conv', [of(1, 4, 9, 9, 9), of(6, 4, 3, 3, 3)])).toEqual([1, 6, 7, 7, 7]);
  });

  test('grouped and depthwise convolutions take the channels of all groups', () => {
    const depthwise = { group: int(32), pads: ints(1, 1, 1, 1) };
    expect(shapeOf('Conv', [of(1, 32, 14, 14), of(32, 1, 3, 3)], { attributes: depthwise })).toEqual([
      1, 32, 14, 14,
    ]);
    expect(() => shapeOf('Conv', [of(1, 32, 14, 14), of(32, 2, 3, 3)], { attributes: depthwise })).toThrow(
      /node 'make y0' \(Conv\): .*take 64 channels, the input has 32/,
    );
  });

  test('SAME padding gives the size divided by the stride, rounded up, whatever the kernel', () => {
    const same = { auto_pad: string('SAME_UPPER'), strides: ints(2, 2) };
    expect(shapeOf('Conv', [of(1, 3, 225, 224), of(8, 3, 3, 3)], { attributes: same })).toEqual([
      1, 8, 113, 112,
    ]);
    const lower = { ...same, auto_pad: string('SAME_LOWER'), kernel_shape: ints(3, 3) };
    expect(shapeOf('MaxPool', [of(1, 3, 7, 8)], { attributes: lower })).toEqual([1, 3, 4, 4]);
    const valid = {
      auto_pad: string('VALID'),
      kernel_shape: ints(3, 3),
      strides: ints(2, 2),
      pads: ints(1, 1, 1, 1),
    };
    expect(shapeOf('MaxPool', [of(1, 3, 7, 8)], { attributes: valid })).toEqual([1, 3, 3, 3]);
  });

  test('ceil mode adds the last partial window, but none that would start in the padding', () => {
    const squeeze = { kernel_shape: ints(3, 3), strides: ints(2, 2) };
    expect(shapeOf('MaxPool', [of(1, 64, 112, 112)], { attributes: squeeze })).toEqual([1, 64, 55, 55]);
    expect(
      shapeOf('MaxPool', [of(1, 64, 112, 112)], { attributes: { ...squeeze, ceil_mode: int(1) } }),
    ).toEqual([1, 64, 56, 56]);
    const single = { kernel_shape: ints(1, 1), strides: ints(2, 2), ceil_mode: int(1) };
    expect(shapeOf('MaxPool', [of(1, 1, 2, 2)], { attributes: single })).toEqual([1, 1, 1, 1]);
  });

  test('MaxPool tells positions as int64, dilated poolings reach further', () => {
    const attributes = { kernel_shape: ints(2, 2), dilations: ints(2, 2) };
    const [values, positions] = infer('MaxPool', [of(1, 1, 4, 4)], { attributes, outputs: 2 });
    expect(values).toEqual({ type: 'float', shape: [1, 1, 2, 2] });
    expect(positions).toEqual({ type: 'int64', shape: [1, 1, 2, 2] });
  });

  test('a window larger than the padded input is a contradiction', () => {
    expect(() =>
      shapeOf('AveragePool', [of(1, 1, 2, 2)], { attributes: { kernel_shape: ints(3, 3) } }),
    ).toThrow(/a window of 3 does not fit an input of 2/);
    expect(() =>
      shapeOf('Conv', [of(1, 3, 8, 8), of(8, 3, 3, 3)], { attributes: { strides: ints(0, 1) } }),
    ).toThrow(/strides/);
    expect(() => shapeOf('MaxPool', [of(1, 1, 2, 2)])).toThrow(/kernel_shape is missing/);
  });

  test('a transposed convolution is the convolution read backwards', () => {
    const doubled = { strides: ints(2, 2), pads: ints(1, 1, 1, 1), output_padding: ints(1, 1) };
    expect(shapeOf('ConvTranspose', [of(1, 16, 7, 7), of(16, 8, 3, 3)], { attributes: doubled })).toEqual([
      1, 8, 14, 14,
    ]);
    expect(
      shapeOf('ConvTranspose', [of(1, 16, 7, 7), of(16, 2, 2, 2)], {
        attributes: { group: int(4), strides: ints(2, 2) },
      }),
    ).toEqual([1, 8, 14, 14]);
    const asked = { output_shape: ints(13, 15), strides: ints(2, 2) };
    expect(shapeOf('ConvTranspose', [of(1, 16, 7, 7), of(16, 8, 3, 3)], { attributes: asked })).toEqual([
      1, 8, 13, 15,
    ]);
    const same = { auto_pad: string('SAME_UPPER'), strides: ints(3, 3) };
    expect(shapeOf('ConvTranspose', [of(1, 16, 7, 7), of(16, 8, 3, 3)], { attributes: same })).toEqual([
      1, 8, 21, 21,
    ]);
  });

  test('global poolings keep batch and channels', () => {
    expect(shapeOf('GlobalAveragePool', [of(2, 512, 7, 9)])).toEqual([2, 512, 1, 1]);
    const last = { channels_last: int(1) };
    expect(
      shapeOf('com.microsoft.QLinearGlobalAveragePool', [of(2, 7, 9, 512)], { attributes: last }),
    ).toEqual([2, 1, 1, 512]);
  });
});
