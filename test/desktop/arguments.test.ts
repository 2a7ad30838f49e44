import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArguments } from '../../main/desktop/arguments.ts';

const nothing = { dataDir: null, smoke: false, files: [], page: null, readyFile: null };

test('nothing asked is nothing asked', () => expect(parseArguments([], '/here')).toEqual(nothing));

test('a folder, a page and files are understood, relative to where they were typed', () => {
  expect(
    parseArguments(['--data-dir', 'd', '--page=/runs/1?x=2', 'a.onnx', '/b/C.Backbench'], '/here'),
  ).toEqual({
    ...nothing,
    dataDir: resolve('/here/d'),
    page: '/runs/1?x=2',
    files: [resolve('/here/a.onnx'), resolve('/b/C.Backbench')],
  });
});

test('Chromium’s switches and words that are no file of ours are left alone', () => {
  expect(
    parseArguments(
      [
        '--allow-file-access-from-files',
        '--remote-debugging-port=1',
        'a.txt',
        '.',
        '--original-process-start-time=13',
      ],
      '/here',
    ),
  ).toEqual(nothing);
});

test.each(['javascript:alert(1)', 'https://evil.example', '//evil.example/x y', '/a#b', '/"onload', ''])(
  'the page %j is no page',
  (page) => expect(parseArguments([`--page=${page}`], '/here').page).toBeNull(),
);

test('an option without its value is ignored, and does not swallow the next one', () => {
  expect(parseArguments(['--data-dir', '--smoke'], '/here')).toEqual({ ...nothing, smoke: true });
});

test('whatever words another program gives, parsing them does not fail', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 8 }), (words) => {
      const { files } = parseArguments(words, '/here');
      expect(files.every((path) => /\.(onnx|backbench)$/i.test(path))).toBe(true);
    }),
  );
});
