import {
  describeMode,
  describeOptions,
  type Configuration,
  type Flag,
  type Machine,
} from '../../preload/contract.ts';

/** Under what conditions a result was measured: whatever moves a latency without being the model. */
export interface Conditions {
  readonly machine: Machine;
  readonly configuration: Configuration;
  /** Share of the graph's nodes that ran on the asked provider, 0 … 1; null where it was not profiled. */
  readonly nodeShare: number | null;
  readonly flags: readonly Flag[];
  /** Median clock of the device while it was measured, in MHz; null where none was told. */
  readonly clockMhz: number | null;
}

/** One condition in which two results differ, in words. */
export interface Difference {
  readonly condition: string;
  readonly baseline: string;
  readonly candidate: string;
}

const conditions: readonly (readonly [name: string, of: (conditions: Conditions) => string])[] = [
  ['machine', ({ machine }) => `${machine.name} (${machine.cpu.model})`],
  [
    'driver',
    ({ machine }) =>
      machine.gpus.map((gpu) => `${gpu.name}: ${gpu.driver ?? 'unknown'}`).join(', ') || 'none',
  ],
  ['operating system', ({ machine }) => `${machine.os.name} ${machine.os.release}`],
  ['ONNX Runtime', ({ machine }) => machine.runtime.onnxruntime],
  ['power source', ({ configuration }) => configuration.powerSource],
  ['clock governor', ({ machine }) => machine.power.governor ?? 'unknown'],
  ['provider', ({ configuration }) => configuration.provider],
  ['precision', ({ configuration }) => configuration.precision],
  ['batch', ({ configuration }) => String(configuration.batch)],
  ['input size', ({ configuration }) => String(configuration.inputSize)],
  ['threads', ({ configuration }) => String(configuration.threads)],
  ['affinity', ({ configuration }) => configuration.affinity ?? 'the system chooses'],
  ['memory arena', ({ configuration }) => (configuration.arena ? 'on' : 'off')],
  ['provider options', ({ configuration }) => describeOptions(configuration.providerOptions)],
  ['latency mode', ({ configuration }) => describeMode(configuration.mode)],
  ['use', ({ configuration }) => configuration.use],
  [
    'share of nodes on the provider',
    ({ nodeShare }) => (nodeShare === null ? 'unknown' : `${Math.round(nodeShare * 1000) / 10} %`),
  ],
  ['throttling', ({ flags }) => yesNo(flags, 'throttled')],
  ['competing load', ({ flags }) => yesNo(flags, 'competing-load')],
];

/**
 * The conditions in which two results differ, by name; empty where they are comparable. A reader is told "not
 * comparable because …" before he is told who is faster. The models themselves are not conditions.
 */
export function differences(baseline: Conditions, candidate: Conditions): Difference[] {
  return [...named(baseline, candidate), ...clocks(baseline.clockMhz, candidate.clockMhz)];
}

/** Clocks that lie this far apart, as a share, are two conditions; nearer ones are the same clock read at two moments. */
const clockGap = 0.05;

function clocks(baseline: number | null, candidate: number | null): Difference[] {
  if (baseline === null || candidate === null) return [];
  if (Math.abs(Math.log(candidate / baseline)) < Math.log1p(clockGap)) return [];
  const text = (mhz: number): string => `${Math.round(mhz)} MHz`;
  return [{ condition: 'clock', baseline: text(baseline), candidate: text(candidate) }];
}

function named(baseline: Conditions, candidate: Conditions): Difference[] {
  return conditions.flatMap(([condition, of]) => {
    const [before, after] = [of(baseline), of(candidate)];
    return before === after ? [] : [{ condition, baseline: before, candidate: after }];
  });
}

function yesNo(flags: readonly Flag[], code: Flag['code']): string {
  return flags.some((flag) => flag.code === code) ? 'yes' : 'no';
}
