import { z } from 'zod';

/** How long and how often to sample. A preset is a named set of these. */
export const SamplingPlan = z.object({
  /** Fresh worker processes for each configuration, at least and at most. */
  minProcesses: z.int().min(1).max(50),
  maxProcesses: z.int().min(1).max(50),
  /** Timed runs in each process, at least and at most. */
  minSamples: z.int().min(5).max(100_000),
  maxSamples: z.int().min(5).max(100_000),
  /** Wall-time cap of the timed part of one process. */
  maxSecondsPerProcess: z.number().min(0.1).max(3600),
  /** Wall-time cap of the warm-up of one process. */
  maxWarmUpSeconds: z.number().min(0).max(600),
  /** Stop when the 95 % interval of the median is within ± this share of it. */
  relativeHalfWidth: z.number().min(0.001).max(1),
});
export type SamplingPlan = z.infer<typeof SamplingPlan>;

export const presetNames = ['quick', 'standard', 'rigorous'] as const;
export const PresetName = z.enum(presetNames);
export type PresetName = z.infer<typeof PresetName>;

export const presets: Readonly<Record<PresetName, SamplingPlan>> = {
  quick: {
    minProcesses: 1,
    maxProcesses: 2,
    minSamples: 10,
    maxSamples: 300,
    maxSecondsPerProcess: 4,
    maxWarmUpSeconds: 3,
    relativeHalfWidth: 0.05,
  },
  standard: {
    minProcesses: 5,
    maxProcesses: 10,
    minSamples: 20,
    maxSamples: 1000,
    maxSecondsPerProcess: 8,
    maxWarmUpSeconds: 6,
    relativeHalfWidth: 0.02,
  },
  rigorous: {
    minProcesses: 5,
    maxProcesses: 20,
    minSamples: 50,
    maxSamples: 5000,
    maxSecondsPerProcess: 30,
    maxWarmUpSeconds: 20,
    relativeHalfWidth: 0.01,
  },
};

/** A sampling plan by name: one of ours, or one that a person saved. */
export const Preset = z.object({ name: z.string(), plan: SamplingPlan, builtIn: z.boolean() });
export type Preset = z.infer<typeof Preset>;
