import { parseArgs } from 'node:util';
import { lineFit, quantile } from '../../analysis/lineFit.ts';
import type { Observation } from '../../analysis/observation.ts';
import { latencyColumns, memoryColumns } from '../../analysis/predict/traits.ts';
import { fitPredictor, type Predictor, type Sample } from '../../analysis/predict/predictor.ts';
import { listMachines } from '../../store/machines.ts';
import { openStore } from '../../store/store.ts';
import { resolveDataFolder } from '../../store/dataFolder.ts';
import { deviceFigures } from '../devices.ts';
import { shippedDevice, shippedDeviceIds } from '../referenceDevices.ts';
import { samplesFrom } from '../samples.ts';

/**
 * How far off the predictor is, for families that it has not seen: on every measured machine of a data folder
 * (`--data-dir`), on the shipped devices, and for a new device from another one's table and a dozen probes.
 */
const { values } = parseArgs({ options: { 'data-dir': { type: 'string' } } });

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);
const head =
  ''.padEnd(46) +
  ['samples', 'median', 'p90', '≤ 10 %', '90 % int.'].map((text) => text.padStart(9)).join('');

function line(title: string, errors: readonly number[], coverage?: number): void {
  const shares = errors.map((error) => Math.abs(Math.exp(error) - 1)).toSorted((a, b) => a - b);
  const within = shares.filter((share) => share <= 0.1).length / shares.length;
  const figures = [quantile(shares, 0.5), quantile(shares, 0.9), within].map(percent).join(' ');
  const covered = coverage === undefined ? '' : ` ${percent(coverage)}`;
  console.log(`${title.padEnd(46)}${String(shares.length).padStart(8)} ${figures}${covered}`);
}

/** A straight line through the logarithms of value and multiply-adds: what most people reckon with. */
function macsOnly(samples: readonly Sample[]): number[] {
  const x = ({ features, batch }: Sample) => Math.log(features.macs * batch);
  return leaveFamilyOut(samples, (others) => {
    const fit = lineFit(
      others.map(x),
      others.map(({ value }) => Math.log(value)),
    );
    return (sample) => (fit?.intercept ?? 0) + (fit?.slope ?? 0) * x(sample);
  });
}

function leaveFamilyOut(
  samples: readonly Sample[],
  fit: (others: readonly Sample[]) => (sample: Sample) => number,
): number[] {
  return [...Map.groupBy(samples, ({ family }) => family).entries()].flatMap(([family, own]) => {
    const predict = fit(samples.filter((sample) => sample.family !== family));
    return own.map((sample) => predict(sample) - Math.log(sample.value));
  });
}

/** Share of values within the stated 90 % interval, for fifths of the families of which the fit knew nothing at all. */
function coverageOf(samples: readonly Sample[], fit: (known: readonly Sample[]) => Predictor | null): number {
  const families = [...new Set(samples.map(({ family }) => family))].sort();
  let inside = 0;
  for (let fold = 0; fold < 5; fold++) {
    const isHeld = ({ family }: Sample) => families.indexOf(family) % 5 === fold;
    const predictor = fit(samples.filter((sample) => !isHeld(sample)));
    for (const { features, batch, value } of samples.filter(isHeld)) {
      const predicted = predictor?.predict(features, batch);
      if (predicted === undefined) continue;
      if (Math.abs(Math.log(predicted.value / value)) <= 1.645 * predicted.spread) inside += 1;
    }
  }
  return inside / samples.length;
}

function judge(name: string, observations: readonly Observation[], prior: Predictor | null): void {
  const latency = samplesFrom(observations, 'latency');
  const predictor = fitPredictor(latency, latencyColumns, prior);
  if (predictor === null) return;
  line(
    `${name}: latency`,
    predictor.validation.logErrors,
    coverageOf(latency, (known) => fitPredictor(known, latencyColumns, prior)),
  );
  line('  by multiply-adds alone', macsOnly(latency));
  const memory = samplesFrom(observations, 'memory');
  if (memory.length < 40) return;
  const floor = fitPredictor(memory, memoryColumns);
  if (floor === null) return;
  line(
    `${name}: memory`,
    floor.validation.logErrors,
    coverageOf(memory, (known) => fitPredictor(known, memoryColumns)),
  );
  line('  by multiply-adds alone', macsOnly(memory));
}

function shippedSamples(id: string): Sample[] {
  return samplesFrom(shippedDevice(id)?.observations ?? [], 'latency');
}

/** A device of which a dozen probes are known, spread evenly over the models by cost, on top of another device's table. */
function transfer(from: string, to: string, probes: number): void {
  const prior = fitPredictor(shippedSamples(from), latencyColumns);
  if (prior === null) return;
  const samples = shippedSamples(to).toSorted((a, b) => a.features.macs - b.features.macs);
  const errors: number[] = [];
  let inside = 0;
  for (let offset = 0; offset < 5; offset++) {
    const step = samples.length / probes;
    const chosen = new Set(
      Array.from({ length: probes }, (_, i) => Math.floor((i + (offset + 0.5) / 5) * step)),
    );
    const predictor = fitPredictor(
      samples.filter((_, index) => chosen.has(index)),
      latencyColumns,
      prior,
    );
    samples.forEach(({ features, batch, value }, index) => {
      if (chosen.has(index) || predictor === null) return;
      const predicted = predictor.predict(features, batch);
      const error = Math.log(predicted.value / value);
      errors.push(error);
      if (Math.abs(error) <= 1.645 * predicted.spread) inside += 1;
    });
  }
  line(`${from} → ${to}, ${probes} probes`, errors, inside / errors.length);
}

console.log(`Errors on families that were left out\n${head}`);
const store = await openStore(resolveDataFolder(values['data-dir'] ?? null));
try {
  for (const { machine } of listMachines(store)) {
    const { observations } = await deviceFigures(store, () => Promise.resolve(machine), machine.id);
    judge(machine.name, observations, null);
  }
} finally {
  store.close();
}
for (const id of shippedDeviceIds) judge(id, shippedDevice(id)?.observations ?? [], null);
console.log(`\nA new device from another one's table\n${head}`);
transfer('timm-rtx3090', 'timm-rtx4090', 12);
transfer('timm-i9-10940x', 'timm-i7-12700h', 12);
transfer('timm-i7-12700h', 'timm-i9-10940x', 12);
transfer('bianco2018-titan-x-pascal', 'bianco2018-jetson-tx1', 12);
