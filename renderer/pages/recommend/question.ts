import {
  backboneUses,
  costMetrics,
  precisionNames,
  providerNames,
  type BackboneUse,
  type CostMetric,
  type LimitName,
  type RecommendationRequest,
  type SavedQuestion,
} from '../../../preload/contract.ts';
import { bytesPerMb } from '../../format/quantities.ts';
import {
  choiceField,
  listField,
  numberField,
  textField,
  wholeField,
  type Fields,
} from '../../urlState/fields.ts';

export const objectiveKinds = ['accuracy', 'cheapest', 'weighted'] as const;
export const scenarioKinds = ['single-stream', 'offline', 'server'] as const;
export const predictedChoices = ['apart', 'together', 'none'] as const;

/** The limits in the units that people type. null: no such limit. */
export interface QuestionLimits {
  fps: number | null;
  latencyMs: number | null;
  p99Ms: number | null;
  memoryMb: number | null;
  gpuMemoryMb: number | null;
  top1: number | null;
  paramsM: number | null;
  gmacs: number | null;
  fileMb: number | null;
  energyJ: number | null;
}

/** The whole question as the page and its address hold it. */
export interface Question extends QuestionLimits {
  /** A device's id; empty: this machine. */
  device: string;
  scenario: (typeof scenarioKinds)[number];
  /** Of the server scenario. */
  requestsPerSecond: number;
  objective: (typeof objectiveKinds)[number];
  /** Of the objective "cheapest". */
  cost: CostMetric;
  /** Of the objective "weighted": points of top-1 that half of the cost is worth. null: it does not count. */
  latencyWeight: number | null;
  memoryWeight: number | null;
  paramsWeight: number | null;
  batch: number;
  /** '': any that was measured. */
  provider: '' | (typeof providerNames)[number];
  precision: '' | (typeof precisionNames)[number];
  /** Input sizes in px; empty: any. */
  inputSizes: readonly string[];
  use: BackboneUse;
  /** Empty: any licence, also an unknown one. */
  licences: readonly string[];
  predicted: (typeof predictedChoices)[number];
  count: number;
}

export const questionFields: Fields<Question> = {
  device: textField(),
  fps: numberField(0.001, 1e6),
  latencyMs: numberField(0.001, 1e7),
  p99Ms: numberField(0.001, 1e7),
  memoryMb: numberField(1, 1e7),
  gpuMemoryMb: numberField(1, 1e7),
  top1: numberField(0, 100),
  paramsM: numberField(0.001, 1e5),
  gmacs: numberField(0.001, 1e5),
  fileMb: numberField(0.001, 1e6),
  energyJ: numberField(1e-6, 1e6),
  scenario: choiceField(scenarioKinds, 'single-stream'),
  requestsPerSecond: wholeField(10, 1, 1e6),
  objective: choiceField(objectiveKinds, 'accuracy'),
  cost: choiceField(costMetrics, 'latencyMs'),
  latencyWeight: numberField(0, 100),
  memoryWeight: numberField(0, 100),
  paramsWeight: numberField(0, 100),
  batch: wholeField(1, 1, 1024),
  provider: choiceField(['', ...providerNames], ''),
  precision: choiceField(['', ...precisionNames], ''),
  inputSizes: listField(),
  use: choiceField(backboneUses, 'classifier'),
  licences: listField(),
  predicted: choiceField(predictedChoices, 'apart'),
  count: wholeField(5, 1, 100),
};

/** Which entry of the question sets a limit of the contract, and how many of the contract's units one typed unit is. */
const limitUnits: Readonly<Record<LimitName, { name: keyof QuestionLimits; unit: number }>> = {
  minFps: { name: 'fps', unit: 1 },
  maxLatencyMs: { name: 'latencyMs', unit: 1 },
  maxP99Ms: { name: 'p99Ms', unit: 1 },
  maxMemoryBytes: { name: 'memoryMb', unit: bytesPerMb },
  maxGpuMemoryBytes: { name: 'gpuMemoryMb', unit: bytesPerMb },
  minTop1: { name: 'top1', unit: 1 },
  maxParams: { name: 'paramsM', unit: 1e6 },
  maxMacs: { name: 'gmacs', unit: 1e9 },
  maxFileBytes: { name: 'fileMb', unit: bytesPerMb },
  maxEnergyJ: { name: 'energyJ', unit: 1 },
};
const limitNames = Object.keys(limitUnits) as LimitName[];

export function limitsOf(question: QuestionLimits): NonNullable<RecommendationRequest['limits']> {
  const limits: NonNullable<RecommendationRequest['limits']> = {};
  for (const limit of limitNames) {
    const { name, unit } = limitUnits[limit];
    const typed = question[name];
    limits[limit] = typed === null ? null : typed * unit;
  }
  return limits;
}

/**
 * The change of the question that moves a limit of the contract to this value, in typed units with four digits, rounded
 * so that a limit is never tighter than asked. Empty for a limit that this page does not know.
 */
export function withLimit(limit: string, value: number): Partial<QuestionLimits> {
  const known = limitNames.find((name) => name === limit);
  if (known === undefined) return {};
  const { name, unit } = limitUnits[known];
  const typed = value / unit;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(typed) || 1)) - 3);
  const rounded = (known.startsWith('min') ? Math.floor(typed / step) : Math.ceil(typed / step)) * step;
  return { [name]: Number(rounded.toPrecision(6)) };
}

function objectiveOf(question: Question): RecommendationRequest['objective'] {
  switch (question.objective) {
    case 'accuracy':
      return { kind: 'accuracy' };
    case 'cheapest':
      return { kind: 'cheapest', cost: question.cost };
    case 'weighted':
      return {
        kind: 'weighted',
        weights: {
          latencyMs: question.latencyWeight ?? 0,
          memoryBytes: question.memoryWeight ?? 0,
          params: question.paramsWeight ?? 0,
        },
      };
  }
}

export function requestOf(question: Question): RecommendationRequest {
  const sizes = question.inputSizes.filter((text) => /^[1-9]\d{0,3}$/.test(text)).map(Number);
  return {
    device: question.device === '' ? null : question.device,
    limits: limitsOf(question),
    scenario:
      question.scenario === 'server'
        ? { kind: 'server', requestsPerSecond: question.requestsPerSecond }
        : { kind: question.scenario },
    objective: objectiveOf(question),
    batch: question.batch,
    providers: question.provider === '' ? null : [question.provider],
    precisions: question.precision === '' ? null : [question.precision],
    inputSizes: sizes.length === 0 ? null : sizes,
    use: question.use,
    licences: question.licences.length === 0 ? null : [...question.licences],
    predicted: question.predicted,
    count: question.count,
  };
}

/** The question of a request, as this page would ask it; what the page cannot set is left out. */
export function questionOf(request: SavedQuestion['question']): Question {
  const { scenario, objective } = request;
  const weights = objective.kind === 'weighted' ? objective.weights : {};
  return {
    ...typedLimits(request.limits),
    device: request.device ?? '',
    scenario: scenario.kind,
    requestsPerSecond:
      scenario.kind === 'server' ? scenario.requestsPerSecond : questionFields.requestsPerSecond.fallback,
    objective: objective.kind,
    cost: objective.kind === 'cheapest' ? objective.cost : questionFields.cost.fallback,
    latencyWeight: weights.latencyMs ?? null,
    memoryWeight: weights.memoryBytes ?? null,
    paramsWeight: weights.params ?? null,
    batch: request.batch,
    provider: request.providers?.[0] ?? '',
    precision: request.precisions?.[0] ?? '',
    inputSizes: request.inputSizes?.map(String) ?? [],
    use: request.use,
    licences: request.licences ?? [],
    predicted: request.predicted,
    count: request.count,
  };
}

function typedLimits(limits: SavedQuestion['question']['limits']): QuestionLimits {
  const typed = limitNames.map((limit) => {
    const { name, unit } = limitUnits[limit];
    const value = limits[limit];
    return [name, value === null ? null : value / unit] as const;
  });
  return Object.fromEntries(typed) as Record<keyof QuestionLimits, number | null>;
}
