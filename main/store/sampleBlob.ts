import { crc32 } from 'node:zlib';

/**
 * Latency samples as they lie in the database.
 *
 *   byte 0      version: 1 = float32, 2 = float64 (little-endian, ms)
 *   bytes 1–4   CRC-32 of the rest: SQLite has no checksums of its own, so a flipped bit in a blob passes quick_check
 *   bytes 5–    the samples in order
 *
 * float32 is taken where it keeps every sample to half a microsecond, which holds up to some 8 seconds; one longer
 * run makes the whole trial float64. A million samples are 4 or 8 MB.
 */
const versionFloat32 = 1;
const versionFloat64 = 2;
const headerBytes = 5;
const toleratedErrorMs = 0.0005;

/** Packs samples in ms. Loses at most half a microsecond of each. */
export function encodeSamples(samplesMs: Float64Array): Uint8Array {
  const narrow = samplesMs.every((ms) => Math.abs(ms - Math.fround(ms)) <= toleratedErrorMs);
  const width = narrow ? 4 : 8;
  const blob = new Uint8Array(headerBytes + samplesMs.length * width);
  const view = new DataView(blob.buffer);
  samplesMs.forEach((ms, i) => {
    const at = headerBytes + i * width;
    if (narrow) view.setFloat32(at, ms, true);
    else view.setFloat64(at, ms, true);
  });
  view.setUint8(0, narrow ? versionFloat32 : versionFloat64);
  view.setUint32(1, crc32(blob.subarray(headerBytes)), true);
  return blob;
}

/** Unpacks samples in ms. Throws a SampleBlobDamaged where the bytes are not what was written. */
export function decodeSamples(blob: Uint8Array): Float64Array {
  if (blob.length < headerBytes) throw new SampleBlobDamaged('it is too short');
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const version = view.getUint8(0);
  if (version !== versionFloat32 && version !== versionFloat64)
    throw new SampleBlobDamaged(`version ${version} is unknown`);
  const width = version === versionFloat32 ? 4 : 8;
  if ((blob.length - headerBytes) % width !== 0)
    throw new SampleBlobDamaged('its length is not that of whole samples');
  if (view.getUint32(1, true) !== crc32(blob.subarray(headerBytes)))
    throw new SampleBlobDamaged('its checksum is wrong');
  const samplesMs = new Float64Array((blob.length - headerBytes) / width);
  for (let i = 0; i < samplesMs.length; i++) {
    const at = headerBytes + i * width;
    samplesMs[i] = version === versionFloat32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  }
  return samplesMs;
}

/** A stored block of samples does not read back as it was written. */
export class SampleBlobDamaged extends Error {
  constructor(why: string) {
    super(`A stored block of samples is damaged: ${why}.`);
    this.name = 'SampleBlobDamaged';
  }
}
