import type { Candidate, Machine, Recommendation } from '../../preload/contract.ts';
import { megabytes, questionLines, type Question } from './question.ts';
import type { ScatterChart, ScatterPoint } from './svg/scatter.ts';
import type { Cell, Table } from './table.ts';

/** Everything a report is written from; the formats differ only in how they write it. */
export interface ReportContent {
  readonly question: Question;
  readonly answer: Recommendation;
  /** The measured machine; null for reference devices. */
  readonly machine: Machine | null;
  /** Every model that was considered, with where it stands; for the charts. */
  readonly considered: readonly ConsideredModel[];
  readonly writtenAt: string;
  readonly version: string;
}

export interface ConsideredModel {
  readonly model: string;
  readonly top1: number;
  readonly macs: number | null;
  readonly params: number | null;
  readonly fps: number;
  readonly fpsLow: number | null;
  readonly fpsHigh: number | null;
  /** On the front of top-1 and speed. */
  readonly isOnFront: boolean;
  readonly keepsLimits: boolean;
  readonly isPredicted: boolean;
}

/** One part of a report. */
export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly list?: readonly string[];
  readonly table?: Omit<Table, 'title'>;
  readonly chart?: ScatterChart;
}

export function reportTitle({ answer }: ReportContent): string {
  const [winner] = answer.ranked;
  if (winner === undefined) return `No backbone keeps the limits on ${answer.device.name}`;
  return `${nameOf(winner)}${winner.sure ? '' : ' (not sure to keep every limit)'} for ${answer.device.name}`;
}

/** A model's name; one that nobody measured is never named as if it had been. */
function nameOf({ model, origin }: Pick<Candidate, 'model' | 'origin'>): string {
  return origin === 'predicted' ? `${model} (predicted)` : model;
}

/** A report's parts, in order. */
export function reportSections(content: ReportContent): Section[] {
  const { answer, question } = content;
  const sections: (Section | null)[] = [
    { title: 'Question', list: questionLines(question) },
    answerSection(answer),
    listSection('Not certain', doubts(answer.ranked)),
    chartSection(content),
    ballSection(content),
    tableSection('Better, but excluded', excludedTable(answer.excluded)),
    tableSection('Nearest misses', excludedTable(answer.nearestMisses)),
    listSection('What would change the answer', [
      ...answer.relaxHints.map(({ sentence }) => capital(sentence)),
      ...answer.flipPoints.map(({ sentence }) => capital(sentence)),
    ]),
    listSection('Neighbours to trade to', trades(answer.ranked)),
    listSection(
      'Equals',
      answer.groups.map(({ sentence }) => sentence),
    ),
    tableSection(
      'Predicted, not measured',
      answer.predicted.length === 0 ? null : rankedTable(answer.predicted),
    ),
    { title: 'Sources and conditions', list: sources(content) },
    { title: 'Method', list: method },
  ];
  return sections.filter((section) => section !== null);
}

/** The ranking as a flat table, for CSV. */
export function rankedTable(candidates: readonly Candidate[]): Table {
  return {
    title: 'Ranking',
    columns: [
      { name: 'place' },
      { name: 'model' },
      { name: 'top1_percent', digits: 2 },
      { name: 'fps', digits: 1 },
      { name: 'latency_ms', digits: 2 },
      { name: 'latency_low_ms', digits: 2 },
      { name: 'latency_high_ms', digits: 2 },
      { name: 'memory_mb', digits: 0 },
      { name: 'params_m', digits: 2 },
      { name: 'gmacs', digits: 2 },
      { name: 'provider' },
      { name: 'precision' },
      { name: 'batch' },
      { name: 'input_px' },
      { name: 'origin' },
      { name: 'sure' },
      { name: 'best_probability', digits: 2 },
      { name: 'front_probability', digits: 2 },
      { name: 'accuracy_source' },
      { name: 'flags' },
    ],
    rows: candidates.map((candidate, index) => [
      index + 1,
      candidate.model,
      candidate.top1,
      candidate.fps,
      candidate.latencyMs.median,
      candidate.latencyMs.low,
      candidate.latencyMs.high,
      over(candidate.memoryBytes, 2 ** 20),
      over(candidate.params, 1e6),
      over(candidate.macs, 1e9),
      candidate.provider,
      candidate.precision,
      candidate.batch,
      candidate.inputSize,
      candidate.origin,
      candidate.sure,
      candidate.bestProbability,
      candidate.frontProbability,
      candidate.accuracySource,
      candidate.flags.map(({ code }) => code).join(' '),
    ]),
  };
}

function answerSection({ ranked, bindingLimit, considered, passing }: Recommendation): Section {
  const counted = `${considered} models were considered; ${passing} surely keep every limit.`;
  if (ranked.length === 0)
    return {
      title: 'Answer',
      paragraphs: ['No backbone keeps these limits.', bindingLimit?.sentence ?? '', counted],
    };
  return {
    title: 'Answer',
    paragraphs: [counted],
    table: {
      columns: [
        { name: '#' },
        { name: 'Model' },
        { name: 'Top-1 %', digits: 2 },
        { name: 'Images/s', digits: 1 },
        { name: 'Latency' },
        { name: 'Memory' },
        { name: 'Runs on' },
        { name: 'Margins' },
      ],
      rows: ranked.map((candidate, index): Cell[] => [
        index + 1,
        nameOf(candidate),
        candidate.top1,
        candidate.fps,
        latencyText(candidate),
        candidate.memoryBytes === null ? 'unknown' : megabytes(candidate.memoryBytes),
        `${candidate.provider} ${candidate.precision}, batch ${candidate.batch}, ${candidate.inputSize} px; ${candidate.origin}`,
        [...candidate.verdicts.map(({ sentence }) => sentence), chances(candidate), ...candidate.remarks]
          .filter((text) => text !== '')
          .join('; '),
      ]),
    },
  };
}

function chances({ bestProbability, frontProbability }: Candidate): string {
  if (bestProbability === null) return '';
  return `best with ${percent(bestProbability)}, on the accuracy-latency front with ${percent(frontProbability)} probability`;
}

function latencyText({ latencyMs: { median, low, high } }: Candidate): string {
  return low === null || high === null
    ? `${median.toFixed(2)} ms`
    : `${median.toFixed(2)} ms (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

function doubts(ranked: readonly Candidate[]): string[] {
  return ranked.flatMap(({ model, verdicts, flags }) => [
    ...verdicts.filter(({ verdict }) => verdict !== 'clears').map(({ sentence }) => `${model}: ${sentence}`),
    ...flags.map(({ message }) => `${model}: ${message}`),
  ]);
}

function trades(ranked: readonly Candidate[]): string[] {
  const [winner] = ranked;
  if (winner === undefined) return [];
  return winner.trades.map(
    ({ towards, model, top1Change, latencyRatio, memoryRatio }) =>
      `${capital(towards.replace('-', ' '))}: ${model}, ${signed(top1Change)} points of top-1 for ${latencyRatio.toFixed(2)} times the latency${memoryRatio === null ? '' : ` and ${memoryRatio.toFixed(2)} times the memory`}`,
  );
}

function excludedTable(excluded: Recommendation['excluded']): Omit<Table, 'title'> | null {
  if (excluded.length === 0) return null;
  return {
    columns: [
      { name: 'Model' },
      { name: 'Top-1 %', digits: 2 },
      { name: 'Images/s', digits: 1 },
      { name: 'Why' },
    ],
    rows: excluded.map(({ candidate, reason }) => [nameOf(candidate), candidate.top1, candidate.fps, reason]),
  };
}

function chartSection({ considered, question, answer }: ReportContent): Section | null {
  if (considered.length === 0) return null;
  const chosen = new Set(answer.ranked.map(({ model }) => model));
  const { minFps } = question.limits;
  return {
    title: 'Accuracy over speed',
    chart: {
      title: 'Top-1 over images per second',
      xTitle: 'images per second (log)',
      yTitle: 'top-1 %',
      xScale: 'log',
      points: considered.map((entry) => ({
        x: entry.fps,
        y: entry.top1,
        low: entry.fpsLow,
        high: entry.fpsHigh,
        area: 0.1,
        label: pointName(entry),
        isNamed: chosen.has(entry.model) || entry.isOnFront,
        tone: toneOf(entry, chosen),
      })),
      limits: minFps === null ? [] : [{ x: minFps, text: `${minFps} FPS` }],
      front: considered
        .filter(({ isOnFront }) => isOnFront)
        .toSorted((a, b) => a.fps - b.fps)
        .map(({ fps, top1 }) => ({ x: fps, y: top1 })),
    },
  };
}

function ballSection({ considered, question, answer }: ReportContent): Section | null {
  const known = considered.flatMap((entry) =>
    entry.macs === null || entry.params === null
      ? []
      : [{ ...entry, macs: entry.macs, params: entry.params }],
  );
  if (known.length === 0) return null;
  const chosen = new Set(answer.ranked.map(({ model }) => model));
  const most = Math.max(...known.map(({ params }) => params));
  const points: ScatterPoint[] = known.map((entry) => ({
    x: entry.macs / 1e9,
    y: entry.top1,
    low: null,
    high: null,
    area: entry.params / most,
    label: pointName(entry),
    isNamed: chosen.has(entry.model),
    tone: toneOf(entry, chosen),
  }));
  const { maxMacs } = question.limits;
  return {
    title: 'Accuracy over operations',
    paragraphs: ['Area by parameters.'],
    chart: {
      title: 'Top-1 over multiply-adds',
      xTitle: 'GMACs (log)',
      yTitle: 'top-1 %',
      xScale: 'log',
      points,
      limits: maxMacs === null ? [] : [{ x: maxMacs / 1e9, text: `${maxMacs / 1e9} GMACs` }],
      front: [],
    },
  };
}

function pointName({ model, isPredicted }: ConsideredModel): string {
  return isPredicted ? `${model} (predicted)` : model;
}

function toneOf({ model, keepsLimits }: ConsideredModel, chosen: ReadonlySet<string>): ScatterPoint['tone'] {
  return chosen.has(model) ? 'chosen' : keepsLimits ? 'passing' : 'excluded';
}

function sources({ answer, machine, version, writtenAt }: ReportContent): string[] {
  const accuracies = [...new Set(answer.ranked.map(({ accuracySource }) => accuracySource))];
  const memories = [...new Set(answer.ranked.flatMap(({ memoryMethod }) => memoryMethod ?? []))];
  return [
    ...(machine === null ? [`Device: ${answer.device.name} (${answer.device.id})`] : fingerprint(machine)),
    ...memories.map((method) => `Memory: ${method}`),
    ...(accuracies.length === 0 ? [] : [`Top-1: ${accuracies.join('; ')}`]),
    ...answer.notes,
    `Written by Backbench ${version} at ${writtenAt}`,
  ];
}

function fingerprint({ id, name, cpu, memoryBytes, gpus, os, runtime, power }: Machine): string[] {
  return [
    `Machine: ${name} (${id})`,
    `Processor: ${cpu.model}, ${cpu.physicalCores} cores, ${cpu.logicalCores} threads${cpu.virtualised ? ', virtualised' : ''}; ${cpu.isa.join(', ')}`,
    `Memory: ${(memoryBytes / 2 ** 30).toFixed(1)} GB`,
    ...gpus.map(
      (gpu) => `GPU: ${gpu.name}, driver ${gpu.driver ?? 'unknown'}${gpu.software ? ' (software)' : ''}`,
    ),
    `System: ${os.name} ${os.release}, ${os.arch}; power: ${power.source}, governor ${power.governor ?? 'unknown'}`,
    `Runtime: ONNX Runtime ${runtime.onnxruntime}, Node ${runtime.node}`,
  ];
}

const method = [
  'Latency is the wall time of one run of the batch: the median over fresh worker processes of their median, with its 95 % interval. Images per second are the batch over that median.',
  'A limit counts as kept where the whole 95 % interval keeps it, and as broken where the whole interval breaks it; in between it is within the noise. Such models, and those of which a reading is absent, rank behind all that are sure.',
  'Probabilities take the logarithm of the true median as distributed like Student’s t around the measured one, with the measured interval, and models as independent of each other.',
  'Ranking is by the objective; ties by higher top-1, less memory, lower latency, fewer parameters, then the name.',
  'Predicted figures come from the graph: what its kinds of work cost on this device by the models measured there, corrected by models that are alike. Their intervals are widened until they hold for families that were left out.',
  'Published figures are compared bare, without an interval, and come from another runtime.',
];

function listSection(title: string, list: readonly string[]): Section | null {
  return list.length === 0 ? null : { title, list };
}

function tableSection(title: string, table: Omit<Table, 'title'> | null): Section | null {
  return table === null ? null : { title, table };
}

function over(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function percent(probability: number): string {
  const value = 100 * probability;
  return value > 99 && value < 100 ? '> 99 %' : `${value.toFixed(0)} %`;
}

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;
}
