import type { AnalysisAnswer, LineFit } from '../../preload/contract.ts';
import type { Scale } from './axes.ts';
import { familiesByWeight } from './familyStyle.ts';
import type { Interval } from './rows.ts';

/** One mark of an analysis: a model with its two figures. */
export interface Mark {
  model: string;
  family: string;
  x: Interval;
  y: Interval;
  /** Written beside the mark instead of the model's name. */
  label?: string;
}

/** What an analysis is drawn as: groups of marks with the lines that the service fitted to them. */
export interface Plot {
  x: { quantity: Quantity; scale: Scale };
  y: { quantity: Quantity; scale: Scale };
  groups: { key: string; marks: Mark[]; joined: boolean }[];
  /** `of`: the key of the group whose line it is, where each has its own. */
  lines: { key: string; points: [number, number][]; of?: string }[];
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
        groups: byFamily(answer.rows, (row) => [exactly(row.density), exactly(row.top1)]),
        lines: [],
      };
    case 'envelope': {
      const { rows, bound } = answer;
      return {
        x: { quantity: 'fps', scale: 'log' },
        y: { quantity: 'top1', scale: 'linear' },
        // The front last, so that it lies above the others.
        groups: [
          { key: 'others', joined: false, marks: rows.filter(({ onFront }) => !onFront).map(speedMark) },
          { key: 'front', joined: false, marks: rows.filter(({ onFront }) => onFront).map(speedMark) },
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
          marks: rows.map(({ model, family, macs, msPerImage, low, high }) => ({
            ...{ model, family },
            x: exactly(macs / 1e9),
            y: { value: msPerImage, low, high },
          })),
        })),
        lines: answer.batches.map(({ batch, rows, logLog }) => ({
          ...line(
            `fit ${batch ?? '–'}`,
            rows.map(({ macs }) => macs / 1e9),
            (x) => logLogAt(logLog, x),
          ),
          of: `batch ${batch ?? '–'}`,
        })),
      };
    case 'memory': {
      const { rows, byParams } = answer;
      return {
        x: { quantity: 'params', scale: 'linear' },
        y: { quantity: 'memory', scale: 'linear' },
        groups: byFamily(rows, (row) => [exactly(row.params / 1e6), exactly(row.memoryBytes / 2 ** 20)]),
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
          .map(({ model, family, points }) => ({
            key: model,
            joined: true,
            marks: points.map(({ batch, msPerImage, low, high }) => ({
              ...{ model, family },
              x: exactly(batch),
              y: { value: msPerImage, low, high },
            })),
          })),
        lines: [],
      };
    case 'pareto': {
      const [first = 'latency', second = 'accuracy'] = [...answer.metrics].sort((a) =>
        a === 'accuracy' ? 1 : -1,
      );
      const marks = (rows: readonly (typeof answer.front)[number][]) =>
        rows.flatMap(({ model, family, values }): Mark[] => {
          const [x, y] = [values[first], values[second]];
          if (x === undefined || y === undefined) return [];
          return [{ model, family, x: exactly(shown(first, x)), y: exactly(shown(second, y)) }];
        });
      return {
        x: { quantity: metricQuantity[first], scale: 'log' },
        y: { quantity: metricQuantity[second], scale: second === 'accuracy' ? 'linear' : 'log' },
        groups: [
          { key: 'dominated', joined: false, marks: marks(answer.dominated) },
          { key: 'front', joined: false, marks: marks(answer.front) },
        ],
        lines: [],
      };
    }
    case 'devices': {
      const { rows } = answer;
      return {
        x: { quantity: 'againstMs', scale: 'log' },
        y: { quantity: 'msPerImage', scale: 'log' },
        groups: byFamily(rows, (row) => [exactly(row.againstMsPerImage), exactly(row.msPerImage)]),
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

/** A figure without an interval, or one whose interval nobody stated. */
function exactly(value: number): Interval {
  return { value, low: null, high: null };
}

type SpeedRow = Extract<AnalysisAnswer, { analysis: 'envelope' }>['rows'][number];

function speedMark({ model, family, fps, low, high, top1 }: SpeedRow): Mark {
  return { model, family, x: { value: fps, low, high }, y: exactly(top1) };
}

function byFamily<Row extends { model: string; family: string }>(
  rows: readonly Row[],
  of: (row: Row) => [Interval, Interval],
): Plot['groups'] {
  return familiesByWeight(rows).map((family) => ({
    key: family,
    joined: false,
    marks: rows
      .filter((row) => row.family === family)
      .map((row) => {
        const [x, y] = of(row);
        return { model: row.model, family, x, y };
      }),
  }));
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
