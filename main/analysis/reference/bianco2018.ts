import type { Observation } from '../observation.ts';
import { numberIn, unpublished, type PublishedRow, type ReferenceDevice } from './published.ts';

/** The tables of arXiv 1810.00736 as resources/published/bianco2018 holds them. */
export interface Bianco2018Tables {
  readonly models: readonly PublishedRow[];
  readonly latency: readonly PublishedRow[];
  readonly memory: readonly PublishedRow[];
}

const source = 'Bianco et al. 2018, arXiv 1810.00736v2, Tables 1 and 2';
const titanName = 'NVIDIA Titan X Pascal';

const devices: readonly (Pick<ReferenceDevice, 'id' | 'name' | 'about'> & { memoryMethod: string })[] = [
  {
    id: 'bianco2018-titan-x-pascal',
    name: titanName,
    about: [{ code: 'figures-of-titan-x', values: {} }],
    memoryMethod: 'GPU memory in use (Table 2)',
  },
  {
    id: 'bianco2018-jetson-tx1',
    name: 'NVIDIA Jetson TX1',
    about: [{ code: 'figures-of-jetson-tx1', values: {} }],
    memoryMethod: 'GPU memory in use on the Titan X Pascal (Table 2), as the paper does for the TX1',
  },
];

/** The Titan X Pascal and the Jetson TX1 with all 44 models at batch sizes 1 … 64; models keep the paper's names. */
export function bianco2018Devices({ models, latency, memory }: Bianco2018Tables): ReferenceDevice[] {
  const memoryBytes = new Map(
    memory.map((row) => [key(row), (numberIn(row, 'memory_gb') ?? Number.NaN) * 2 ** 30]),
  );
  const described = new Map(models.map((row) => [row.model ?? '', row]));
  return devices.map(({ id, name, about, memoryMethod }) => ({
    ...{ id, name, about, source },
    observations: latency
      .filter((row) => row.device === name)
      .flatMap((row) => {
        const model = described.get(row.model ?? '');
        const bytes = memoryBytes.get(key(row)) ?? null;
        return model === undefined ? [] : (observationOf(row, model, bytes, memoryMethod) ?? []);
      }),
  }));
}

const key = ({ model, batch_size }: PublishedRow) => `${model} ${batch_size}`;

function observationOf(
  row: PublishedRow,
  model: PublishedRow,
  memoryBytes: number | null,
  memoryMethod: string,
): Observation | null {
  const batch = numberIn(row, 'batch_size');
  const msPerImage = numberIn(row, 'ms_per_image');
  const printed = numberIn(model, 'top1_published');
  const top1 = printed ?? numberIn(model, 'top1_digitised');
  const inputSize = numberIn(model, 'input_px');
  if (batch === null || msPerImage === null || top1 === null || inputSize === null) return null;
  const name = row.model ?? '';
  return {
    ...unpublished,
    model: name,
    family: familyOf(name),
    provider: 'pytorch-cudnn',
    precision: 'fp32',
    batch,
    inputSize,
    latencyMs: { median: msPerImage * batch, low: null, high: null },
    memoryBytes,
    memoryMethod: memoryBytes === null ? 'the paper gives no memory for this cell' : memoryMethod,
    memoryLogError: 0,
    gpuMemoryBytes: memoryBytes,
    gpuMemoryMethod: memoryBytes === null ? 'the paper gives no memory for this cell' : memoryMethod,
    params: scaled(numberIn(model, 'params_m_digitised'), 1e6),
    macs: scaled(numberIn(model, 'gmacs_conv_digitised'), 1e9),
    // The paper's megabytes are of 2^20: AlexNet's 61.1 million parameters of 4 bytes are its 234 MB.
    fileBytes: scaled(
      numberIn(model, 'param_file_mb_published') ?? numberIn(model, 'param_file_mb_digitised'),
      2 ** 20,
    ),
    top1,
    top5: numberIn(model, 'top5_digitised'),
    accuracySource: printed === null ? 'arXiv 1810.00736, read off figure 1' : 'arXiv 1810.00736',
    licence: null,
  };
}

/** "SE-ResNeXt-50 (32x4d)" → "SE-ResNeXt", "VGG-16_BN" → "VGG", "NASNet-A-Large" → "NASNet-A". */
function familyOf(model: string): string {
  return model.replace(/[-\s]+(v?\d|\(|Large|Mobile).*$/, '');
}

function scaled(value: number | null, unit: number): number | null {
  return value === null ? null : value * unit;
}
