import type { CallRequest, Machine, Recommendation } from '../../preload/contract.ts';
import { recommend } from '../analysis/recommend.ts';
import type { Store } from '../store/store.ts';
import { deviceFigures } from './devices.ts';

/** Answers "which backbone?" from what is known of a device: the newest result of each configuration, or published figures. */
export async function answerQuestion(
  store: Store,
  thisMachine: () => Promise<Machine>,
  request: CallRequest<'recommend'>,
): Promise<Recommendation> {
  const offline = request.scenario.kind === 'offline';
  const device = await deviceFigures(store, thisMachine, request.device, {
    uses: [request.use],
    batches: offline ? null : [request.batch],
  });
  const { observations } = device;
  if (device.kind === 'measured' || offline || observations.some(({ batch }) => batch === request.batch))
    return recommend(observations, request, device);
  // Better the figures there are, named as what they are, than none.
  const note = `No figures are published at batch ${request.batch}: each model stands with the batch that was. ${device.note ?? ''}`;
  return recommend(observations, { ...request, scenario: { kind: 'offline' } }, { ...device, note });
}
