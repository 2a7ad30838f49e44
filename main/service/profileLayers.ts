import {
  presets,
  RunRequest,
  type CallRequest,
  type Configuration,
  type LayerProfile,
} from '../../preload/contract.ts';
import { kernelMacs } from '../measure/kernelMacs.ts';
import { runProfile } from '../measure/runProfile.ts';
import { taskOf } from '../measure/task.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import { graphCost } from '../onnx/cost.ts';
import { readModel } from '../onnx/read.ts';
import type { Preparation } from '../queue/attempt.ts';
import type { Store } from '../store/store.ts';
import type { FileWatch } from '../zoo/modelCache.ts';
import { FailedCall } from './asFailure.ts';
import type { Watch } from './longWork.ts';
import type { Found } from './machineState.ts';
import { configurationsOf } from './planRun.ts';

/**
 * The time and traffic of every kernel of a model, from a profile in a process of its own, joined with the MACs of our
 * graph's nodes.
 */
export async function profileLayers(
  store: Store,
  request: CallRequest<'profileLayers'>,
  found: Found,
  launcher: WorkerLauncher,
  prepare: (configuration: Configuration, watch: FileWatch) => Promise<Preparation>,
  watch: Watch,
): Promise<LayerProfile> {
  const { model, batch, precision, work: _, ...rest } = request;
  const plan = presets.quick;
  const asked = RunRequest.parse({
    ...rest,
    models: [model],
    batches: [batch],
    precisions: [precision],
    plan,
  });
  const [configuration] = configurationsOf(store, asked, found);
  if (configuration === undefined) throw new Error('a request for one model gave no configuration');
  const prepared = await prepare(configuration, watch);
  if (!prepared.ok) throw new FailedCall(prepared.failure);
  const { modelPath } = prepared;
  const { inputSize } = configuration;
  const outcome = await runProfile(launcher, taskOf(configuration, modelPath, plan, 1), {
    signal: watch.signal,
  });
  if (!outcome.ok) throw new FailedCall(outcome.failure);
  const graph = await readModel(modelPath);
  const costs = graphCost(graph, { batch, defaultImageSize: inputSize });
  const { assignment, nodes } = outcome.profile;
  const macs = kernelMacs(graph, costs.nodes, nodes);
  return {
    configuration,
    nodeShare: assignment.nodeShare,
    timeShare: assignment.timeShare,
    layers: nodes.map((node, i) => {
      const own = macs[i] ?? null;
      return {
        ...node,
        macs: own,
        gflopPerSecond: rate(own === null ? null : 2 * own, node.durationUs),
        gigabytesPerSecond: rate(node.bytes, node.durationUs),
      };
    }),
  };
}

/** Units per microsecond are millions per second; 10^9 per second are asked for. */
function rate(units: number | null, durationUs: number): number | null {
  return units === null || durationUs === 0 ? null : units / durationUs / 1000;
}
