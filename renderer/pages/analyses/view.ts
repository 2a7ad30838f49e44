import { frontMetrics, type AnalysisName, type FrontMetric } from '../../../preload/contract.ts';
import { bytesPerMb } from '../../format/quantities.ts';
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  type Fields,
} from '../../urlState/fields.ts';
import { drawnAnalyses } from './drawn.ts';

/** What the analyses page has set; all of it stands in the address. */
export interface AnalysisView {
  analysis: (typeof drawnAnalyses)[number];
  /** A device's id or "run:" and a run's; '': this machine. */
  device: string;
  against: string;
  /** '' and null: by the analysis' own rule. */
  provider: string;
  precision: string;
  batch: number | null;
  metrics: readonly string[];
  /** Of the tables under limits, as typed; empty: the paper's. */
  memoryLimitsMb: string;
  fpsLimits: string;
  scale: '' | 'log' | 'linear';
  labels: boolean;
  errorBars: boolean;
  hidden: readonly string[];
}

export const analysisViewFields: Fields<AnalysisView> = {
  analysis: choiceField(drawnAnalyses, 'envelope'),
  device: textField(),
  against: textField(),
  provider: textField(),
  precision: textField(),
  batch: numberField(1, 1024),
  metrics: listField(),
  memoryLimitsMb: textField(),
  fpsLimits: textField(),
  scale: choiceField(['', 'log', 'linear'], ''),
  labels: flagField(true),
  errorBars: flagField(true),
  hidden: listField(),
};

/** The metrics of a front: two or three different ones, else the usual two. */
export function metricsOf(chosen: readonly string[]): FrontMetric[] {
  const known = frontMetrics.filter((metric) => chosen.includes(metric));
  return known.length < 2 || known.length > 3 ? ['accuracy', 'latency'] : known;
}

/** Limits as typed, "700, 1024": up to eight numbers above 0; [] for nothing typed, null for anything else. */
export function limitsOf(text: string): number[] | null {
  const parts = text.split(/[\s,;，；、]+/).filter((part) => part !== '');
  const limits = parts.map(Number);
  const sound = limits.length <= 8 && limits.every((limit) => Number.isFinite(limit) && limit > 0);
  return sound ? limits : null;
}

export const runMark = 'run:';

function sideOf(chosen: string): { device: string | null; run: string | null } {
  if (chosen.startsWith(runMark)) return { device: null, run: chosen.slice(runMark.length) };
  return { device: chosen === '' ? null : chosen, run: null };
}

/** The request of a view; null where something is still to be chosen or to be mended. */
export function requestOf(view: AnalysisView) {
  const memoryLimits = limitsOf(view.memoryLimitsMb);
  const fpsLimits = limitsOf(view.fpsLimits);
  if (view.analysis === 'devices' && view.against === '') return null;
  if (view.analysis === 'top-tables' && (memoryLimits === null || fpsLimits === null)) return null;
  const variant = {
    provider: view.provider === '' ? null : view.provider,
    precision: view.precision === '' ? null : view.precision,
  };
  return {
    analysis: view.analysis satisfies AnalysisName,
    ...sideOf(view.device),
    ...variant,
    batch: view.analysis === 'batch-scaling' ? null : view.batch,
    against: view.analysis === 'devices' ? sideOf(view.against) : null,
    metrics: metricsOf(view.metrics),
    ...(memoryLimits === null || memoryLimits.length === 0
      ? {}
      : { memoryLimitsBytes: memoryLimits.map((mb) => mb * bytesPerMb) }),
    ...(fpsLimits === null || fpsLimits.length === 0 ? {} : { fpsLimits }),
  };
}
