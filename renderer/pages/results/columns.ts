import type { LatencyMode, ResultRow } from '../../../preload/contract.ts';
import type { Cell } from '../../format/tableText.ts';
import { intervalText } from '../../figures/intervalText.ts';
import type { Format } from '../../format/quantities.ts';
import { textKey } from '../../locales/i18n.ts';

/** Looks a text of the screen up. */
type Say = (key: string) => string;

/** A column of the results table: its title, width, the value it sorts and copies by, and how it is written. */
export interface ResultColumn {
  key: string;
  title: string;
  widthPx: number;
  figure: boolean;
  /** Unit of the copied value, for the header of a copied table. */
  unit: string;
  value(row: ResultRow): Cell;
  text(row: ResultRow, format: Format, say: Say): string;
  shownAtFirst: boolean;
}

type Draft = Pick<ResultColumn, 'key' | 'title' | 'value'> & Partial<ResultColumn>;

function wordColumn(draft: Draft): ResultColumn {
  return {
    widthPx: 110,
    figure: false,
    unit: '',
    shownAtFirst: true,
    text: (row) => String(draft.value(row) ?? '–'),
    ...draft,
  };
}

function figureColumn(draft: Draft & { write: (value: number, format: Format) => string }): ResultColumn {
  return {
    widthPx: 104,
    figure: true,
    unit: '',
    shownAtFirst: true,
    text(row, format) {
      const value = draft.value(row);
      return typeof value === 'number' ? draft.write(value, format) : '–';
    },
    ...draft,
  };
}

const ms = (value: number, format: Format): string => format.ms(value);
const bytes = (value: number, format: Format): string => format.bytes(value);

/** "Server 20/s": as short as the other columns' words. */
function shortMode(mode: LatencyMode, kind: string): string {
  switch (mode.kind) {
    case 'single-stream':
      return kind;
    case 'offline':
      return `${kind} ×${mode.sessions}`;
    case 'server':
      return `${kind} ${mode.requestsPerSecond}/s`;
    case 'paced':
      return `${kind} ${mode.framesPerSecond}/s`;
  }
}

/** Every column, in the order of the table. */
export const resultColumns: readonly ResultColumn[] = [
  wordColumn({
    key: 'model',
    title: textKey('models.name'),
    widthPx: 196,
    value: ({ result }) => result.configuration.model,
  }),
  wordColumn({
    key: 'family',
    title: textKey('models.family'),
    value: ({ family }) => family,
    shownAtFirst: false,
  }),
  wordColumn({
    key: 'provider',
    title: textKey('machine.provider'),
    widthPx: 88,
    value: ({ result }) => result.configuration.provider,
    text: ({ result }, _, say) => say(`provider.${result.configuration.provider}`),
  }),
  wordColumn({
    key: 'precision',
    title: textKey('run.precision'),
    widthPx: 92,
    value: ({ result }) => result.configuration.precision,
  }),
  figureColumn({
    key: 'batch',
    title: textKey('run.batch'),
    widthPx: 74,
    value: ({ result }) => result.configuration.batch,
    write: (value, format) => format.whole(value),
  }),
  wordColumn({
    key: 'mode',
    title: textKey('mode.title'),
    widthPx: 126,
    value: ({ result: { configuration } }) => shortMode(configuration.mode, configuration.mode.kind),
    text: ({ result: { configuration } }, _, say) =>
      shortMode(configuration.mode, say(`mode.name.${configuration.mode.kind}`)),
  }),
  figureColumn({
    key: 'inputSize',
    title: textKey('models.input'),
    widthPx: 84,
    unit: 'px',
    value: ({ result }) => result.configuration.inputSize,
    write: (value, format) => format.whole(value),
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'threads',
    title: textKey('run.threads'),
    widthPx: 84,
    value: ({ result }) => result.configuration.threads,
    write: (value, format) => format.whole(value),
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'median',
    title: textKey('figure.latency'),
    widthPx: 186,
    unit: 'ms',
    value: ({ result }) => result.latencyMs.median,
    write: ms,
    text: ({ result: { latencyMs } }, format) =>
      `${format.ms(latencyMs.median)} ${intervalText(latencyMs.median, latencyMs.low, latencyMs.high, format)}`,
  }),
  figureColumn({
    key: 'low',
    title: textKey('figure.low'),
    unit: 'ms',
    value: ({ result }) => result.latencyMs.low,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'high',
    title: textKey('figure.high'),
    unit: 'ms',
    value: ({ result }) => result.latencyMs.high,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'p95',
    title: textKey('figure.p95'),
    unit: 'ms',
    value: ({ result }) => result.latencyMs.p95,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'p99',
    title: textKey('figure.p99'),
    unit: 'ms',
    value: ({ result }) => result.latencyMs.p99,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'perImage',
    title: textKey('figure.perImage'),
    unit: 'ms',
    widthPx: 116,
    value: ({ result }) => result.perImageMs,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'throughput',
    title: textKey('figure.fps'),
    unit: '1/s',
    widthPx: 92,
    value: ({ result }) => result.throughputPerSecond,
    write: (value, format) => format.digits(value),
  }),
  figureColumn({
    key: 'memory',
    title: textKey('figure.memory'),
    unit: 'bytes',
    widthPx: 124,
    value: ({ result }) => (result.memory.peakBytes.available ? result.memory.peakBytes.value : null),
    write: bytes,
  }),
  figureColumn({
    key: 'runMemory',
    title: textKey('figure.runMemory'),
    unit: 'bytes',
    widthPx: 130,
    value: ({ result }) => (result.memory.runPeakBytes.available ? result.memory.runPeakBytes.value : null),
    write: bytes,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'top1',
    title: textKey('models.top1'),
    unit: '%',
    widthPx: 90,
    value: ({ top1 }) => top1,
    write: (value, format) => format.accuracy(value),
  }),
  figureColumn({
    key: 'params',
    title: textKey('models.params'),
    widthPx: 112,
    shownAtFirst: false,
    value: ({ params }) => params,
    write: (value, format) => format.params(value),
  }),
  figureColumn({
    key: 'macs',
    title: textKey('figure.macs'),
    unit: 'MACs',
    widthPx: 108,
    shownAtFirst: false,
    value: ({ macs }) => macs,
    write: (value, format) => format.cost(value),
  }),
  figureColumn({
    key: 'fileBytes',
    title: textKey('figure.file'),
    unit: 'bytes',
    value: ({ result }) => result.modelFileBytes,
    write: bytes,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'sessionCreation',
    title: textKey('figure.sessionCreation'),
    unit: 'ms',
    widthPx: 124,
    value: ({ result }) => result.sessionCreationMs,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'modelLoad',
    title: textKey('figure.modelLoad'),
    unit: 'ms',
    value: ({ result }) => (result.modelLoadMs.available ? result.modelLoadMs.value : null),
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'firstRun',
    title: textKey('figure.firstRun'),
    unit: 'ms',
    value: ({ result }) => result.firstRunMs,
    write: ms,
    shownAtFirst: false,
  }),
  figureColumn({
    key: 'samples',
    title: textKey('run.samples'),
    widthPx: 94,
    value: ({ result }) => result.latencyMs.samples,
    write: (value, format) => format.whole(value),
    shownAtFirst: false,
  }),
  wordColumn({
    key: 'flags',
    title: textKey('figure.flags'),
    widthPx: 164,
    value: ({ result }) => result.flags.map(({ code }) => code).join(' '),
  }),
  wordColumn({
    key: 'machine',
    title: textKey('page.machine'),
    widthPx: 130,
    value: ({ result }) => result.machineId,
    shownAtFirst: false,
  }),
  wordColumn({
    key: 'measuredAt',
    title: textKey('figure.measuredAt'),
    widthPx: 172,
    value: ({ result }) => result.measuredAt,
    text: ({ result }, format) => format.dateTime(result.measuredAt),
  }),
];

/** The columns of these keys in the table's order; the model's column is always there. */
export function chosenColumns(keys: readonly string[] | null): ResultColumn[] {
  return resultColumns.filter((column) =>
    keys === null ? column.shownAtFirst : keys.includes(column.key) || column.key === 'model',
  );
}
