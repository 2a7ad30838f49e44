import type {
  Assignment,
  Configuration,
  Flag,
  LatencySummary,
  Reading,
  Result,
  SamplingPlan,
} from '../../preload/contract.ts';
import type { ProfiledSession } from '../measure/assignment.ts';
import { flagSaying } from '../measure/flagMessage.ts';
import type { TrialSummary } from '../measure/summarise.ts';
import type { Trial } from '../measure/trial.ts';

/** What a finished job's result is made of. */
export interface Measured {
  readonly resultId: string;
  readonly runId: string;
  readonly machineId: string;
  readonly configuration: Configuration;
  readonly plan: SamplingPlan;
  readonly trials: readonly Trial[];
  readonly summary: TrialSummary;
  /** null where the session was not profiled: the job was cancelled, or the profile failed. */
  readonly profiled: ProfiledSession | null;
  /** Latency of the result before this one of the same configuration on the same machine; null where there is none. */
  readonly earlier: Pick<LatencySummary, 'median' | 'low' | 'high'> | null;
  readonly modelFileBytes: number;
  /** ISO time. */
  readonly measuredAt: string;
}

/**
 * The result of a job from its finished processes (at least one). Peaks of memory are the largest of any process, as a
 * limit must hold for each; everything else is the median over processes. A reading that some processes lack is taken
 * from those that have it; one that all lack stays absent with the first one's reason.
 */
export function aggregate(measured: Measured): Result {
  const { configuration, trials, summary, profiled } = measured;
  const memory = trials.map((trial) => trial.memory);
  const assignment = profiled?.assignment ?? null;
  return {
    id: measured.resultId,
    runId: measured.runId,
    machineId: measured.machineId,
    configuration,
    latencyMs: summary.latencyMs,
    perImageMs: summary.perImageMs,
    throughputPerSecond: summary.throughputPerSecond,
    modeFigures: summary.modeFigures,
    modelLoadMs: profiled?.modelLoadMs ?? { available: false, reason: 'The session was not profiled.' },
    sessionCreationMs: medianOf(trials.map((trial) => trial.sessionCreationMs)),
    firstRunMs: medianOf(trials.map((trial) => trial.firstRunMs)),
    overheadMs: medianOf(trials.map((trial) => trial.overheadMs)),
    memory: {
      peakBytes: combine(
        memory.map((m) => m.peakBytes),
        largest,
      ),
      loadPeakBytes: combine(
        memory.map((m) => m.loadPeakBytes),
        largest,
      ),
      runPeakBytes: combine(
        memory.map((m) => m.runPeakBytes),
        largest,
      ),
      steadyBytes: combine(
        memory.map((m) => m.steadyBytes),
        medianOf,
      ),
      gpuBytes: combine(
        memory.map((m) => m.gpuBytes),
        largest,
      ),
    },
    modelFileBytes: measured.modelFileBytes,
    cpuUtilisation: combine(
      trials.map((trial) => trial.cpuUtilisation),
      medianOf,
    ),
    energyPerInferenceJ: combine(
      trials.map((trial) => trial.energyPerInferenceJ),
      medianOf,
    ),
    assignment,
    flags: [
      ...summary.flags,
      ...cutShort(measured),
      ...unrepeated(measured),
      ...fellBack(configuration, assignment),
      ...powerChanged(measured),
    ],
    measuredAt: measured.measuredAt,
  };
}

/** A cancelled job keeps what was measured; a reader must see that it is less than was asked for. */
function cutShort({ trials, plan, summary }: Measured): Flag[] {
  if (trials.length >= plan.minProcesses || summary.flags.some(({ code }) => code === 'few-processes'))
    return [];
  return [
    flagSaying('few-processes', {
      code: 'cancelled-early',
      values: { processes: trials.length, least: plan.minProcesses },
    }),
  ];
}

/**
 * A figure that the one before it contradicts. An interval holds what varied while the processes ran; a machine that is in
 * another state an hour later (a neighbour on shared hardware, heat) shows only from result to result.
 */
function unrepeated({ summary: { latencyMs }, earlier }: Measured): Flag[] {
  if (earlier === null || (latencyMs.low <= earlier.high && earlier.low <= latencyMs.high)) return [];
  const { median, low, high } = earlier;
  return [flagSaying('unrepeated', { code: 'differs-from-before', values: { median, low, high } })];
}

/** A provider that left nodes to another one: the figure is not the provider's alone. */
function fellBack(configuration: Configuration, assignment: Assignment | null): Flag[] {
  if (assignment === null || assignment.nodeShare >= 1) return [];
  const { nodeShare, timeShare } = assignment;
  const { provider } = configuration;
  return [flagSaying('fell-back', { code: 'left-to-others', values: { nodeShare, timeShare, provider } })];
}

/** The plug was pulled, or put in, between the planning of the run and its measuring. */
function powerChanged({ configuration: { powerSource }, trials }: Measured): Flag[] {
  const seen = new Set(trials.map((trial) => trial.powerSource).filter((source) => source !== 'unknown'));
  if (powerSource !== 'unknown') seen.delete(powerSource);
  const [other] = seen;
  if (other === undefined || (powerSource === 'unknown' && seen.size === 1)) return [];
  const planned = powerSource === 'unknown' ? null : powerSource;
  return [
    flagSaying('power-changed', { code: 'power-source-changed', values: { planned, measured: other } }),
  ];
}

function combine(readings: readonly Reading[], by: (values: readonly number[]) => number): Reading {
  const present = readings.filter((reading) => reading.available);
  const first = present[0];
  if (first === undefined) return readings[0] ?? { available: false, reason: 'nothing was measured' };
  return { available: true, value: by(present.map(({ value }) => value)), method: first.method };
}

function largest(values: readonly number[]): number {
  return Math.max(...values);
}

function medianOf(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const upper = ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
  const lower = ascending[Math.floor((ascending.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
