import { readdirSync, readFileSync } from 'node:fs';

/**
 * Small files of /proc and /sys. They come and go with drivers, privileges and containers, so "cannot be read" is an
 * ordinary answer here and never an exception. The `root` that callers prepend lets a recorded tree stand in for `/`.
 */
export function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').replace(/\0/g, '').trim();
  } catch {
    return null;
  }
}

export function readSystemNumber(path: string): number | null {
  const text = readSystemFile(path);
  if (text === null || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Names in a folder, in natural order; empty where there is none. */
export function listSystemFolder(path: string): string[] {
  try {
    return readdirSync(path).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** The kernel's list notation: "0-3,8,10-11" is 0, 1, 2, 3, 8, 10, 11. Pieces that are no number or range are left out. */
export function parseCpuList(text: string): number[] {
  const cpus: number[] = [];
  for (const piece of text.trim().split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(piece.trim());
    if (range === null) continue;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    for (let cpu = first; cpu <= last && cpus.length < 65_536; cpu += 1) cpus.push(cpu);
  }
  return cpus;
}
