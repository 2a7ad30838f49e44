// @vitest-environment node

import { describe, expect, test } from 'vitest';
import { createI18n } from 'vue-i18n';
import { recommend } from '../../../main/analysis/recommend.ts';
import { flagMessage } from '../../../main/measure/flagMessage.ts';
import { inEnglish } from '../../../main/analysis/words/inEnglish.ts';
import {
  absences,
  comparedConditions,
  FlagStatement,
  flagStatementCodes,
  frontMetrics,
  graphTraits,
  lacks,
  Limits,
  Statement,
  statementCodes,
  type RecommendationRequest,
} from '../../../preload/contract.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';
import { en } from '../../../renderer/locales/en.ts';
import { zhCn } from '../../../renderer/locales/zhCn.ts';
import { phrasesZhCn } from '../../../renderer/locales/phrasesZhCn.ts';
import { flagText } from '../../../renderer/words/flagText.ts';
import { phrasebook } from '../../../renderer/words/phrasebook.ts';
import { statementText, type Words } from '../../../renderer/words/statementText.ts';
import { observation } from '../../analysis/observations.ts';
import { bianco2018 } from '../../analysis/published.ts';

type Code = Statement['code'];
type Samples = { [C in Code]: Extract<Statement, { code: C }>['values'] };

const decided = {
  limit: 'minFps',
  value: 29.12,
  asked: 30,
  share: 0.0293,
  confidence: 0.98,
  withoutInterval: false,
} as const;
const winner = { model: 'resnet50', top1: 76.13 };

/** One of each: a new code does not compile before it is here. */
const samples: Samples = {
  'limit-kept': decided,
  'limit-missed': { ...decided, confidence: null, withoutInterval: true },
  'limit-close': { limit: 'maxMemoryBytes', value: 700e6, asked: 2 ** 30, confidence: 0.6 },
  'limit-unknown': { limit: 'maxP99Ms', asked: 20, absence: 'too-few-samples', reason: 'too few' },
  'binds-alone': { limit: 'maxParams', asked: 5e6, freed: 3, models: 44 },
  'binds-with-others': { limit: 'maxMacs', asked: 1e9, breaking: 40, models: 44 },
  'relaxed-in-vain': { limit: 'maxEnergyJ', from: 1.5, to: 1.65 },
  'relaxed-admits': { limit: 'maxFileBytes', from: 1e7, to: 1.1e7, ...winner, gain: -0.25 },
  'relaxed-wins': { limit: 'maxLatencyMs', to: 12.5, ...winner },
  'tightened-wins': { limit: 'minTop1', to: 77.2, today: 'vgg16', ...winner },
  'tightened-to-nothing': { limit: 'maxGpuMemoryBytes', to: 5e8, today: 'vgg16' },
  equals: { models: ['resnet50', 'vgg16'], points: 0.2, slowestFps: 30.1, fastestFps: 31.7 },
  'accuracy-of-fp32': { precision: 'int8' },
  'slower-than-fp32': { precision: 'int8', provider: 'cpu', times: 1.237 },
  'some-flagged': { flagged: 2, models: 9 },
  'none-sure': {},
  'all-published': {},
  'some-published': { published: 1, models: 2 },
  'int8-slower': { slower: 4, both: 5 },
  'batch-not-published': { batch: 3 },
  'left-out': { models: 3, lack: 'macs' },
  'left-out-of-front': { models: 3, metrics: ['accuracy', 'fileSize'] },
  'memory-is': { method: 'VmHWM' },
  'conditions-differ': {
    differences: [
      { condition: 'batch', here: '1', there: null },
      { condition: 'origin', here: 'measured', there: 'published' },
    ],
  },
  'differs-in': { trait: 'depthwise', value: 0.12, usual: 0.03, isSlow: true },
  'probes-speed': {},
  'likely-among-best': { median: 9.67, low: 6.42, high: 14.54, fps: 103.4, share: 0.42 },
  'hurried-before': { share: 0.17 },
  'predicted-latency': { median: 9.67, low: null, high: null, fps: 103.4 },
  'five-are-better': { fifth: 'resnet50', top1: 76.13 },
  'ended-before': {},
  'figures-of-titan-x': {},
  'figures-of-jetson-tx1': {},
  'figures-of-timm': { precision: 'amp', leastBatch: 64, mostBatch: 1024 },
};
const groups = { low: 5.12, high: 7.34 };
/** The same of what flags find. */
const flagSamples: { [C in FlagStatement['code']]: Extract<FlagStatement, { code: C }>['values'] } = {
  'interval-too-wide': { reached: 0.123, asked: 0.02 },
  'spread-assumed': { processes: 1 },
  'cancelled-early': { processes: 2, least: 5 },
  'runs-in-two-groups': groups,
  'processes-in-two-groups': groups,
  drifted: { change: -0.083 },
  'slowed-by-heat': { struck: 2, processes: 5 },
  'gpu-held-down': { reasons: ['power limit', 'heat (hardware)'] },
  'clock-fell': { device: 'GPU', from: 1800, to: 1200 },
  'power-fell': { from: 300, to: 210 },
  'too-many-requests': { busy: 0.97 },
  'frames-dropped': { share: 0.11 },
  'cores-taken': { cores: 1.25 },
  'slept-meanwhile': { processes: 3 },
  'differs-from-before': { median: 10.2, low: 9.9, high: 10.4 },
  'left-to-others': { nodeShare: 0.75, timeShare: 0.5, provider: 'webgpu' },
  'power-source-changed': { planned: null, measured: 'battery' },
};
const allOfFlags = Object.entries(flagSamples).map(([code, values]) => FlagStatement.parse({ code, values }));

const all = Object.entries(samples).map(([code, values]) => Statement.parse({ code, values }));

const i18n = createI18n({ legacy: false, locale: 'en', messages: { en, 'zh-CN': zhCn } });

function wordsOf(locale: 'en' | 'zh-CN'): Words {
  i18n.global.locale.value = locale;
  return {
    t: (key, values) => i18n.global.t(key, values ?? {}),
    format: createFormat({ locale, costUnit: 'macs' }),
    phrase: locale === 'en' ? (english) => english : phrasebook(phrasesZhCn),
  };
}

function written(statement: Statement, locale: 'en' | 'zh-CN'): string {
  return statementText(statement, wordsOf(locale));
}

/** Three words of Latin letters in a row: no name of a model, a unit or a product reads like this. */
const englishSentence = /\b[a-z]{2,}[ ,]+[a-z]{2,}[ ,]+[a-z]{2,}\b/i;
const unfilled = /[{}]|undefined|NaN|\b(said|flagSaid|absence|limitValue)\.\w/;

/** Every statement anywhere in an answer. */
function statementsIn(part: unknown): Statement[] {
  if (typeof part !== 'object' || part === null) return [];
  const parsed = Statement.safeParse(part);
  return parsed.success ? [parsed.data] : Object.values(part).flatMap(statementsIn);
}

describe('what the service says', () => {
  test('has a sample of every code, and every code has a text in both languages', () => {
    expect(all.map(({ code }) => code).sort()).toEqual([...statementCodes].sort());
    for (const locale of ['en', 'zh-CN'] as const) {
      for (const code of statementCodes.filter((one) => one !== 'differs-in'))
        expect(i18n.global.te(`said.${code}`, locale), code).toBe(true);
      const words = [
        ...lacks.map((lack) => `said.lack.${lack}`),
        ...comparedConditions.map((condition) => `said.condition.${condition}`),
        ...graphTraits.flatMap((trait) => [`said.trait.${trait}.slow`, `said.trait.${trait}.fast`]),
        ...frontMetrics.map((metric) => `analysis.metric.${metric}`),
      ];
      for (const word of words) expect(i18n.global.te(word, locale), word).toBe(true);
      for (const absence of absences.filter((name) => name !== 'stated'))
        expect(i18n.global.te(`absence.${absence}`, locale), absence).toBe(true);
    }
  });

  test.each(all)('$code: no blank is left open, and the Chinese text is Chinese', (statement) => {
    expect(inEnglish(statement)).not.toMatch(unfilled);
    expect(written(statement, 'en')).not.toMatch(unfilled);
    const chinese = written(statement, 'zh-CN');
    expect(chinese).not.toMatch(unfilled);
    expect(chinese).not.toMatch(englishSentence);
    expect(chinese).toMatch(/\p{Script=Han}/u);
  });

  test.each(Object.keys(Limits.shape))('%s has a value with its unit in both languages', (limit) => {
    const kept = Statement.parse({ code: 'limit-kept', values: { ...decided, limit, value: 12, asked: 34 } });
    for (const locale of ['en', 'zh-CN'] as const) expect(written(kept, locale)).not.toMatch(unfilled);
    expect(written(kept, 'zh-CN')).not.toMatch(englishSentence);
  });

  test.each(graphTraits)('a graph that differs in %s is described in both directions', (trait) => {
    for (const isSlow of [true, false]) {
      const values = { trait, value: 0.12, usual: 0.03, isSlow };
      expect(inEnglish({ code: 'differs-in', values })).not.toMatch(unfilled);
      expect(written({ code: 'differs-in', values }, 'en')).toBe(inEnglish({ code: 'differs-in', values }));
      expect(written({ code: 'differs-in', values }, 'zh-CN')).not.toMatch(englishSentence);
      expect(written({ code: 'differs-in', values }, 'zh-CN')).not.toMatch(unfilled);
    }
  });

  test('figures are the ones that the English sentence has', () => {
    const missed = Statement.parse({ code: 'limit-missed', values: decided });
    expect(inEnglish(missed)).toBe('29.1 FPS misses 30.0 FPS by 2.9 % (98 % confidence)');
    expect(written(missed, 'en')).toBe('29.1 FPS misses 30.0 FPS by 2.9 % (98 % confidence)');
    expect(written(missed, 'zh-CN')).toBe('29.1 FPS，不满足 30.0 FPS 的限制，相差 2.9 %（把握 98 %）');
  });

  test('a wait without end is written as such', () => {
    const values = { ...decided, limit: 'maxP99Ms', value: null, share: null, confidence: null } as const;
    expect(inEnglish({ code: 'limit-missed', values })).toBe(
      'Infinity ms at p99 misses 30.00 ms at p99 by Infinity %',
    );
    expect(written({ code: 'limit-missed', values }, 'zh-CN')).toBe(
      'p99 延迟 ∞，不满足 p99 延迟 30.0 ms 的限制，相差 ∞',
    );
  });
});

describe('what flags find', () => {
  test('has a sample of every code, and every code has a text in both languages', () => {
    expect(allOfFlags.map(({ code }) => code).sort()).toEqual([...flagStatementCodes].sort());
    for (const locale of ['en', 'zh-CN'] as const)
      for (const code of flagStatementCodes)
        expect(i18n.global.te(`flagSaid.${code}`, locale), code).toBe(true);
  });

  test.each(allOfFlags)('$code: no blank is left open, and the Chinese text is Chinese', (said) => {
    const flag = { code: 'drift' as const, message: flagMessage(said), said };
    expect(flag.message).not.toMatch(unfilled);
    expect(flagText(flag, wordsOf('en'))).not.toMatch(unfilled);
    const chinese = flagText(flag, wordsOf('zh-CN'));
    expect(chinese).not.toMatch(unfilled);
    expect(chinese).not.toMatch(englishSentence);
    expect(chinese).toMatch(/\p{Script=Han}/u);
  });

  test('of an earlier version is shown as it was kept', () => {
    expect(flagText({ code: 'drift', message: 'It drifts.' }, wordsOf('zh-CN'))).toBe('It drifts.');
  });
});

describe('an answer in Chinese', () => {
  const [titan] = bianco2018;
  const measured = [
    observation({ model: 'a', top1: 80, latencyMs: 50, halfWidth: 0.3 }),
    observation({ model: 'b', top1: 79.9, latencyMs: 51, halfWidth: 0.3 }),
    observation({ model: 'c', top1: 75, latencyMs: 20, p99Ms: null, memoryBytes: 2 ** 31 }),
    observation({ model: 'c', top1: 75, latencyMs: 60, precision: 'int8' }),
    observation({ model: 'd', top1: 70, latencyMs: 10, flags: [{ code: 'drift', message: 'it drifts' }] }),
    observation({ model: 'e', top1: 85, latencyMs: 400 }),
    observation({ model: 'f', top1: 72, latencyMs: 15, origin: 'published' }),
  ];
  const questions: [string, RecommendationRequest][] = [
    ['speed', { limits: { minFps: 20 } }],
    [
      'several limits',
      { limits: { minFps: 15, maxMemoryBytes: 0.7 * 2 ** 30, maxParams: 60e6, minTop1: 60 } },
    ],
    ['nothing fits', { limits: { minFps: 1e6, maxMemoryBytes: 2 ** 20 } }],
    ['absent readings', { limits: { maxP99Ms: 30, maxLatencyMs: 45 } }],
    ['a server', { limits: { maxP99Ms: 100 }, scenario: { kind: 'server', requestsPerSecond: 90 } }],
  ];

  test.each(questions)('%s: holds no English sentence', (_, request) => {
    if (titan === undefined) throw new Error('there is no such device');
    for (const [rows, device] of [
      [measured, { id: 'here', name: 'Here' }],
      [titan.observations, titan],
    ] as const) {
      const statements = statementsIn(recommend(rows, request, device));
      expect(statements.length).toBeGreaterThan(0);
      for (const statement of statements) {
        const chinese = written(statement, 'zh-CN');
        expect(chinese).not.toMatch(englishSentence);
        expect(chinese).not.toMatch(unfilled);
      }
    }
  });

  test('every sentence of an answer has its statement, and the two agree', () => {
    for (const [, request] of questions) {
      const answer = recommend(measured, request, { id: 'here', name: 'Here' });
      expect(answer.said.map(inEnglish)).toEqual(answer.notes);
      for (const candidate of answer.ranked) {
        expect(candidate.said.map(inEnglish)).toEqual(candidate.remarks);
        for (const { sentence, said } of candidate.verdicts) expect(inEnglish(said)).toBe(sentence);
      }
      for (const { reason, binding, candidate } of [...answer.excluded, ...answer.nearestMisses]) {
        const verdicts = binding.flatMap((name) => candidate.verdicts.filter(({ limit }) => limit === name));
        expect(verdicts.map(({ said }) => inEnglish(said)).join('; ')).toBe(reason);
      }
      for (const { sentence, said } of [...answer.relaxHints, ...answer.flipPoints, ...answer.groups])
        expect(inEnglish(said)).toBe(sentence);
    }
  });
});
