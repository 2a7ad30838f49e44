import type { Statement } from '../../preload/contract.ts';
import { sameConditions, type Observation } from './observation.ts';

/** A reduced precision that was measured beside fp32 under the same conditions. */
interface Comparison {
  readonly precision: string;
  readonly provider: string;
  /** Latency over fp32's: 1.2 is 20 % slower. */
  readonly ratio: number;
  /** Whether the intervals are apart, so that the difference is more than noise. */
  readonly sure: boolean;
}

/** What to know about the precisions of one model, from all its observations. */
export function precisionRemarks(chosen: Observation, variants: readonly Observation[]): Statement[] {
  const remarks: Statement[] = [];
  const { precision: own } = chosen;
  if (own === 'int8' || own === 'fp16')
    remarks.push({ code: 'accuracy-of-fp32', values: { precision: own } });
  for (const { precision, provider, ratio, sure } of comparisons(variants)) {
    if (sure && ratio > 1)
      remarks.push({ code: 'slower-than-fp32', values: { precision, provider, times: ratio } });
  }
  return remarks;
}

/** How often int8 was slower than fp32 where both were measured; null where it never was. */
export function slowerInt8Note(observations: readonly Observation[]): Statement | null {
  const both = [...Map.groupBy(observations, ({ model }) => model).values()].flatMap((variants) =>
    comparisons(variants).filter(({ precision }) => precision === 'int8'),
  );
  const slower = both.filter(({ ratio, sure }) => sure && ratio > 1).length;
  return slower === 0 ? null : { code: 'int8-slower', values: { slower, both: both.length } };
}

function comparisons(variants: readonly Observation[]): Comparison[] {
  const baselines = variants.filter(({ precision }) => precision === 'fp32');
  if (baselines.length === 0 || baselines.length === variants.length) return [];
  return variants.flatMap((variant) => {
    if (variant.precision === 'fp32') return [];
    const baseline = baselines.find((entry) => sameConditions(entry, variant));
    if (baseline === undefined) return [];
    const ratio = variant.latencyMs.median / baseline.latencyMs.median;
    return [
      { precision: variant.precision, provider: variant.provider, ratio, sure: apart(baseline, variant) },
    ];
  });
}

function apart({ latencyMs: a }: Observation, { latencyMs: b }: Observation): boolean {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return false;
  return a.low > b.high || b.low > a.high;
}
