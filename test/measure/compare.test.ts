import { describe, expect, test } from 'vitest';
import { Configuration, type Machine } from '../../preload/contract.ts';
import { differences, type Conditions } from '../../main/measure/comparability.ts';
import { compareLatency } from '../../main/measure/compare.ts';
import { normals, seededRandom } from '../../main/measure/random.ts';

const machine: Machine = {
  id: 'machine',
  name: 'desk',
  cpu: {
    model: 'Ryzen 9 9950X',
    vendor: 'AMD',
    physicalCores: 16,
    logicalCores: 32,
    isa: ['AVX2'],
    maxClockMhz: 5700,
    l3CacheBytes: null,
    virtualised: false,
  },
  memoryBytes: 64e9,
  gpus: [{ name: 'RTX 5090', vendor: 'NVIDIA', memoryBytes: 32e9, driver: '580.1', software: false }],
  os: { platform: 'linux', name: 'Debian', release: '13', arch: 'x64' },
  runtime: { onnxruntime: '1.30.0', node: '24.1.0', backbench: '0.1.0' },
  power: { source: 'mains', governor: 'performance' },
};
const conditions: Conditions = {
  machine,
  configuration: Configuration.parse({
    model: 'resnet18',
    use: 'classifier',
    precision: 'fp32',
    inputSize: 224,
    batch: 1,
    provider: 'cpu',
    threads: 8,
    powerSource: 'mains',
  }),
  nodeShare: 1,
  flags: [],
  clockMhz: 3900,
};

describe('a comparison of two results', () => {
  test('finds a difference that all processes show', () => {
    const comparison = compareLatency([10, 10.1, 10.05, 9.95, 10.02], [11, 11.1, 11.05, 10.95, 11.02]);
    expect(comparison.verdict).toBe('slower');
    expect(comparison.ratio).toBeCloseTo(1.1, 2);
    expect(comparison.low).toBeGreaterThan(1);
    expect(compareLatency([11, 11.1, 11.05, 10.95], [10, 10.1, 10.05, 9.95]).verdict).toBe('faster');
  });

  test('finds none between a result and itself, whatever the number of processes', () => {
    for (const count of [1, 2, 3, 4, 8, 20]) {
      const medians = Array.from({ length: count }, (_, index) => 10 + index / 10);
      expect(compareLatency(medians, medians)).toMatchObject({ verdict: 'no difference found' });
    }
  });

  test('does not let one slow process decide', () => {
    const comparison = compareLatency([10, 10.1, 10.05, 9.95, 10.02], [10, 10.1, 25, 9.95, 10.02]);
    expect(comparison.verdict).toBe('no difference found');
    expect(comparison.ratio).toBeCloseTo(1, 1);
  });

  test('of single processes finds only what exceeds the usual spread between processes', () => {
    expect(compareLatency([10], [10.3]).verdict).toBe('no difference found');
    expect(compareLatency([10], [12]).verdict).toBe('slower');
  });

  test('says which difference it could have found', () => {
    const close = compareLatency([10, 10.1, 10.05, 9.95, 10.02], [10.01, 10.1, 10.04, 9.96, 10]);
    const far = compareLatency([10, 12, 9, 11, 13], [10.5, 12.2, 9.3, 11, 12.8]);
    expect(close.detectableRatio).toBeLessThan(1.04);
    expect(far.detectableRatio).toBeGreaterThan(1.2);
  });

  test('paired, sees through noise that both saw', () => {
    const normal = normals(seededRandom(3));
    const weather = Array.from({ length: 8 }, () => Math.exp(0.2 * normal()));
    const a = weather.map((factor) => 10 * factor * Math.exp(0.005 * normal()));
    const b = weather.map((factor) => 10.5 * factor * Math.exp(0.005 * normal()));
    expect(compareLatency(a, b).verdict).toBe('no difference found');
    expect(compareLatency(a, b, { paired: true })).toMatchObject({ verdict: 'slower' });
    expect(compareLatency(a, b, { paired: true }).ratio).toBeCloseTo(1.05, 1);
  });
});

describe('conditions', () => {
  test('that are the same make results comparable, even of different models', () => {
    const other = { ...conditions, configuration: { ...conditions.configuration, model: 'vgg16' } };
    expect(differences(conditions, other)).toEqual([]);
  });

  test('that differ are named, each with both values', () => {
    const other: Conditions = {
      ...conditions,
      machine: { ...machine, power: { source: 'mains', governor: 'powersave' } },
      configuration: {
        ...conditions.configuration,
        threads: 4,
        precision: 'fp16',
        powerSource: 'battery',
        affinity: '0-3',
        arena: false,
        providerOptions: { deviceId: 1 },
        mode: { kind: 'paced', framesPerSecond: 30 },
      },
      nodeShare: 0.5,
      flags: [{ code: 'throttled', message: 'The clock fell.' }],
      clockMhz: 2400,
    };
    expect(differences(conditions, other)).toEqual([
      { condition: 'power source', baseline: 'mains', candidate: 'battery' },
      { condition: 'clock governor', baseline: 'performance', candidate: 'powersave' },
      { condition: 'precision', baseline: 'fp32', candidate: 'fp16' },
      { condition: 'threads', baseline: '8', candidate: '4' },
      { condition: 'affinity', baseline: 'the system chooses', candidate: '0-3' },
      { condition: 'memory arena', baseline: 'on', candidate: 'off' },
      { condition: 'provider options', baseline: 'none', candidate: 'deviceId=1' },
      { condition: 'latency mode', baseline: 'single stream', candidate: 'paced, 30 frames/s' },
      { condition: 'share of nodes on the provider', baseline: '100 %', candidate: '50 %' },
      { condition: 'throttling', baseline: 'no', candidate: 'yes' },
      { condition: 'clock', baseline: '3900 MHz', candidate: '2400 MHz' },
    ]);
  });

  test('on another driver or runtime are not the same', () => {
    const gpus = machine.gpus.map((gpu) => ({ ...gpu, driver: '590.2' }));
    const runtime = { ...machine.runtime, onnxruntime: '1.31.0' };
    const other = { ...conditions, machine: { ...machine, gpus, runtime } };
    expect(differences(conditions, other).map(({ condition }) => condition)).toEqual([
      'driver',
      'ONNX Runtime',
    ]);
  });
});
