import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** Sent with every answer. Only our own files; styles may be inline because charts and tables position with them. */
export const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; " +
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
} as const;

export interface RendererFile {
  readonly type: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

/**
 * Reads the built renderer, by the path of each file's address ("/assets/x.js"). What is served is looked up in this list and never
 * on the disk, so no address can lead anywhere else; symbolic links and files of unknown type are left out.
 */
export async function readRendererFiles(folder: string): Promise<ReadonlyMap<string, RendererFile>> {
  const files = new Map<string, RendererFile>();
  await collect(folder, '');
  return files;

  async function collect(from: string, address: string): Promise<void> {
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const path = join(from, entry.name);
      const type = contentTypes[extname(entry.name)];
      if (entry.isDirectory()) await collect(path, `${address}/${entry.name}`);
      else if (entry.isFile() && type !== undefined)
        files.set(`${address}/${entry.name}`, { type, bytes: await readFile(path) });
    }
  }
}
