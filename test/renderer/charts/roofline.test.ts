import { expect, test } from 'vitest';
import type { LayerTime } from '../../../preload/contract.ts';
import { rooflineChart, roofLine, rooflinePoints } from '../../../renderer/charts/roofline.ts';

const layer = (macs: number, bytes: number, durationUs: number): LayerTime => ({
  name: `conv${macs}`,
  op: 'Conv',
  provider: 'CPUExecutionProvider',
  durationUs,
  macs,
  bytes,
  gflopPerSecond: null,
  gigabytesPerSecond: null,
});

const roof = { gigaMacsPerSecond: 100, gigabytesPerSecond: 20, name: 'Roof' };

test('the roof rises with the memory and turns level where arithmetic binds', () => {
  const points = rooflinePoints([layer(1e6, 1e6, 100), layer(1e9, 1e7, 20_000)]);
  expect(roofLine(points, roof)).toEqual([
    [1, 20],
    [5, 100],
    [100, 100],
  ]);
});

test('no layer on the roof is above it: rate and intensity are in the same units', () => {
  // 20 GB/s for a millisecond are 20 MB; at 2 MACs a byte 40 M MACs.
  const [point] = rooflinePoints([layer(40e6, 20e6, 1000)]);
  if (point === undefined) throw new Error('the layer is drawn');
  expect(point.gigaMacsPerSecond).toBeCloseTo(point.macsPerByte * roof.gigabytesPerSecond);
});

test('without a roof the layers stand alone', () => {
  const settings = {
    format: { tick: String },
    colours: { text: '#000', soft: '#555', line: '#ccc', ground: '#fff' },
    texts: { x: 'x', y: 'y' },
  } as unknown as Parameters<typeof rooflineChart>[2];
  const { series } = rooflineChart([layer(1e6, 1e6, 100)], null, settings);
  expect((series as { type: string }[]).map(({ type }) => type)).toEqual(['scatter']);
});
