import type { LimitName } from '../../preload/contract.ts';
import { textKey } from '../locales/i18n.ts';
import type { Words } from './statementText.ts';

/** A value that is set against a limit, with its unit and what the unit alone would not tell; null: without end. */
export function limitValue(name: LimitName, value: number | null, { t, format }: Words): string {
  const shown = (write: (known: number) => string): string => (value === null ? '∞' : write(value));
  switch (name) {
    case 'maxLatencyMs':
      return shown(format.ms);
    case 'maxP99Ms':
      return t(textKey('limitValue.p99'), { value: shown(format.ms) });
    case 'minFps':
      return `${shown(format.digits)} FPS`;
    case 'maxMemoryBytes':
      return shown(format.bytes);
    case 'maxGpuMemoryBytes':
      return t(textKey('limitValue.gpuMemory'), { value: shown(format.bytes) });
    case 'maxParams':
      return t(textKey('limitValue.params'), { value: shown(format.params) });
    case 'maxMacs':
      return `${shown(format.cost)}${format.costUnit.slice(1)}`;
    case 'maxFileBytes':
      return t(textKey('limitValue.file'), { value: shown(format.bytes) });
    case 'maxEnergyJ':
      return t(textKey('limitValue.energy'), { value: shown(format.plain) });
    case 'minTop1':
      return t(textKey('limitValue.top1'), { value: shown(format.accuracy) });
  }
}
