import type { Configuration, SamplingPlan } from '../../preload/contract.ts';
import {
  configurationColumns,
  type ConfigurationColumns,
  configurationValues,
  toConfiguration,
} from './configuration.ts';
import { sql } from './database.ts';
import type { Store } from './store.ts';

/** Which earlier runs can tell of a run's time: those on its machine with its sampling plan, itself left out. */
export interface Comparable {
  readonly machineId: string;
  readonly plan: SamplingPlan;
  /** The run that is not to count; null for one that has not begun. */
  readonly exceptRunId: string | null;
}

/** What a configuration took before. */
export interface PastDuration {
  /** Mean duration of a process, in ms. */
  readonly wallMs: number;
  /** Processes of a finished job; null where none was finished. */
  readonly processes: number | null;
}

/** What earlier runs took for each of these configurations, in their order; null where none has measured it. */
export function pastDurations(
  store: Store,
  { machineId, plan, exceptRunId }: Comparable,
  configurations: readonly Configuration[],
): (PastDuration | null)[] {
  return store.read((db) => {
    const find = sql<{ wallMs: number | null; processes: number | null }>(
      db,
      `SELECT avg(t.wall_ms) AS wallMs, avg(CASE WHEN p.state = 'done' THEN p.processes_done END) AS processes
       FROM jobs p
       JOIN runs q ON q.id = p.run_id AND q.machine_id = ? AND q.plan = ? AND q.id IS NOT ?
       JOIN trials t ON t.job_id = p.id
       WHERE ${configurationColumns.map((column) => `p.${column} = ?`).join(' AND ')}`,
    );
    const planText = JSON.stringify(plan);
    return configurations.map((configuration) => {
      const found = find.get(machineId, planText, exceptRunId, ...configurationValues(configuration));
      return found === undefined || found.wallMs === null
        ? null
        : { wallMs: found.wallMs, processes: found.processes };
    });
  });
}

/** A configuration that earlier runs have measured, with what its model costs. */
export interface PastCost extends PastDuration {
  readonly configuration: Configuration;
  /** Of its model, at batch 1. */
  readonly macs: number;
}

/** Runs further back tell little of the machine as it is now, and would have to be read through. */
const recentRuns = 50;

/** The configurations that the newest of the earlier runs have measured. */
export function pastCosts(store: Store, { machineId, plan, exceptRunId }: Comparable): PastCost[] {
  const columns = configurationColumns.map((column) => `p.${column}`).join(', ');
  return store.read((db) =>
    sql<ConfigurationColumns & { macs: number; wall_ms: number; processes: number | null }>(
      db,
      `SELECT ${columns}, m.macs, avg(t.wall_ms) AS wall_ms,
              avg(CASE WHEN p.state = 'done' THEN p.processes_done END) AS processes
       FROM jobs p
       JOIN trials t ON t.job_id = p.id
       JOIN models m ON m.name = p.model AND m.use = p.use AND m.input_size = p.input_size
       WHERE p.run_id IN (
         SELECT q.id FROM runs q WHERE q.machine_id = ? AND q.plan = ? AND q.id IS NOT ?
         ORDER BY q.created_at DESC LIMIT ?)
       GROUP BY ${columns}`,
    )
      .all(machineId, JSON.stringify(plan), exceptRunId, recentRuns)
      .map((row) => ({
        configuration: toConfiguration(row),
        macs: row.macs,
        wallMs: row.wall_ms,
        processes: row.processes,
      })),
  );
}

/**
 * How long it took from the end of a job's last process to its result, which is the time of its profile, in ms; for the
 * newest results of other runs on this machine, whatever their plan.
 */
export function pastProfileDurations(
  store: Store,
  { machineId, exceptRunId }: Pick<Comparable, 'machineId' | 'exceptRunId'>,
): number[] {
  return store.read((db) =>
    sql<{ ms: number }>(
      db,
      `SELECT (julianday(x.measured_at) - julianday(t.started_at)) * 86400000.0 - t.wall_ms AS ms
       FROM results x
       JOIN jobs p ON p.id = x.job_id
       JOIN trials t ON t.job_id = p.id AND t.ordinal = p.processes_done - 1
       WHERE x.machine_id = ? AND x.run_id IS NOT ? ORDER BY x.measured_at DESC LIMIT 20`,
    )
      .all(machineId, exceptRunId)
      .map(({ ms }) => ms),
  );
}
