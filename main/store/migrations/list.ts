import { initial } from './0001_initial.ts';
import { measuring } from './0002_measuring.ts';
import { browsing } from './0003_browsing.ts';
import { importedTables } from './0004_importedTables.ts';
import { sweeps } from './0005_sweeps.ts';
import { said } from './0006_said.ts';
import { batchOrder } from './0007_batchOrder.ts';
import { failures } from './0008_failures.ts';

/** One step of the schema: SQL that runs in a transaction of its own. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** In order, without gaps; a migration that was released is never changed, only followed by another one. */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'initial', sql: initial },
  { version: 2, name: 'measuring', sql: measuring },
  { version: 3, name: 'browsing', sql: browsing },
  { version: 4, name: 'imported tables', sql: importedTables },
  { version: 5, name: 'sweeps', sql: sweeps },
  { version: 6, name: 'said', sql: said },
  { version: 7, name: 'batch order', sql: batchOrder },
  { version: 8, name: 'failures', sql: failures },
];
