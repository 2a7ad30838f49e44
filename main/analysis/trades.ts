import type { Trade } from '../../preload/contract.ts';
import type { Judged } from './judged.ts';
import { perImageMs, type Observation } from './observation.ts';

/** A neighbour must save this share of the memory to be worth naming. */
const leastSaving = 0.05;

/**
 * The neighbours one would trade a candidate for, among models that do not break a limit: the most accurate of the
 * faster ones, the fastest of the more accurate ones, and the most accurate of those that take clearly less memory.
 */
export function tradesOf({ observation: from }: Judged, pool: readonly Judged[]): Trade[] {
  let faster: Observation | undefined;
  let better: Observation | undefined;
  let smaller: Observation | undefined;
  const fromMs = perImageMs(from);
  for (const { observation: other } of pool) {
    if (other.model === from.model) continue;
    if (perImageMs(other) < fromMs && precedes(other, faster)) faster = other;
    if (other.top1 > from.top1 && (better === undefined || perImageMs(other) < perImageMs(better)))
      better = other;
    if (
      from.memoryBytes !== null &&
      other.memoryBytes !== null &&
      other.memoryBytes <= from.memoryBytes * (1 - leastSaving) &&
      precedes(other, smaller)
    )
      smaller = other;
  }
  const trades: Trade[] = [];
  if (faster !== undefined) trades.push(trade('faster', from, faster));
  if (better !== undefined) trades.push(trade('more-accurate', from, better));
  if (smaller !== undefined && smaller !== faster && smaller !== better)
    trades.push(trade('smaller', from, smaller));
  return trades;
}

function precedes(a: Observation, b: Observation | undefined): boolean {
  return b === undefined || a.top1 > b.top1 || (a.top1 === b.top1 && perImageMs(a) < perImageMs(b));
}

function trade(towards: Trade['towards'], from: Observation, to: Observation): Trade {
  return {
    towards,
    model: to.model,
    provider: to.provider,
    precision: to.precision,
    top1Change: to.top1 - from.top1,
    latencyRatio: perImageMs(to) / perImageMs(from),
    memoryRatio:
      from.memoryBytes === null || to.memoryBytes === null ? null : to.memoryBytes / from.memoryBytes,
  };
}
