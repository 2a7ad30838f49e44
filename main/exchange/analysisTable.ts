import {
  flaggedModels,
  type DeviceComparison,
  type AnalysisAnswer,
  type FrontMetric,
  type LineFit,
  type Selection,
} from '../../preload/contract.ts';
import type { Cell, Column, Table } from './table.ts';

const model: Column = { name: 'model' };
const family: Column = { name: 'family' };
const size: Column = { name: 'input_px' };
const top1: Column = { name: 'top1_percent', digits: 2 };
const fps: Column = { name: 'fps', digits: 1 };
const low: Column = { name: 'low', digits: 3 };
const high: Column = { name: 'high', digits: 3 };
const msPerImage: Column = { name: 'ms_per_image', digits: 3 };
const params: Column = { name: 'params', digits: 0 };
const macs: Column = { name: 'macs', digits: 0 };
const memory: Column = { name: 'memory_bytes', digits: 0 };

/** An analysis as a flat table: what its chart shows, one row a mark; the last column says which come from flagged results. */
export function analysisTable(answer: AnalysisAnswer): Table {
  const { title, columns, rows } = tableOf(answer);
  const flagged = flaggedModels(answer);
  const modelColumn = columns.indexOf(model);
  return {
    title,
    columns: [...columns, { name: 'flagged' }],
    rows: rows.map((row) => [...row, flagged.has(String(row[modelColumn]))]),
  };
}

function tableOf(answer: AnalysisAnswer): Table {
  const title = `${titles[answer.analysis]}: ${selectionText(answer.selection)}`;
  switch (answer.analysis) {
    case 'ball-chart':
      return {
        title,
        columns: [
          model,
          family,
          size,
          macs,
          params,
          top1,
          { name: 'top5_percent', digits: 2 },
          { name: 'accuracy_source' },
        ],
        rows: answer.rows.map((row) => [
          ...head(row),
          ...[row.macs, row.params, row.top1, row.top5, row.accuracySource],
        ]),
      };
    case 'density':
      return {
        title,
        columns: [
          { name: 'rank' },
          model,
          family,
          size,
          { name: 'points_per_million_params', digits: 2 },
          params,
          top1,
        ],
        rows: answer.rows.map((row) => [row.rank, ...head(row), row.density, row.params, row.top1]),
      };
    case 'operations':
      return {
        title,
        columns: [
          { name: 'batch' },
          model,
          family,
          size,
          macs,
          msPerImage,
          low,
          high,
          { name: 'time_over_fit', digits: 3 },
        ],
        rows: answer.batches.flatMap(({ batch, rows }) =>
          rows.map((row) => [
            batch,
            ...head(row),
            row.macs,
            row.msPerImage,
            row.low,
            row.high,
            row.deviation,
          ]),
        ),
      };
    case 'envelope':
      return {
        title,
        columns: [model, family, size, fps, low, high, top1, { name: 'on_front' }],
        rows: answer.rows.map((row) => [...head(row), row.fps, row.low, row.high, row.top1, row.onFront]),
      };
    case 'memory':
      return {
        title,
        columns: [
          model,
          family,
          size,
          params,
          { name: 'file_bytes', digits: 0 },
          memory,
          { name: 'bytes_beyond_fit', digits: 0 },
        ],
        rows: answer.rows.map((row) => [
          ...head(row),
          ...[row.params, row.fileBytes, row.memoryBytes, row.excessBytes],
        ]),
      };
    case 'batch-scaling':
      return {
        title,
        columns: [
          ...[model, family, size, { name: 'batch' }, msPerImage, low, high, fps, memory],
          ...[{ name: 'saturation_batch' }, { name: 'memory_per_image_bytes', digits: 0 }],
        ],
        rows: answer.models.flatMap((entry) =>
          entry.points.map((point) => [
            ...head(entry),
            ...[point.batch, point.msPerImage, point.low, point.high, point.fps, point.memoryBytes],
            ...[entry.saturationBatch, entry.memoryPerImageBytes],
          ]),
        ),
      };
    case 'top-tables':
      return {
        title,
        columns: [
          { name: 'max_memory_bytes', digits: 0 },
          { name: 'min_fps' },
          { name: 'place' },
          model,
          top1,
          fps,
          memory,
          { name: 'sure' },
        ],
        rows: answer.cells.flatMap(({ maxMemoryBytes, minFps, models }) =>
          models.map((entry, index) => [
            ...[maxMemoryBytes, minFps, index + 1],
            ...[entry.model, entry.top1, entry.fps, entry.memoryBytes, entry.sure],
          ]),
        ),
      };
    case 'pareto':
      return {
        title,
        columns: [
          ...[model, family, size, { name: 'provider' }, { name: 'precision' }],
          ...answer.metrics.map(metricColumn),
          ...[{ name: 'on_front' }, { name: 'dominated_by' }],
        ],
        rows: [
          ...answer.front.map((row) => ({ ...row, onFront: true, by: '' })),
          ...answer.dominated.map((row) => ({
            ...row,
            onFront: false,
            by: row.dominators.map((dominator) => dominator.model).join(' '),
          })),
        ].map((row) => [
          ...[...head(row), row.provider, row.precision],
          ...answer.metrics.map((metric) => row.values[metric] ?? null),
          ...[row.onFront, row.by],
        ]),
      };
    case 'devices':
      return {
        title: `${title} against ${selectionText(answer.against)}`,
        columns: [
          ...[model, family, size, msPerImage, { name: 'against_ms_per_image', digits: 3 }],
          ...[{ name: 'ratio', digits: 3 }, low, high],
        ],
        rows: answer.rows.map((row) => [
          ...head(row),
          ...[row.msPerImage, row.againstMsPerImage, row.ratio, row.low, row.high],
        ]),
      };
  }
}

const titles: Readonly<Record<AnalysisAnswer['analysis'], string>> = {
  'ball-chart': 'Top-1 over multiply-adds',
  density: 'Accuracy density',
  operations: 'Time over multiply-adds',
  envelope: 'Top-1 over images per second',
  memory: 'Memory over parameters',
  'batch-scaling': 'Time per image over the batch size',
  'top-tables': 'The best models under memory and speed limits',
  pareto: 'Pareto front',
  devices: 'Time per image',
};

/** "NVIDIA Titan X Pascal, pytorch-cudnn fp32, batch 1, published". */
export function selectionText({ device, provider, precision, batch, origin }: Selection): string {
  const variant = [provider, precision].filter((word) => word !== null).join(' ');
  const parts = [device.name, variant, batch === null ? 'all batches' : `batch ${batch}`];
  return [...parts, origin === 'none' ? 'no figures' : origin].filter((part) => part !== '').join(', ');
}

/** What an analysis found beside its rows: fits, correlations, the reasons of deviants; one sentence a line. */
export function analysisFindings(answer: AnalysisAnswer): string[] {
  const flagged = [...flaggedModels(answer)];
  if (flagged.length === 0) return findingsOf(answer);
  return [...findingsOf(answer), `Measured with warnings, better measured again: ${flagged.join(', ')}.`];
}

function findingsOf(answer: AnalysisAnswer): string[] {
  switch (answer.analysis) {
    case 'ball-chart':
    case 'density':
    case 'batch-scaling':
    case 'top-tables':
      return answer.notes;
    case 'operations':
      return [
        ...answer.batches.flatMap(({ batch, linear, logLog, deviants }) => [
          `${batch === null ? 'Each at its batch' : `Batch ${batch}`}: ms per image = ${linear.intercept.toFixed(2)} + ${linear.slope.toFixed(2)} · GMACs (R² ${linear.r2.toFixed(3)}); log-log: ∝ GMACs^${logLog.slope.toFixed(2)} (R² ${logLog.r2.toFixed(3)}).`,
          ...deviants.map(
            (deviant) =>
              `${deviant.model} takes ${deviant.deviation.toFixed(2)} times the fit${deviant.reasons.length > 0 ? `: ${deviant.reasons.join('; ')}` : ''}.`,
          ),
        ]),
        ...answer.notes,
      ];
    case 'envelope':
      return [
        ...(answer.bound === null
          ? []
          : [
              `No model exceeds ${answer.bound.intercept.toFixed(1)} ${answer.bound.slope < 0 ? '−' : '+'} ${Math.abs(answer.bound.slope).toPrecision(3)} · FPS (touched by ${answer.bound.touches.join(' and ')}).`,
            ]),
        ...answer.bestAbove
          .filter((best) => best.model !== null)
          .map((best) => `At ${best.fps} FPS or more: ${best.model} (${best.top1?.toFixed(2)} %).`),
        ...answer.notes,
      ];
    case 'memory':
      return [
        ...fitText('parameters (4 bytes each)', answer.byParams),
        ...fitText('file size', answer.byFileSize),
        ...answer.notes,
      ];
    case 'pareto':
      return [
        `${answer.front.length} of ${answer.front.length + answer.dominated.length} are on the front of ${answer.metrics.join(', ')}.`,
        ...answer.notes,
      ];
    case 'devices':
      return [
        ...answer.notes,
        ...(answer.geometricMean === null
          ? ['The two have no model in common.']
          : [
              `Geometric mean of the ratios: ${answer.geometricMean.ratio.toFixed(3)} (${answer.geometricMean.low.toFixed(3)} to ${answer.geometricMean.high.toFixed(3)}).`,
            ]),
        ...(answer.spearman === null
          ? []
          : [
              `Rank correlation: Spearman ${answer.spearman.toFixed(3)}, Kendall ${answer.kendall?.toFixed(3)}; ${answer.swapCount} of ${answer.pairCount} pairs swap order.`,
            ]),
        ...answer.swaps.map(
          (swap) =>
            `${swap.faster} is ${swap.ratio.toFixed(2)} times as fast as ${swap.slower} here, and ${swap.againstRatio.toFixed(2)} times there${swap.sure ? '' : unsure(answer)}.`,
        ),
      ];
  }
}

/** Why two sides' order may be chance. A published figure has no interval that could say. */
function unsure({ selection, against }: DeviceComparison): string {
  const isBare = selection.origin === 'published' || against.origin === 'published';
  return isBare ? ' (published figures, without intervals)' : ' (within the noise)';
}

function fitText(what: string, fit: LineFit | null): string[] {
  if (fit === null) return [];
  const floor = (fit.intercept / 2 ** 20).toFixed(0);
  return [
    `Memory = ${floor} MB + ${fit.slope.toFixed(2)} · ${what} (R² ${fit.r2.toFixed(3)}, ${fit.count} models).`,
  ];
}

function head(row: { model: string; family: string; inputSize: number }): Cell[] {
  return [row.model, row.family, row.inputSize];
}

function metricColumn(metric: FrontMetric): Column {
  const columns: Readonly<Record<FrontMetric, Column>> = {
    accuracy: top1,
    latency: msPerImage,
    memory,
    params,
    macs,
    fileSize: { name: 'file_bytes', digits: 0 },
    energy: { name: 'energy_j_per_image', digits: 3 },
  };
  return columns[metric];
}
