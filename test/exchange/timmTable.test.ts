import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvText } from '../../main/exchange/csv.ts';
import { readTimmFileName, readTimmTable, TableFailure } from '../../main/exchange/timmTable.ts';

const columns = [
  'model',
  'infer_img_size',
  'infer_samples_per_sec',
  'infer_step_time',
  'infer_batch_size',
  'param_count',
];
const cells: Readonly<Record<string, string>> = {
  model: 'resnet50',
  infer_img_size: '224',
  infer_samples_per_sec: '2000.5',
  infer_step_time: '128',
  infer_batch_size: '256',
  param_count: '25.56',
};

describe("a table of timm's", () => {
  test('reads the same in whatever order its columns stand, with or without a byte order mark', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(columns, { minLength: columns.length }),
        fc.boolean(),
        (order, hasMark) => {
          const text = `${hasMark ? '\uFEFF' : ''}${order.join(',')}\r\n${order.map((name) => cells[name]).join(',')}\r\n`;
          expect(readTimmTable(text, 'x.csv')).toEqual([cells]);
        },
      ),
    );
  });

  test('any text is a table or a failure with a sentence', () => {
    const soup = fc.array(fc.constantFrom(...columns, ...'",\r\n\t=; 1'), { maxLength: 60 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          soup.map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            expect(readTimmTable(text, 'x.csv').length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(TableFailure);
            expect((error as TableFailure).message).toContain('x.csv');
          }
        },
      ),
    );
  });

  test('a missing column, a training table and a text in place of a number are named', () => {
    const table = (names: string[], row: string[]) =>
      csvText({ columns: names.map((name) => ({ name })), rows: [row] });
    expect(() => readTimmTable(table(['model'], ['resnet50']), 'x.csv')).toThrow(/no column infer_samples/);
    try {
      readTimmTable(table(['model', 'train_samples_per_sec'], ['resnet50', '3']), 'x.csv');
      expect.unreachable();
    } catch (error) {
      expect((error as TableFailure).remedy).toContain('benchmark-infer');
    }
    const worded = columns.map((name) => (name === 'infer_batch_size' ? 'many' : (cells[name] ?? '')));
    expect(() => readTimmTable(table(columns, worded), 'x.csv')).toThrow(
      "x.csv, row 2: infer_batch_size is 'many'",
    );
  });
});

describe("timm's file names", () => {
  test.each([
    ['benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv', 'rtx4090', 'amp', 'PyTorch 2.4.0, NHWC'],
    [
      'benchmark-infer-fp32-nchw-pt221-cpu-i9_10940x-dynamo.csv',
      'i9-10940x',
      'fp32',
      'PyTorch 2.2.1, NCHW, compiled',
    ],
    ['benchmark-infer-amp-nchw-pt113-cu117-rtx3090.csv', 'rtx3090', 'amp', 'PyTorch 1.13, NCHW'],
    ['infer-i7-12700h-fp32-pt240.csv', 'i7-12700h', 'fp32', 'PyTorch 2.4.0'],
    ['benchmark-infer-bf16-pt2101-rtx5090.csv', 'rtx5090', 'bf16', 'PyTorch 2.10.1'],
    ['results.csv', null, null, null],
  ])('%s', (fileName, device, precision, runtime) => {
    expect(readTimmFileName(fileName)).toEqual({ device, precision, runtime });
  });
});
