import type { AnalysisAnswer, LineFit } from '../../preload/contract.ts';
import type { Scale } from './axes.ts';

/** One mark of an analysis: a model with its two figures and, upwards, their interval. */
export interface Mark {
  model: string;
  x: number;
  y: number;
  low: number | null;
  high: number | null;
  /** Written beside the mark instead of the model's name. */
  label?: string;
}

/** What an analysis is drawn as: groups of marks with the lines that the service fitted to them. */
export interface Plot {
  x: { quantity: Quantity; scale: Scale };
  y: { quantity: Quantity; scale: Scale };
  groups: { key: string; marks: Mark[]; joined: boolean }[];
  lines: { key: string; points: [number, number][] }[];
}

export type Quantity =
  | 'top1'
  | 'density'
  | 'fps'
  | 'operations'
  | 'msPerImage'
  | 'againstMs'
  | 'memory'
  | 'params'
  | 'batch'
  | 'fileSize'
  | 'energy';

/** Models with most to say that a batch-scaling chart draws; a hundred lines say nothing. */
const mostLines = 12;

/** The marks and lines of an analysis; null where it is a table by nature. Fits and fronts are the service's own. */
export function plotOf(answer: AnalysisAnswer): Plot | null {
  switch (answer.analysis) {
    case 'density':
      return {
        x: { quantity: 'density', scale: 'log' },
        y: { quantity: 'top1', scale: 'linear' },
        groups: [group('models', answer.rows, (row) => [row.density, row.top1])],
        lines: [],
      };
    case 'envelope': {
      const { rows, bound } = answer;
      return {
        x: { quantity: 'fps', scale: 'log' },
        y: { quantity: 'top1', scale: 'linear' },
        // The front last, so that it lies above the others.
        groups: [
          group(
            'others',
            rows.filter(({ onFront }) => !onFront),
            (row) => [row.fps, row.top1],
          ),
          group(
            'front',
            rows.filter(({ onFront }) => onFront),
            (row) => [row.fps, row.top1],
          ),
        ],
        lines:
          bound === null
            ? []
            : [
                line(
                  'bound',
                  rows.map(({ fps }) => fps),
                  (x) => bound.intercept + bound.slope * x,
                ),
              ],
      };
    }
    case 'operations':
      return {
        x: { quantity: 'operations', scale: 'log' },
        y: { quantity: 'msPerImage', scale: 'log' },
        groups: answer.batches.map(({ batch, rows }) => ({
          key: `batch ${batch ?? '–'}`,
          joined: false,
          marks: rows.map(({ model, macs, msPerImage, low, high }) => ({
            model,
            x: macs / 1e9,
            y: msPerImage,
            low,
            high,
          })),
        })),
        lines: answer.batches.map(({ batch, rows, logLog }) =>
          line(
            `fit ${batch ?? '–'}`,
            rows.map(({ macs }) => macs / 1e9),
            (x) => logLogAt(logLog, x),
          ),
        ),
      };
    case 'memory': {
      const { rows, byParams } = answer;
      return {
        x: { quantity: 'params', scale: 'linear' },
        y: { quantity: 'memory', scale: 'linear' },
        groups: [group('models', rows, (row) => [row.params / 1e6, row.memoryBytes / 2 ** 20])],
        lines:
          byParams === null
            ? []
            : [
                line(
                  'fit',
                  rows.map(({ params }) => params / 1e6),
                  (x) => (byParams.intercept + byParams.slope * x * 4e6) / 2 ** 20,
                ),
              ],
      };
    }
    case 'batch-scaling':
      return {
        x: { quantity: 'batch', scale: 'log' },
        y: { quantity: 'msPerImage', scale: 'log' },
        groups: answer.models
          .filter(({ points }) => points.length > 1)
          .toSorted((a, b) => b.gain - a.gain)
          .slice(0, mostLines)
          .map(({ model, points }) => ({
            key: model,
            joined: true,
            marks: points.map(({ batch, msPerImage, low, high }) => ({
              model,
              x: batch,
              y: msPerImage,
              low,
              high,
            })),
          })),
        lines: [],
      };
    case 'pareto': {
      const [first = 'latency', second = 'accuracy'] = [...answer.metrics].sort((a) =>
        a === 'accuracy' ? 1 : -1,
      );
      const pairs = (rows: readonly (typeof answer.front)[number][]) =>
        rows.flatMap(({ model, values }) => {
          const [x, y] = [values[first], values[second]];
          return x === undefined || y === undefined
            ? []
            : [{ model, x: shown(first, x), y: shown(second, y) }];
        });
      return {
        x: { quantity: metricQuantity[first], scale: 'log' },
        y: { quantity: metricQuantity[second], scale: 'linear' },
        groups: [
          group('dominated', pairs(answer.dominated), (row) => [row.x, row.y]),
          group('front', pairs(answer.front), (row) => [row.x, row.y]),
        ],
        lines: [],
      };
    }
    case 'devices': {
      const { rows } = answer;
      return {
        x: { quantity: 'againstMs', scale: 'log' },
        y: { quantity: 'msPerImage', scale: 'log' },
        groups: [group('models', rows, (row) => [row.againstMsPerImage, row.msPerImage])],
        lines:
          rows.length === 0
            ? []
            : [
                line(
                  'equal',
                  rows.map((row) => row.againstMsPerImage),
                  (x) => x,
                ),
              ],
      };
    }
    case 'ball-chart':
    case 'top-tables':
      return null;
  }
}

const metricQuantity = {
  accuracy: 'top1',
  latency: 'msPerImage',
  memory: 'memory',
  params: 'params',
  macs: 'operations',
  fileSize: 'fileSize',
  energy: 'energy',
} as const;

/** A metric in the unit that its axis names. */
function shown(metric: keyof typeof metricQuantity, value: number): number {
  if (metric === 'params') return value / 1e6;
  if (metric === 'macs') return value / 1e9;
  return metric === 'memory' || metric === 'fileSize' ? value / 2 ** 20 : value;
}

function group<Row extends { model: string; low?: number | null; high?: number | null }>(
  key: string,
  rows: readonly Row[],
  of: (row: Row) => [number, number],
): Plot['groups'][number] {
  return {
    key,
    joined: false,
    marks: rows.map((row) => {
      const [x, y] = of(row);
      return { model: row.model, x, y, low: null, high: null };
    }),
  };
}

function logLogAt({ intercept, slope }: LineFit, x: number): number {
  return Math.exp(intercept + slope * Math.log(x));
}

/** A function over the range of some values, dense enough to look smooth on a logarithmic axis. */
function line(key: string, xs: readonly number[], of: (x: number) => number): Plot['lines'][number] {
  const positive = xs.filter((x) => x > 0);
  if (positive.length === 0) return { key, points: [] };
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  const steps = 40;
  return {
    key,
    points: Array.from({ length: steps + 1 }, (_, step): [number, number] => {
      const x = low * (high / low) ** (step / steps);
      return [x, of(x)];
    }),
  };
}
