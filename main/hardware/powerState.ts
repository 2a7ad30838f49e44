import type { Machine } from '../../preload/contract.ts';
import { identityTimeoutMs, runCommand, withinTime } from './command.ts';
import { listSystemFolder, readSystemFile } from './systemFiles.ts';

export type PowerState = Machine['power'];

/**
 * Where the machine draws its power and how it chooses its clock: the CPU governor on Linux (several, joined by '+', where
 * cores differ), the power plan on Windows, low-power mode on macOS. Null where the system (most guests) hides it.
 */
export async function readPowerState(processor: Promise<{ virtualised: boolean }>): Promise<PowerState> {
  if (process.platform === 'linux') return readLinuxPower('', (await processor).virtualised);
  // Not at the top: a worker asks for its power source, and on Linux would load 10 MB in 50 ms for nothing.
  const { battery } = await import('systeminformation');
  const [source, governor] = await Promise.all([
    withinTime(battery(), identityTimeoutMs, null),
    process.platform === 'win32' ? readWindowsPlan() : readMacMode(),
  ]);
  if (source === null) return { source: 'unknown', governor };
  return { source: source.hasBattery && !source.acConnected ? 'battery' : 'mains', governor };
}

/** The power source alone, at this moment: cheap on Linux, a process elsewhere, so never inside a timed window. */
export async function readPowerSource(): Promise<PowerState['source']> {
  return (await readPowerState(Promise.resolve({ virtualised: true }))).source;
}

/** Power state from /sys below `root`. A machine without any supply listed is a desktop on mains, or a guest: unknown. */
export function readLinuxPower(root: string, virtualised: boolean): PowerState {
  const folder = `${root}/sys/class/power_supply`;
  const supplies = listSystemFolder(folder).map((name) => ({
    type: readSystemFile(`${folder}/${name}/type`),
    online: readSystemFile(`${folder}/${name}/online`),
    status: readSystemFile(`${folder}/${name}/status`),
    // A mouse or a headset is listed as well; its battery says nothing about the computer's.
    ofDevice: readSystemFile(`${folder}/${name}/scope`) === 'Device',
  }));
  const own = supplies.filter((supply) => !supply.ofDevice);
  const batteries = own.filter((supply) => supply.type === 'Battery');
  const plugged = own.some((supply) => supply.type !== 'Battery' && supply.online === '1');
  const governors = listSystemFolder(`${root}/sys/devices/system/cpu`)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => readSystemFile(`${root}/sys/devices/system/cpu/${name}/cpufreq/scaling_governor`))
    .filter((name) => name !== null);
  const governor = governors.length === 0 ? null : [...new Set(governors)].sort().join('+');
  if (plugged) return { source: 'mains', governor };
  if (batteries.some((supply) => supply.status === 'Discharging')) return { source: 'battery', governor };
  if (batteries.length > 0) return { source: 'mains', governor };
  return { source: virtualised ? 'unknown' : 'mains', governor };
}

/** Windows' own plans by their fixed identifiers: the names are translated, the identifiers are not. */
const windowsPlans: Readonly<Record<string, string>> = {
  '381b4222-f694-41f0-9685-ff5bb260df2e': 'balanced',
  '8c5e7fda-e8bf-4a96-9a85-a6e23a8c635c': 'high performance',
  'e9a42b02-d5df-448d-aa00-03f14749eb61': 'ultimate performance',
  'a1841308-3541-4fab-bc81-f71556f20b4a': 'power saver',
};

async function readWindowsPlan(): Promise<string | null> {
  const said = await runCommand('powercfg', ['/getactivescheme'], identityTimeoutMs);
  return said.ok ? parseWindowsPlan(said.stdout) : null;
}

export function parseWindowsPlan(text: string): string | null {
  const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase();
  if (id === undefined) return null;
  return windowsPlans[id] ?? /\((.+)\)/.exec(text)?.[1] ?? id;
}

async function readMacMode(): Promise<string | null> {
  const said = await runCommand('pmset', ['-g'], identityTimeoutMs);
  return said.ok ? parseMacMode(said.stdout) : null;
}

export function parseMacMode(text: string): string | null {
  const mode = /^\s*(?:lowpowermode|powermode)\s+(\d)/m.exec(text)?.[1];
  if (mode === undefined) return null;
  return mode === '1' ? 'low power' : mode === '2' ? 'high power' : 'automatic';
}
