import type { HardwareReport, Sensor } from '../../../preload/contract.ts';
import { withService } from '../ask.ts';
import { askLong } from '../askLong.ts';
import { megabytes, table } from '../format.ts';

/** `backbench hardware`. */
export async function hardwareCommand(options: { json?: boolean; dataDir?: string }): Promise<void> {
  const report = await withService(options, (service) => askLong(service, 'hardware', {}));
  console.log(options.json === true ? JSON.stringify(report, null, 1) : hardwareText(report));
}

/** What `backbench hardware` prints: the machine, its GPUs, and which execution providers really work. */
function hardwareText({ machine, providers, readiness, sensors }: HardwareReport): string {
  const { cpu, os, runtime, power } = machine;
  const facts = [
    ['machine', `${machine.name} (id ${machine.id})`],
    ['CPU', `${cpu.model}${cpu.virtualised ? ', in a virtual machine' : ''}`],
    [
      'cores',
      `${cpu.physicalCores} physical, ${cpu.logicalCores} logical${cpu.maxClockMhz === null ? '' : `, up to ${cpu.maxClockMhz} MHz`}`,
    ],
    ['ISA', cpu.isa.join(', ') || 'unknown'],
    ['memory', megabytes(machine.memoryBytes)],
    ...(machine.gpus.length === 0
      ? [['GPU', 'none found']]
      : machine.gpus.map((gpu) => ['GPU', gpuText(gpu)])),
    ['OS', `${os.name} ${os.release} (${os.platform} ${os.arch})`],
    ['runtime', `ONNX Runtime ${runtime.onnxruntime}, Node ${runtime.node}, Backbench ${runtime.backbench}`],
    ['power', `${power.source}${power.governor === null ? '' : `, governor ${power.governor}`}`],
    [
      'sleep',
      power.keptAwake === true
        ? 'kept off while measuring'
        : 'not kept off: the system may sleep in mid-run, which is flagged',
    ],
  ];
  const provided = providers.flatMap(({ provider, works, device, software, reason, remedy }) => [
    [
      provider,
      works ? (software ? 'works (in software)' : 'works') : 'does not work',
      (works ? device : reason) ?? '',
    ],
    ...(remedy === null ? [] : [['', '', `→ ${remedy}`]]),
  ]);
  const warnings = readiness.map(({ message, effect }) => `! ${message} ${effect}`);
  return [
    table(['what', 'found'], facts),
    table(['provider', 'state', 'device, or reason → what to do'], provided),
    table(['sensor', 'now', 'how it is read, or why not'], sensors.map(sensorRow)),
    ...warnings,
  ].join('\n\n');
}

function sensorRow({ kind, reading }: Sensor): string[] {
  if (!reading.available) return [kind, '–', reading.reason];
  return [kind, sensorValue(kind, reading.value), reading.method];
}

function sensorValue(kind: Sensor['kind'], value: number): string {
  switch (kind) {
    case 'cpu-clock':
    case 'gpu-clock':
      return `${value.toFixed(0)} MHz`;
    case 'cpu-temperature':
    case 'gpu-temperature':
      return `${value.toFixed(0)} °C`;
    case 'cpu-power':
    case 'gpu-power':
      return `${value.toFixed(1)} W`;
    case 'cpu-throttling':
      return `${value} times`;
    case 'gpu-memory':
      return megabytes(value);
  }
}

function gpuText({
  vendor,
  name,
  memoryBytes,
  driver,
  software,
}: HardwareReport['machine']['gpus'][number]): string {
  const parts = [
    name.includes(vendor) ? name : `${vendor} ${name}`,
    memoryBytes === null ? 'memory unknown' : megabytes(memoryBytes),
    driver === null ? 'driver unknown' : `driver ${driver}`,
    ...(software ? ['a software adapter'] : []),
  ];
  return parts.join(', ');
}
