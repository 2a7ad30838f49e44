import { z } from 'zod';
import { PowerSource, ProviderName, Reading } from './vocabulary.ts';

export const Gpu = z.object({
  name: z.string(),
  vendor: z.string(),
  memoryBytes: z.number().nullable(),
  driver: z.string().nullable(),
  /** A software adapter (SwiftShader, llvmpipe): never ranked as a GPU. */
  software: z.boolean(),
});
export type Gpu = z.infer<typeof Gpu>;

/** Whether an execution provider really ran a model here; if not, the real reason and what to do about it. */
export const ProviderStatus = z.object({
  provider: ProviderName,
  works: z.boolean(),
  /** The device it ran on, where that is known. */
  device: z.string().nullable(),
  /** True where it ran, but on a software adapter. */
  software: z.boolean(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type ProviderStatus = z.infer<typeof ProviderStatus>;

/** What this machine is. `id` is a fingerprint of the parts that change a latency: hardware, OS, driver, runtime. */
export const Machine = z.object({
  id: z.string(),
  name: z.string(),
  cpu: z.object({
    model: z.string(),
    vendor: z.string(),
    physicalCores: z.int().positive(),
    logicalCores: z.int().positive(),
    /** Instruction sets that matter for inference, e.g. AVX2, AVX-512 VNNI, AMX-INT8, NEON. */
    isa: z.array(z.string()),
    maxClockMhz: z.number().nullable(),
    l3CacheBytes: z.number().nullable(),
    virtualised: z.boolean(),
  }),
  memoryBytes: z.number(),
  gpus: z.array(Gpu),
  os: z.object({ platform: z.string(), name: z.string(), release: z.string(), arch: z.string() }),
  runtime: z.object({ onnxruntime: z.string(), node: z.string(), backbench: z.string() }),
  power: z.object({
    source: PowerSource,
    governor: z.string().nullable(),
    /** Whether the app keeps the system from going to sleep while it measures; a command or a browser's host cannot. */
    keptAwake: z.boolean().optional(),
  }),
});
export type Machine = z.infer<typeof Machine>;

/** One thing that would spoil the numbers now, and what it does to them. */
export const ReadinessWarning = z.object({
  code: z.enum(['battery', 'governor', 'load', 'temperature', 'memory', 'disk']),
  message: z.string(),
  effect: z.string(),
});
export type ReadinessWarning = z.infer<typeof ReadinessWarning>;

export const sensorKinds = [
  'cpu-clock',
  'cpu-temperature',
  'cpu-throttling',
  'cpu-power',
  'gpu-clock',
  'gpu-temperature',
  'gpu-power',
  'gpu-memory',
] as const;
/** What is watched beside a measurement: how it is read here with its value just now, or why it cannot be read. */
export const Sensor = z.object({
  kind: z.enum(sensorKinds),
  /** MHz, °C, times since the machine was started, W, bytes. */
  reading: Reading,
});
export type Sensor = z.infer<typeof Sensor>;

export const HardwareReport = z.object({
  machine: Machine,
  providers: z.array(ProviderStatus),
  readiness: z.array(ReadinessWarning),
  sensors: z.array(Sensor),
});
export type HardwareReport = z.infer<typeof HardwareReport>;
