import type { SkippedModel, Statement } from '../../../preload/contract.ts';
import { judge, type Question } from '../judged.ts';
import { verdictOf } from '../limits.ts';
import { settledCount, type Contender, type Outlook } from './policy.ts';
import { inEnglish } from '../words/inEnglish.ts';
import { predictedLatency } from './reasons.ts';

/** Limits on what the graph and its published weights tell. */
const knownWithoutMeasuring = new Set<string>(['maxParams', 'maxMacs', 'maxFileBytes', 'minTop1']);

/** Every contender that was not measured, with the reason; `early`: the sweep ended before it was settled. */
export function skippedModels(
  contenders: readonly Contender[],
  question: Question,
  { answer }: Outlook,
  early: boolean,
): SkippedModel[] {
  // With fewer than five in the answer nothing is crowded out.
  const last = answer.length < settledCount ? undefined : contenders[answer.at(-1) ?? -1]?.observation;
  const lastScore = last === undefined ? null : judge(last, question).score;
  return contenders.flatMap((contender) => {
    const { observation, knowledge } = contender;
    if (knowledge !== 'predicted') return [];
    const { model, precision, top1 } = observation;
    const { standings, score } = judge(observation, question);
    const breaks = standings.filter(({ verdict }) => verdict === 'breaks');
    // What is known counts before what is only predicted.
    const broken = breaks.find(({ name }) => knownWithoutMeasuring.has(name)) ?? breaks[0];
    const skip = (why: SkippedModel['why'], ...said: Statement[]) => [
      { model, precision, top1, why, sentence: said.map(inEnglish).join(': '), said },
    ];
    if (broken !== undefined) {
      const { said } = verdictOf(broken, observation);
      return knownWithoutMeasuring.has(broken.name)
        ? skip('limits', said)
        : skip('predicted', predictedLatency(observation), said);
    }
    if (last !== undefined && score !== null && lastScore !== null && score <= lastScore)
      return skip('not-needed', {
        code: 'five-are-better',
        values: { fifth: last.model, top1: last.top1 },
      });
    if (early) return skip('time', { code: 'ended-before', values: {} });
    const doubt = standings.find(({ verdict }) => verdict === 'within-noise');
    const doubts = doubt === undefined ? [] : [verdictOf(doubt, observation).said];
    return skip('predicted', predictedLatency(observation), ...doubts);
  });
}
