import { z } from 'zod';

/** The limits a backbone must keep. null: no limit. */
export const Limits = z.object({
  maxLatencyMs: z.number().positive().nullable().default(null),
  /** 99th percentile of the latency of one run; in the server scenario with the time spent waiting. */
  maxP99Ms: z.number().positive().nullable().default(null),
  minFps: z.number().positive().nullable().default(null),
  /** Peak memory of the process; on reference devices of whatever the source counted, which `memoryMethod` says. */
  maxMemoryBytes: z.number().positive().nullable().default(null),
  maxGpuMemoryBytes: z.number().positive().nullable().default(null),
  maxParams: z.number().positive().nullable().default(null),
  maxMacs: z.number().positive().nullable().default(null),
  maxFileBytes: z.number().positive().nullable().default(null),
  /** Energy of one run of the batch. */
  maxEnergyJ: z.number().positive().nullable().default(null),
  minTop1: z.number().min(0).max(100).nullable().default(null),
});
export type Limits = z.infer<typeof Limits>;
export const LimitName = Limits.keyof();
export type LimitName = z.infer<typeof LimitName>;
