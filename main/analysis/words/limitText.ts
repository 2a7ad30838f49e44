import type { LimitName } from '../../../preload/contract.ts';

const megabytes = (bytes: number) => {
  const value = bytes / 2 ** 20;
  return `${value.toFixed(value < 10 ? 1 : 0)} MB`;
};
const milliseconds = (value: number) => `${value.toFixed(2)} ms`;

const texts: Readonly<Record<LimitName, (value: number) => string>> = {
  maxLatencyMs: milliseconds,
  maxP99Ms: (value) => `${milliseconds(value)} at p99`,
  minFps: (value) => `${value.toFixed(1)} FPS`,
  maxMemoryBytes: megabytes,
  maxGpuMemoryBytes: (value) => `${megabytes(value)} of GPU memory`,
  maxParams: (value) => `${(value / 1e6).toFixed(2)} M parameters`,
  maxMacs: (value) => `${(value / 1e9).toFixed(2)} GMACs`,
  maxFileBytes: (value) => `a file of ${megabytes(value)}`,
  maxEnergyJ: (value) => `${value.toPrecision(3)} J a run`,
  minTop1: (value) => `${value.toFixed(2)} % top-1`,
};

/** A limit's value as people read it, such as "30.0 FPS". */
export function limitText(name: LimitName, value: number): string {
  return texts[name](value);
}
