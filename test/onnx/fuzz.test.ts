import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphCost } from '../../main/onnx/cost.ts';
import { ModelFailure } from '../../main/onnx/failure.ts';
import { readModel } from '../../main/onnx/read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backbench-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** One change to a file; positions are fractions of its length, so that they fit whatever came before. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('set' as const),
    at: place,
    byte: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff, 0x0a, 0x3a),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('splice' as const), at: place, from: place, length: fc.nat(400) }),
  fc.record({ kind: fc.constant('remove' as const), at: place, length: fc.nat(400) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: place,
    length: fc.nat(40),
    times: fc.integer({ min: 2, max: 200 }),
  }),
  // A varint of up to ten bytes where some length or dimension may stand.
  fc.record({ kind: fc.constant('inflate' as const), at: place, bytes: fc.integer({ min: 1, max: 9 }) }),
  fc.record({
    kind: fc.constant('noise' as const),
    at: place,
    noise: fc.uint8Array({ minLength: 1, maxLength: 60 }),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Buffer, change: Mutation): Buffer {
  const at = Math.floor(change.at * bytes.length);
  const insert = (inserted: Uint8Array, replaced = 0) =>
    Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + replaced)]);
  switch (change.kind) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << change.bit);
      return copy;
    }
    case 'set':
      return insert(Uint8Array.of(change.byte), 1);
    case 'cut':
      return bytes.subarray(0, at);
    case 'splice': {
      const from = Math.floor(change.from * bytes.length);
      return insert(bytes.subarray(from, from + change.length), change.length);
    }
    case 'remove':
      return insert(new Uint8Array(), change.length);
    case 'repeat': {
      const part = bytes.subarray(at, at + change.length);
      return insert(Buffer.concat(new Array<Buffer>(change.times).fill(part)));
    }
    case 'inflate':
      return insert(Uint8Array.from([...new Array<number>(change.bytes).fill(0xff), 0x01]), 1);
    case 'noise':
      return insert(change.noise, change.noise.length);
  }
}

test.each([
  ['light_squeezenet.onnx', 1600],
  ['light_resnet50.onnx', 600],
])(
  '%s, damaged in any way, is analysed or refused: no crash, no hang, no memory blow-up',
  async (name, runs) => {
    const whole = await readFile(new URL(`fixtures/${name}`, import.meta.url));
    const path = join(folder, name);
    const outcomes = { analysed: 0, refused: 0 };
    const memory = { most: 0, before: process.memoryUsage().rss };
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (changes) => {
        await writeFile(path, changes.reduce(mutate, whole));
        const start = performance.now();
        try {
          const cost = graphCost(await readModel(path));
          for (const total of [cost.params, cost.macs, cost.activations])
            expect(Number.isFinite(total)).toBe(true);
          outcomes.analysed++;
        } catch (error) {
          if (!(error instanceof ModelFailure)) throw error;
          expect(error.message).not.toBe('');
          expect(error.message.length).toBeLessThan(1000);
          outcomes.refused++;
        }
        expect(performance.now() - start).toBeLessThan(5000);
        memory.most = Math.max(memory.most, process.memoryUsage().rss);
      }),
      { numRuns: runs },
    );
    // Both sides must be reached, or the mutations test nothing.
    expect(outcomes.analysed).toBeGreaterThan(runs / 50);
    expect(outcomes.refused).toBeGreaterThan(runs / 50);
    expect(memory.most - memory.before).toBeLessThan(500e6);
  },
);
