import { z } from 'zod';
import { coded } from './coded.ts';
import { PowerSource } from './vocabulary.ts';

/** Two groups that figures fall into, in ms. */
const groups = { low: z.number(), high: z.number() };

/** From and to in the unit that the code names. */
const fall = { from: z.number(), to: z.number() };

/** What a flag found, as a code with its figures: see `Statement`. Kept in databases and bundles. */
export const FlagStatement = z.discriminatedUnion('code', [
  coded('interval-too-wide', { reached: z.number(), asked: z.number() }),
  coded('spread-assumed', { processes: z.int() }),
  coded('cancelled-early', { processes: z.int(), least: z.int() }),
  coded('runs-in-two-groups', groups),
  coded('processes-in-two-groups', groups),
  coded('drifted', { change: z.number() }),
  coded('slowed-by-heat', { struck: z.int(), processes: z.int() }),
  coded('gpu-held-down', { reasons: z.array(z.string()) }),
  coded('clock-fell', { device: z.enum(['CPU', 'GPU']), ...fall }),
  coded('power-fell', fall),
  coded('too-many-requests', { busy: z.number() }),
  coded('frames-dropped', { share: z.number() }),
  coded('cores-taken', { cores: z.number() }),
  coded('slept-meanwhile', { processes: z.int() }),
  coded('differs-from-before', { median: z.number(), low: z.number(), high: z.number() }),
  coded('left-to-others', { nodeShare: z.number(), timeShare: z.number(), provider: z.string() }),
  coded('power-source-changed', {
    /** null: several. */
    planned: PowerSource.nullable(),
    measured: PowerSource,
  }),
]);
export type FlagStatement = z.infer<typeof FlagStatement>;

/** Every code that a language must have a text for. */
export const flagStatementCodes = FlagStatement.options.map(({ shape }) => shape.code.value);
