import { z } from 'zod';
import type { Assignment, ProviderName } from '../../preload/contract.ts';
import type { NodeTime, Profile } from './messages.ts';
import { medianOf } from './quantiles.ts';

/** What ONNX Runtime calls its providers in a profile. */
const profileNames: Readonly<Record<ProviderName, string>> = {
  cpu: 'CPUExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  tensorrt: 'TensorrtExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
};

/** Runs of a profile that are left out, where there are more: they allocate and tune. */
const coldRuns = 2;

const Event = z.object({
  cat: z.string(),
  name: z.string(),
  dur: z.number(),
  args: z
    .object({
      op_name: z.string().default(''),
      provider: z.string().default(''),
      node_index: z.string().default(''),
      activation_size: z.string().optional(),
      parameter_size: z.string().optional(),
      output_size: z.string().optional(),
    })
    .prefault({}),
});

/** The end of the name of the event that times a node's own work, as against its scheduling. */
const kernelSuffix = '_kernel_time';

/**
 * Reads a profile that ONNX Runtime wrote (Chrome's trace events): each node with its provider and its median duration,
 * and what share of nodes and of time ran on `asked`. Throws where the text is no profile.
 *
 * On devices that work on their own (webgpu, cuda) a node's duration is the time to submit it, so that the share of time
 * understates the device; the share of nodes does not.
 */
export function readProfile(text: string, asked: ProviderName): Profile {
  const all = events(text);
  const runs = new Map<string, { node: Omit<NodeTime, 'durationUs'>; durationsUs: number[] }>();
  for (const { cat, name, dur, args } of all) {
    if (cat !== 'Node' || !name.endsWith(kernelSuffix)) continue;
    const node = {
      name: name.slice(0, -kernelSuffix.length),
      op: args.op_name,
      provider: args.provider,
      bytes: bytesOf(args),
    };
    // Names repeat in subgraphs, and indices do across them; together they tell nodes apart.
    const key = `${args.node_index} ${node.name}`;
    const known = runs.get(key) ?? { node, durationsUs: [] };
    known.durationsUs.push(dur);
    runs.set(key, known);
  }
  const nodes = [...runs.values()].map(({ node, durationsUs }) => ({
    ...node,
    durationUs: medianOf(durationsUs.length > coldRuns ? durationsUs.slice(coldRuns) : durationsUs),
  }));
  const load = all.find(({ cat, name }) => cat === 'Session' && name.startsWith('model_loading'));
  return {
    assignment: assign(nodes, asked),
    modelLoadMs: load === undefined ? null : load.dur / 1000,
    nodes,
  };
}

/** How long each run took by ONNX Runtime's own clock, inside the library, in order; µs. */
export function readRunDurationsUs(text: string): number[] {
  return events(text)
    .filter(({ cat, name }) => cat === 'Session' && name === 'model_run')
    .map(({ dur }) => dur);
}

function bytesOf(args: z.infer<typeof Event>['args']): number | null {
  const sizes = [args.activation_size, args.parameter_size, args.output_size].map((size) => Number(size));
  return sizes.every(Number.isFinite) ? sizes.reduce((sum, size) => sum + size, 0) : null;
}

function events(text: string): z.infer<typeof Event>[] {
  return z.array(Event).parse(JSON.parse(text));
}

function assign(nodes: readonly NodeTime[], asked: ProviderName): Assignment {
  const providers: Record<string, number> = {};
  for (const { provider } of nodes) providers[provider] = (providers[provider] ?? 0) + 1;
  const own = nodes.filter(({ provider }) => provider === profileNames[asked]);
  const time = (some: readonly NodeTime[]): number =>
    some.reduce((sum, { durationUs }) => sum + durationUs, 0);
  return {
    nodeShare: nodes.length === 0 ? 0 : own.length / nodes.length,
    timeShare: time(nodes) === 0 ? 0 : time(own) / time(nodes),
    providers,
  };
}
