import type { Log } from '../../main/desktop/log.ts';

/** A log that keeps its lines. */
export function recordedLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return { folder: '/logs', lines, write: (source, text) => void lines.push(`${source}: ${text}`) };
}
