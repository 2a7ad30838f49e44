// @vitest-environment node

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { probeFailed, probeLost, runtimeBroken } from '../../../main/hardware/providerTrouble.ts';
import { phrasesZhCn } from '../../../renderer/locales/phrasesZhCn.ts';
import { phrasebook } from '../../../renderer/words/phrasebook.ts';
import { serviceSentences } from './serviceSentences.ts';

const say = phrasebook(phrasesZhCn);
/** With every blank alike, as the sentences of the source are. */
const unnumbered = (english: string) => english.replace(/\{\d\}/g, '{}');
const blanks = (text: string) => [...new Set(text.match(/\{\d\}/g) ?? [])].sort();

/** Beside other words in their sentences, or made up of names and figures alone. */
const sameInEveryLanguage = new Set([
  ...['nvidia-smi {}', 'nvidia-smi used_memory', 'amdgpu {}'],
  ...['torchvision 0.29.1', 'timm results-imagenet', 'arXiv 1810.00736'],
]);
/** What only a bug of ours can say. */
const neverSaid = new Set([
  'an offline trial needs at least one session',
  'Process {} of job {} does not follow what is stored.',
]);
/** Parts that sentences are put together from where the source has no literal of its own for a reader. */
const parts =
  /^(DirectML or|CoreML or|CUDA or|WebGPU or|The CPU provider|Run `npm|Install |, and Tens|the Vulkan driver|was ended|ended with exit|is off by|is not a number|No NVIDIA GPU was found; |\{1\} does not work: \{2\}$|\{1\} at \{2\} px$|\{1\}, default weights$|exit code|(run|job|result|model|device)$|\{1\}, row|not a folder$|published$|predicted$)/;

describe('what the service says', () => {
  test('has Chinese for every sentence that can come to a screen', () => {
    const known = new Set(Object.keys(phrasesZhCn).map(unnumbered));
    const missing = serviceSentences().filter(
      ({ text }) => !known.has(text) && !sameInEveryLanguage.has(text) && !neverSaid.has(text),
    );
    expect(missing).toEqual([]);
  });

  test('has Chinese for nothing else', () => {
    const said = new Set(serviceSentences().map(({ text }) => text));
    const unsaid = Object.keys(phrasesZhCn).filter(
      (english) => !said.has(unnumbered(english)) && !parts.test(english),
    );
    expect(unsaid).toEqual([]);
  });

  test('keeps every blank in Chinese, and has words there that are Chinese', () => {
    for (const [english, chinese] of Object.entries(phrasesZhCn)) {
      expect([english, blanks(chinese)]).toEqual([english, blanks(english)]);
      if (/[a-z]{3,}/i.test(english)) expect(chinese).toMatch(/\p{Script=Han}/u);
    }
  });

  test('is Chinese down to the sentences within sentences, and quotes what comes from elsewhere', () => {
    const here = { platform: 'linux', arch: 'x64', gpus: [], onnxruntime: '1.30.0' } as const;
    const missing =
      '/x/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file';
    const { reason, remedy } = probeFailed('cuda', missing, '', here);
    expect(say(reason)).toBe('未发现 NVIDIA GPU；缺少 libcudnn.so.9。');
    expect(say(remedy)).toBe(
      'CUDA 需要 NVIDIA GPU 及其驱动。如果本机有：请安装适用于 CUDA 12 的 cuDNN 9，并确保系统能找到它（ldconfig）。',
    );
    const died = { kind: 'died', code: null, signal: 'SIGSEGV', errorOutput: '' } as const;
    expect(say(probeLost('webgpu', died).reason)).toBe('WebGPU 崩溃：探测进程被 SIGSEGV 终止。');
    expect(say(runtimeBroken('odd failure', here).reason)).toBe('ONNX Runtime 无法加载：odd failure.');
  });

  test('stays as it is where it is not known, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (quoted) => {
        expect(say(`quoted from elsewhere <${quoted}>`)).toBe(`quoted from elsewhere <${quoted}>`);
      }),
    );
  });
});
