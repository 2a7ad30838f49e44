import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Fills Node's compile cache for the app of these tests and for workers, and returns the environment that uses it. A
 * process that is killed never writes its share of the cache, so that without this each would compile everything anew:
 * half of its life would be its start.
 */
export function warmCompileCache(folder: string): NodeJS.ProcessEnv {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const life = join(folder, 'warm');
  mkdirSync(life);
  const app = join(import.meta.dirname, 'fixtures', 'app.ts');
  execFileSync(process.execPath, [app, join(life, 'data'), join(life, 'told.jsonl'), '-', '--finish'], {
    env,
  });
  const measure = join(import.meta.dirname, '..', '..', 'main', 'measure');
  const imports = ['messages.ts', 'profileModel.ts', 'timeModel.ts', 'runtime.ts'].map(
    (file) => `await import(${JSON.stringify(pathToFileURL(join(measure, file)).href)});`,
  );
  execFileSync(process.execPath, ['--input-type=module', '-e', imports.join('\n')], { env });
  return env;
}
