import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSamples, encodeSamples, SampleBlobDamaged } from '../../main/store/sampleBlob.ts';

const latency = fc.double({ min: 0.001, max: 1e6, noNaN: true });

describe('stored samples', () => {
  it('come back in order to half a microsecond, whatever their size', () => {
    fc.assert(
      fc.property(fc.array(latency, { maxLength: 300 }), (samples) => {
        const back = decodeSamples(encodeSamples(Float64Array.from(samples)));
        expect(back.length).toBe(samples.length);
        samples.forEach((ms, i) => expect(Math.abs((back[i] ?? NaN) - ms)).toBeLessThanOrEqual(0.0005));
      }),
    );
  });

  it('take less than 10 MB for a million, short or long', () => {
    expect(encodeSamples(new Float64Array(1_000_000).fill(5.123456)).length).toBeLessThan(10_000_000);
    expect(encodeSamples(new Float64Array(1_000_000).fill(30_000.123456)).length).toBeLessThan(10_000_000);
  });

  it('are refused when any byte was changed or the end is missing', () => {
    const blob = encodeSamples(Float64Array.from([1, 2, 3.25]));
    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(blob);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        expect(() => decodeSamples(damaged)).toThrow(SampleBlobDamaged);
      }),
    );
    for (let length = 0; length < blob.length; length++) {
      expect(() => decodeSamples(blob.subarray(0, length))).toThrow(SampleBlobDamaged);
    }
  });

  it('are read from a view into a larger buffer', () => {
    const blob = encodeSamples(Float64Array.from([7.5]));
    const padded = new Uint8Array(blob.length + 3);
    padded.set(blob, 3);
    expect([...decodeSamples(padded.subarray(3))]).toEqual([7.5]);
  });
});
