import type { Failure } from '../../preload/contract.ts';

/**
 * A thrown error as the failure that crosses the border. Our own errors carry a code and, some, a remedy; anything else is a bug
 * of ours: its text is told, its stack goes to the log and never to a screen.
 */
export function asFailure(error: unknown): Failure {
  if (error instanceof Error) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : null;
    if (code !== undefined) return { code, message: error.message, remedy };
    console.error(error);
    return {
      code: 'internal',
      message: error.message,
      remedy: 'This is a defect of Backbench; please report it with the log.',
    };
  }
  return { code: 'internal', message: String(error), remedy: null };
}

/** A failure that another room handed over as a value, thrown on so that the call ends with it. */
export class FailedCall extends Error {
  readonly code: string;
  readonly remedy: string | null;

  constructor({ code, message, remedy }: Failure) {
    super(message);
    this.name = 'FailedCall';
    this.code = code;
    this.remedy = remedy;
  }
}
