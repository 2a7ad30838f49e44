import { intervalText } from '../figures/intervalText.ts';
import type { ChartRow } from './rows.ts';
import type { ChartSettings } from './settings.ts';

/** The essentials of one row, shown beside the pointer. Built as elements: a model's name is never read as HTML. */
export function hoverCard(row: ChartRow, { format, texts }: ChartSettings): HTMLElement {
  const card = document.createElement('div');
  card.className = 'hover-card';
  const title = document.createElement('strong');
  title.textContent = row.model;
  const list = document.createElement('dl');
  const fact = (name: string, value: string | null): void => {
    if (value === null) return;
    const term = document.createElement('dt');
    term.textContent = name;
    const text = document.createElement('dd');
    text.textContent = value;
    list.append(term, text);
  };
  fact(texts.top1, row.top1 === null ? null : format.accuracy(row.top1));
  if (row.latencyMs !== null) {
    const { value, low, high } = row.latencyMs;
    const interval = low === null || high === null ? '' : ` ${intervalText(value, low, high, format)}`;
    fact(texts.latency, `${format.ms(value)}${interval}`);
  }
  fact(texts.throughput, row.throughput === null ? null : `${format.digits(row.throughput.value)} FPS`);
  fact(texts.memory, row.memoryBytes === null ? null : format.bytes(row.memoryBytes));
  fact(texts.operations, format.cost(row.macs));
  fact(texts.params, format.params(row.params));
  fact(texts.provider, row.provider === null ? null : `${row.provider} · ${row.precision ?? ''}`);
  fact(texts.batch, row.batch === null ? null : format.whole(row.batch));
  card.append(title, list);
  if (row.flagged) {
    const flagged = document.createElement('em');
    flagged.textContent = texts.flagged;
    card.append(flagged);
  }
  return card;
}
