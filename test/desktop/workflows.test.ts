import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');

const Workflow = z.object({
  permissions: z.record(z.string(), z.enum(['read', 'none'])),
  jobs: z.record(
    z.string(),
    z.object({
      strategy: z.object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())) }) }),
      'timeout-minutes': z.number(),
      steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional() })),
    }),
  ),
});
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

describe.each(readdirSync(folder))('%s', (name) => {
  const workflow = Workflow.parse(parse(readFileSync(join(folder, name), 'utf8')));
  const jobs = Object.values(workflow.jobs);
  const commands = jobs.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

  test('names only scripts that there are', () => {
    const named = commands.flatMap((command) =>
      [...command.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script = '']) => script),
    );
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test('names only what its matrix says', () => {
    for (const { strategy, steps } of jobs) {
      const used = new Set(
        steps.flatMap(({ run = '' }) => [...run.matchAll(/matrix\.(\w+)/g)].map(([, key = '']) => key)),
      );
      for (const entry of strategy.matrix.include)
        for (const key of used) expect(Object.keys(entry)).toContain(key);
    }
  });
});

test('the app is tested, packaged and started on Linux, Windows and macOS', () => {
  const { jobs } = Workflow.parse(parse(readFileSync(join(folder, 'desktop.yml'), 'utf8')));
  const { strategy, steps } = jobs['desktop'] ?? { strategy: { matrix: { include: [] } }, steps: [] };
  const systems = new Set(strategy.matrix.include.map(({ os = '' }) => os.split('-')[0]));
  expect(systems).toEqual(new Set(['ubuntu', 'windows', 'macos']));
  const commands = steps.map(({ run = '' }) => run).join('\n');
  for (const part of ['npm test', 'test:electron -- --required', 'package:dir', '--smoke'])
    expect(commands).toContain(part);
});
