import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chromium to drive, or undefined. CHROMIUM_PATH goes first. */
export function findChromium(): string | undefined {
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** Finds a Chromium, installing Debian's package where this process may. Throws with what to do where there is none. */
export function requireChromium(): string {
  const found = findChromium() ?? installFromDebian();
  if (found !== undefined) return found;
  throw new Error(
    'The end-to-end tests drive a real Chromium, and none was found. Install it (Debian and Ubuntu: `sudo apt-get install chromium`) ' +
      'or set CHROMIUM_PATH to a Chrome, Chromium or Edge program.',
  );
}

function installFromDebian(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return undefined;
  const apt = (...args: string[]) =>
    execFileSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  console.log('Installing Debian’s chromium for the end-to-end tests …');
  apt('update', '-q');
  apt('install', '-qy', '--no-install-recommends', 'chromium', 'fonts-noto-cjk');
  return findChromium();
}
