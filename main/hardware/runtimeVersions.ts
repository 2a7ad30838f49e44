import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Machine } from '../../preload/contract.ts';

const Manifest = z.object({ name: z.string(), version: z.string() });

/**
 * Versions of what computes and of what measures. ONNX Runtime's comes from its package file: loading the library to ask
 * would keep it in the memory of a process that never infers.
 */
export function runtimeVersions(): Machine['runtime'] {
  const require = createRequire(import.meta.url);
  const manifestOf = (path: string): string => Manifest.parse(require(path)).version;
  return {
    onnxruntime: manifestOf('onnxruntime-node/package.json'),
    node: process.versions.node,
    backbench: ownVersion(manifestOf),
  };
}

/** The nearest package file above this one: the repository's root, or the packaged app's. */
function ownVersion(manifestOf: (path: string) => string): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return 'unknown';
    folder = parent;
  }
  return manifestOf(join(folder, 'package.json'));
}
