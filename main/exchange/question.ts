import type { z } from 'zod';
import type { LimitName, RecommendationRequest } from '../../preload/contract.ts';

export type Question = z.output<typeof RecommendationRequest>;

const limitWords: Readonly<Record<LimitName, (value: number) => string>> = {
  maxLatencyMs: (ms) => `latency of one run at most ${ms} ms`,
  maxP99Ms: (ms) => `99th percentile of the latency at most ${ms} ms`,
  minFps: (fps) => `at least ${fps} images per second`,
  maxMemoryBytes: (bytes) => `at most ${megabytes(bytes)} of memory`,
  maxGpuMemoryBytes: (bytes) => `at most ${megabytes(bytes)} of GPU memory`,
  maxParams: (count) => `at most ${(count / 1e6).toFixed(2)} M parameters`,
  maxMacs: (count) => `at most ${(count / 1e9).toFixed(2)} GMACs`,
  maxFileBytes: (bytes) => `a model file of at most ${megabytes(bytes)}`,
  maxEnergyJ: (joule) => `at most ${joule} J a run`,
  minTop1: (percent) => `a top-1 of at least ${percent} %`,
};

/** The question in words, a line for each thing that was asked. */
export function questionLines(question: Question): string[] {
  const { limits, scenario, objective, batch, use, providers, precisions, inputSizes, licences } = question;
  const set = (Object.keys(limitWords) as LimitName[]).flatMap((name) => {
    const limit = limits[name];
    return limit === null ? [] : [limitWords[name](limit)];
  });
  const only = (what: string, list: readonly (string | number)[] | null) =>
    list === null ? [] : [`only ${what} ${list.join(', ')}`];
  return [
    `Use: ${use}, batch ${scenario.kind === 'offline' ? 'as best' : batch}, ${scenarioWords(scenario)}`,
    `Best is ${objectiveWords(objective)}`,
    ...(set.length === 0 ? ['No limits'] : set.map(capitalised)),
    ...only('provider', providers).map(capitalised),
    ...only('precision', precisions).map(capitalised),
    ...only('input size', inputSizes).map(capitalised),
    ...only('licence', licences).map(capitalised),
  ];
}

function scenarioWords(scenario: Question['scenario']): string {
  switch (scenario.kind) {
    case 'single-stream':
      return 'one run after the other';
    case 'offline':
      return 'as many images a second as possible';
    case 'server':
      return `${scenario.requestsPerSecond} requests a second at random times`;
  }
}

function objectiveWords(objective: Question['objective']): string {
  switch (objective.kind) {
    case 'accuracy':
      return 'the highest top-1';
    case 'cheapest':
      return `the least ${objective.cost}`;
    case 'weighted':
      return `the highest top-1 less weight · log2(cost), weights in points for half of a cost: ${Object.entries(
        objective.weights,
      )
        .map(([metric, weight]) => `${metric} ${weight}`)
        .join(', ')}`;
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
