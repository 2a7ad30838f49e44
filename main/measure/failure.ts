import type { Failure } from '../../preload/contract.ts';

/** Why a worker could not measure; thrown inside a worker and told to the parent as a value. */
export class TrialFailure extends Error {
  readonly failure: Failure;
  /** Whether the same task would fail again. */
  readonly repeatable: boolean;

  constructor(failure: Failure, repeatable: boolean) {
    super(failure.message);
    this.failure = failure;
    this.repeatable = repeatable;
  }
}

/** A failure that the same task would meet again: a broken model, an input that cannot be made, a missing provider. */
export function repeatable(code: string, message: string, remedy: string | null): TrialFailure {
  return new TrialFailure({ code, message, remedy }, true);
}

/** What was thrown, in one line, without ONNX Runtime's source locations and checked expressions. */
export function reasonOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const line = text.split('\n').find((part) => part.trim() !== '') ?? 'no reason given';
  return line
    .replace(/^.*\.(?:cc|h|cpp):\d+ .* was false\. /, '')
    .replace(/\S+\.(?:cc|h|cpp):\d+ \S+ /g, '')
    .slice(0, 400);
}
