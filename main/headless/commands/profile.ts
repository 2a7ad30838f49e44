import type {
  LayerProfile,
  LayerTime,
  MachineCeilings,
  Precision,
  ProviderName,
} from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { askLong } from '../askLong.ts';
import { milliseconds, table } from '../format.ts';

interface ProfileOptions {
  readonly batch: number;
  readonly provider?: ProviderName;
  readonly precision: Precision;
  readonly size?: number;
  readonly threads?: number;
  readonly top: number;
  readonly ceilings: boolean;
  readonly json?: boolean;
  readonly dataDir?: string;
}

/** `backbench profile MODEL`: where the time goes, by operator and by node, against what the machine can do at best. */
export async function profileCommand(model: string, options: ProfileOptions): Promise<void> {
  await withService(options, async (service) => {
    const name = model.endsWith('.onnx') ? (await ask(service, 'addOwnModel', { path: model })).name : model;
    const { precision, batch } = options;
    const profile = await askLong(service, 'profileLayers', {
      ...{ model: name, batch, precision },
      provider: options.provider ?? null,
      inputSize: options.size ?? null,
      threads: options.threads ?? null,
    });
    const { provider, threads } = profile.configuration;
    const ceilings = options.ceilings
      ? await askLong(service, 'machineCeilings', { provider, threads, precision })
      : null;
    if (options.json === true) console.log(JSON.stringify({ profile, ceilings }, null, 1));
    else console.log(profileText(profile, ceilings, options.top));
  });
}

function profileText(profile: LayerProfile, ceilings: MachineCeilings | null, top: number): string {
  const { configuration, layers, nodeShare, timeShare } = profile;
  const totalUs = layers.reduce((sum, { durationUs }) => sum + durationUs, 0);
  const { model, precision, batch, provider, threads } = configuration;
  const shares = `${percent(nodeShare)} of the nodes and ${percent(timeShare)} of the time ran on ${provider}`;
  return [
    `${model}, ${precision}, batch ${batch}, ${provider}, ${threads} threads: ${milliseconds(totalUs / 1000)} in ${layers.length} nodes; ${shares}`,
    operatorTable(layers, totalUs),
    nodeTable(layers, totalUs, ceilings, top),
    ...(ceilings === null ? [] : [ceilingText(ceilings)]),
  ].join('\n\n');
}

function operatorTable(layers: readonly LayerTime[], totalUs: number): string {
  const operators = [...Map.groupBy(layers, ({ op }) => op)].map(([op, nodes]) => ({
    op,
    count: nodes.length,
    us: nodes.reduce((sum, { durationUs }) => sum + durationUs, 0),
  }));
  const rows = operators
    .toSorted((a, b) => b.us - a.us)
    .map(({ op, count, us }) => [op, `${count}`, milliseconds(us / 1000), percent(us / totalUs)]);
  const head = ['operator', 'nodes', 'time', 'share'];
  return table(head, rows, head.slice(1));
}

function nodeTable(
  layers: readonly LayerTime[],
  totalUs: number,
  ceilings: MachineCeilings | null,
  top: number,
): string {
  const rows = layers
    .toSorted((a, b) => b.durationUs - a.durationUs)
    .slice(0, top)
    .map((layer) => [
      layer.op,
      milliseconds(layer.durationUs / 1000),
      percent(layer.durationUs / totalUs),
      layer.macs === 0 ? '–' : rate(layer.gflopPerSecond),
      rate(layer.gigabytesPerSecond),
      ceilings === null ? '' : percentOrUnknown(attained(layer, ceilings)),
      layer.name,
    ]);
  const head = ['operator', 'time', 'share', 'GFLOP/s', 'GB/s', 'of the roof', 'node'];
  return table(head, rows, head.slice(1, 6));
}

/** Which share of the roof above its arithmetic intensity a node reaches; null where its costs are not known. */
function attained(layer: LayerTime, ceilings: MachineCeilings): number | null {
  const { gflopPerSecond, gigabytesPerSecond } = layer;
  if (gflopPerSecond === null || gigabytesPerSecond === null) return null;
  return Math.max(gflopPerSecond / ceilings.gflopPerSecond, gigabytesPerSecond / ceilings.gigabytesPerSecond);
}

function ceilingText({ gflopPerSecond, gigabytesPerSecond, ...rest }: MachineCeilings): string {
  return [
    `ceilings: ${rate(gflopPerSecond)} GFLOP/s (${rest.peakMethod})`,
    `          ${rate(gigabytesPerSecond)} GB/s (${rest.memoryMethod})`,
    'A node whose data stay in a cache can lie above the roof, which is that of the memory.',
  ].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function percentOrUnknown(share: number | null): string {
  return share === null ? 'unknown' : percent(share);
}

function rate(value: number | null): string {
  return value === null ? 'unknown' : value.toPrecision(3);
}
