import { expect, test } from 'vitest';
import { lassoed } from '../../../renderer/charts/lasso.ts';

const option = {
  series: [
    { type: 'scatter' as const, data: [{ id: 'a' }, { id: 'b' }] },
    { type: 'custom' as const, data: [[1, 2]] },
    { type: 'scatter' as const, data: [{ id: 'c' }, { id: 'a' }] },
  ],
};

test('the lasso names marks by their ids, each once, and leaves what is no mark', () => {
  const selected = [
    { seriesIndex: 0, dataIndex: [0] },
    { seriesIndex: 1, dataIndex: [0] },
    { seriesIndex: 2, dataIndex: [0, 1] },
  ];
  expect(lassoed(option, { batch: [{ selected }] })).toEqual(['a', 'c']);
});

test('an old selection over a chart that has changed names nothing that is not there', () => {
  expect(lassoed(option, { batch: [{ selected: [{ seriesIndex: 9, dataIndex: [3] }] }] })).toEqual([]);
  expect(lassoed(option, {})).toEqual([]);
});
