import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { cellPairs, reluConvNorm, searchedCell, type Cell } from '../blocks/searchedCell.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';

/** NASNet-A's normal cell (arXiv 1707.07012, figure 4 left). */
const normalCell: Cell = {
  pairs: [
    [
      ['separable5', 'current'],
      ['separable3', 'previous'],
    ],
    [
      ['separable5', 'previous'],
      ['separable3', 'previous'],
    ],
    [
      ['avg3', 'current'],
      ['identity', 'previous'],
    ],
    [
      ['avg3', 'previous'],
      ['avg3', 'previous'],
    ],
    [
      ['separable3', 'current'],
      ['identity', 'current'],
    ],
  ],
  joined: ['previous', 0, 1, 2, 3, 4],
};

/** NASNet-A's reduction cell (figure 4 right). */
const reductionCell: Cell = {
  pairs: [
    [
      ['separable5', 'current'],
      ['separable7', 'previous'],
    ],
    [
      ['max3', 'current'],
      ['separable7', 'previous'],
    ],
    [
      ['avg3', 'current'],
      ['separable5', 'previous'],
    ],
    [
      ['avg3', 0],
      ['identity', 1],
    ],
    [
      ['separable3', 0],
      ['max3', 'current'],
    ],
  ],
  joined: [1, 2, 3, 4],
};

/** A network "cells @ penultimate width" of arXiv 1707.07012, table 2. */
interface Shape {
  readonly stemWidth: number;
  /** Normal cells in each of the three stages. */
  readonly cells: number;
  /** Width of the cells in the first stage: 1/24 of the penultimate width. */
  readonly width: number;
  /** Whether the cell after a reduction takes, besides the reduction, the input before the reduction's own. */
  readonly skipsReductionInput: boolean;
}

/**
 * NASNet-A with its ImageNet stem (two reduction cells), TensorFlow's SAME padding throughout. Pyramid maps are taken
 * after the ReLU that opens the next cell, as timm takes them.
 */
function nasnet({ stemWidth, cells, width, skipsReductionInput }: Shape) {
  return (g: GraphBuilder, image: Value): Value => {
    const stem = g.scope('stem', () =>
      g.convNorm(image, stemWidth, 3, { stride: 2, padding: 0, eps: 1e-3, activation: 'none' }),
    );
    let previous = g.scope('stem0', () => {
      const inputs = { previous: stem, current: reluConvNorm(g, stem, width / 4) };
      return cellPairs(g, reductionCell, inputs, width / 4, 2);
    });
    g.tap(g.relu(previous));
    let current = g.scope('stem1', () => searchedCell(g, reductionCell, stem, previous, width / 2, 2));
    for (let stage = 0; stage < 3; stage++) {
      const stageWidth = width * 2 ** stage;
      if (stage > 0) {
        const reduced = g.scope(`reduction${stage}`, () =>
          searchedCell(g, reductionCell, previous, current, stageWidth, 2),
        );
        if (!skipsReductionInput) previous = current;
        current = reduced;
      }
      for (let index = 0; index < cells; index++) {
        const next = g.scope(`cell${stage}/${index}`, () =>
          searchedCell(g, normalCell, previous, current, stageWidth),
        );
        [previous, current] = [current, next];
      }
      if (stage < 2) g.tap(g.relu(current));
    }
    return pooledClassifier(g, g.tap(g.relu(current)));
  };
}

export const architectures = defineFamily(
  { family: 'NASNet', year: 2017, paper: 'arXiv 1707.07012' },
  {
    /** NASNet-A (4 @ 1056), as Cadene's port has it but without its wasted border row and column. */
    nasnetamobile: {
      build: nasnet({ stemWidth: 32, cells: 4, width: 44, skipsReductionInput: false }),
      bianco2018: 'NASNet-A-Mobile',
      cadene: 'NASNet-A-Mobile',
    },
    /** NASNet-A (6 @ 4032), as timm's. */
    nasnetalarge: {
      build: nasnet({ stemWidth: 96, cells: 6, width: 168, skipsReductionInput: true }),
      timm: 'nasnetalarge',
      bianco2018: 'NASNet-A-Large',
      cadene: 'NASNet-A-Large',
      inputSize: 331,
    },
  },
);
