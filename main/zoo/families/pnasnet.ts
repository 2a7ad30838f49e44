import type { GraphBuilder, Value } from '../../onnx/builder.ts';
import { defineFamily } from '../architecture.ts';
import { pooledClassifier } from '../blocks/fourStages.ts';
import { cellPairs, reluConvNorm, searchedCell, type Cell } from '../blocks/searchedCell.ts';

/** PNASNet-5's one cell (arXiv 1712.00559, figure 1 left). */
const cell: Cell = {
  pairs: [
    [
      ['separable5', 'previous'],
      ['max3', 'previous'],
    ],
    [
      ['separable7', 'current'],
      ['max3', 'current'],
    ],
    [
      ['separable5', 'current'],
      ['separable3', 'current'],
    ],
    [
      ['separable3', 2],
      ['max3', 'current'],
    ],
    [
      ['separable3', 'previous'],
      ['identity', 'current'],
    ],
  ],
  joined: [0, 1, 2, 3, 4],
};

/** Widths of the stages' cells; each of 4 cells, the first of the later stages of stride 2 (arXiv 1712.00559, section 5.3). */
const stageWidths = [216, 432, 864];

/** PNASNet-5 (4 @ 216) as timm's pnasnet5large; pyramid maps after the ReLU that opens the next cell. */
function pnasnet(g: GraphBuilder, image: Value): Value {
  const stem = g.scope('stem', () =>
    g.convNorm(image, 96, 3, { stride: 2, padding: 0, eps: 1e-3, activation: 'none' }),
  );
  let previous = g.scope('stem0', () =>
    cellPairs(g, cell, { previous: stem, current: reluConvNorm(g, stem, 54) }, 54, 2),
  );
  g.tap(g.relu(previous));
  let current = g.scope('stem1', () => searchedCell(g, cell, stem, previous, 108, 2));
  stageWidths.forEach((width, stage) => {
    if (stage > 0) g.tap(g.relu(current));
    for (let index = 0; index < 4; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const next = g.scope(`cell${stage}/${index}`, () =>
        searchedCell(g, cell, previous, current, width, stride),
      );
      [previous, current] = [current, next];
    }
  });
  return pooledClassifier(g, g.tap(g.relu(current)));
}

export const architectures = defineFamily(
  { family: 'PNASNet', year: 2017, paper: 'arXiv 1712.00559', inputSize: 331 },
  { pnasnet5large: { build: pnasnet, timm: 'pnasnet5large', cadene: 'PNASNet-5-Large' } },
);
