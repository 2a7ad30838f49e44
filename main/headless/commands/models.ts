import type { Backbone } from '../../../preload/contract.ts';
import { listBackbones } from '../../service/backbones.ts';
import { table } from '../format.ts';

/** `backbench models`: the catalog, with costs computed from each graph. */
export async function modelsCommand(options: { json?: boolean; size?: number }): Promise<void> {
  const backbones = await listBackbones({ size: options.size ?? null });
  console.log(options.json === true ? JSON.stringify(backbones, null, 1) : modelTable(backbones));
}

function modelTable(backbones: readonly Backbone[]): string {
  const rows = backbones.map(({ name, family, inputSize, params, macs, activations, top1 }) => [
    name,
    family,
    `${inputSize}`,
    (params / 1e6).toFixed(2),
    (macs / 1e9).toFixed(2),
    (activations / 1e6).toFixed(1),
    top1 === null ? '–' : top1.toFixed(2),
  ]);
  const head = ['model', 'family', 'px', 'params M', 'GMACs', 'activations M', 'top-1 %'];
  return table(head, rows, head.slice(2));
}
