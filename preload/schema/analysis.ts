import { z } from 'zod';

/** A machine that was measured, or hardware about which somebody published figures. */
export const Device = z.object({
  id: z.string(),
  name: z.string(),
  /** measured: by Backbench, here or imported. reference: published figures, under their source's own conditions. */
  kind: z.enum(['measured', 'reference']),
  /** Whether this is the machine that the service runs on. */
  isThisMachine: z.boolean(),
  source: z.string(),
  /** What a reader must know about its figures. */
  note: z.string().nullable(),
  /** Batch sizes of which there are figures, ascending. */
  batches: z.array(z.int()),
  precisions: z.array(z.string()),
  providers: z.array(z.string()),
  models: z.int(),
  results: z.int(),
});
export type Device = z.infer<typeof Device>;
