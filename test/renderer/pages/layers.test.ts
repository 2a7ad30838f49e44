import { describe, expect, test } from 'vitest';
import type { LayerTime } from '../../../preload/contract.ts';
import { byOperator, layersCsv, longestLayers } from '../../../renderer/pages/models/layers.ts';

const layer = (name: string, op: string, durationUs: number, macs: number | null = null): LayerTime => ({
  ...{ name, op, durationUs, macs, provider: 'cpu', bytes: null },
  ...{ gflopPerSecond: null, gigabytesPerSecond: null },
});
const layers = [layer('stem', 'Conv', 30, 1e6), layer('act', 'Relu', 10), layer('=head', 'Conv', 60)];

describe('the time of the layers', () => {
  test('is taken together by operator, the longest first, with its share', () => {
    expect(byOperator(layers)).toEqual([
      { op: 'Conv', count: 2, durationUs: 90, share: 0.9 },
      { op: 'Relu', count: 1, durationUs: 10, share: 0.1 },
    ]);
    expect(byOperator([])).toEqual([]);
    expect(longestLayers(layers, 1).map(({ name }) => name)).toEqual(['=head']);
  });

  test('is a table of all layers in their order, whose names no spreadsheet runs', () => {
    const [header, ...rows] = layersCsv(layers).trim().split('\r\n');
    expect(header).toBe('layer,operator,provider,time_us,macs,bytes,gflop_per_s,gigabytes_per_s');
    expect(rows).toEqual(['stem,Conv,cpu,30,1000000,,,', 'act,Relu,cpu,10,,,,', "'=head,Conv,cpu,60,,,,"]);
  });
});
