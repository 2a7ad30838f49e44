import type { ChartRow } from '../../charts/rows.ts';
import { toCsv } from '../../format/tableText.ts';

/** The rows of a chart in full precision; the header keeps to one spelling, whatever the screen's language. */
export function chartCsv(rows: readonly ChartRow[]): string {
  const header = [
    'model',
    'family',
    'top1_percent',
    'macs',
    'params',
    'provider',
    'precision',
    'batch',
    'latency_ms',
    'latency_low_ms',
    'latency_high_ms',
    'throughput_per_s',
    'peak_memory_bytes',
    'flagged',
  ];
  return toCsv(
    header,
    rows.map((row) => [
      row.model,
      row.family,
      row.top1,
      row.macs,
      row.params,
      row.provider,
      row.precision,
      row.batch,
      row.latencyMs?.value ?? null,
      row.latencyMs?.low ?? null,
      row.latencyMs?.high ?? null,
      row.throughput?.value ?? null,
      row.memoryBytes,
      row.flagged ? 'yes' : 'no',
    ]),
  );
}
