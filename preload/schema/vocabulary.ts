import { z } from 'zod';

/** The words that every room shares. */

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
/** ONNX Runtime's execution providers that Backbench knows how to ask for. */
export const ProviderName = z.enum(providerNames);
export type ProviderName = z.infer<typeof ProviderName>;

export const precisionNames = ['fp32', 'fp16', 'int8'] as const;
export const Precision = z.enum(precisionNames);
export type Precision = z.infer<typeof Precision>;

export const PowerSource = z.enum(['mains', 'battery', 'unknown']);
export type PowerSource = z.infer<typeof PowerSource>;

export const backboneUses = ['classifier', 'features', 'pyramid'] as const;
/** classifier: class scores; features: pooled vector, no head; pyramid: the maps at strides 4, 8, 16 and 32. */
export const BackboneUse = z.enum(backboneUses);
export type BackboneUse = z.infer<typeof BackboneUse>;

/** Under which a person keeps something of their own. */
export const OwnName = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, {
    error: 'expected a name of up to 40 letters, digits, spaces, dots, dashes or underlines',
  });

/** A failure as people see it: a code to act on, one sentence, and what to do about it. */
export const Failure = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
});
export type Failure = z.infer<typeof Failure>;

/** A counter that may not exist here: absent with a reason, never 0. */
export const Reading = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), value: z.number(), method: z.string() }),
  z.object({ available: z.literal(false), reason: z.string() }),
]);
export type Reading = z.infer<typeof Reading>;

export const isoTime = z.iso.datetime();
