import { z } from 'zod';
import type { CallName, Failure } from '../../preload/contract.ts';

/** What the contract refuses of a call's input: each breach on a line of its own, with its place on the next. */
export function invalidInput(name: CallName, error: z.ZodError): Failure {
  return {
    code: 'invalid-input',
    message: `Not accepted by ${name}:\n${z.prettifyError(error)}`,
    remedy: null,
  };
}
