// @ts-check
// The whole module and not its parts: an old Node, which has yet to be told that it is too old, cannot import what it lacks.
import module from 'node:module';
import { join } from 'node:path';

/**
 * Keeps what Node made of our files, types taken off and compiled, for the next start, which takes half the time. In the
 * project's own folder: a folder that others may write to could feed us their code. Where it cannot be written, nothing
 * is kept.
 */
export function keepCompiled() {
  module.enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'node'));
}
