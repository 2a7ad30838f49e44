import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from '../../main/exchange/csv.ts';
import type { Cell } from '../../main/exchange/table.ts';

test('text that a spreadsheet would run as a formula is neutralised, numbers are left alone', () => {
  const csv = csvText({
    columns: [{ name: 'model' }, { name: 'change' }],
    rows: [
      ['=HYPERLINK("http://x")', -1.5],
      ['+1', 2],
      ['-1', 3],
      ['@SUM(A1)', 4],
      ['\t=1', 5],
      ['a=b', null],
    ],
  });
  expect(csv.split('\r\n')).toEqual([
    'model,change',
    `"'=HYPERLINK(""http://x"")",-1.5`,
    "'+1,2",
    "'-1,3",
    "'@SUM(A1),4",
    "'\t=1,5",
    'a=b,',
    '',
  ]);
});

test('any table reads back cell by cell', () => {
  const cell: fc.Arbitrary<Cell> = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, fc.string()), { minLength: 1 }), (rows) => {
      const csv = csvText({ columns: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], rows });
      const read = parse(csv, { record_delimiter: '\r\n' });
      expect(read).toHaveLength(rows.length + 1);
      for (const [index, row] of rows.entries()) {
        const expected = row.map((value) => {
          const text = value === null ? '' : String(value);
          return typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
        });
        expect(read[index + 1]).toEqual(expected);
      }
    }),
  );
});
