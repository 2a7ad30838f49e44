import type { CallRequest, Machine, Recommendation, Statement } from '../../preload/contract.ts';
import { recommend } from '../analysis/recommend.ts';
import type { Store } from '../store/store.ts';
import { deviceFigures, type DeviceFigures } from './devices.ts';
import { predictedObservations } from './predictions.ts';

type Question = CallRequest<'recommend'>;

/** Answers "which backbone?" from what is known of a device: the newest result of each configuration, or published figures. */
export async function answerQuestion(
  store: Store,
  thisMachine: () => Promise<Machine>,
  request: Question,
): Promise<Recommendation> {
  return (await askDevice(store, thisMachine, request)).answer;
}

/** The answer beside what it was found in: the device's figures, and the question as it could be asked of them. */
export async function askDevice(
  store: Store,
  thisMachine: () => Promise<Machine>,
  request: Question,
): Promise<{ answer: Recommendation; device: DeviceFigures; asked: Question }> {
  const { scenario } = request;
  const offline = scenario.kind === 'offline';
  const device = await deviceFigures(
    store,
    thisMachine,
    request.device,
    { uses: [request.use], batches: offline ? null : [request.batch] },
    scenario.kind === 'server' ? scenario.requestsPerSecond : null,
  );
  const { observations, kind } = device;
  if (kind === 'measured' && request.predicted !== 'none') {
    const batches = offline ? distinctBatches(observations) : [request.batch];
    const guesses = await predictedObservations(device.id, observations, batches);
    const all = { ...device, observations: [...observations, ...guesses] };
    return { answer: recommend(all.observations, request, device), device: all, asked: request };
  }
  if (kind === 'measured' || offline || observations.some(({ batch }) => batch === request.batch))
    return { answer: recommend(observations, request, device), device, asked: request };
  // Better the figures there are, named as what they are, than none.
  const about: Statement[] = [
    { code: 'batch-not-published', values: { batch: request.batch } },
    ...device.about,
  ];
  const asked: Question = { ...request, scenario: { kind: 'offline' } };
  return { answer: recommend(observations, asked, { ...device, about }), device, asked };
}

function distinctBatches(observations: DeviceFigures['observations']): number[] {
  return [...new Set(observations.map(({ batch }) => batch))];
}
