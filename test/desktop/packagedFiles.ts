import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FileMatcher } from 'app-builder-lib/out/fileMatcher.js';
import { parse } from 'yaml';
import { z } from 'zod';

const Platform = z.object({
  files: z.array(z.string()),
  target: z.array(z.object({ target: z.string(), arch: z.array(z.string()) })),
});
const Configuration = z.looseObject({
  files: z.array(z.string()),
  asarUnpack: z.array(z.string()),
  win: Platform,
  mac: Platform,
  linux: Platform,
});
export type Configuration = z.infer<typeof Configuration>;

export interface Target {
  readonly platform: 'win' | 'mac' | 'linux';
  readonly arch: string;
}

export interface PackagedFile {
  /** From the project's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** electron-builder.yml, as far as the choice of files goes. */
export function packagingConfiguration(root: string): Configuration {
  return Configuration.parse(parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')));
}

/** Every platform and architecture that a package is made for. */
export function targetsOf(configuration: Configuration): Target[] {
  return (['win', 'mac', 'linux'] as const).flatMap((platform) =>
    [...new Set(configuration[platform].target.flatMap(({ arch }) => arch))].map((arch) => ({
      platform,
      arch,
    })),
  );
}

/**
 * What electron-builder would put into the package of a target, by its own matcher: of the project's folder what the patterns take,
 * of the production dependencies all that no pattern leaves out. The sizes are those of the files before packing.
 */
export function packagedFiles(root: string, configuration: Configuration, target: Target): PackagedFile[] {
  const patterns = [...configuration.files, ...configuration[target.platform].files];
  const expand = (pattern: string) => pattern.replaceAll('${arch}', target.arch);
  // As getMainFileMatchers and getNodeModuleFileMatcher of app-builder-lib put them together.
  const ofProject = new FileMatcher(root, '', expand, [
    '!**/node_modules/**',
    ...patterns,
    '!**/*.{d.ts,o,a,obj,cc,pdb}',
  ]);
  const ofModules = new FileMatcher(root, '', expand, [
    '**/*',
    ...patterns.filter((pattern) => pattern.startsWith('!')),
  ]);
  return [
    ...filesIn(root, root, ofProject.createFilter(), (path) => /^(node_modules|\.git|build)$/.test(path)),
    ...productionModules(root).flatMap((folder) =>
      filesIn(root, join(root, folder), ofModules.createFilter(), (path) => path.endsWith('/node_modules')),
    ),
  ];
}

/** Folders of all packages that the app depends on at run time, by the lock file. */
function productionModules(root: string): string[] {
  const Lock = z.object({
    packages: z.record(
      z.string(),
      z.object({ dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
    ),
  });
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages).flatMap(([folder, { dev, devOptional }]) =>
    folder === '' || dev === true || devOptional === true ? [] : folder,
  );
}

function filesIn(
  root: string,
  folder: string,
  takes: ReturnType<FileMatcher['createFilter']>,
  skips: (path: string) => boolean,
): PackagedFile[] {
  return readdirSync(folder).flatMap((name): PackagedFile[] => {
    const file = join(folder, name);
    const path = relative(root, file).replaceAll(sep, '/');
    const info = lstatSync(file);
    if (info.isDirectory()) return skips(path) ? [] : filesIn(root, file, takes, skips);
    return takes(file, info) ? [{ path, bytes: info.size }] : [];
  });
}
