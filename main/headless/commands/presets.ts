import type { Preset } from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { table } from '../format.ts';

/** `backbench presets`: every sampling plan with all of its settings; `--remove` forgets an own one. */
export async function presetsCommand(options: {
  json?: boolean;
  remove?: string;
  dataDir?: string;
}): Promise<void> {
  const presets = await withService(options, (service) =>
    options.remove === undefined
      ? ask(service, 'listPresets', {})
      : ask(service, 'removePreset', { name: options.remove }),
  );
  console.log(options.json === true ? JSON.stringify(presets, null, 1) : presetTable(presets));
}

function presetTable(presets: readonly Preset[]): string {
  const rows = presets.map(({ name, plan, builtIn }) => [
    name,
    `${plan.minProcesses} – ${plan.maxProcesses}`,
    `${plan.minSamples} – ${plan.maxSamples}`,
    `${plan.maxSecondsPerProcess} s`,
    `${plan.maxWarmUpSeconds} s`,
    `± ${+(plan.relativeHalfWidth * 100).toFixed(2)} %`,
    builtIn ? '' : 'your own',
  ]);
  const head = ['preset', 'processes', 'samples', 'timed at most', 'warm-up at most', 'interval', ''];
  return table(head, rows, head.slice(1, 6));
}
