import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeWindow } from '../../main/desktop/windowPlacement.ts';

const left = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
const right = { workArea: { x: 1920, y: 0, width: 2560, height: 1400 } };

test('the window opens where it was', () => {
  const was = { x: 2000, y: 100, width: 1400, height: 900 };
  expect(placeWindow(was, [left, right], left)).toEqual(was);
});

test('a window of a display that has gone opens on the primary one', () => {
  expect(placeWindow({ x: 2000, y: 100, width: 1400, height: 900 }, [left], left)).toEqual({
    x: 280,
    y: 80,
    width: 1360,
    height: 880,
  });
});

test('a title bar above the screen is brought back into reach', () => {
  expect(placeWindow({ x: 10, y: -15, width: 1200, height: 800 }, [left], left).y).toBe(0);
});

test('wherever a window was and whatever displays there are, enough of its title bar can be taken hold of', () => {
  const coordinate = fc.integer({ min: -10_000, max: 10_000 });
  const size = fc.integer({ min: 1, max: 8000 });
  const area = fc.record({
    x: coordinate,
    y: coordinate,
    width: fc.integer({ min: 800, max: 8000 }),
    height: fc.integer({ min: 600, max: 4320 }),
  });
  const remembered = fc.option(fc.record({ x: coordinate, y: coordinate, width: size, height: size }));
  fc.assert(
    fc.property(remembered, fc.array(area, { minLength: 1, maxLength: 3 }), (was, areas) => {
      const displays = areas.map((workArea) => ({ workArea }));
      const primary = displays[0];
      if (primary === undefined) return;
      const placed = placeWindow(was, displays, primary);
      const reachable = areas.some((shown) => {
        const across = Math.min(placed.x + placed.width, shown.x + shown.width) - Math.max(placed.x, shown.x);
        return across >= 120 && placed.y >= shown.y && placed.y < shown.y + shown.height;
      });
      expect(reachable).toBe(true);
    }),
  );
});
