import { presets } from '../../../preload/contract.ts';
import { ask, withService } from '../ask.ts';
import { table } from '../format.ts';
import { exitCodeOf, measure, outcomeText } from './run.ts';

/** A spread from the smallest to the heaviest, so that a first answer has something to choose from. */
const firstModels = [
  'alexnet',
  'vgg16',
  'squeezenet1_1',
  'resnet18',
  'resnet50',
  'mobilenet_v2',
  'densenet121',
  'inception_v3',
];
const frameRates = [15, 30, 60];

/** `backbench` alone: detect, measure eight backbones at batch 1 on the best provider, rank them, say where results are kept. */
export async function journeyCommand(options: { dataDir?: string }): Promise<void> {
  process.exitCode = await withService(options, async (service) => {
    const { machine, providers } = await ask(service, 'hardware', {});
    const working = providers.filter(({ works }) => works).map(({ provider }) => provider);
    console.log(
      `${machine.cpu.model}, ${machine.cpu.physicalCores} cores; providers that work: ${working.join(', ')}\n`,
    );
    const { run, results, interrupted } = await measure(service, {
      models: firstModels,
      batches: [1],
      provider: null,
      plan: presets.standard,
    });
    console.log(`${outcomeText(run, results)}\n`);
    for (const minFps of frameRates) {
      const { ranked } = await ask(service, 'recommend', { limits: { minFps } });
      const lines = ranked.map((candidate, index) => {
        const doubt = candidate.verdicts.find(({ verdict }) => verdict !== 'clears');
        return [
          `${index + 1}`,
          candidate.model,
          `${candidate.top1.toFixed(2)} %`,
          `${candidate.fps.toFixed(1)} FPS`,
          doubt?.sentence ?? 'clears the limit',
        ];
      });
      console.log(`At ${minFps} FPS or more, by top-1 accuracy:`);
      console.log(
        lines.length === 0
          ? '  none of the eight\n'
          : `${table(['#', 'model', 'top-1', 'speed', 'margin'], lines, ['#', 'top-1', 'speed'])}\n`,
      );
    }
    console.log(
      `Results are kept in ${service.dataDir}. Ask again with: npm run backbench -- recommend --max-memory 700MB --min-fps 30`,
    );
    return exitCodeOf(run, interrupted);
  });
}
