import type { BatchScaling } from '../../../preload/contract.ts';
import { lineFit } from '../lineFit.ts';
import { framesPerSecond, type Observation } from '../observation.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, leftOut, notesOf, timePerImage } from './rows.ts';

/** Share of the highest throughput from which a batch counts as saturated. */
const saturated = 0.95;

/** Time per image, throughput and memory over the batch size, for each model with figures at two batch sizes or more. */
export function batchScaling({ selection, observations }: Selected): BatchScaling {
  const label = labels(observations);
  const groups = [...Map.groupBy(observations, label).values()];
  const scaled = groups.filter((group) => new Set(group.map(({ batch }) => batch)).size > 1);
  return {
    analysis: 'batch-scaling',
    selection,
    ...notesOf(...leftOut(groups.length - scaled.length, 'second-batch')),
    models: scaled
      .map((group) => scalingOf(group, label))
      .toSorted((a, b) => b.gain - a.gain || (a.model < b.model ? -1 : 1)),
  };
}

function scalingOf(group: readonly Observation[], label: (observation: Observation) => string) {
  const byBatch = group.toSorted((a, b) => a.batch - b.batch);
  const [smallest] = byBatch as [Observation];
  const highest = Math.max(...byBatch.map(framesPerSecond));
  const saturating = byBatch.find((entry) => framesPerSecond(entry) >= saturated * highest) ?? smallest;
  const remembered = byBatch.filter(({ memoryBytes }) => memoryBytes !== null);
  const memory = lineFit(
    remembered.map(({ batch }) => batch),
    remembered.map(({ memoryBytes }) => memoryBytes ?? 0),
  );
  return {
    ...modelRow(smallest, label),
    points: byBatch.map((entry) => ({
      batch: entry.batch,
      ...timePerImage(entry),
      fps: framesPerSecond(entry),
      memoryBytes: entry.memoryBytes,
    })),
    saturationBatch: saturating.batch,
    gain: highest / framesPerSecond(smallest),
    memoryPerImageBytes: memory?.slope ?? null,
  };
}
