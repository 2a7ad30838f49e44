import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepAnswer, parseAnswers } from '../../../renderer/stores/answers.ts';
import { parseSettings } from '../../../renderer/stores/settings.ts';

describe('what is kept in the browser profile', () => {
  test('any stored text gives usable settings', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.constant(null)), (text) => {
        const settings = parseSettings(text);
        expect(['system', 'light', 'dark']).toContain(settings.theme);
        expect(['en', 'zh-CN']).toContain(settings.locale);
      }),
    );
  });

  test('one unreadable entry does not cost the others', () => {
    const settings = parseSettings('{"theme":"dark","locale":"xx","costUnit":"flops"}');
    expect(settings.theme).toBe('dark');
    expect(settings.costUnit).toBe('flops');
    expect(settings.locale).toBe('en');
  });

  test('any stored text gives a list of answers', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(Array.isArray(parseAnswers(text))).toBe(true);
      }),
    );
  });

  test('the same question asked again replaces its older answer, and only the last six are kept', () => {
    const answer = (fps: string, winner: string) => ({
      query: { fps },
      winner,
      askedAt: '2026-11-23T10:00:00Z',
    });
    let kept = keepAnswer([], answer('30', 'a'));
    kept = keepAnswer(kept, answer('60', 'b'));
    kept = keepAnswer(kept, answer('30', 'c'));
    expect(kept.map(({ winner }) => winner)).toEqual(['c', 'b']);
    for (let fps = 0; fps < 10; fps++) kept = keepAnswer(kept, answer(String(fps), 'd'));
    expect(kept).toHaveLength(6);
  });
});
