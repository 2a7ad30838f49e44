import { expect, test } from 'vitest';
import { RecommendationRequest } from '../../preload/contract.ts';
import { recommend } from '../../main/analysis/recommend.ts';
import { reportSections, reportTitle } from '../../main/exchange/report.ts';
import { observation } from '../analysis/observations.ts';

const device = { id: 'bench', name: 'Bench' };
const known = observation({ model: 'known', top1: 70 });
const guessed = observation({ model: 'guessed', top1: 80, origin: 'predicted' });

function reportOn(limits: { minFps: number }, predicted: 'apart' | 'together') {
  const question = RecommendationRequest.parse({ limits, predicted });
  const answer = recommend([known, guessed], question, device);
  return { question, answer, machine: null, considered: [], version: '0', writtenAt: '2026-11-27' };
}

test('what nobody measured is never named as if it had been, wherever the report names it', () => {
  const among = reportOn({ minFps: 1 }, 'together');
  expect(reportTitle(among)).toBe('guessed (predicted) for Bench');
  const answer = reportSections(among).find(({ title }) => title === 'Answer');
  expect(answer?.table?.rows.map(([, model]) => model)).toEqual(['guessed (predicted)', 'known']);

  const apart = reportOn({ minFps: 1 }, 'apart');
  expect(reportTitle(apart)).toBe('known for Bench');
  expect(reportSections(apart).map(({ title }) => title)).toContain('Predicted, not measured');
});

test('a first place within the noise of a limit is not titled as the answer', () => {
  const edge = (1000 * known.batch) / known.latencyMs.median;
  expect(reportTitle(reportOn({ minFps: edge }, 'apart'))).toBe(
    'known (not sure to keep every limit) for Bench',
  );
});
