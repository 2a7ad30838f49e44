import type { BallChart } from '../../../preload/contract.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, leftOut, notesOf } from './rows.ts';

/** Top-1 and top-5 over multiply-adds, area by parameters; figures 1a and 1b of arXiv 1810.00736. By top-1, best first. */
export function ballChart({ selection, observations }: Selected): BallChart {
  const label = labels(observations);
  const rows = observations.flatMap((observation) => {
    const { macs, params, top1, top5, accuracySource } = observation;
    if (macs === null || params === null) return [];
    return [{ ...modelRow(observation, label), macs, params, top1, top5, accuracySource }];
  });
  return {
    analysis: 'ball-chart',
    selection,
    ...notesOf(...leftOut(observations.length - rows.length, 'macs-or-params')),
    rows: rows.toSorted((a, b) => b.top1 - a.top1 || a.macs - b.macs),
  };
}
