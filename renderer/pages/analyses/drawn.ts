import type { AnalysisName } from '../../../preload/contract.ts';

/** The analyses of this page; the ball chart has the charts page. */
export const drawnAnalyses = [
  'envelope',
  'density',
  'operations',
  'memory',
  'batch-scaling',
  'pareto',
  'devices',
  'top-tables',
] as const satisfies readonly AnalysisName[];

/** A group's name: a word of ours, "batch 4" and "fit 4", or a model's own. */
export function groupNames(key: string, word: (path: string) => string | null): string {
  const [head = '', ...rest] = key.split(' ');
  const translated = word(`analysis.group.${head}`);
  return translated === null ? key : [translated, ...rest].join(' ');
}
