import { describe, expect, test } from 'vitest';
import { familyStyles } from '../../../renderer/charts/familyStyle.ts';
import { chartKinds, chartOption } from '../../../renderer/charts/kinds.ts';
import { rowOfResult } from '../../../renderer/charts/rows.ts';
import { lightFrame } from '../../../renderer/charts/settings.ts';
import { drawSvg } from '../../../renderer/charts/svg.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';
import { resultRow } from '../rows.ts';

const rows = [
  resultRow({ id: 'a', model: 'alexnet', family: 'AlexNet', macs: 0.71e9, top1: 56.5, medianMs: 3 }),
  resultRow({
    id: 'b',
    model: 'vgg16',
    family: 'VGG',
    macs: 15.47e9,
    top1: 71.6,
    medianMs: 90,
    params: 138e6,
  }),
].map(rowOfResult);

describe('exported pictures', () => {
  test.each(chartKinds)(
    'the %s chart is written as an SVG with its axes and the names of its models',
    (kind) => {
      const option = chartOption(kind, rows, {
        format: createFormat({ locale: 'en', costUnit: 'macs' }),
        texts: {
          top1: 'Top-1',
          throughput: 'Images per second',
          latency: 'Latency',
          params: 'Parameters',
          memory: 'Peak memory',
          operations: 'Operations',
          provider: 'Provider',
          batch: 'Batch',
          flagged: 'with warnings',
          providerName: (provider: string) => provider,
        },
        colours: lightFrame,
        styles: familyStyles(['AlexNet', 'VGG']),
        scale: 'log',
        labels: true,
        errorBars: true,
        hidden: [],
      });
      const svg = drawSvg(option, 800, 500, '#ffffff');
      expect(svg).toContain('<svg');
      expect(svg).toContain('alexnet');
      expect(svg).toContain('vgg16');
      expect(svg).toContain((option.xAxis as { name: string }).name);
    },
  );
});
