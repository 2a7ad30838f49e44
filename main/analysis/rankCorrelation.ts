import { mean } from './lineFit.ts';

/** Spearman's rank correlation with mean ranks for ties; null under two values or where all of one side are equal. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  const [rx, ry] = [ranks(x), ranks(y)];
  const [mx, my] = [mean(rx), mean(ry)];
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (const [index, rank] of rx.entries()) {
    const dx = rank - mx;
    const dy = (ry[index] ?? 0) - my;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}

/**
 * Kendall's tau-b; null as above. By Knight's method (1966): in the order of x, with ties in the order of y, the pairs that
 * disagree are the exchanges that sorting by y takes.
 */
export function kendall(x: readonly number[], y: readonly number[]): number | null {
  const order = x
    .map((_, index) => index)
    .toSorted((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || (y[a] ?? 0) - (y[b] ?? 0));
  const xs = Float64Array.from(order, (index) => x[index] ?? 0);
  const ys = Float64Array.from(order, (index) => y[index] ?? 0);
  const pairs = pairsAmong(x.length);
  const tiedX = tiedPairs(xs.length, (at) => xs[at] === xs[at - 1]);
  const tiedBoth = tiedPairs(xs.length, (at) => xs[at] === xs[at - 1] && ys[at] === ys[at - 1]);
  const exchanges = sortCounting(ys);
  const tiedY = tiedPairs(ys.length, (at) => ys[at] === ys[at - 1]);
  const [untiedX, untiedY] = [pairs - tiedX, pairs - tiedY];
  const balance = pairs - tiedX - tiedY + tiedBoth - 2 * exchanges;
  return untiedX === 0 || untiedY === 0 ? null : balance / Math.sqrt(untiedX * untiedY);
}

function pairsAmong(count: number): number {
  return (count * (count - 1)) / 2;
}

/** Pairs within runs of equal values, where `continues` tells whether the run of the value before goes on. */
function tiedPairs(length: number, continues: (at: number) => boolean): number {
  let pairs = 0;
  let run = 1;
  for (let at = 1; at <= length; at++) {
    if (at < length && continues(at)) run += 1;
    else {
      pairs += pairsAmong(run);
      run = 1;
    }
  }
  return pairs;
}

/** Sorts in place by merging and counts the exchanges of neighbours that it stands for. */
function sortCounting(values: Float64Array): number {
  if (values.length < 2) return 0;
  const middle = values.length >> 1;
  const [left, right] = [values.slice(0, middle), values.slice(middle)];
  let exchanges = sortCounting(left) + sortCounting(right);
  let [l, r] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const [low, high] = [left[l] ?? Number.POSITIVE_INFINITY, right[r] ?? Number.POSITIVE_INFINITY];
    if (r === right.length || (l < left.length && low <= high)) {
      values[at] = low;
      l += 1;
    } else {
      values[at] = high;
      r += 1;
      exchanges += left.length - l;
    }
  }
  return exchanges;
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (let at = start; at < end; at++) result[order[at] ?? 0] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
