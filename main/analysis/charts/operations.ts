import type { Operations } from '../../../preload/contract.ts';
import { lineFit } from '../lineFit.ts';
import { perImageMs, type Observation } from '../observation.ts';
import type { GraphFeatures } from '../predict/graphFeatures.ts';
import { labels, type Selected } from '../selection.ts';
import { deviationReasons, usualTraits } from './deviationReasons.ts';
import { modelRow, leftOut, notesOf, timePerImage } from './rows.ts';
import { inEnglish } from '../words/inEnglish.ts';

const shownDeviants = 5;

/** What is known of a model's graph; null where it is not in the catalog. */
export type FeaturesOf = (observation: Observation) => GraphFeatures | null;

/**
 * Time per image against multiply-adds, for each batch size: how much of the time the operations explain, and which
 * models they explain least. With a batch of its own for each model (as some published tables have), all are one set.
 */
export function operations({ selection, observations }: Selected, featuresOf: FeaturesOf): Operations {
  const known = observations.filter(({ macs }) => macs !== null && macs > 0);
  const label = labels(observations);
  const groups =
    selection.batch === null && isOneBatchPerModel(known, label)
      ? [[null, known] as const]
      : [...Map.groupBy(known, ({ batch }) => batch)].toSorted(([a], [b]) => a - b);
  const models = [...new Map(known.map((observation) => [label(observation), observation])).values()];
  const usual = usualTraits(models.map(featuresOf).filter((entry) => entry !== null));
  return {
    analysis: 'operations',
    selection,
    ...notesOf(...leftOut(observations.length - known.length, 'macs')),
    batches: groups.flatMap(([batch, group]) => batchOf(batch, group, label, featuresOf, usual) ?? []),
  };
}

function isOneBatchPerModel(observations: readonly Observation[], label: (entry: Observation) => string) {
  return new Set(observations.map(label)).size === observations.length;
}

function batchOf(
  batch: number | null,
  group: readonly Observation[],
  label: (observation: Observation) => string,
  featuresOf: FeaturesOf,
  usual: readonly number[],
): Operations['batches'][number] | null {
  const gmacs = group.map(({ macs }) => (macs ?? 0) / 1e9);
  const linear = lineFit(gmacs, group.map(perImageMs));
  const logLog = lineFit(
    gmacs.map(Math.log),
    group.map((entry) => Math.log(perImageMs(entry))),
  );
  if (linear === null || logLog === null) return null;
  const rows = group.map((observation, index) => ({
    ...modelRow(observation, label),
    macs: observation.macs ?? 0,
    ...timePerImage(observation),
    deviation:
      perImageMs(observation) / Math.exp(logLog.intercept + logLog.slope * Math.log(gmacs[index] ?? 1)),
  }));
  const furthest = rows
    .map(({ deviation }, index) => ({ index, size: Math.abs(Math.log(deviation)) }))
    .toSorted((a, b) => b.size - a.size)
    .slice(0, shownDeviants);
  return {
    batch,
    linear,
    logLog,
    deviants: furthest.flatMap(({ index }) => {
      const row = rows[index];
      const observation = group[index];
      const own = observation === undefined ? null : featuresOf(observation);
      if (row === undefined) return [];
      const said = own === null ? [] : deviationReasons(own, usual, row.deviation > 1);
      return [{ model: row.model, deviation: row.deviation, reasons: said.map(inEnglish), said }];
    }),
    rows: rows.toSorted((a, b) => a.macs - b.macs || (a.model < b.model ? -1 : 1)),
  };
}
