/** What was asked for cannot be measured here. */
export class PlanFailure extends Error {
  readonly code:
    'provider-unavailable' | 'variant-unavailable' | 'provider-option-unknown' | 'affinity-unavailable';
  readonly remedy: string | null;

  constructor(code: PlanFailure['code'], message: string, remedy: string | null) {
    super(message);
    this.name = 'PlanFailure';
    this.code = code;
    this.remedy = remedy;
  }
}
