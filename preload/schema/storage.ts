import { z } from 'zod';
import { Failure, isoTime } from './vocabulary.ts';

/** How the data folder fares now, and what was done to its database at the start. */
export const StoreState = z.object({
  /** Why nothing can be stored at the moment (full, read-only or lost drive), or null. What waits goes on by itself. */
  trouble: Failure.nullable(),
  /** Not null where a damaged database was found at the start: it was moved aside and a fresh one begun. */
  recovered: z.object({ movedTo: z.string(), reason: z.string() }).nullable(),
  /** The copy that was made because an older database was brought up to date at the start. */
  migrationBackup: z.string().nullable(),
});
export type StoreState = z.infer<typeof StoreState>;

export const backupKinds = ['asked', 'before-migration', 'before-restore', 'damaged'] as const;
/** A copy of the database that lies in the data folder. */
export const Backup = z.object({
  path: z.string(),
  /** damaged: not a copy but a database that was found damaged and moved aside. */
  kind: z.enum(backupKinds),
  bytes: z.number(),
  madeAt: isoTime,
});
export type Backup = z.infer<typeof Backup>;

/** What a restored database holds, and where the one before it was kept. */
export const Restored = z.object({
  results: z.int(),
  runs: z.int(),
  /** The copy of what was there before. */
  previous: z.string(),
});
export type Restored = z.infer<typeof Restored>;
