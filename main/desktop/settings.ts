import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Log } from './log.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

const currentVersion = 1;

/** What the window remembers. Each entry falls back on its own: an unreadable one never costs the others. */
const Settings = z.object({
  window: z
    .object({
      x: z.int(),
      y: z.int(),
      width: z.int().positive(),
      height: z.int().positive(),
      maximized: z.boolean(),
    })
    .nullable()
    .catch(null),
  /** The page's language and theme at the last look, so that the next start is right before the page is there. */
  language: z.enum(languages).nullable().catch(null),
  dark: z.boolean().catch(false),
  notifyAtEnd: z.boolean().catch(true),
  /** Set by a person, or by ourselves where the GPU process dies again and again. */
  drawWithoutGpu: z.boolean().catch(false),
  checkForUpdates: z.boolean().catch(false),
});
export type Settings = z.infer<typeof Settings>;

export interface SettingsFile {
  readonly current: Settings;
  /** Why the stored settings are not in use, if they are not. */
  readonly trouble: 'damaged' | 'newer' | null;
  change(patch: Partial<Settings>): void;
}

/**
 * Opens the window's settings. A damaged file is put aside and the defaults begin; a newer Backbench's file is left exactly as it is,
 * and what is changed now holds until the app ends.
 */
export function openSettings(file: string, log: Log): SettingsFile {
  const { stored, trouble } = read(file);
  let current = Settings.parse(stored);
  if (trouble === 'damaged') putAside(file, log);
  if (trouble === 'newer') log.write('settings', `${file} is of a newer Backbench and stays as it is`);
  return {
    trouble,
    get current() {
      return current;
    },
    change(patch) {
      current = { ...current, ...patch };
      if (trouble === 'newer') return;
      try {
        write(file, JSON.stringify({ version: currentVersion, ...current }, null, 1));
      } catch (error) {
        log.write('settings', `not stored: ${String(error)}`);
      }
    },
  };
}

function read(file: string): { stored: object; trouble: SettingsFile['trouble'] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { stored: {}, trouble: null };
  }
  const stored = parsed(text);
  if (stored === null) return { stored: {}, trouble: 'damaged' };
  const newer = typeof stored.version === 'number' && stored.version > currentVersion;
  return { stored, trouble: newer ? 'newer' : null };
}

/** The text as a JSON object with a version, or null. */
function parsed(text: string): { version: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'version' in value ? value : null;
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a crash leaves the old settings or the new ones. */
function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function putAside(file: string, log: Log): void {
  const aside = `${file}.damaged`;
  try {
    renameSync(file, aside);
    log.write('settings', `damaged; now at ${aside}`);
  } catch (error) {
    log.write('settings', `damaged, and could not be put aside: ${String(error)}`);
  }
}
