/** Something that was asked for by its id is not in the store (any more). */
export class NotFound extends Error {
  readonly code: string;
  readonly remedy = null;

  constructor(what: 'run' | 'job' | 'result' | 'model' | 'device', id: string) {
    super(`There is no ${what} '${id}'.`);
    this.name = 'NotFound';
    this.code = `${what}-unknown`;
  }
}
