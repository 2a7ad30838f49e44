import type { AnalysisAnswer, CallRequest, Machine } from '../../preload/contract.ts';
import { analyse } from '../analysis/analyse.ts';
import type { Store } from '../store/store.ts';
import { deviceFigures } from './devices.ts';
import { catalogName, featuresOf } from './graphFeatures.ts';

/** Any of the analyses, over the newest classifier results of a machine or over a reference device's figures. */
export async function answerAnalysis(
  store: Store,
  thisMachine: () => Promise<Machine>,
  request: CallRequest<'analyse'>,
): Promise<AnalysisAnswer> {
  const figures = async (id: string | null) => {
    const { observations, ...device } = await deviceFigures(store, thisMachine, id, { uses: ['classifier'] });
    return { device, observations };
  };
  const here = await figures(request.device);
  const there = request.against === null ? here : await figures(request.against.device);
  return analyse(request, here, there, { featuresOf, commonName: catalogName });
}
