import type { LineFit, MemoryFit } from '../../../preload/contract.ts';
import { lineFit } from '../lineFit.ts';
import { labels, type Selected } from '../selection.ts';
import { modelRow, leftOut, memoryMethods, notesOf } from './rows.ts';

const bytesPerParameter = 4;
/** A line through two points says nothing of a family. */
const leastOfFamily = 3;

/** Parameters and file size against memory, with the runtime's floor as the intercept; figure 4 of arXiv 1810.00736. */
export function memoryFit({ selection, observations }: Selected): MemoryFit {
  const label = labels(observations);
  const known = observations.flatMap((observation) => {
    const { params, memoryBytes, fileBytes } = observation;
    if (params === null || memoryBytes === null) return [];
    return [{ ...modelRow(observation, label), params, fileBytes, memoryBytes }];
  });
  const withFile = known.filter(({ fileBytes }) => fileBytes !== null);
  const byParams = fitByParams(known);
  const families = [...Map.groupBy(known, ({ family }) => family)];
  return {
    analysis: 'memory',
    selection,
    ...notesOf(
      ...leftOut(observations.length - known.length, 'memory-or-params'),
      ...(known.length > 0 ? memoryMethods(observations) : []),
    ),
    byParams,
    byFileSize: lineFit(
      withFile.map(({ fileBytes }) => fileBytes ?? 0),
      withFile.map(({ memoryBytes }) => memoryBytes),
    ),
    byFamily: families.flatMap(([family, members]) => {
      const fit = members.length < leastOfFamily ? null : fitByParams(members);
      return fit === null ? [] : [{ family, fit }];
    }),
    rows: known
      .map((row) => ({
        ...row,
        excessBytes:
          byParams === null
            ? null
            : row.memoryBytes - byParams.intercept - byParams.slope * row.params * bytesPerParameter,
      }))
      .toSorted((a, b) => b.memoryBytes - a.memoryBytes || (a.model < b.model ? -1 : 1)),
  };
}

function fitByParams(rows: readonly { params: number; memoryBytes: number }[]): LineFit | null {
  return lineFit(
    rows.map(({ params }) => params * bytesPerParameter),
    rows.map(({ memoryBytes }) => memoryBytes),
  );
}
