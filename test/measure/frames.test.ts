import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FrameReader, Garbage } from '../../main/measure/frames.ts';
import { Report } from '../../main/measure/messages.ts';

const message = fc.oneof(
  fc.string(),
  fc.record({ kind: fc.string(), value: fc.double() }),
  fc.float64Array({ maxLength: 50 }),
);

describe('messages over a pipe', () => {
  test('arrive whole and in order, however the pipe cuts them', () => {
    fc.assert(
      fc.property(
        fc.array(message),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (messages, cuts) => {
          const bytes = Buffer.concat(messages.map(encodeFrame));
          const reader = new FrameReader();
          const heard: unknown[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut++) {
            const length = cuts[cut % cuts.length] ?? 1;
            heard.push(...reader.push(bytes.subarray(at, at + length)));
            at += length;
          }
          expect(heard).toEqual(messages);
        },
      ),
    );
  });

  test('that are garbage never throw, and no schema takes them for a message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const heard of new FrameReader().push(Buffer.from(bytes))) {
          expect(Report.safeParse(heard).success).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('after garbage are not believed', () => {
    const reader = new FrameReader();
    expect(reader.push(Buffer.from([1, 0, 0, 0, 0]))).toEqual([expect.any(Garbage)]);
    expect(reader.push(encodeFrame('hello'))).toEqual([]);
  });
});
