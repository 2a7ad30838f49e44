import type { z } from 'zod';
import type { AnalysisAnswer, AnalysisRequest } from '../../preload/contract.ts';
import { ballChart } from './charts/ballChart.ts';
import { batchScaling } from './charts/batchScaling.ts';
import { density } from './charts/density.ts';
import { deviceComparison, type CommonName } from './charts/deviceComparison.ts';
import { envelope } from './charts/envelope.ts';
import { memoryFit } from './charts/memoryFit.ts';
import { operations, type FeaturesOf } from './charts/operations.ts';
import { pareto } from './charts/pareto.ts';
import { topTables } from './charts/topTables.ts';
import { select, type Figures } from './selection.ts';

/** What analyses know beside the figures. */
export interface Knowledge {
  readonly featuresOf: FeaturesOf;
  readonly commonName: CommonName;
}

type Request = z.output<typeof AnalysisRequest>;

/** Any of the analyses; `against` is the other side of the analysis 'devices', else not looked at. */
export function analyse(
  request: Request,
  figures: Figures,
  against: Figures,
  { featuresOf, commonName }: Knowledge,
): AnalysisAnswer {
  switch (request.analysis) {
    case 'ball-chart':
      return ballChart(select(figures, request));
    case 'density':
      return density(select(figures, request));
    case 'operations':
      return operations(select(figures, request, { anyBatch: request.batch === null }), featuresOf);
    case 'envelope':
      return envelope(select(figures, request));
    case 'memory':
      return memoryFit(select(figures, request));
    case 'batch-scaling':
      return batchScaling(select(figures, request, { anyBatch: true }));
    case 'top-tables':
      return topTables(select(figures, request), request.memoryLimitsBytes, request.fpsLimits);
    case 'pareto':
      return pareto(select(figures, request, { anyVariant: true }), request.metrics);
    case 'devices':
      return deviceComparison(
        select(figures, request),
        select(against, request.against ?? { provider: null, precision: null, batch: request.batch }),
        commonName,
      );
  }
}
