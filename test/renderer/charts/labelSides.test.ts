import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalStrokes, labelSides, lineStrokes } from '../../../renderer/charts/labelSides.ts';

const mark = (across: number, up: number, name: string | null = 'resnet18') => ({
  ...{ across, up, name },
  radiusPx: 5,
});

describe('names beside marks', () => {
  test('stand at the right where there is room', () => {
    expect(labelSides([mark(0.5, 0.5)])).toEqual(['right']);
  });

  test('leave the side of another mark, which needs no name of its own', () => {
    expect(labelSides([mark(0.5, 0.5), mark(0.54, 0.5, null)])[0]).toBe('left');
  });

  test('leave the line of their own interval: above one across, beside one upwards', () => {
    const place = { x: { value: 0.5, low: 0.2, high: 0.8 }, y: { value: 0.5, low: null, high: null } };
    const same = (value: number) => value;
    expect(labelSides([mark(0.5, 0.5)], intervalStrokes(place, same, same))).toEqual(['top']);
    const upwards = { x: place.y, y: place.x };
    expect(labelSides([mark(0.5, 0.5)], intervalStrokes(upwards, same, same))).toEqual(['right']);
  });

  test('leave the side where a fitted line runs', () => {
    const line = (slope: number) =>
      lineStrokes(
        Array.from({ length: 41 }, (_, step) => ({ across: step / 40, up: 0.5 + slope * (step / 40 - 0.5) })),
      );
    expect(labelSides([mark(0.5, 0.5)], line(-0.1))).toEqual(['top']);
    expect(labelSides([mark(0.5, 0.5)], line(10))).toEqual(['right']);
  });

  test('are crossed by a stroke rather than laid over a mark', () => {
    const around = [mark(0.5, 0.5), mark(0.46, 0.5, null), mark(0.5, 0.45, null), mark(0.5, 0.55, null)];
    const right = [{ across: [0.5, 0.7], up: [0.5, 0.5] }] as const;
    expect(labelSides(around, right)[0]).toBe('right');
  });

  test('have a side each, whatever is drawn', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const anyMark = fc.record({ across: share, up: share, radiusPx: fc.nat(40), name: fc.string() });
    fc.assert(
      fc.property(fc.array(anyMark, { maxLength: 30 }), (marks) => {
        expect(labelSides(marks, lineStrokes(marks))).toHaveLength(marks.length);
      }),
    );
  });
});
