import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BundleRefused, packSamples, readBundle, unpackSamples } from '../../main/exchange/bundle.ts';
import { exportBundle, importBundle } from '../../main/service/bundles.ts';
import { listResults } from '../../main/store/results.ts';
import { getSamples } from '../../main/store/trials.ts';
import { upsertModel } from '../../main/store/models.ts';
import type { Store } from '../../main/store/store.ts';
import { configuration, result, storeResult } from '../store/sampleRows.ts';
import { temporaryStore } from '../store/temporary.ts';

const now = new Date('2026-11-27T12:00:00Z');
const everything = { machineId: null, runId: null };

const bytesOf = async (store: Store): Promise<Buffer> =>
  Buffer.from((await exportBundle(store, everything, now)).file);
const taken = (store: Store, file: Uint8Array) => importBundle(store, { fileName: 'a.backbench', file }, now);

/** A store with two results, of a model that is written down. */
async function filledStore(): Promise<Store> {
  const store = await temporaryStore();
  const costs = { family: 'ResNet', params: 11689512, macs: 1814073344, activations: 2e6 };
  const rest = { origin: 'catalog', graphHash: 'h', filePath: null } as const;
  upsertModel(
    store,
    { name: 'resnet18', use: 'classifier', inputSize: 224, ...costs, ...rest },
    now.toISOString(),
  );
  storeResult(store, result('result-1', 'run-1'), [5.25, 5.5, 1 / 3]);
  storeResult(store, result('result-2', 'run-2', { configuration: configuration({ batch: 4 }) }));
  return store;
}

/** A bundle whose text was changed, its checksum made to fit again. */
function forged(bytes: Buffer, change: (body: string) => string): Buffer {
  const text = gunzipSync(bytes).toString();
  const end = text.indexOf('\n');
  const manifest = JSON.parse(text.slice(0, end)) as Record<string, unknown>;
  const body = change(text.slice(end + 1));
  const sha256 = createHash('sha256').update(body).digest('hex');
  return gzipSync(`${JSON.stringify({ ...manifest, lines: body.split('\n').length - 1, sha256 })}\n${body}`);
}

describe('a bundle', () => {
  test('brings every result and every sample, bit by bit, into an empty store; twice changes nothing', async () => {
    const source = await filledStore();
    const target = await temporaryStore();
    const counts = await taken(target, await bytesOf(source));
    const there = listResults(source, { limit: 100 });
    expect(there.total).toBeGreaterThan(0);
    expect(counts).toMatchObject({ results: there.total, known: 0 });
    expect(listResults(target, { limit: 100 }).rows).toEqual(there.rows);
    for (const { result } of there.rows)
      expect(getSamples(target, result.id)).toEqual(getSamples(source, result.id));
    expect(target.integrityCheck()).toEqual([]);
    expect(await taken(target, await bytesOf(source))).toMatchObject({
      results: 0,
      samples: 0,
      known: there.total,
    });
    expect(listResults(target, { limit: 100 }).total).toBe(there.total);
  });

  test('is refused whole where a result is here and says something else', async () => {
    const source = await filledStore();
    const bytes = forged(await bytesOf(source), (body) => body.replace(/"median":[\d.]+/, '"median":0.001'));
    const before = listResults(source, { limit: 100 });
    await expect(taken(source, bytes)).rejects.toThrow(/says something else/);
    expect(listResults(source, { limit: 100 })).toEqual(before);
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40), 'bundle-invalid'],
    ['no gzip', () => Buffer.from('hello'), 'bundle-invalid'],
    ['no manifest', () => gzipSync('{"a":1}\n'), 'bundle-invalid'],
    [
      'a flipped letter',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().replace('"cpu"', '"cpv"')),
      'bundle-damaged',
    ],
    [
      'a newer version',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().replace('"version":1', '"version":9')),
      'bundle-newer',
    ],
    ['a bomb', () => gzipSync(Buffer.alloc(2 ** 27 + 1)), 'bundle-too-large'],
    [
      'a run of an unknown machine',
      (bytes: Buffer) => forged(bytes, (body) => body.replace(/\{"kind":"machine".*\n/, '')),
      'bundle-invalid',
    ],
  ] as const)(
    'that is %s is refused with the file’s name, and nothing is stored',
    async (_, change, code) => {
      const bytes = change(await bytesOf(await filledStore()));
      const target = await temporaryStore();
      try {
        await taken(target, bytes);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(BundleRefused);
        expect(error).toMatchObject({ code });
        expect((error as Error).message).toContain('a.backbench');
      }
      expect(listResults(target, { limit: 1 }).total).toBe(0);
    },
  );

  test('that was mutated anywhere is refused or read, never worse', async () => {
    const text = gunzipSync(await bytesOf(await filledStore())).toString();
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), async (at, put) => {
        const mutated = text.slice(0, at) + put + text.slice(at + put.length);
        for (const bytes of [
          gzipSync(mutated),
          forged(gzipSync(text), () => mutated.slice(mutated.indexOf('\n') + 1)),
        ]) {
          try {
            await readBundle(bytes, 'a.backbench');
          } catch (error) {
            expect(error).toBeInstanceOf(BundleRefused);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('packs any durations and unpacks the same', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })), (values) => {
        const samples = Float64Array.from(values);
        expect(unpackSamples(packSamples(samples), 'a.backbench')).toEqual(samples);
      }),
    );
  });
});
