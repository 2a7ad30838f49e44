import { z } from 'zod';

/** The environment variable that tells the probe's process which provider to try. */
export const probeProviderVariable = 'BACKBENCH_PROBE_PROVIDER';

/**
 * What a probe's process says, once. Parsed on arrival: the process ran a driver of unknown quality, and what comes from
 * it may be anything.
 */
export const ProbeMessage = z.discriminatedUnion('kind', [
  /** ONNX Runtime itself does not load. */
  z.object({ kind: z.literal('no-runtime'), error: z.string() }),
  /** ONNX Runtime loads, but was built without this provider. */
  z.object({ kind: z.literal('not-built'), built: z.array(z.string()) }),
  z.object({ kind: z.literal('failed'), error: z.string(), built: z.array(z.string()) }),
  z.object({
    kind: z.literal('ran'),
    output: z.array(z.number()),
    built: z.array(z.string()),
    /** Device files that the process holds open (Linux): a GPU that computes shows here. */
    devices: z.array(z.string()),
  }),
]);
export type ProbeMessage = z.infer<typeof ProbeMessage>;
