import type { Shape } from '../graph.ts';
import {
  normalAxis,
  showShape,
  value,
  type NodeContext,
  type ShapeRule,
  type ShapeRules,
} from './context.ts';
import { likeFirst } from './elementwise.ts';

/** Normalises each channel; outputs beyond the first (training) hold one value per channel. */
const batchNormalisation: ShapeRule = (context) => {
  const x = context.shape(0);
  const type = context.type(0);
  const channels = x && x.length > 1 ? (x[1] ?? 0) : 1;
  const scale = context.shape(1);
  if (x && scale && (scale.length !== 1 || scale[0] !== channels)) {
    throw context.contradiction(`a scale of shape ${showShape(scale)} does not fit ${channels} channels`);
  }
  const perChannel: Shape | undefined = x && [channels];
  return [value(type, x), ...[1, 2, 3, 4].map(() => value(context.type(3) ?? type, perChannel))];
};

/** Mean and inverse deviation have 1 in each axis that is normalised. */
function statisticsShape(context: NodeContext): Shape | undefined {
  const x = context.shape(0);
  if (!x) return undefined;
  const axis = normalAxis(context, context.int('axis') ?? -1, x.length);
  return x.map((dim, i) => (i < axis ? dim : 1));
}

const layerNormalisation: ShapeRule = (context) => {
  const statistics = statisticsShape(context);
  return [value(context.type(0), context.shape(0)), value('float', statistics), value('float', statistics)];
};

/** Adds input and skip first; the fourth output is that sum. */
const skipLayerNormalisation: ShapeRule = (context) => {
  const whole = value(context.type(0), context.shape(0));
  const statistics = value('float', statisticsShape(context));
  return [whole, statistics, statistics, whole];
};

const perChannel: ShapeRule = (context) => {
  const x = context.shape(0);
  if (x && x.length < 2) throw context.contradiction(`an input of shape ${showShape(x)} has no channels`);
  return likeFirst(context);
};

/** Normalisations: the output is of the input's shape. */
export const normalisationRules: ShapeRules = [
  ['BatchNormalization', batchNormalisation],
  ['LayerNormalization', layerNormalisation],
  ['RMSNormalization', layerNormalisation],
  ['SimplifiedLayerNormalization', layerNormalisation],
  ['GroupNormalization', perChannel],
  ['InstanceNormalization', perChannel],
  ['LRN', likeFirst],
  ['LpNormalization', likeFirst],
  ['MeanVarianceNormalization', likeFirst],
];

export const microsoftNormalisationRules: ShapeRules = [
  ['LayerNormalization', layerNormalisation],
  ['SimplifiedLayerNormalization', layerNormalisation],
  ['SkipLayerNormalization', skipLayerNormalisation],
  ['SkipSimplifiedLayerNormalization', skipLayerNormalisation],
  ['GroupNorm', likeFirst],
];
