import { controlRules } from './control.ts';
import type { ShapeRule } from './context.ts';
import { blockedConvolutionRules, convolutionRules, microsoftConvolutionRules } from './convolution.ts';
import { creationRules } from './creation.ts';
import { elementwiseRules, microsoftElementwiseRules } from './elementwise.ts';
import { indexingRules } from './indexing.ts';
import { layoutRules, microsoftLayoutRules } from './layout.ts';
import { matrixRules, microsoftMatrixRules } from './matrix.ts';
import { microsoftNormalisationRules, normalisationRules } from './normalisation.ts';
import { quantisationRules } from './quantisation.ts';
import { recurrentRules } from './recurrent.ts';
import { reductionRules } from './reduction.ts';

const standard: ReadonlyMap<string, ShapeRule> = new Map([
  ...convolutionRules,
  ...elementwiseRules,
  ...layoutRules,
  ...indexingRules,
  ...reductionRules,
  ...creationRules,
  ...matrixRules,
  ...normalisationRules,
  ...quantisationRules,
  ...recurrentRules,
  ...controlRules,
]);

const microsoft: ReadonlyMap<string, ShapeRule> = new Map([
  ...microsoftConvolutionRules,
  ...microsoftElementwiseRules,
  ...microsoftLayoutRules,
  ...microsoftMatrixRules,
  ...microsoftNormalisationRules,
  ...quantisationRules,
]);

const domains: ReadonlyMap<string, ReadonlyMap<string, ShapeRule>> = new Map([
  ['', standard],
  ['ai.onnx', standard],
  ['com.microsoft', microsoft],
  ['com.microsoft.nchwc', new Map(blockedConvolutionRules)],
]);

/** The rule of an operator, or undefined where the operator is not known. */
export function ruleOf(domain: string, op: string): ShapeRule | undefined {
  return domains.get(domain)?.get(op);
}
