import { providerNames, type HardwareReport, type Machine } from '../../preload/contract.ts';
import { detectMachine } from '../hardware/machine.ts';
import type { ProbeLauncher } from '../hardware/probeLauncher.ts';
import { probeProviders } from '../hardware/providers.ts';
import { readPowerState } from '../hardware/powerState.ts';
import { checkReadiness } from '../hardware/readiness.ts';
import { readSensors } from '../hardware/sensorReport.ts';
import type { Watch } from './longWork.ts';

/** The machine and the providers that work on it. */
export type Found = Pick<HardwareReport, 'machine' | 'providers'>;

/** The machine, each provider, and at last the load with the sensors. */
const steps = 1 + providerNames.length + 1;

/** What is known of this machine, detected once and when asked for anew. */
export class MachineState {
  readonly #dataDir: string;
  readonly #probeLauncher: ProbeLauncher | undefined;
  readonly #keepsAwake: boolean;
  readonly #ending = new AbortController();
  #machine: Promise<Machine> | undefined;
  #providers: Promise<HardwareReport['providers']> | undefined;

  constructor(options: { dataDir: string; probeLauncher?: ProbeLauncher; keepsAwake?: boolean }) {
    this.#dataDir = options.dataDir;
    this.#probeLauncher = options.probeLauncher;
    this.#keepsAwake = options.keepsAwake ?? false;
  }

  machine(): Promise<Machine> {
    return (this.#machine ??= this.#detect());
  }

  /**
   * The machine, its providers, and what would spoil numbers right now, and its sensors; `refresh` detects and probes again.
   * Stopped, it rejects, and what was known before stays.
   */
  async report({ refresh }: { refresh: boolean }, watch: Watch): Promise<HardwareReport> {
    const found = await untilAborted(
      watch.signal,
      refresh ? this.#foundAnew(watch) : this.found(watch.onProgress),
    );
    // After the probes and before the sensors, which would count as load.
    const readiness = await checkReadiness(found.machine, this.#dataDir);
    watch.signal.throwIfAborted();
    return { ...found, readiness, sensors: await readSensors() };
  }

  /** The report without the look at the load, which takes its time. */
  async found(onProgress: Watch['onProgress'] = () => undefined): Promise<Found> {
    const detected = await this.machine();
    // The plug may have been pulled since the machine was detected.
    const power = await readPowerState(Promise.resolve(detected.cpu));
    const machine = { ...detected, power: { ...power, keptAwake: this.#keepsAwake } };
    // Others may wait for these probes too, so that only the end of the service stops them.
    const watch = { signal: this.#ending.signal, onProgress };
    return { machine, providers: await (this.#providers ??= this.#probe(machine, watch)) };
  }

  /** Ends the processes of probes that are under way. */
  end(): void {
    this.#ending.abort();
  }

  async #foundAnew(watch: Watch): Promise<Found> {
    const machine = await this.#detect();
    const providers = await this.#probe(machine, watch);
    this.#machine = Promise.resolve(machine);
    this.#providers = Promise.resolve(providers);
    return { machine, providers };
  }

  async #detect(): Promise<Machine> {
    const machine = await detectMachine();
    return { ...machine, power: { ...machine.power, keptAwake: this.#keepsAwake } };
  }

  #probe({ gpus }: Machine, { signal, onProgress }: Watch): Promise<HardwareReport['providers']> {
    let done = 1;
    onProgress(done, steps);
    return probeProviders({
      gpus,
      signal,
      onProbed: () => onProgress(++done, steps),
      ...(this.#probeLauncher === undefined ? {} : { launcher: this.#probeLauncher }),
    });
  }
}

/** `work`, or the signal's reason as soon as it is aborted; the work itself may go on for others. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
