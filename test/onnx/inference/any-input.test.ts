import fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphCost } from '../../../main/onnx/cost.ts';
import { elementTypes, type ElementType } from '../../../main/onnx/elementType.ts';
import { ModelFailure } from '../../../main/onnx/failure.ts';
import type { Attribute, GraphNode } from '../../../main/onnx/graph.ts';
import { inferNode, type ValueInfo } from '../../../main/onnx/infer.ts';
import type { ShapeRules } from '../../../main/onnx/inference/context.ts';
import {
  blockedConvolutionRules,
  convolutionRules,
  microsoftConvolutionRules,
} from '../../../main/onnx/inference/convolution.ts';
import { creationRules } from '../../../main/onnx/inference/creation.ts';
import { elementwiseRules, microsoftElementwiseRules } from '../../../main/onnx/inference/elementwise.ts';
import { indexingRules } from '../../../main/onnx/inference/indexing.ts';
import { layoutRules, microsoftLayoutRules } from '../../../main/onnx/inference/layout.ts';
import { matrixRules, microsoftMatrixRules } from '../../../main/onnx/inference/matrix.ts';
import {
  microsoftNormalisationRules,
  normalisationRules,
} from '../../../main/onnx/inference/normalisation.ts';
import { quantisationRules } from '../../../main/onnx/inference/quantisation.ts';
import { recurrentRules } from '../../../main/onnx/inference/recurrent.ts';
import { reductionRules } from '../../../main/onnx/inference/reduction.ts';
import { float, floats, graph, int, ints, stored, string, tensor } from '../handmade.ts';

const named = (domain: string, ...tables: ShapeRules[]) => tables.flat().map(([op]) => ({ domain, op }));
const operators = [
  ...named('', convolutionRules, elementwiseRules, layoutRules, indexingRules, reductionRules, creationRules),
  ...named('', matrixRules, normalisationRules, quantisationRules, recurrentRules),
  ...named('com.microsoft', microsoftConvolutionRules, microsoftElementwiseRules, microsoftLayoutRules),
  ...named('com.microsoft', microsoftMatrixRules, microsoftNormalisationRules, quantisationRules),
  ...named('com.microsoft.nchwc', blockedConvolutionRules),
];

const type = fc.constantFrom(...(Object.keys(elementTypes) as ElementType[]));
const dim = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 6 }) },
  fc.constantFrom(64, 1e9, 2 ** 52),
);
const shape = fc.array(dim, { maxLength: 6 });
const datum = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -6, max: 6 }) },
  fc.constantFrom(0.5, -1.5, NaN, Infinity, -Infinity, 2 ** 63, -(2 ** 63), 2 ** 31, 1e-300),
);
/** Shapes alone, and small tensors with any content that a file may hold. */
const value: fc.Arbitrary<ValueInfo> = fc.oneof(
  fc.record({ type, shape }),
  fc
    .array(datum, { maxLength: 8 })
    .chain((data) => fc.record({ type, shape: fc.constant([data.length]), data: fc.constant(data) })),
  fc.array(dim, { maxLength: 4 }).map((dims) => ({ type: 'int64' as const, shape: [...dims, 0], data: [] })),
  datum.chain((one) => fc.record({ type, shape: fc.constant([]), data: fc.constant([one]) })),
  fc.constant({ type: undefined, shape: undefined }),
);

const integer = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 6 }) },
  fc.constantFrom(2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, -(2 ** 63)),
);
const attributeNames = [
  ...[
    'axis',
    'axes',
    'kernel_shape',
    'strides',
    'pads',
    'dilations',
    'group',
    'auto_pad',
    'ceil_mode',
    'perm',
    'split',
  ],
  ...[
    'starts',
    'ends',
    'keepdims',
    'blocksize',
    'scales',
    'output_shape',
    'output_padding',
    'transA',
    'transB',
    'equation',
  ],
  ...[
    'hidden_size',
    'direction',
    'layout',
    'K',
    'N',
    'k',
    'to',
    'value',
    'value_ints',
    'q_num_heads',
    'kv_num_heads',
  ],
  ...[
    'batch_dims',
    'num_outputs',
    'allowzero',
    'start',
    'end',
    'qkv_hidden_sizes',
    'transBatchA',
    'keep_aspect_ratio_policy',
  ],
];
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  { weight: 4, arbitrary: integer.map(int) },
  { weight: 4, arbitrary: fc.array(integer, { maxLength: 6 }).map((list) => ints(...list)) },
  datum.map(float),
  fc.array(datum, { maxLength: 6 }).map((list) => floats(...list)),
  fc
    .constantFrom('SAME_UPPER', 'VALID', 'bij,bjk->bik', '...i,i', 'a,,->', 'bidirectional', 'not_larger')
    .map(string),
  fc.array(datum, { maxLength: 4 }).map((list) => tensor(stored('', [list.length], list, 'int64'))),
);
const attributes = fc.dictionary(fc.constantFrom(...attributeNames), attribute, { maxKeys: 5 });

test('no operator is brought down by any inputs and attributes: an answer, or a ModelFailure', () => {
  const outcomes = { answered: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...operators),
      fc.array(fc.option(value, { nil: undefined, freq: 9 }), { maxLength: 9 }),
      attributes,
      fc.integer({ min: 7, max: 25 }),
      ({ domain, op }, inputs, settings, opset) => {
        const names = inputs.map((input, i) => (input ? `x${i}` : ''));
        const node: GraphNode = {
          name: 'n',
          op,
          domain,
          inputs: names,
          outputs: ['y', 'z'],
          attributes: settings,
        };
        try {
          for (const output of inferNode(node, inputs, opset) ?? []) {
            for (const size of output.shape ?? []) expect(Number.isSafeInteger(size) && size >= 0).toBe(true);
            if (output.data) expect(output.data.length).toBe(output.shape?.reduce((a, b) => a * b, 1));
          }
          const initializers = inputs.flatMap((input, i) =>
            input?.shape && input.type ? [stored(`x${i}`, input.shape, input.data, input.type)] : [],
          );
          const cost = graphCost(graph({ outputs: ['y'], nodes: [node], initializers, opset }));
          expect(Number.isFinite(cost.params) && Number.isFinite(cost.macs)).toBe(true);
          expect(Math.min(cost.params, cost.macs)).toBeGreaterThanOrEqual(0);
          outcomes.answered++;
        } catch (error) {
          if (!(error instanceof ModelFailure)) throw error;
          outcomes.refused++;
        }
      },
    ),
    { numRuns: 20_000 },
  );
  expect(Math.min(outcomes.answered, outcomes.refused)).toBeGreaterThan(1000);
});
