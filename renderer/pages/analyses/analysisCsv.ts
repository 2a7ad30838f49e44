import type { AnalysisAnswer } from '../../../preload/contract.ts';
import type { Mark, Plot, Quantity } from '../../charts/analysisPlot.ts';
import { toCsv } from '../../format/tableText.ts';

/** Columns by their quantities, each with its unit; one spelling, whatever the screen's language. */
const columns: Readonly<Record<Quantity, string>> = {
  top1: 'top1_percent',
  density: 'points_per_million_params',
  fps: 'images_per_s',
  operations: 'gmacs',
  msPerImage: 'ms_per_image',
  againstMs: 'against_ms_per_image',
  memory: 'memory_mib',
  params: 'params_millions',
  batch: 'batch',
  fileSize: 'file_mib',
  energy: 'energy_j',
};

/** What a chart shows, one row a mark, in full precision. */
export function marksCsv(
  { x, y }: Plot,
  marks: readonly { group: string; mark: Mark }[],
  flagged: ReadonlySet<string>,
): string {
  const ends = (name: string) => [name, `${name}_low`, `${name}_high`];
  return toCsv(
    ['model', 'family', 'group', ...ends(columns[x.quantity]), ...ends(columns[y.quantity]), 'flagged'],
    marks.map(({ group, mark }) => [
      ...[mark.model, mark.family, group],
      ...[mark.x.value, mark.x.low, mark.x.high, mark.y.value, mark.y.low, mark.y.high],
      flagged.has(mark.model) ? 'yes' : 'no',
    ]),
  );
}

/** The tables under limits, one row a model in its place. */
export function topTablesCsv({
  selection,
  cells,
}: Extract<AnalysisAnswer, { analysis: 'top-tables' }>): string {
  const flagged = new Set(selection.flagged);
  return toCsv(
    [
      'max_memory_bytes',
      'min_fps',
      'place',
      'model',
      'top1_percent',
      'fps',
      'memory_bytes',
      'sure',
      'flagged',
    ],
    cells.flatMap(({ maxMemoryBytes, minFps, models }) =>
      models.map(({ model, top1, fps, memoryBytes, sure }, index) => [
        ...[maxMemoryBytes, minFps, index + 1, model, top1, fps, memoryBytes],
        sure ? 'yes' : 'no',
        flagged.has(model) ? 'yes' : 'no',
      ]),
    ),
  );
}
