import { intervalText } from '../figures/intervalText.ts';
import { factCard } from './factCard.ts';
import type { ChartRow } from './rows.ts';
import type { ChartSettings } from './settings.ts';

/** The essentials of one row, shown beside the pointer. */
export function hoverCard(row: ChartRow, { format, texts }: ChartSettings): HTMLElement {
  const latency = (): string | null => {
    if (row.latencyMs === null) return null;
    const { value, low, high } = row.latencyMs;
    const interval = low === null || high === null ? '' : ` ${intervalText(value, low, high, format)}`;
    return `${format.ms(value)}${interval}`;
  };
  const facts: readonly (readonly [string, string | null])[] = [
    [texts.top1, row.top1 === null ? null : format.accuracy(row.top1)],
    [texts.latency, latency()],
    [texts.throughput, row.throughput === null ? null : `${format.digits(row.throughput.value)} FPS`],
    [texts.memory, row.memoryBytes === null ? null : format.bytes(row.memoryBytes)],
    [texts.operations, format.cost(row.macs)],
    [texts.params, format.params(row.params)],
    [
      texts.provider,
      row.provider === null ? null : `${texts.providerName(row.provider)} · ${row.precision ?? ''}`,
    ],
    [texts.batch, row.batch === null ? null : format.whole(row.batch)],
  ];
  return factCard(
    row.model,
    facts.flatMap(([term, text]) => (text === null ? [] : [[term, text] as const])),
    row.flagged ? texts.flagged : null,
  );
}
