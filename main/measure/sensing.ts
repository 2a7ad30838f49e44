import type { ProviderName, Reading } from '../../preload/contract.ts';
import {
  readGpuProcessMemory,
  readGpuSensors,
  readGpuThrottling,
  type GpuSensors,
} from '../hardware/gpuSensors.ts';
import {
  energyBetweenJ,
  readCpuClockMhz,
  readCpuTemperatureC,
  readCpuThrottleCount,
  readPackageEnergy,
  type EnergyReading,
} from '../hardware/sensors.ts';
import type { SensorSample, TrialTask } from './trial.ts';

/**
 * The machine's sensors over one trial: clocks, temperatures, power, energy, memory of the device. Ask between windows
 * of timed runs and never inside one: nvidia-smi above all makes the runs beside it slower.
 */
export class Sensing {
  readonly #provider: ProviderName;
  readonly #gpuIndex: number;
  readonly #samples: SensorSample[] = [];
  #gpuMemoryBefore: Reading | null = null;
  #gpuAnswers = true;
  #startedMs = 0;
  #energyStart: EnergyReading = { available: false, reason: 'The timed part was not begun.' };
  #energyLast: EnergyReading = this.#energyStart;
  #energyLastMs = 0;

  constructor({ provider, providerOptions }: Pick<TrialTask, 'provider' | 'providerOptions'>) {
    this.#provider = provider;
    this.#gpuIndex = Number(providerOptions['deviceId'] ?? 0);
  }

  /** Reads the device's memory before the model is on it. */
  async markBaseline(): Promise<void> {
    this.#gpuMemoryBefore = (await this.#readGpu())?.memoryUsedBytes ?? null;
  }

  /** Begins the timed part: its clock and its energy counter. */
  async begin(): Promise<void> {
    this.#startedMs = performance.now();
    this.#energyStart = readPackageEnergy();
    this.#energyLast = this.#energyStart;
    this.#energyLastMs = this.#startedMs;
    await this.look();
  }

  /** Takes one sample of all sensors. */
  async look(): Promise<void> {
    const gpu = await this.#readGpu();
    const packageW = this.#packagePowerW();
    this.#samples.push({
      atMs: performance.now() - this.#startedMs,
      cpuClockMhz: valueOf(readCpuClockMhz()),
      cpuTemperatureC: valueOf(readCpuTemperatureC()),
      gpuClockMhz: gpu && valueOf(gpu.clockMhz),
      gpuTemperatureC: gpu && valueOf(gpu.temperatureC),
      powerW: this.#provider === 'cpu' ? packageW : gpu && valueOf(gpu.powerW),
      cpuThrottleCount: valueOf(readCpuThrottleCount()),
      // Only where nvidia-smi has just answered: AMD's kernel files tell no reason.
      gpuThrottling:
        gpu?.clockMhz.available === true && gpu.clockMhz.method.startsWith('nvidia-smi')
          ? await readGpuThrottling(this.#gpuIndex)
          : null,
    });
  }

  get samples(): readonly SensorSample[] {
    return this.#samples;
  }

  /** Energy from `begin` to the last look, over `images`, in J. */
  energyPerInferenceJ(images: number): Reading {
    if (this.#provider !== 'cpu') return this.#deviceEnergy(images);
    if (!this.#energyStart.available) return { available: false, reason: this.#energyStart.reason };
    const joules = energyBetweenJ(this.#energyStart, this.#energyLast);
    if (joules === null) return { available: false, reason: 'The energy counter (RAPL) stopped answering.' };
    return {
      available: true,
      value: joules / images,
      method: 'RAPL, whole processor package over the timed part',
    };
  }

  /** Memory that this process holds on the device: the driver's account of it, else how much fuller the device is. */
  async gpuMemoryBytes(): Promise<Reading> {
    if (this.#provider === 'cpu') return { available: false, reason: 'The cpu provider uses no GPU memory.' };
    const own = await readGpuProcessMemory(process.pid);
    if (own.available) return own;
    const after = (await this.#readGpu())?.memoryUsedBytes;
    const before = this.#gpuMemoryBefore;
    if (!before?.available || !after?.available) return own;
    return {
      available: true,
      value: Math.max(0, after.value - before.value),
      method: `${after.method}, less before the model; other programs count in`,
    };
  }

  /** Power is read between windows, when the device already rests: less than it draws while it works. */
  #deviceEnergy(images: number): Reading {
    const powers = this.#samples.map(({ powerW }) => powerW).filter((power) => power !== null);
    const lastMs = this.#samples.at(-1)?.atMs;
    if (powers.length === 0 || lastMs === undefined) {
      return { available: false, reason: 'This device does not tell its power.' };
    }
    const meanW = powers.reduce((sum, power) => sum + power, 0) / powers.length;
    return {
      available: true,
      value: (meanW * lastMs) / 1000 / images,
      method: 'power of the device between windows, so a lower bound',
    };
  }

  #packagePowerW(): number | null {
    const now = readPackageEnergy();
    const nowMs = performance.now();
    const joules = energyBetweenJ(this.#energyLast, now);
    const seconds = (nowMs - this.#energyLastMs) / 1000;
    this.#energyLast = now;
    this.#energyLastMs = nowMs;
    return joules === null || seconds < 0.05 ? null : joules / seconds;
  }

  async #readGpu(): Promise<GpuSensors | null> {
    if (this.#provider === 'cpu' || !this.#gpuAnswers) return null;
    const gpu = await readGpuSensors(this.#gpuIndex);
    this.#gpuAnswers = Object.values(gpu).some((reading: Reading) => reading.available);
    return this.#gpuAnswers ? gpu : null;
  }
}

function valueOf(reading: Reading): number | null {
  return reading.available ? reading.value : null;
}
