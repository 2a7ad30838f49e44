import { escapeMarkup } from '../escape.ts';
import { scaleOver, type Scale } from './scale.ts';

export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** 95 % interval of x; null where none is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Area of the mark relative to the largest, 0 … 1. */
  readonly area: number;
  readonly label: string;
  /** Named beside its mark where there is room; the others by their tooltip only. */
  readonly isNamed: boolean;
  readonly tone: 'chosen' | 'passing' | 'excluded';
}

export interface ScatterChart {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xScale: 'linear' | 'log';
  readonly points: readonly ScatterPoint[];
  /** Values of x beyond which a limit is broken. */
  readonly limits: readonly { readonly x: number; readonly text: string }[];
  /** Corners of the front, by rising x. */
  readonly front: readonly { readonly x: number; readonly y: number }[];
}

const width = 860;
const height = 460;
const frame = { left: 56, right: 16, top: 18, bottom: 46 };
const largestRadius = 15;
const smallestRadius = 3;
const lineHeight = 13;
/** Width of a letter of the 11 px labels, on the generous side. */
const letterWidth = 6.2;

/** A scatter plot as one SVG element that needs nothing from outside and scales with the page. */
export function scatterSvg(chart: ScatterChart): string {
  const { points, limits } = chart;
  const xs = [...points.flatMap(({ x, low, high }) => [x, low ?? x, high ?? x]), ...limits.map(({ x }) => x)];
  const x = scaleOver(xs, chart.xScale, frame.left, width - frame.right);
  const y = scaleOver(
    points.map((point) => point.y),
    'linear',
    height - frame.bottom,
    frame.top,
  );
  const parts = [
    axes(chart, x, y),
    limits.map(({ x: at, text }) => limitLine(x.at(at), text)).join(''),
    frontLine(chart.front, x, y),
    ...marks(points, x, y),
    labels(points, x, y),
  ];
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(chart.title)}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg>`;
}

function axes({ xTitle, yTitle }: ScatterChart, x: Scale, y: Scale): string {
  const bottom = height - frame.bottom;
  const vertical = x.ticks.map(
    ({ value, text }) =>
      `<line class="grid" x1="${n(x.at(value))}" x2="${n(x.at(value))}" y1="${frame.top}" y2="${bottom}"/><text class="tick" x="${n(x.at(value))}" y="${bottom + 16}" text-anchor="middle">${escapeMarkup(text)}</text>`,
  );
  const horizontal = y.ticks.map(
    ({ value, text }) =>
      `<line class="grid" x1="${frame.left}" x2="${width - frame.right}" y1="${n(y.at(value))}" y2="${n(y.at(value))}"/><text class="tick" x="${frame.left - 8}" y="${n(y.at(value) + 4)}" text-anchor="end">${escapeMarkup(text)}</text>`,
  );
  const middle = (frame.top + bottom) / 2;
  return [
    ...vertical,
    ...horizontal,
    `<text class="axis" x="${(frame.left + width - frame.right) / 2}" y="${height - 8}" text-anchor="middle">${escapeMarkup(xTitle)}</text>`,
    `<text class="axis" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${escapeMarkup(yTitle)}</text>`,
  ].join('');
}

function limitLine(at: number, text: string): string {
  const onLeft = at > (frame.left + width) / 2;
  return `<line class="limit" x1="${n(at)}" x2="${n(at)}" y1="${frame.top}" y2="${height - frame.bottom}"/><text class="limit-text" x="${n(at + (onLeft ? -5 : 5))}" y="${frame.top + 10}" text-anchor="${onLeft ? 'end' : 'start'}">${escapeMarkup(text)}</text>`;
}

/** Steps: between two corners nothing better is known than the one before. */
function frontLine(front: ScatterChart['front'], x: Scale, y: Scale): string {
  if (front.length < 2) return '';
  const steps = front.map((point, index) => {
    const [px, py] = [n(x.at(point.x)), n(y.at(point.y))];
    return index === 0 ? `M${px} ${py}` : `V${py}H${px}`;
  });
  return `<path class="front" d="${steps.join('')}"/>`;
}

function marks(points: readonly ScatterPoint[], x: Scale, y: Scale): string[] {
  // Large ones first, so that none is hidden below another.
  return points
    .toSorted((a, b) => b.area - a.area)
    .map((point) => {
      const [cx, cy] = [x.at(point.x), y.at(point.y)];
      const bar =
        point.low === null || point.high === null
          ? ''
          : `<line class="bar" x1="${n(x.at(point.low))}" x2="${n(x.at(point.high))}" y1="${n(cy)}" y2="${n(cy)}"/>`;
      return `<g class="${point.tone}">${bar}<circle cx="${n(cx)}" cy="${n(cy)}" r="${n(radius(point))}"><title>${escapeMarkup(point.label)}</title></circle></g>`;
    });
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Names of the marks that ask for one, each at the first place around its mark where it covers no other name. */
function labels(points: readonly ScatterPoint[], x: Scale, y: Scale): string {
  const taken: Box[] = [];
  const named = points.filter(({ isNamed }) => isNamed).toSorted((a, b) => rank(a) - rank(b));
  return named
    .flatMap((point) => {
      const place = places(point, x, y).find(
        ({ box }) => isInside(box) && taken.every((other) => !overlap(box, other)),
      );
      if (place === undefined) return [];
      taken.push(place.box);
      return [
        `<text class="label ${point.tone}" x="${n(place.x)}" y="${n(place.y)}" text-anchor="${place.anchor}">${escapeMarkup(point.label)}</text>`,
      ];
    })
    .join('');
}

const tones = ['chosen', 'passing', 'excluded'] as const;
const rank = ({ tone }: ScatterPoint) => tones.indexOf(tone);

function places(point: ScatterPoint, x: Scale, y: Scale) {
  const reach = radius(point) + 4;
  const [cx, cy] = [x.at(point.x), y.at(point.y)];
  const long = point.label.length * letterWidth;
  return (
    [
      ['start', cx + reach, cy + 4],
      ['end', cx - reach, cy + 4],
      ['middle', cx, cy - reach],
      ['middle', cx, cy + reach + 8],
      ['start', cx + reach, cy - reach],
      ['end', cx - reach, cy + reach + 6],
    ] as const
  ).map(([anchor, px, py]) => {
    const left = anchor === 'start' ? px : anchor === 'end' ? px - long : px - long / 2;
    return {
      anchor,
      x: px,
      y: py,
      box: { left, right: left + long, top: py - lineHeight + 2, bottom: py + 2 },
    };
  });
}

function isInside({ left, right, top, bottom }: Box): boolean {
  return left >= frame.left && right <= width - 2 && top >= 2 && bottom <= height - frame.bottom;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function radius({ area }: ScatterPoint): number {
  return Math.max(smallestRadius, largestRadius * Math.sqrt(area));
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
