import { z } from 'zod';

/** One kind of statement: a code with its figures, so that each language can write it. */
export const coded = <Code extends string, Values extends z.ZodRawShape>(code: Code, values: Values) =>
  z.object({ code: z.literal(code), values: z.object(values) });
