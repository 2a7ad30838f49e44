import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeMarkdown, escapeMarkup } from '../../main/exchange/escape.ts';

test('no text can open a tag, end an attribute or leave a Markdown cell', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(escapeMarkup(text)).not.toMatch(/[<>"']/);
      expect(escapeMarkdown(text)).not.toMatch(/[<>\n\r]|(^|[^\\])\|/);
    }),
  );
});

test('a name with markup in it stays the text that it is', () => {
  expect(escapeMarkup('<img src=x onerror="alert(1)">')).toBe(
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;',
  );
});
