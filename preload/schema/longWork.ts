import { z } from 'zod';

/** Made up by whoever asks for something that may take long: its progress is told under this name, and `cancelWork` ends it. */
export const WorkId = z.uuid();

/** A part of the input of each call that may take long; null: nobody watches it. */
export const watchedWork = { work: WorkId.nullable().default(null) };

/** How far a call under way has come, in a unit of its own. */
export const WorkProgress = z.object({
  work: WorkId,
  done: z.number().nonnegative(),
  total: z.number().positive(),
});
export type WorkProgress = z.infer<typeof WorkProgress>;
