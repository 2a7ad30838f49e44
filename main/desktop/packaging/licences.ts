import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A package whose code is in the app, and what it asks for. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  /** SPDX identifier, as the package states it. */
  readonly licence: string;
  readonly repository: string | null;
  /** The texts that the package carries, or null where it has none. */
  readonly text: string | null;
}

/** Used by onnxruntime-node's install script alone; electron-builder.yml leaves them out as well. */
const installOnly = new Set(['adm-zip', 'global-agent']);

const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().catch('not stated'),
  repository: z
    .union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)])
    .nullable()
    .catch(null),
  dependencies: z.record(z.string(), z.string()).catch({}),
});

/**
 * All packages that go into the app: the production dependencies and whatever the renderer imports, with all that these depend on,
 * in alphabetical order. Throws where one of them is not installed.
 */
export function collectLicences(root: string): Licence[] {
  const found = new Map<string, Licence>();
  const { dependencies } = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  for (const name of [...Object.keys(dependencies), ...importedBy(join(root, 'renderer'))]) add(name, root);
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));

  function add(name: string, from: string): void {
    if (installOnly.has(name)) return;
    const folder = folderOf(name, from, root);
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    const key = `${name}@${manifest.version}`;
    if (found.has(key)) return;
    const { version, license, repository } = manifest;
    found.set(key, { name, version, licence: license, repository, text: textIn(folder) });
    for (const dependency of Object.keys(manifest.dependencies)) add(dependency, folder);
  }
}

/** Where Node would find a package from a folder. */
function folderOf(name: string, from: string, root: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === root) throw new Error(`${name} is not installed`);
  }
}

/** Names of the packages that the sources of a folder import. */
function importedBy(folder: string): Set<string> {
  const names = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(ts|vue|css)$/.test(entry.name)) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, name] of text.matchAll(
      /(?:from|import)\s+['"]((?:@[\w-]+\/)?[a-z][\w-]*)(?:\/[^'"]*)?['"]/g,
    ))
      if (name !== undefined) names.add(name);
  }
  return names;
}

function textIn(folder: string): string | null {
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), 'utf8').trim());
  return texts.length === 0 ? null : texts.join('\n\n');
}

/** All licences as one text for people. */
export function licencesText(root: string): string {
  const onnx = readFileSync(join(root, 'main', 'onnx', 'proto', 'LICENSE'), 'utf8').trim();
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return [
    readFileSync(join(root, 'LICENSE'), 'utf8').trim(),
    'Backbench contains the software below. Electron and Chromium carry their own licences beside the program.',
    `onnx.proto (the ONNX project), Apache-2.0\n\n${onnx}`,
    ...collectLicences(root).map(({ name, version, licence, repository, text }) => {
      const from = repository === null ? '' : `\n${repository}`;
      return `${name} ${version}, ${licence}${from}\n\n${text ?? 'The package carries no text of its licence.'}`;
    }),
  ].join(rule);
}

/** Writes the licences beside the bundle of each build. Shaped as a plugin of vite. */
export function licencesPlugin(options: { root: string; outFile: string }): {
  name: string;
  apply: 'build';
  closeBundle: () => Promise<void>;
} {
  return {
    name: 'backbench:licences',
    apply: 'build',
    async closeBundle() {
      await mkdir(dirname(options.outFile), { recursive: true });
      await writeFile(options.outFile, licencesText(options.root));
    },
  };
}
