import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/**
 * Draws resources/icons from the app's own icon: `node main/desktop/packaging/makeIcons.ts CHROMIUM`. Run by hand when the icon
 * changes; the files are kept in the repository because packaging must not need a browser.
 */
const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, 'resources', 'icons');
const source = readFileSync(join(root, 'renderer', 'public', 'icon.svg'), 'utf8');
const executablePath = process.argv[2];
if (executablePath === undefined) throw new Error('name a Chromium program');

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
const drawn = new Map<number, Buffer>();
for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px}</style>${source}`,
  );
  drawn.set(size, await page.screenshot({ omitBackground: true }));
}
await browser.close();

mkdirSync(join(folder, 'linux'), { recursive: true });
for (const size of [16, 24, 32, 48, 64, 128, 256, 512])
  writeFileSync(join(folder, 'linux', `${size}x${size}.png`), picture(size));
writeFileSync(join(folder, 'icon.png'), picture(512));
writeFileSync(join(folder, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256]));
writeFileSync(join(folder, 'icon.icns'), icns());

function picture(size: number): Buffer {
  const png = drawn.get(size);
  if (png === undefined) throw new Error(`${size} px was not drawn`);
  return png;
}

/** Windows' format: a table of PNG files; 0 stands for 256. */
function ico(sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(6 + 16 * sizes.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(sizes.length, 4);
  let offset = header.length;
  sizes.forEach((size, index) => {
    const entry = 6 + 16 * index;
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(picture(size).length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += picture(size).length;
  });
  return Buffer.concat([header, ...sizes.map(picture)]);
}

/** Apple's format: tagged PNG files; a tag stands for a size, "retina" ones twice. */
function icns(): Buffer {
  const tags: [string, number][] = [
    ['icp4', 16],
    ['icp5', 32],
    ['icp6', 64],
    ['ic07', 128],
    ['ic08', 256],
    ['ic09', 512],
    ['ic10', 1024],
    ['ic11', 32],
    ['ic12', 64],
    ['ic13', 256],
    ['ic14', 512],
  ];
  const parts = tags.map(([tag, size]) => {
    const head = Buffer.alloc(8);
    head.write(tag, 'latin1');
    head.writeUInt32BE(picture(size).length + 8, 4);
    return Buffer.concat([head, picture(size)]);
  });
  const head = Buffer.alloc(8);
  head.write('icns', 'latin1');
  head.writeUInt32BE(
    parts.reduce((sum, part) => sum + part.length, 8),
    4,
  );
  return Buffer.concat([head, ...parts]);
}
