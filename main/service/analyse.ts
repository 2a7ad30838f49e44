import type { AnalysisAnswer, CallRequest, Machine } from '../../preload/contract.ts';
import { analyse } from '../analysis/analyse.ts';
import type { Store } from '../store/store.ts';
import { deviceFigures, runFigures } from './devices.ts';
import { catalogName, featuresOf } from './graphFeatures.ts';

/** Any of the analyses, over the newest classifier results of a machine, a run's results, or a reference device's figures. */
export async function answerAnalysis(
  store: Store,
  thisMachine: () => Promise<Machine>,
  request: CallRequest<'analyse'>,
): Promise<AnalysisAnswer> {
  const figures = async ({ device: id, run }: Pick<CallRequest<'analyse'>, 'device' | 'run'>) => {
    const uses = ['classifier'] as const;
    const { observations, ...device } =
      run === null ? await deviceFigures(store, thisMachine, id, { uses }) : runFigures(store, run, { uses });
    return { device, observations };
  };
  const here = await figures(request);
  const there = request.against === null ? here : await figures(request.against);
  return analyse(request, here, there, { featuresOf, commonName: catalogName });
}
