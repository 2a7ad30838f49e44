import { Limits, type TopTables } from '../../../preload/contract.ts';
import { bestOfEachModel, byStatusThenObjective, judge } from '../judged.ts';
import { framesPerSecond } from '../observation.ts';
import type { Selected } from '../selection.ts';
import { memoryMethods, notesOf } from './rows.ts';

const places = 5;

/**
 * The five most accurate models under each pair of a memory and a speed limit, by the same rules as a recommendation;
 * Table 3 of arXiv 1810.00736.
 */
export function topTables(
  { selection, observations }: Selected,
  memoryLimitsBytes: readonly number[],
  fpsLimits: readonly number[],
): TopTables {
  const cells = memoryLimitsBytes.flatMap((maxMemoryBytes) =>
    fpsLimits.map((minFps) => {
      const question = {
        limits: Limits.parse({ maxMemoryBytes, minFps }),
        scenario: { kind: 'single-stream' },
        objective: { kind: 'accuracy' },
      } as const;
      const judged = observations.map((observation) => judge(observation, question));
      const models = bestOfEachModel(judged.filter(({ status }) => status !== 'breaks'))
        .toSorted(byStatusThenObjective)
        .slice(0, places)
        .map(({ observation, status }) => ({
          model: observation.model,
          top1: observation.top1,
          fps: framesPerSecond(observation),
          memoryBytes: observation.memoryBytes,
          sure: status === 'clears',
        }));
      return { maxMemoryBytes, minFps, models };
    }),
  );
  return { analysis: 'top-tables', selection, ...notesOf(...memoryMethods(observations)), cells };
}
