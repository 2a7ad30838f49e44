import { z } from 'zod';

/** One published accuracy figure: ImageNet-1k validation, under its source's own protocol. */
export const AccuracyEntry = z.object({
  /** The weights' name at the source, e.g. "IMAGENET1K_V1" or "a1_in1k". */
  weights: z.string(),
  top1: z.number(),
  top5: z.number().nullable(),
  inputSize: z.int(),
  /** Share of the resized image that the centre crop keeps; null where the source does not say. */
  cropRatio: z.number().nullable(),
  source: z.string(),
  /** Licence of the weights, where the source states one for all of them. */
  licence: z.string().nullable(),
});
export type AccuracyEntry = z.infer<typeof AccuracyEntry>;

/** A backbone as the catalog lists it. params, macs and activations are computed from the graph at `inputSize`. */
export const Backbone = z.object({
  name: z.string(),
  family: z.string(),
  year: z.int(),
  /** The reference implementation's names, or null where it has none. */
  timm: z.string().nullable(),
  torchvision: z.string().nullable(),
  inputSize: z.int(),
  params: z.int(),
  macs: z.number(),
  /** Elements that convolution and matrix layers put out. */
  activations: z.number(),
  /** The accuracy that rankings use, in %, with its source; null where none is published. */
  top1: z.number().nullable(),
  source: z.string().nullable(),
  accuracy: z.array(AccuracyEntry),
});
export type Backbone = z.infer<typeof Backbone>;

/** A stretch of a backbone's graph under one name: stem, layer1, … with what it costs. */
export const BackboneStage = z.object({
  name: z.string(),
  nodes: z.int(),
  params: z.number(),
  macs: z.number(),
  activations: z.number(),
  /** Shape that the stage puts out at batch 1; null where it is not known. */
  outputShape: z.array(z.int()).nullable(),
});
export type BackboneStage = z.infer<typeof BackboneStage>;

export const BackboneDetail = z.object({
  backbone: Backbone,
  paper: z.string(),
  stages: z.array(BackboneStage),
  operators: z.record(z.string(), z.int()),
  /** Outputs of the pyramid, by name and shape. */
  pyramid: z.array(z.object({ name: z.string(), shape: z.array(z.int()) })),
});
export type BackboneDetail = z.infer<typeof BackboneDetail>;
