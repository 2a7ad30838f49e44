import { describe, expect, test } from 'vitest';
import { RunRequest, type HardwareReport } from '../../preload/contract.ts';
import { processorList, processorsOf } from '../../main/measure/affinity.ts';
import { configurationsOf } from '../../main/service/planRun.ts';
import { providerOptionsOf, settableAffinity } from '../../main/service/runSettings.ts';
import { assertPlan, listPresets, removePreset, savePreset } from '../../main/service/samplingPresets.ts';
import { presets } from '../../preload/contract.ts';
import { openStore } from '../../main/store/store.ts';
import { machine } from '../store/sampleRows.ts';
import { temporaryFolder } from '../store/temporary.ts';

const status = (provider: 'cpu' | 'webgpu') => ({
  ...{ provider, works: true, device: null, software: false, reason: null, remedy: null },
});
const report: HardwareReport = {
  ...{ machine, providers: [status('cpu'), status('webgpu')], readiness: [], sensors: [] },
};

describe('options of a provider', () => {
  test('are taken as text and become what ONNX Runtime wants', () => {
    expect(providerOptionsOf('cuda', { deviceId: '1' })).toEqual({ deviceId: 1 });
    expect(providerOptionsOf('webgpu', { preferredlayout: 'nhwc', enableRobustness: 'false' })).toEqual({
      preferredLayout: 'NHWC',
      enableRobustness: false,
    });
  });

  test('that the provider does not have, or values that it does not take, are refused with those it does', () => {
    expect(() => providerOptionsOf('cuda', { streams: 2 })).toThrow(
      expect.objectContaining({ code: 'provider-option-unknown', remedy: 'Its options: deviceId.' }),
    );
    expect(() => providerOptionsOf('cpu', { deviceId: 0 })).toThrow(/cpu has no option/);
    expect(() => providerOptionsOf('dml', { deviceId: '-1' })).toThrow(
      expect.objectContaining({ remedy: 'It takes a whole number from 0 to 63.' }),
    );
    expect(() => providerOptionsOf('webgpu', { validationMode: 'some' })).toThrow(
      expect.objectContaining({ remedy: 'It takes disabled, wgpuOnly, basic, full.' }),
    );
  });
});

describe('an affinity', () => {
  test('has one spelling for each set of processors', () => {
    for (const list of ['0-3', '3,2,1,0', '0,1-2,2-3']) expect(processorList(processorsOf(list))).toBe('0-3');
    expect(processorList(processorsOf('6,0-1'))).toBe('0-1,6');
  });

  test('may name only processors that there are', () => {
    expect(settableAffinity('1,0', report)).toBe('0-1');
    expect(settableAffinity(null, report)).toBeNull();
    expect(() => settableAffinity('0-8', report)).toThrow(
      expect.objectContaining({
        code: 'affinity-unavailable',
        remedy: expect.stringContaining('0 to 7') as string,
      }),
    );
  });
});

describe('a run', () => {
  test('is measured in each mode once, and sessions share the cores where no number of threads is given', async () => {
    const store = await openStore(temporaryFolder());
    const request = RunRequest.parse({
      models: ['resnet18'],
      batches: [1],
      provider: 'cpu',
      modes: [
        { kind: 'single-stream' },
        { kind: 'offline', sessions: 2 },
        { kind: 'offline', sessions: 2 },
        { kind: 'offline', sessions: 8 },
      ],
    });
    const configurations = configurationsOf(store, request, report);
    expect(configurations.map(({ mode, threads }) => [mode.kind, threads])).toEqual([
      ['single-stream', 4],
      ['offline', 2],
      ['offline', 1],
    ]);
    expect(configurations[0]).toMatchObject({ powerSource: 'mains', arena: true, affinity: null });
    store.close();
  });
});

describe('presets', () => {
  test('of one’s own are kept beside ours, replaced, and removed', async () => {
    const folder = temporaryFolder();
    const plan = { ...presets.quick, relativeHalfWidth: 0.01 };
    const store = await openStore(folder);
    savePreset(store, { name: 'mine', plan: presets.quick });
    savePreset(store, { name: 'mine', plan });
    store.close();
    const again = await openStore(folder);
    expect(listPresets(again).map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['quick', true],
      ['standard', true],
      ['rigorous', true],
      ['mine', false],
    ]);
    expect(listPresets(again).at(-1)?.plan).toEqual(plan);
    expect(removePreset(again, { name: 'mine' })).toHaveLength(3);
    expect(() => removePreset(again, { name: 'mine' })).toThrow(/no preset 'mine'/);
    expect(() => savePreset(again, { name: 'Quick', plan })).toThrow(/own presets/);
    again.close();
  });

  test('that ask for more at least than at most are refused', () => {
    expect(() => assertPlan({ ...presets.quick, minProcesses: 5, maxProcesses: 4 })).toThrow(
      /at least 5 processes/,
    );
    expect(() => assertPlan({ ...presets.quick, minSamples: 50, maxSamples: 40 })).toThrow(
      /at least 50 samples/,
    );
  });
});
