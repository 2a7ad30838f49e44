import type { Progress } from '../../preload/contract.ts';
import { duration } from './format.ts';

/** The live line of a run: rewritten in place on a terminal, a line per finished job elsewhere. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #jobsDone = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  show(progress: Progress): void {
    const text = progressText(progress);
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\x1b[2K${text.slice(0, this.#stream.columns - 1)}`);
    } else if (progress.jobsDone + progress.jobsFailed > this.#jobsDone) {
      this.#jobsDone = progress.jobsDone + progress.jobsFailed;
      this.#stream.write(`${text}\n`);
    }
  }

  note(text: string): void {
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[2K${text}\n` : `${text}\n`);
  }

  /** Leaves the line empty for what is printed next. */
  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }
}

function progressText({ jobsDone, jobsFailed, jobsTotal, current, etaSeconds }: Progress): string {
  const parts = [`[${jobsDone + jobsFailed}/${jobsTotal}]`];
  if (current !== null) {
    const { configuration, phase, process, samples, medianMs, halfWidthMs } = current;
    parts.push(`${configuration.model} batch ${configuration.batch}, process ${process}, ${phase}`);
    if (samples > 0) parts.push(`${samples} samples`);
    if (medianMs !== null)
      parts.push(`${medianMs.toFixed(2)} ms${halfWidthMs === null ? '' : ` ± ${halfWidthMs.toFixed(2)}`}`);
  }
  if (etaSeconds !== null) parts.push(`about ${duration(etaSeconds)} left`);
  return parts.join(' · ');
}
