import type { AnalysisAnswer } from '../../preload/contract.ts';
import { plotOf, type Mark, type Plot } from './analysisPlot.ts';

type Envelope = Extract<AnalysisAnswer, { analysis: 'envelope' }>;

export interface DrawnQuestion {
  /** Models that the answer ranks, best first: their marks carry their places. */
  readonly ranked: readonly string[];
  /** The asked speed in images per second, null where none is asked. */
  readonly leastFps: number | null;
  /** The asked top-1 in percent, null where none is asked. */
  readonly leastTop1: number | null;
}

/** Accuracy over speed on a device, with the ranked models numbered and apart from the others, and the asked limits as lines. */
export function answerPlot(envelope: Envelope, { ranked, leastFps, leastTop1 }: DrawnQuestion): Plot {
  const plot = plotOf(envelope);
  if (plot === null) throw new Error('an envelope is always drawn');
  const rankOf = new Map(ranked.map((model, index) => [model, String(index + 1)]));
  const marks = plot.groups.flatMap((group) => group.marks);
  const groups = plot.groups.map((group) => ({
    ...group,
    marks: group.marks.filter(({ model }) => !rankOf.has(model)),
  }));
  return {
    ...plot,
    groups: [
      ...groups,
      {
        key: 'answer',
        joined: false,
        marks: marks.flatMap((mark) => {
          const label = rankOf.get(mark.model);
          return label === undefined ? [] : [{ ...mark, label }];
        }),
      },
    ],
    lines: [...plot.lines, ...limitLines(marks, leastFps, leastTop1)],
  };
}

/** Across all that is drawn; a limit beyond the marks still shows where it lies. */
function limitLines(
  marks: readonly Mark[],
  leastFps: number | null,
  leastTop1: number | null,
): Plot['lines'] {
  if (marks.length === 0) return [];
  const [xs, ys] = [marks.map(({ x }) => x.value), marks.map(({ y }) => y.value)];
  const span = (values: readonly number[], limit: number | null): [number, number] => [
    Math.min(...values, limit ?? Infinity),
    Math.max(...values, limit ?? -Infinity),
  ];
  const [left, right] = span(xs, leastFps);
  const [bottom, top] = span(ys, leastTop1);
  return [
    ...(leastFps === null
      ? []
      : [
          {
            key: 'speed-limit',
            points: [
              [leastFps, bottom],
              [leastFps, top],
            ] as [number, number][],
          },
        ]),
    ...(leastTop1 === null
      ? []
      : [
          {
            key: 'accuracy-limit',
            points: [
              [left, leastTop1],
              [right, leastTop1],
            ] as [number, number][],
          },
        ]),
  ];
}
