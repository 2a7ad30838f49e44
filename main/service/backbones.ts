import { setImmediate } from 'node:timers/promises';
import type { Backbone, BackboneDetail, BackboneStage, CallRequest } from '../../preload/contract.ts';
import { graphCost, type NodeCost } from '../onnx/cost.ts';
import type { Architecture } from '../zoo/architecture.ts';
import { assertInputSize, buildGraph, ZooFailure } from '../zoo/build.ts';
import { architectureNamed, catalog } from '../zoo/catalog.ts';
import { publishedAccuracies, rankingAccuracy } from '../zoo/published.ts';
import { countedGraph } from './graphFeatures.ts';

/**
 * The catalog. With `size`, costs at that input size; architectures that cannot be built for it keep their own, as
 * `inputSize` says. Rejects with ZooFailure('input-size') where no architecture has that size. The first time, all graphs are
 * built, which takes a second or two: others get their turns in between.
 */
export async function listBackbones({ size }: CallRequest<'listBackbones'>): Promise<Backbone[]> {
  const backbones: Backbone[] = [];
  for (const architecture of catalog) {
    backbones.push(describe(architecture, sizeFor(architecture, size)));
    await setImmediate();
  }
  if (size !== null && backbones.every(({ inputSize }) => inputSize !== size)) {
    throw new ZooFailure(
      'input-size',
      `no backbone can be built for ${size} px; most take multiples of 32 from 64 px`,
    );
  }
  return backbones;
}

/** One backbone whole. Throws ZooFailure for an unknown name or size. */
export function backboneDetail({ name, size }: CallRequest<'backboneDetail'>): BackboneDetail {
  const architecture = architectureNamed(name);
  const inputSize = size ?? architecture.inputSize;
  const { nodes, operators } = graphCost(buildGraph(architecture, { inputSize }));
  const { outputs } = graphCost(buildGraph(architecture, { inputSize, use: 'pyramid' }));
  return {
    backbone: describe(architecture, inputSize),
    paper: architecture.paper,
    stages: stagesOf(nodes),
    operators,
    pyramid: outputs.map((output) => ({ name: output.name, shape: [...(output.shape ?? [])] })),
  };
}

/** Neighbouring nodes of one scope ("layer1/0/conv/Conv" is of layer1), in the graph's order. */
function stagesOf(nodes: readonly NodeCost[]): BackboneStage[] {
  const stages: BackboneStage[] = [];
  for (const node of nodes) {
    if (node.op === 'Constant' || node.op === 'Identity') continue;
    const [name = node.name] = node.name.split('/');
    let stage = stages.at(-1);
    if (stage?.name !== name) {
      stage = { name, nodes: 0, params: 0, macs: 0, activations: 0, outputShape: null };
      stages.push(stage);
    }
    stage.nodes += 1;
    stage.params += node.params;
    stage.macs += node.macs;
    stage.activations += node.activationElements;
    stage.outputShape = node.outputShape === undefined ? null : [...node.outputShape];
  }
  return stages;
}

function describe(architecture: Architecture, inputSize: number): Backbone {
  const { name, family, year, timm, torchvision } = architecture;
  const accuracy = rankingAccuracy(architecture);
  return {
    name,
    family,
    year,
    timm,
    torchvision,
    inputSize,
    ...countedGraph(architecture, inputSize).costs,
    top1: accuracy?.top1 ?? null,
    source: accuracy === null ? null : `${accuracy.source}, ${accuracy.weights} at ${accuracy.inputSize} px`,
    accuracy: publishedAccuracies(architecture),
  };
}

function sizeFor(architecture: Architecture, size: number | null): number {
  if (size === null) return architecture.inputSize;
  try {
    assertInputSize(architecture, size);
    return size;
  } catch {
    return architecture.inputSize;
  }
}
