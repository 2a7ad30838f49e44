import type { Statement } from '../../preload/contract.ts';
import type { Format } from '../format/quantities.ts';
import { limitValue } from './limitValue.ts';

/** What a statement is written with: the texts of a language and how it writes numbers. */
export interface Words {
  readonly t: (key: string, values?: Record<string, string>) => string;
  readonly format: Format;
  /** A sentence that has no code, from English. */
  readonly phrase: (english: string) => string;
}

/** A statement of the service in the language of the screen. */
export function statementText(statement: Statement, words: Words): string {
  if (statement.code === 'differs-in') return traitText(statement.values, words);
  return words.t(`said.${statement.code}`, blanksOf(statement, words));
}

type ValuesOf<Code extends Statement['code']> = Extract<Statement, { code: Code }>['values'];

/** What fills the blanks of a statement's text. */
function blanksOf(
  { code, values }: Exclude<Statement, { code: 'differs-in' }>,
  words: Words,
): Record<string, string> {
  const { t, format } = words;
  switch (code) {
    case 'limit-kept':
    case 'limit-missed':
      return {
        ...judged(values, words),
        share: values.share === null ? '∞' : format.share(values.share),
        surety: suretyOf(values, words),
      };
    case 'limit-close':
      return { ...judged(values, words), confidence: likelihood(values.confidence, format) };
    case 'limit-unknown': {
      const { limit, asked, absence, reason } = values;
      return {
        asked: limitValue(limit, asked, words),
        reason: absence === 'stated' ? words.phrase(reason) : t(`absence.${absence}`),
      };
    }
    case 'binds-alone':
      return bound(values, values.freed, words);
    case 'binds-with-others':
      return bound(values, values.breaking, words);
    case 'relaxed-in-vain':
      return changed(values, words);
    case 'relaxed-admits': {
      const { model, top1, gain } = values;
      const gained = gain === null ? '' : t('said.gain', { points: signed(gain, format) });
      return { ...changed(values, words), model, top1: format.accuracy(top1), gained };
    }
    case 'relaxed-wins':
      return { ...turned(values, words), model: values.model, top1: format.accuracy(values.top1) };
    case 'tightened-wins':
      return {
        ...turned(values, words),
        ...{ today: values.today, model: values.model, top1: format.accuracy(values.top1) },
      };
    case 'tightened-to-nothing':
      return { ...turned(values, words), today: values.today };
    case 'equals':
      return {
        models: values.models.join(t('said.separator')),
        points: format.plain(values.points),
        slowest: format.digits(values.slowestFps),
        fastest: format.digits(values.fastestFps),
      };
    case 'accuracy-of-fp32':
      return { precision: values.precision };
    case 'slower-than-fp32':
      return { ...values, times: format.digits(values.times) };
    case 'some-flagged':
      return { flagged: format.whole(values.flagged), models: format.whole(values.models) };
    case 'some-published':
      return { published: format.whole(values.published), models: format.whole(values.models) };
    case 'int8-slower':
      return { slower: format.whole(values.slower), both: format.whole(values.both) };
    case 'batch-not-published':
      return { batch: format.whole(values.batch) };
    case 'figures-of-timm':
      return timmBlanks(values, words);
    case 'left-out':
      return { models: format.whole(values.models), lack: t(`said.lack.${values.lack}`) };
    case 'left-out-of-front':
      return {
        models: format.whole(values.models),
        metrics: values.metrics.map((metric) => t(`analysis.metric.${metric}`)).join(t('said.separator')),
      };
    case 'memory-is':
      return { method: words.phrase(values.method) };
    case 'conditions-differ':
      return {
        differences: values.differences
          .map((difference) => differenceText(difference, words))
          .join(t('said.separator')),
      };
    case 'likely-among-best':
      return { latency: latencyOf(values, words), share: format.share(values.share, 0) };
    case 'hurried-before':
      return { share: format.share(values.share, 0) };
    case 'predicted-latency':
      return { latency: latencyOf(values, words) };
    case 'five-are-better':
      return { fifth: values.fifth, top1: format.accuracy(values.top1) };
    case 'probes-speed':
    case 'ended-before':
    case 'none-sure':
    case 'all-published':
    case 'figures-of-titan-x':
    case 'figures-of-jetson-tx1':
      return {};
  }
}

function judged({ limit, value, asked }: ValuesOf<'limit-kept'> | ValuesOf<'limit-close'>, words: Words) {
  return { value: limitValue(limit, value, words), asked: limitValue(limit, asked, words) };
}

function suretyOf({ confidence, withoutInterval }: ValuesOf<'limit-kept'>, { t, format }: Words): string {
  if (withoutInterval) return t('said.withoutInterval');
  return confidence === null ? '' : t('said.confidence', { share: likelihood(confidence, format) });
}

function bound(
  { limit, asked, models }: ValuesOf<'binds-alone' | 'binds-with-others'>,
  count: number,
  words: Words,
) {
  const { format } = words;
  return {
    asked: limitValue(limit, asked, words),
    count: format.whole(count),
    models: format.whole(models),
  };
}

function changed({ limit, from, to }: ValuesOf<'relaxed-in-vain'>, words: Words) {
  return { from: limitValue(limit, from, words), to: limitValue(limit, to, words) };
}

/** Where a limit begins to admit, or to shut out: beyond it is above one that asks for at least so much, else below. */
function turned({ limit, to }: { limit: ValuesOf<'relaxed-wins'>['limit']; to: number }, words: Words) {
  const beyond = limit.startsWith('max') ? 'below' : 'above';
  return { to: limitValue(limit, to, words), beyond: words.t(`said.beyond.${beyond}`) };
}

function timmBlanks({ precision, leastBatch, mostBatch }: ValuesOf<'figures-of-timm'>, { t, format }: Words) {
  const [least, most] = [format.whole(leastBatch), format.whole(mostBatch)];
  return {
    precision,
    batches:
      leastBatch === mostBatch
        ? t('said.oneBatch', { batch: least })
        : t('said.severalBatches', { least, most }),
    warning: mostBatch > 1 ? t('said.throughputOnly') : '',
  };
}

function latencyOf({ median, low, high, fps }: ValuesOf<'predicted-latency'>, { t, format }: Words): string {
  const shown = { median: format.ms(median), fps: format.digits(fps) };
  if (low === null || high === null) return t('said.latency', shown);
  return t('said.latencyBetween', { ...shown, low: format.digits(low), high: format.digits(high) });
}

function traitText({ trait, value, usual, isSlow }: ValuesOf<'differs-in'>, { t, format }: Words): string {
  return t(`said.trait.${trait}.${isSlow ? 'slow' : 'fast'}`, {
    ...{ share: format.share(value, 0), usualShare: format.share(usual, 0) },
    ...{ count: format.whole(value), usualCount: format.whole(usual) },
    ...{ perThousand: format.whole(1000 * value), usualPerThousand: format.whole(1000 * usual) },
  });
}

function differenceText(
  { condition, here, there }: ValuesOf<'conditions-differ'>['differences'][number],
  { t }: Words,
): string {
  const shown = (value: string | null): string => {
    if (value === null) return t('said.eachItsOwn');
    return condition === 'origin' ? t(`analysis.origin.${value}`) : value;
  };
  return t('said.difference', {
    condition: t(`said.condition.${condition}`),
    here: shown(here),
    there: shown(there),
  });
}

function signed(points: number, format: Format): string {
  return `${points < 0 ? '−' : '+'}${format.plain(Math.abs(points))}`;
}

/** Never rounded up to certainty. */
function likelihood(probability: number, format: Format): string {
  if (probability > 0.999) return `> ${format.share(0.999)}`;
  return format.share(probability, probability > 0.99 ? 1 : 0);
}
