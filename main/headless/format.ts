/** Numbers as the terminal shows them. */

export function milliseconds(value: number): string {
  return `${value.toPrecision(value < 1 ? 2 : 3)} ms`;
}

/** From this share of the median on an interval is written by its ends: "± 2.91" around 1.85 would say less than nothing. */
const wideInterval = 0.1;

/** "12.30 ms ± 0.21" (the larger side), or "12.30 ms (11.90 – 16.31)" where the interval is wide. */
export function latency(summary: { median: number; low: number | null; high: number | null }): string {
  const { median, low, high } = summary;
  if (low === null || high === null) return milliseconds(median);
  const halfWidth = Math.max(high - median, median - low);
  const interval =
    halfWidth > wideInterval * median
      ? `(${low.toFixed(2)} – ${high.toFixed(2)})`
      : `± ${halfWidth.toFixed(2)}`;
  return `${median.toFixed(2)} ms ${interval}`;
}

/** Bytes in MB of 2^20, as memory is counted. */
export function megabytes(bytes: number): string {
  const value = bytes / 2 ** 20;
  return value >= 10_000 ? `${(value / 1024).toFixed(1)} GB` : `${value.toFixed(value < 10 ? 1 : 0)} MB`;
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** Rows as aligned columns under a head; `rightAligned` names the columns of numbers. The last column may be as long as it likes. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly string[] = [],
): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        rightAligned.includes(head[column] ?? '')
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width, column) =>
    '─'.repeat(column === head.length - 1 ? (head[column] ?? '').length : width),
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
