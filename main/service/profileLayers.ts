import {
  presets,
  RunRequest,
  type CallRequest,
  type Configuration,
  type HardwareReport,
  type LayerProfile,
} from '../../preload/contract.ts';
import { runProfile } from '../measure/runProfile.ts';
import { taskOf } from '../measure/task.ts';
import type { WorkerLauncher } from '../measure/trial.ts';
import { graphCost, type NodeCost } from '../onnx/cost.ts';
import { readModel } from '../onnx/read.ts';
import type { Preparation } from '../queue/attempt.ts';
import type { Store } from '../store/store.ts';
import { FailedCall } from './asFailure.ts';
import { configurationsOf } from './planRun.ts';

/**
 * The time of every kernel of a model, from a profile in a process of its own, joined with the costs of our graph's nodes. ONNX
 * Runtime fuses nodes; a fused kernel keeps the name of its first node, and its costs are that node's.
 */
export async function profileLayers(
  store: Store,
  request: CallRequest<'profileLayers'>,
  report: HardwareReport,
  launcher: WorkerLauncher,
  prepare: (configuration: Configuration) => Promise<Preparation>,
): Promise<LayerProfile> {
  const { model, batch, precision, ...rest } = request;
  const plan = presets.quick;
  const asked = RunRequest.parse({
    ...rest,
    models: [model],
    batches: [batch],
    precisions: [precision],
    plan,
  });
  const [configuration] = configurationsOf(store, asked, report);
  if (configuration === undefined) throw new Error('a request for one model gave no configuration');
  const prepared = await prepare(configuration);
  if (!prepared.ok) throw new FailedCall(prepared.failure);
  const { modelPath } = prepared;
  const { inputSize } = configuration;
  const outcome = await runProfile(launcher, taskOf(configuration, modelPath, plan, 1));
  if (!outcome.ok) throw new FailedCall(outcome.failure);
  const costs = graphCost(await readModel(modelPath), { batch, defaultImageSize: inputSize });
  const byName = new Map(costs.nodes.map((node) => [node.name, node]));
  const { assignment, nodes } = outcome.profile;
  return {
    configuration,
    nodeShare: assignment.nodeShare,
    timeShare: assignment.timeShare,
    layers: nodes.map((node) => {
      const cost = byName.get(node.name);
      const macs = cost?.macs ?? null;
      const bytes = cost === undefined ? null : movedBytes(cost);
      return {
        ...node,
        macs,
        bytes,
        gflopPerSecond: rate(macs === null ? null : 2 * macs, node.durationUs),
        gigabytesPerSecond: rate(bytes, node.durationUs),
      };
    }),
  };
}

/** Units per microsecond are millions per second; 10^9 per second are asked for. */
function rate(units: number | null, durationUs: number): number | null {
  return units === null || durationUs === 0 ? null : units / durationUs / 1000;
}

function movedBytes({ inputBytes, outputBytes, weightBytes }: NodeCost): number {
  return inputBytes + outputBytes + weightBytes;
}
