import { precisionNames, providerNames, type RecommendationRequest } from '../../../preload/contract.ts';
import { choiceField, numberField, wholeField, type Fields } from '../../urlState/fields.ts';

/** The question as the page and its address hold it, in the units that people type. null: no such limit. */
export interface Question {
  fps: number | null;
  latencyMs: number | null;
  memoryMb: number | null;
  top1: number | null;
  paramsM: number | null;
  gmacs: number | null;
  fileMb: number | null;
  batch: number;
  /** '': any that was measured. */
  provider: '' | (typeof providerNames)[number];
  precision: '' | (typeof precisionNames)[number];
  count: number;
}

export const questionFields: Fields<Question> = {
  fps: numberField(0.001, 1e6),
  latencyMs: numberField(0.001, 1e7),
  memoryMb: numberField(1, 1e7),
  top1: numberField(0, 100),
  paramsM: numberField(0.001, 1e5),
  gmacs: numberField(0.001, 1e5),
  fileMb: numberField(0.001, 1e6),
  batch: wholeField(1, 1, 1024),
  provider: choiceField(['', ...providerNames], ''),
  precision: choiceField(['', ...precisionNames], ''),
  count: wholeField(5, 1, 100),
};

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

export function limitsOf(question: Question): NonNullable<RecommendationRequest['limits']> {
  return {
    minFps: question.fps,
    maxLatencyMs: question.latencyMs,
    maxMemoryBytes: times(question.memoryMb, 1e6),
    minTop1: question.top1,
    maxParams: times(question.paramsM, 1e6),
    maxMacs: times(question.gmacs, 1e9),
    maxFileBytes: times(question.fileMb, 1e6),
  };
}

export function requestOf(question: Question): RecommendationRequest {
  return {
    limits: limitsOf(question),
    batch: question.batch,
    providers: question.provider === '' ? null : [question.provider],
    precisions: question.precision === '' ? null : [question.precision],
    count: question.count,
  };
}
