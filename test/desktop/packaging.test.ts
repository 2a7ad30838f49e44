import { join } from 'node:path';
import { validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import { DebugLogger } from 'builder-util';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { packagedFiles, packagingConfiguration, targetsOf } from './packagedFiles.ts';

const root = join(import.meta.dirname, '..', '..');
const configuration = packagingConfiguration(root);

test.each(['electron-builder.yml', 'electron-builder.cuda.yml'])(
  '%s is what electron-builder takes',
  async (name) => {
    const { extends: _, ...config } = parse(readFileSync(join(root, name), 'utf8')) as Record<
      string,
      unknown
    >;
    await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined();
    await expect(
      validateConfiguration({ ...config, asarr: true } as typeof config, new DebugLogger(false)),
    ).rejects.toThrow(/asarr/);
  },
);

const platformNames = { win: 'win32', mac: 'darwin', linux: 'linux' } as const;
/** Of ours beside Electron. */
const mostBytes = 120e6;

describe.each(targetsOf(configuration))('the package for $platform $arch', (target) => {
  const files = packagedFiles(root, configuration, target);
  const paths = files.map(({ path }) => path);
  const here = `${platformNames[target.platform]}-${target.arch}`;

  test('holds the native files of its own platform alone', () => {
    const native = paths.filter((path) => /\.(node|dll|dylib)$|\.so(\.|$)/.test(path));
    const runtime = `node_modules/onnxruntime-node/bin/napi-v6/${here.replace('-', '/')}/`;
    const store = `node_modules/better-sqlite3/prebuilds/${here}.node`;
    expect(native).toContain(store);
    expect(native).toContain(`${runtime}onnxruntime_binding.node`);
    expect(native.filter((path) => path !== store && !path.startsWith(runtime))).toEqual([]);
  });

  test('holds no source, test or build tool', () => {
    const own = paths.filter((path) => !path.startsWith('node_modules/') && !path.startsWith('dist/'));
    const taken = own.map((path) => path.replace(/^resources\/published\/.*/, 'resources/published/'));
    expect(new Set(taken)).toEqual(
      new Set(['LICENSE', 'package.json', 'resources/icons/icon.png', 'resources/published/']),
    );
    expect(paths.filter((path) => /\.(ts|map|cc|cpp|c|h|gyp|gypi|mk)$|Makefile$/.test(path))).toEqual([]);
  });

  test('is small enough beside Electron', () => {
    const sum = files.reduce((bytes, file) => bytes + file.bytes, 0);
    expect(sum).toBeLessThan(mostBytes);
    expect(sum).toBeGreaterThan(20e6);
  });
});
