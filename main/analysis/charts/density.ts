import type { Density } from '../../../preload/contract.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, leftOut, notesOf } from './rows.ts';

/** Accuracy density, top-1 per million parameters, ranked; figure 2 of arXiv 1810.00736. */
export function density({ selection, observations }: Selected): Density {
  const label = labels(observations);
  const rows = observations.flatMap((observation) => {
    const { params, top1 } = observation;
    if (params === null || params === 0) return [];
    return [{ ...modelRow(observation, label), density: top1 / (params / 1e6), params, top1 }];
  });
  return {
    analysis: 'density',
    selection,
    ...notesOf(...leftOut(observations.length - rows.length, 'params')),
    rows: rows
      .toSorted((a, b) => b.density - a.density || b.top1 - a.top1)
      .map((row, index) => ({ rank: index + 1, ...row })),
  };
}
