import type { Configuration } from '../../preload/contract.ts';
import { sql } from './database.ts';
import type { Store } from './store.ts';

/** What was measured, as it was then: a catalog's backbone or a person's own file, in one use at one input size. */
export interface ModelRecord {
  /** The catalog's name, or the id of an own model; `Configuration.model` refers to it. */
  readonly name: string;
  readonly use: Configuration['use'];
  readonly inputSize: number;
  readonly origin: 'catalog' | 'own';
  readonly family: string;
  readonly params: number;
  readonly macs: number;
  readonly activations: number;
  /** Tells two graphs of one name apart (another generator version, an edited file). */
  readonly graphHash: string | null;
  /** Where an own model's file lies. */
  readonly filePath: string | null;
}

export function upsertModel(store: Store, model: ModelRecord, updatedAt: string): void {
  store.write((db) =>
    sql(
      db,
      `INSERT OR REPLACE INTO models
         (name, use, input_size, origin, family, params, macs, activations, graph_hash, file_path, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      model.name,
      model.use,
      model.inputSize,
      model.origin,
      model.family,
      model.params,
      model.macs,
      model.activations,
      model.graphHash,
      model.filePath,
      updatedAt,
    ),
  );
}

/** Every model that was written down, by name. */
export function listModels(store: Store): ModelRecord[] {
  return store.read((db) =>
    sql<ModelRecord>(
      db,
      `SELECT name, use, input_size AS inputSize, origin, family, params, macs, activations,
              graph_hash AS graphHash, file_path AS filePath
       FROM models ORDER BY name, use, input_size`,
    ).all(),
  );
}

/** Forgets a person's own model; results that were measured with it stay. */
export function deleteOwnModel(store: Store, name: string): void {
  store.write((db) => sql(db, "DELETE FROM models WHERE name = ? AND origin = 'own'").run(name));
}
