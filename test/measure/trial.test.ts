import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { measureAssignment } from '../../main/measure/assignment.ts';
import { nodeLauncher } from '../../main/measure/launchFork.ts';
import { runProfile } from '../../main/measure/runProfile.ts';
import { runTrial } from '../../main/measure/runTrial.ts';
import type { Trial, TrialProgress, TrialTask } from '../../main/measure/trial.ts';
import { TensorProto_DataType } from '../../main/onnx/proto/onnx_pb.js';
import { quickTask, temporaryFolder, writeConvolution, writeTinyModel } from './tinyModels.ts';

const folder = temporaryFolder();

async function trialOf(task: TrialTask): Promise<Trial> {
  const outcome = await runTrial(nodeLauncher, task);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.trial;
}

async function failureOf(task: TrialTask): Promise<{ code: string; message: string; repeatable: boolean }> {
  const outcome = await runTrial(nodeLauncher, task);
  if (outcome.ok) throw new Error('the trial succeeded');
  return { ...outcome.failure, repeatable: outcome.repeatable };
}

describe('a trial in a worker process', () => {
  test('measures everything that a result needs', async () => {
    const told: TrialProgress[] = [];
    const task = quickTask(writeConvolution(folder), { batch: 4 });
    const outcome = await runTrial(nodeLauncher, task, { onProgress: (progress) => told.push(progress) });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const { trial } = outcome;

    expect(trial.samplesMs.length).toBeGreaterThanOrEqual(task.plan.minSamples);
    expect(trial.samplesMs.length).toBeLessThanOrEqual(task.plan.maxSamples);
    expect(trial.samplesMs.every((ms) => ms > 0)).toBe(true);
    expect(trial.warmUpRuns).toBeGreaterThan(8);
    expect(trial.sessionCreationMs).toBeGreaterThan(0);
    expect(trial.firstRunMs).toBeGreaterThan(0);
    expect(trial.overheadMs).toBeGreaterThan(0);
    expect(trial.slept).toBe(false);
    expect(trial.onnxruntime).toMatch(/^\d+\.\d+\.\d+/);
    expect(trial.sensors.length).toBeGreaterThanOrEqual(2);
    expect(trial.memory.peakBytes).toMatchObject({ available: true });
    expect(trial.memory.gpuBytes).toEqual({
      available: false,
      reason: 'The cpu provider uses no GPU memory.',
    });
    expect(told.map(({ phase }) => phase)).toEqual(
      expect.arrayContaining(['loading', 'warm-up', 'sampling']),
    );
  });

  test('never takes more samples than the plan allows', async () => {
    const plan = { ...quickTask('').plan, minSamples: 5, maxSamples: 7 };
    const trial = await trialOf(quickTask(writeConvolution(folder), { plan }));
    expect(trial.samplesMs).toHaveLength(7);
  });

  test('tells the weights of a model as memory, load and run apart', async () => {
    const megabytes = 40;
    const side = 1024;
    const model = writeTinyModel(folder, 'heavy', {
      input: ['N', side],
      output: ['N', side],
      nodes: Array.from({ length: megabytes / 4 }, (_, layer) => ({
        opType: 'Gemm',
        input: [layer === 0 ? 'x' : `v${layer}`, `w${layer}`],
        output: [layer === megabytes / 4 - 1 ? 'y' : `v${layer + 1}`],
      })),
      weights: Object.fromEntries(
        Array.from({ length: megabytes / 4 }, (_, layer) => [
          `w${layer}`,
          {
            dims: [side, side],
            values: Float32Array.from({ length: side * side }, (__, i) => ((i % 7) - 3) / 70),
          },
        ]),
      ),
    });
    const { memory } = await trialOf(quickTask(model));
    if (!memory.peakBytes.available || !memory.loadPeakBytes.available) throw new Error('no reading');
    expect(memory.peakBytes.value).toBeGreaterThan(megabytes * 1e6);
    expect(memory.peakBytes.value).toBeLessThan(4 * megabytes * 1e6);
    expect(memory.peakBytes.value).toBeGreaterThanOrEqual(memory.loadPeakBytes.value);
  });

  test('feeds half floats, bytes and integers', async () => {
    for (const type of [
      TensorProto_DataType.FLOAT16,
      TensorProto_DataType.UINT8,
      TensorProto_DataType.INT64,
      TensorProto_DataType.DOUBLE,
    ]) {
      const model = writeTinyModel(folder, `identity-${type}`, {
        input: ['N', 3, 8, 8],
        output: ['N', 3, 8, 8],
        type,
        nodes: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
      });
      const trial = await trialOf(
        quickTask(model, { plan: { ...quickTask('').plan, maxSamples: 5, minSamples: 5 } }),
      );
      expect(trial.samplesMs).toHaveLength(5);
    }
  });

  test('fills open image sides with the input size, and refuses them without one', async () => {
    const model = writeConvolution(folder, ['N', 3, 'H', 'W']);
    const plan = { ...quickTask('').plan, maxSamples: 5, minSamples: 5 };
    expect((await trialOf(quickTask(model, { inputSize: 12, plan }))).samplesMs).toHaveLength(5);
    expect(await failureOf(quickTask(model))).toMatchObject({
      code: 'input-not-feedable',
      message: expect.stringContaining('"H"') as string,
      repeatable: true,
    });
  });
});

describe('a task that cannot succeed is told why, and not to be tried again', () => {
  test('a batch that the file fixes otherwise', async () => {
    const task = quickTask(writeConvolution(folder, [1, 3, 16, 16]), { batch: 2 });
    expect(await failureOf(task)).toMatchObject({ code: 'batch-fixed', repeatable: true });
  });

  test('a missing file', async () => {
    const task = quickTask(join(folder, 'nowhere.onnx'));
    expect(await failureOf(task)).toMatchObject({ code: 'model-not-loaded', repeatable: true });
  });

  test('a file that is no model', async () => {
    const path = join(folder, 'noise.onnx');
    writeFileSync(path, Buffer.alloc(1000, 0x5a));
    expect(await failureOf(quickTask(path))).toMatchObject({ code: 'model-not-loaded', repeatable: true });
  });

  test('a provider that this build lacks', async () => {
    const provider = process.platform === 'win32' ? 'coreml' : 'dml';
    const task = quickTask(writeConvolution(folder), { provider });
    expect(await failureOf(task)).toMatchObject({ code: 'provider-missing', repeatable: true });
  });

  test('outputs that are not finite', async () => {
    const model = writeTinyModel(folder, 'not-finite', {
      input: ['N', 4],
      output: ['N', 4],
      // The logarithm of noise around zero is NaN for half of it.
      nodes: [{ opType: 'Log', input: ['x'], output: ['y'] }],
    });
    expect(await failureOf(quickTask(model))).toMatchObject({ code: 'output-not-finite', repeatable: true });
  });

  test('a model that loads but does not run', async () => {
    const model = writeTinyModel(folder, 'broken-shape', {
      input: ['N', 4],
      output: ['M', 4],
      // Three rows cannot be added to two, which shows only when it runs.
      nodes: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      weights: { w: { dims: [3, 4], values: new Float32Array(12) } },
    });
    const task = quickTask(model, { batch: 2 });
    expect(await failureOf(task)).toMatchObject({ code: 'run-failed', repeatable: true });
  });
});

describe('a profile', () => {
  test('tells each node with its provider, and that all of a cpu model runs on the cpu', async () => {
    const task = quickTask(writeConvolution(folder));
    const outcome = await runProfile(nodeLauncher, task, { runs: 4 });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    const { assignment, nodes } = outcome.profile;
    expect(assignment).toMatchObject({ nodeShare: 1, timeShare: 1 });
    expect(nodes.length).toBeGreaterThanOrEqual(2);
    expect(nodes.every(({ provider }) => provider === 'CPUExecutionProvider')).toBe(true);
    expect(nodes.map(({ op }) => op)).toContain('GlobalAveragePool');
  });

  test('that cannot be made is no assignment, and no error', async () => {
    expect(await measureAssignment(nodeLauncher, quickTask(join(folder, 'nowhere.onnx')))).toBeNull();
  });
});
