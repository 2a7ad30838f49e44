import { parseArgs } from 'node:util';
import { AnalysisRequest, analysisNames, type RecommendationRequest } from '../../../preload/contract.ts';
import { analyse } from '../../analysis/analyse.ts';
import { quantile } from '../../analysis/lineFit.ts';
import type { Observation } from '../../analysis/observation.ts';
import { recommend } from '../../analysis/recommend.ts';
import type { Figures } from '../../analysis/selection.ts';
import { catalog } from '../../zoo/catalog.ts';
import { countedGraph } from '../graphFeatures.ts';

/**
 * `npm run bench:analysis`: every analysis and several recommendations over 1,000 models on 4 devices at 7 batch sizes,
 * two of the devices with intervals and two without. The figures are made up, with the spread of real ones, and lie in
 * memory: reading them from the database is `bench:store`'s. Medians and the slowest of 21 calls after 5 unmeasured ones; the
 * goal is kept where the median is under it. `--json` prints one document.
 */
const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const goalMs = 20;
const modelCount = 1000;
const batches = [1, 2, 4, 8, 16, 32, 64];
const devices = ['first', 'second', 'published', 'published too'];
const calls = 21;

const graphs = catalog
  .slice(0, 40)
  .map((architecture) => countedGraph(architecture, architecture.inputSize).features);
const graphOf = ({ model }: Observation) => graphs[Number(model.slice(1)) % graphs.length] ?? null;

/** Numbers in [0, 1) that are the same at every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function figuresOf(name: string, deviceIndex: number): Figures {
  const random = seeded(deviceIndex + 1);
  const isMeasured = deviceIndex < 2;
  const observations = Array.from({ length: modelCount }, (_, index) => {
    const ofModel = seeded(1000 + index);
    const macs = 10 ** (8 + 2.5 * ofModel());
    const params = 10 ** (6 + 2 * ofModel());
    const top1 = Math.round((60 + 6 * Math.log10(macs / 1e8) + 10 * ofModel()) * 100) / 100;
    return batches.map((batch) => {
      const perImage = (macs / 1e9) ** 0.9 * 4 * Math.exp(random() - 0.5) * (0.6 + 0.4 / batch);
      const median = perImage * batch;
      return observation({ index, batch, median, macs, params, top1, isMeasured });
    });
  }).flat();
  return { device: { id: name, name }, observations };
}

interface MadeUp {
  readonly index: number;
  readonly batch: number;
  readonly median: number;
  readonly macs: number;
  readonly params: number;
  readonly top1: number;
  readonly isMeasured: boolean;
}

function observation({ index, batch, median, macs, params, top1, isMeasured }: MadeUp): Observation {
  return {
    ...{ model: `m${index}`, family: `family ${index % 60}`, batch, macs, params, top1 },
    ...{
      provider: 'cpu',
      precision: 'fp32',
      inputSize: 224,
      threads: 2,
      licence: null,
      flags: [],
      resultId: null,
    },
    origin: isMeasured ? 'measured' : 'published',
    latencyMs: isMeasured
      ? { median, low: median * 0.98, high: median * 1.02 }
      : { median, low: null, high: null },
    processes: isMeasured ? 5 : null,
    sdMs: isMeasured ? median * 0.05 : null,
    p99Ms: isMeasured ? median * 1.1 : null,
    p99RelativeError: isMeasured ? 0.02 : 0,
    memoryBytes: 100e6 + 4.6 * params + (batch * macs) / 300,
    memoryMethod: 'made up',
    memoryLogError: 0,
    ...{ gpuMemoryBytes: null, gpuMemoryMethod: null, energyJ: null, energyMethod: null },
    fileBytes: 4 * params,
    top5: Math.min(99, top1 + 15),
    accuracySource: 'made up',
  };
}

type Question = Omit<RecommendationRequest, 'device'>;
const limits = { minFps: 30, maxMemoryBytes: 0.7 * 2 ** 30 };
const questions: readonly (readonly [string, Question])[] = [
  ['without limits', {}],
  ['30 FPS, 0.7 GB', { limits }],
  ['30 FPS, 0.7 GB, offline', { limits, scenario: { kind: 'offline' } }],
  ['six limits', { limits: { ...limits, maxLatencyMs: 40, maxP99Ms: 60, maxParams: 5e7, minTop1: 65 } }],
  ['cheapest in latency', { limits: { minTop1: 75 }, objective: { kind: 'cheapest', cost: 'latencyMs' } }],
  ['weighted', { limits, objective: { kind: 'weighted', weights: { latencyMs: 2, params: 0.5 } } }],
  ['nothing fits', { limits: { minFps: 1e6 } }],
];

interface Line {
  readonly what: string;
  readonly device: string;
  readonly medianMs: number;
  readonly slowestMs: number;
  readonly rows: number;
}

function timed(what: string, { device, observations }: Figures, call: () => unknown): Line {
  const times: number[] = [];
  for (let repeat = -5; repeat < calls; repeat++) {
    const start = performance.now();
    call();
    if (repeat >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    ...{ what, device: device.name, rows: observations.length },
    medianMs: quantile(times, 0.5),
    slowestMs: times.at(-1) ?? 0,
  };
}

const figures = devices.map(figuresOf);
const lines = figures.flatMap((own, index) => {
  const other = figures[(index + 1) % figures.length] ?? own;
  const knowledge = { featuresOf: graphOf, commonName: ({ model }: Observation) => model };
  const analyses = analysisNames.map((analysis) => {
    const request = AnalysisRequest.parse({ analysis, against: analysis === 'devices' ? {} : null });
    return timed(analysis, own, () => analyse(request, own, other, knowledge));
  });
  const answers = questions.map(([name, question]) =>
    timed(`recommend: ${name}`, own, () => recommend(own.observations, question, own.device)),
  );
  return [...analyses, ...answers];
});

if (values.json === true) console.log(JSON.stringify({ goalMs, calls, lines }, null, 1));
else {
  console.log(
    `${modelCount} models × ${devices.length} devices × ${batches.length} batch sizes; ms, of ${calls} calls`,
  );
  console.log(`${''.padEnd(38)}${devices.map((name) => name.padStart(20)).join('')}   (median, slowest)`);
  for (const [what, of] of Map.groupBy(lines, (line) => line.what)) {
    const cells = of.map(({ medianMs, slowestMs }) =>
      `${medianMs.toFixed(2)}, ${slowestMs.toFixed(2)}`.padStart(20),
    );
    const verdict = of.every(({ medianMs }) => medianMs < goalMs) ? '' : `   goal < ${goalMs}: MISSED`;
    console.log(what.padEnd(38) + cells.join('') + verdict);
  }
  const missed = lines.filter(({ medianMs }) => medianMs >= goalMs).length;
  console.log(`goal < ${goalMs} ms: kept by ${lines.length - missed} of ${lines.length}`);
}
