import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intervalText } from '../../../renderer/figures/intervalText.ts';
import { createFormat } from '../../../renderer/format/quantities.ts';
import { toCsv, toMarkdown } from '../../../renderer/format/tableText.ts';

const format = createFormat({ locale: 'en', costUnit: 'macs' });

describe('quantities on screen', () => {
  test('latencies have three digits, and whole milliseconds from a second on', () => {
    expect([0.0405, 0.1234, 3.4, 12.345, 128.4, 1284.6].map(format.ms)).toEqual([
      '40.5 µs',
      '0.123 ms',
      '3.40 ms',
      '12.3 ms',
      '128 ms',
      '1,285 ms',
    ]);
  });

  test('a half width has the decimals of its figure, and never shows as zero unless it is', () => {
    expect(format.plusMinus(0.66, 18.8)).toBe('±0.7');
    expect(format.plusMinus(12.3, 402)).toBe('±12');
    expect(format.plusMinus(0.004, 18.8)).toBe('±0.004');
    expect(format.plusMinus(0, 18.8)).toBe('±0.0');
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (half, of) => {
          expect(Number(format.plusMinus(half, of).slice(1).replaceAll(',', ''))).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('a narrow interval is a half width, a wide or lopsided one its two ends', () => {
    expect(intervalText(10, 9.8, 10.2, format)).toBe('±0.2');
    expect(intervalText(12.6, 5.1, 117, format)).toBe('(5.10 – 117)');
    expect(intervalText(10, 9.9, 11.6, format)).toBe('(9.90 – 11.6)');
  });

  test('memory is in powers of 1,024, as at the command line', () => {
    expect(format.bytes(700 * 2 ** 20)).toBe('700 MB');
    expect(format.bytes(0.43 * 2 ** 20)).toBe('0.43 MB');
    expect(format.bytes(1.5 * 2 ** 30)).toBe('1.50 GB');
  });

  test('operations follow the chosen unit: one MAC is two FLOPs', () => {
    const flops = createFormat({ locale: 'en', costUnit: 'flops' });
    expect(format.cost(4.09e9)).toBe('4.09 G');
    expect(flops.cost(4.09e9)).toBe('8.18 G');
    expect(flops.costUnit).toBe('GFLOPs');
    expect(format.cost(300e6)).toBe('300 M');
    expect([0, 1792, 23_800, 602_000, 25_557_032].map(format.params)).toEqual([
      '0',
      '1.79 k',
      '23.8 k',
      '0.602 M',
      '25.6 M',
    ]);
  });

  test('durations name their two largest units', () => {
    expect([5, 65, 120, 3725].map((seconds) => format.duration(seconds))).toEqual([
      '5 sec',
      '1 min 5 sec',
      '2 min',
      '1 hr 2 min',
    ]);
    expect(createFormat({ locale: 'zh-CN', costUnit: 'macs' }).duration(65)).toBe('1分钟 5秒');
  });

  test('dates follow the language', () => {
    const at = '2026-11-23T12:00:00Z';
    const options = { costUnit: 'macs', timeZone: 'UTC' } as const;
    expect(createFormat({ locale: 'en', ...options }).dateTime(at)).toContain('Nov 23, 2026');
    expect(createFormat({ locale: 'zh-CN', ...options }).dateTime(at)).toContain('2026年11月23日');
  });
});

/** A small reader of RFC 4180, to read back what was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`not CSV: ${text}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('copied tables', () => {
  test('CSV gives every text and number back', () => {
    const text = fc.string({ minLength: 1 }).filter((value) => !/^[=+\-@\t\r]/.test(value));
    const cell = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), (rows) => {
        const read = readCsv(toCsv(['a', 'b', 'c'], rows));
        expect(read).toEqual([['a', 'b', 'c'], ...rows.map((cells) => cells.map(String))]);
      }),
    );
  });

  test('a text that a spreadsheet would run as a formula is disarmed, a negative number is not', () => {
    expect(toCsv(['a', 'b'], [['=HYPERLINK("x")', -1]])).toBe('a,b\r\n"\'=HYPERLINK(""x"")",-1\r\n');
  });

  test('Markdown keeps one line a row and escapes what would end a cell', () => {
    expect(
      toMarkdown(
        ['model', 'ms'],
        [
          ['a|b\nc', 1.5],
          ['d', null],
        ],
      ),
    ).toBe('| model | ms |\n| --- | ---: |\n| a\\|b c | 1.5 |\n| d |  |\n');
  });
});
