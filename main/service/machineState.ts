import type { HardwareReport, Machine } from '../../preload/contract.ts';
import { detectMachine } from '../hardware/machine.ts';
import type { ProbeLauncher } from '../hardware/probeLauncher.ts';
import { probeProviders } from '../hardware/providers.ts';
import { readPowerState } from '../hardware/powerState.ts';
import { checkReadiness } from '../hardware/readiness.ts';
import { readSensors } from '../hardware/sensorReport.ts';

/** What is known of this machine, detected once and when asked for anew. */
export class MachineState {
  readonly #dataDir: string;
  readonly #probeLauncher: ProbeLauncher | undefined;
  readonly #keepsAwake: boolean;
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

  /** The machine, its providers, and what would spoil numbers right now, and its sensors; `refresh` detects and probes again. */
  async report({ refresh }: { refresh: boolean }): Promise<HardwareReport> {
    if (refresh) {
      this.#machine = undefined;
      this.#providers = undefined;
    }
    const found = await this.found();
    // After the probes and before the sensors, which would count as load.
    const readiness = await checkReadiness(found.machine, this.#dataDir);
    return { ...found, readiness, sensors: await readSensors() };
  }

  /** The report without the look at the load, which takes its time. */
  async found(): Promise<Pick<HardwareReport, 'machine' | 'providers'>> {
    const detected = await this.machine();
    // The plug may have been pulled since the machine was detected.
    const power = await readPowerState(Promise.resolve(detected.cpu));
    const machine = { ...detected, power: { ...power, keptAwake: this.#keepsAwake } };
    const providers = await (this.#providers ??= probeProviders({
      gpus: machine.gpus,
      ...(this.#probeLauncher === undefined ? {} : { launcher: this.#probeLauncher }),
    }));
    return { machine, providers };
  }

  async #detect(): Promise<Machine> {
    const machine = await detectMachine();
    return { ...machine, power: { ...machine.power, keptAwake: this.#keepsAwake } };
  }
}
