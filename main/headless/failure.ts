import { CommanderError, InvalidArgumentError } from 'commander';
import type { Answer, Failure } from '../../preload/contract.ts';

/** The command line's exit codes. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Codes of failures that come from what the person typed. */
const usageCodes = new Set([
  ...['invalid-input', 'unknown-model', 'input-size', 'use', 'unknown-device'],
  ...['provider-option-unknown', 'affinity-unavailable'],
  ...['preset-unknown', 'preset-name-taken', 'preset-contradictory'],
]);

/** Ends a command with one line on stderr and an exit code. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.failed) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
  }
}

/** A failure of the service as the command's end. */
export function commandFailure({ code, message, remedy }: Failure): CommandFailure {
  const sentence = /[.?!]$/.test(message) ? message : `${message}.`;
  const text = remedy === null ? message : `${sentence} ${remedy}`;
  return new CommandFailure(text, usageCodes.has(code) ? exitCodes.usage : exitCodes.failed);
}

/** The answer's value; throws CommandFailure where the service failed. */
export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw commandFailure(answer.failure);
}

/** Exit code and message of anything that a command threw. */
export function endOf(error: unknown): { exitCode: ExitCode; message: string | undefined } {
  if (error instanceof CommandFailure) return { exitCode: error.exitCode, message: error.message };
  // Commander has printed its own message by then; exit code 0 is --help and --version.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? exitCodes.done : exitCodes.usage, message: undefined };
  if (error instanceof InvalidArgumentError) return { exitCode: exitCodes.usage, message: error.message };
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const remedy = 'remedy' in error && typeof error.remedy === 'string' ? error.remedy : null;
    const failure = commandFailure({ code: error.code, message: error.message, remedy });
    return { exitCode: failure.exitCode, message: failure.message };
  }
  return {
    exitCode: exitCodes.failed,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
