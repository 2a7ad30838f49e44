import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { inEnglish } from '../../main/analysis/words/inEnglish.ts';
import { Recommendation, Run, Sweep } from '../../preload/contract.ts';
import { backbench } from './backbench.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-sweep-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const models = 'lcnet_050,mobilenetv3_small_050,shufflenet_v2_x0_5,regnety_640';

test(
  'a sweep measures until the best are settled, and says of each job and each skipped model why',
  { timeout: 240_000 },
  async () => {
    const args = [
      'sweep',
      '--models',
      models,
      '--min-fps',
      '1',
      '--max-params',
      '100M',
      '--confidence',
      '80%',
    ];
    const { code, stdout } = await backbench([...args, '--json'], { dataDir: folder });
    expect(code).toBe(0);
    const { sweep, run, answer } = z
      .object({ sweep: Sweep, run: Run, answer: Recommendation })
      .parse(JSON.parse(stdout));
    expect(run.state).toBe('done');
    expect(run.jobs.length).toBeGreaterThanOrEqual(3);
    expect(run.jobs.every(({ reason }) => reason !== null)).toBe(true);
    for (const { reason, said } of run.jobs) expect(said === null ? null : inEnglish(said)).toBe(reason);
    expect(['settled', 'exhausted']).toContain(sweep.outcome.state);
    expect(sweep.outcome.skipped.map(({ model, why }) => [model, why])).toEqual([['regnety_640', 'limits']]);
    expect(answer.ranked.map(({ model }) => model).sort()).toEqual([...sweep.outcome.answer].sort());
  },
);

test('a sweep for another device, or with a confidence that means nothing, is refused in a line', async () => {
  const other = await backbench(['sweep', '--device', 'timm-rtx3090', '--models', models], {
    dataDir: folder,
  });
  expect(other.code).toBe(2);
  const unsure = await backbench(['sweep', '--confidence', '20%'], { dataDir: folder });
  expect(unsure.code).toBe(2);
  expect(unsure.stderr).toContain('from 50% to 99.9%');
});
