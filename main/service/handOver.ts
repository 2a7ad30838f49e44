import type { CallRequest, HandOver } from '../../preload/contract.ts';
import { snippets } from '../exchange/snippets.ts';
import { buildGraph } from '../zoo/build.ts';
import { architectureNamed } from '../zoo/catalog.ts';

/** Programs for a chosen backbone. Throws ZooFailure where the catalog has no such model or size. */
export function handOver(request: CallRequest<'handOver'>): HandOver {
  const { model, provider, precision, use, batch, threads } = request;
  const architecture = architectureNamed(model);
  const inputSize = request.inputSize ?? architecture.inputSize;
  const [input] = buildGraph(architecture, { inputSize, use }).inputs;
  const variant = [precision === 'fp32' ? [] : precision, use === 'classifier' ? [] : use].flat();
  const modelFile = `${[model, ...variant].join('-')}.onnx`;
  return {
    modelFile,
    snippets: snippets({
      ...{ modelFile, provider, threads, batch, inputSize },
      inputName: input?.name ?? 'image',
      inputType: precision === 'fp16' ? 'float16' : 'float32',
    }),
  };
}
