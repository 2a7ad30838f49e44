import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { presets } from '../../preload/contract.ts';
import { openService, type OpenedService } from '../../main/service/openService.ts';

/** What a screen sees of a drive that is full or gone, over the contract. */

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function opened(dataDir: string): Promise<{ service: OpenedService; troubles: (string | null)[] }> {
  const service = await openService({ dataDir });
  ends.push(() => service.close());
  const troubles: (string | null)[] = [];
  service.subscribe((event) => {
    if (event.name === 'storeTrouble') troubles.push(event.payload?.code ?? null);
  });
  return { service, troubles };
}

function parentFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backbench-trouble-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const saving = { name: 'mine', plan: presets.quick };

describe('trouble with the data folder', () => {
  test('a drive that is unplugged is told before anybody asks, and its return without a restart', async () => {
    const parent = parentFolder();
    const { service, troubles } = await opened(join(parent, 'drive'));
    expect(await service.call('storeState', {})).toEqual({
      ok: true,
      value: { trouble: null, recovered: null, migrationBackup: null },
    });
    renameSync(join(parent, 'drive'), join(parent, 'away'));
    await vi.waitFor(() => expect(troubles).toEqual(['folder-lost']), { timeout: 10_000 });
    for (const [name, input] of [
      ['listResults', {}],
      ['dataFolder', {}],
      ['savePreset', saving],
      ['backUp', {}],
    ] as const) {
      expect(await service.call(name, input), name).toMatchObject({
        ok: false,
        failure: { code: 'folder-lost', remedy: expect.stringContaining('Connect') as string },
      });
    }
    expect(await service.call('storeState', {})).toMatchObject({
      value: { trouble: { code: 'folder-lost' } },
    });
    renameSync(join(parent, 'away'), join(parent, 'drive'));
    await vi.waitFor(() => expect(troubles).toEqual(['folder-lost', null]), { timeout: 10_000 });
    expect(await service.call('savePreset', saving)).toMatchObject({ ok: true });
    expect(await service.call('storeState', {})).toMatchObject({ value: { trouble: null } });
  });

  test('a full disk is told by the call that meets it and by an event; once there is room both say so', async (context) => {
    const disk = parentFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
    } catch (error) {
      console.warn(`not run: no tmpfs can be mounted here (${String(error).split('\n')[0]})`);
      return context.skip();
    }
    ends.push(() => void execFileSync('umount', ['-l', disk]));
    mkdirSync(join(disk, 'data'));
    const { service, troubles } = await opened(join(disk, 'data'));
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(bavail * bsize));
    // The log has room for a few changes yet.
    let answer = await service.call('savePreset', saving);
    for (let i = 0; i < 2000 && answer.ok; i++)
      answer = await service.call('savePreset', { ...saving, name: `mine ${i}` });
    expect(answer).toMatchObject({ ok: false, failure: { code: 'disk-full' } });
    expect(troubles).toEqual(['disk-full']);
    expect(await service.call('listResults', {})).toMatchObject({ ok: true });
    rmSync(join(disk, 'ballast'));
    await vi.waitFor(() => expect(troubles).toEqual(['disk-full', null]), { timeout: 10_000 });
    expect(await service.call('savePreset', { ...saving, name: 'last' })).toMatchObject({ ok: true });
  });
});

describe('copies of the database', () => {
  test('are made, listed and restored over the contract', async () => {
    const { service } = await opened(join(parentFolder(), 'data'));
    await service.call('savePreset', saving);
    const made = await service.call('backUp', {});
    const path = made.ok ? (made.value as { path: string }).path : '';
    await service.call('removePreset', { name: 'mine' });
    expect(await service.call('listBackups', {})).toMatchObject({ value: [{ path, kind: 'asked' }] });
    expect(await service.call('restoreBackup', { path })).toMatchObject({
      ok: true,
      value: { results: 0, runs: 0 },
    });
    expect(JSON.stringify(await service.call('listPresets', {}))).toContain('"mine"');
    expect(await service.call('backUp', { path })).toMatchObject({
      ok: false,
      failure: { code: 'file-exists' },
    });
  });
});
