/** What is kept of a worker's stdout and stderr. */
const keptOutputBytes = 8 * 1024;

/** The last few kilobytes of what a process printed, for the message of a failure. */
export class OutputTail {
  #kept: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-keptOutputBytes);
  }

  text(): string {
    return this.#kept.toString('utf8').trim();
  }
}
