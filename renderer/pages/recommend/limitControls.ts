import { textKey } from '../../locales/i18n.ts';
import type { QuestionLimits } from './question.ts';
import type { Range } from './sliderScale.ts';

/** How one limit is asked for. */
export interface LimitControl {
  name: keyof QuestionLimits;
  label: string;
  unit: string;
  /** What the slider spans. */
  range: Range;
  /** What may be typed. */
  bounds: Range;
  /** For quantities that do not span decades. */
  linear: boolean;
  /** Which end of the slider stands for no limit. */
  open: 'min' | 'max';
}

const upTo = (
  name: keyof QuestionLimits,
  label: string,
  unit: string,
  range: Range,
  bounds: Range,
): LimitControl => ({ name, label, unit, range, bounds, linear: false, open: 'max' });

/** Those that most people have. */
export const firstLimits: readonly LimitControl[] = [
  {
    name: 'fps',
    label: textKey('limit.minFps'),
    unit: 'FPS',
    range: { min: 1, max: 1000 },
    bounds: { min: 0.001, max: 1e6 },
    linear: false,
    open: 'min',
  },
  upTo('latencyMs', textKey('limit.maxLatencyMs'), 'ms', { min: 1, max: 10_000 }, { min: 0.001, max: 1e7 }),
  upTo('memoryMb', textKey('limit.maxMemoryBytes'), 'MB', { min: 20, max: 8000 }, { min: 1, max: 1e7 }),
  {
    name: 'top1',
    label: textKey('limit.minTop1'),
    unit: '%',
    range: { min: 50, max: 90 },
    bounds: { min: 0, max: 100 },
    linear: true,
    open: 'min',
  },
];

export const furtherLimits: readonly LimitControl[] = [
  upTo('p99Ms', textKey('limit.maxP99Ms'), 'ms', { min: 1, max: 10_000 }, { min: 0.001, max: 1e7 }),
  upTo(
    'gpuMemoryMb',
    textKey('limit.maxGpuMemoryBytes'),
    'MB',
    { min: 20, max: 80_000 },
    { min: 1, max: 1e7 },
  ),
  upTo('paramsM', textKey('limit.maxParams'), 'M', { min: 0.5, max: 1000 }, { min: 0.001, max: 1e5 }),
  upTo('gmacs', textKey('limit.maxMacs'), 'G', { min: 0.05, max: 100 }, { min: 0.001, max: 1e5 }),
  upTo('fileMb', textKey('limit.maxFileBytes'), 'MB', { min: 1, max: 4000 }, { min: 0.001, max: 1e6 }),
  upTo('energyJ', textKey('limit.maxEnergyJ'), 'J', { min: 0.01, max: 100 }, { min: 1e-6, max: 1e6 }),
];
