import { flaggedModels, type AnalysisAnswer, type LineFit } from '../../../preload/contract.ts';
import { statementText, type Words } from '../../words/statementText.ts';

/** What stands below the chart of an analysis: head keys below `analysis.head` and rows of ready texts. */
export interface Facts {
  head: string[];
  rows: string[][];
}

const mostRows = 12;

/** The figures of an analysis that a chart cannot say: fits, ranks, reasons, who dominates whom. */
export function factsOf(answer: AnalysisAnswer, words: Words): Facts[] {
  const { t, format } = words;
  const points = (value: number) => format.plain(value);
  switch (answer.analysis) {
    case 'envelope': {
      const { bound, bestAbove } = answer;
      return [
        {
          head: ['fps', 'model', 'top1'],
          rows: bestAbove.map(({ fps, model, top1 }) => [
            `≥ ${format.plain(fps)}`,
            model ?? '–',
            top1 === null ? '–' : points(top1),
          ]),
        },
        ...(bound === null
          ? []
          : [
              {
                head: ['bound', 'touches'],
                rows: [
                  [
                    `${points(bound.intercept)} ${signed(bound.slope, points)} × FPS`,
                    bound.touches.join(', '),
                  ],
                ],
              },
            ]),
      ];
    }
    case 'operations':
      return [
        {
          head: ['batch', 'linearFit', 'r2', 'logFit', 'r2'],
          rows: answer.batches.map(({ batch, linear, logLog }) => [
            batch === null ? '–' : String(batch),
            `${points(linear.intercept)} ${signed(linear.slope, points)} × GMACs`,
            points(linear.r2),
            `∝ GMACs^${points(logLog.slope)}`,
            points(logLog.r2),
          ]),
        },
        {
          head: ['model', 'deviation', 'why'],
          rows: answer.batches
            .flatMap(({ deviants }) => deviants)
            .slice(0, mostRows)
            .map(({ model, deviation, said }) => [
              model,
              `${points(deviation)}×`,
              said.map((reason) => statementText(reason, words)).join(t('said.between')),
            ]),
        },
      ];
    case 'memory': {
      const fit = (by: string, found: LineFit | null) =>
        found === null
          ? []
          : [[by, format.bytes(found.intercept), `${points(found.slope)}×`, points(found.r2)]];
      return [
        {
          head: ['fitOver', 'floor', 'slope', 'r2'],
          rows: [...fit('4 B × params', answer.byParams), ...fit('file', answer.byFileSize)],
        },
      ];
    }
    case 'batch-scaling':
      return [
        {
          head: ['model', 'saturation', 'gain', 'memoryPerImage'],
          rows: answer.models
            .slice(0, mostRows)
            .map(({ model, saturationBatch, gain, memoryPerImageBytes }) => [
              model,
              String(saturationBatch),
              `${points(gain)}×`,
              memoryPerImageBytes === null ? '–' : format.bytes(memoryPerImageBytes),
            ]),
        },
      ];
    case 'pareto':
      return [
        {
          head: ['dominated', 'by'],
          rows: answer.dominated.slice(0, mostRows).map(({ model, dominators }) => [
            model,
            dominators
              .map(({ model: better, by }) => {
                const shares = Object.entries(by).map(([metric, value]) =>
                  metric === 'accuracy'
                    ? `+${points(value)} top-1`
                    : `${t(`analysis.metric.${metric}`)} ${points(value)}×`,
                );
                return `${better} (${shares.join(', ')})`;
              })
              .join('; '),
          ]),
        },
      ];
    case 'devices': {
      const { geometricMean, spearman, kendall, swaps, swapCount, pairCount } = answer;
      return [
        {
          head: ['geometricMean', 'spearman', 'kendall', 'swapped'],
          rows: [
            [
              geometricMean === null
                ? '–'
                : `${points(geometricMean.ratio)} (${points(geometricMean.low)} – ${points(geometricMean.high)})`,
              spearman === null ? '–' : points(spearman),
              kendall === null ? '–' : points(kendall),
              `${swapCount} / ${pairCount}`,
            ],
          ],
        },
        {
          head: ['fasterHere', 'slowerHere', 'ratioHere', 'ratioThere'],
          rows: swaps.map(({ faster, slower, ratio, againstRatio }) => [
            faster,
            slower,
            `${points(ratio)}×`,
            `${points(againstRatio)}×`,
          ]),
        },
      ];
    }
    case 'top-tables': {
      const flagged = flaggedModels(answer);
      return [
        {
          head: ['memory', 'fps', 'best'],
          rows: answer.cells.map(({ maxMemoryBytes, minFps, models }) => [
            `≤ ${format.bytes(maxMemoryBytes)}`,
            `≥ ${format.plain(minFps)}`,
            models
              .map(({ model, top1 }) => `${model} (${points(top1)})${flagged.has(model) ? ' ⚠' : ''}`)
              .join(', ') || '–',
          ]),
        },
      ];
    }
    // Drawn as bars of their own.
    case 'density':
    case 'ball-chart':
      return [];
  }
}

function signed(value: number, text: (value: number) => string): string {
  return `${value < 0 ? '−' : '+'} ${text(Math.abs(value))}`;
}
