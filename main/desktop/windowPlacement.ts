import type { Display, Rectangle } from 'electron';

export const smallestWindow = { width: 1024, height: 640 } as const;
const preferred = { width: 1360, height: 880 } as const;
/** Enough of the title bar to take hold of, in pixels. */
const graspable = { width: 120, height: 40 } as const;

type Area = Pick<Display, 'workArea'>;

/**
 * Where the window opens: where it was, if a display still shows enough of its title bar to take hold of it; else in the
 * middle of the primary display. Never larger than the display it is on.
 */
export function placeWindow(
  remembered: Rectangle | null,
  displays: readonly Area[],
  primary: Area,
): Rectangle {
  if (remembered !== null) {
    for (const { workArea } of displays) {
      const placed = {
        x: remembered.x,
        y: Math.max(remembered.y, workArea.y),
        ...clip(remembered, workArea),
      };
      const overlap = intersection({ ...placed, height: graspable.height }, workArea);
      if (overlap.width >= graspable.width && overlap.height >= graspable.height) return placed;
    }
  }
  const { workArea } = primary;
  const { width, height } = clip(preferred, workArea);
  return {
    x: workArea.x + Math.floor((workArea.width - width) / 2),
    y: workArea.y + Math.floor((workArea.height - height) / 2),
    width,
    height,
  };
}

function clip(
  size: { width: number; height: number },
  { width, height }: Rectangle,
): { width: number; height: number } {
  return {
    width: Math.min(Math.max(size.width, smallestWindow.width), width),
    height: Math.min(Math.max(size.height, smallestWindow.height), height),
  };
}

function intersection(a: Rectangle, b: Rectangle): { width: number; height: number } {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return { width: Math.max(0, width), height: Math.max(0, height) };
}
