import { graphCost, type GraphCost } from '../../onnx/cost.ts';
import { readModel } from '../../onnx/read.ts';
import { table } from '../format.ts';

/** `backbench cost FILE.onnx`: parameters, MACs and activations of any ONNX file, computed from its graph. */
export async function costCommand(
  file: string,
  options: { json?: boolean; batch?: number; size?: number },
): Promise<void> {
  const graph = await readModel(file);
  const cost = graphCost(graph, { batch: options.batch ?? 1, defaultImageSize: options.size ?? 224 });
  if (options.json === true) {
    const { nodes: _nodes, ...summary } = cost;
    console.log(JSON.stringify(summary, null, 1));
  } else {
    console.log(costText(cost));
  }
}

function costText(cost: GraphCost): string {
  const values = (list: GraphCost['inputs']) =>
    list
      .map(({ name, type, shape }) => `${name} ${type ?? '?'}[${shape?.join(', ') ?? 'shape unknown'}]`)
      .join(', ');
  const rows = [
    ['inputs', values(cost.inputs)],
    ['outputs', values(cost.outputs)],
    ['parameters', cost.params.toLocaleString('en')],
    ['MACs', `${cost.macs.toLocaleString('en')} (1 MAC = 2 FLOPs)`],
    ['activations', `${cost.activations.toLocaleString('en')} elements`],
    [
      'operators',
      Object.entries(cost.operators)
        .map(([name, number]) => `${name} ${number}`)
        .join(', '),
    ],
    ...(cost.unknownOperators.length > 0
      ? [['not counted', `unknown operators: ${cost.unknownOperators.join(', ')}`]]
      : []),
    ...cost.assumed.map((note) => ['assumed', note]),
    ...cost.notes.map((note) => ['note', note]),
  ];
  return table(['what', 'value'], rows);
}
