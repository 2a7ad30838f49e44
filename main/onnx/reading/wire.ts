import type { FileHandle } from 'node:fs/promises';
import { ModelFailure } from '../failure.ts';

/** Wire types of protobuf's encoding (protobuf.dev/programming-guides/encoding). */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** A part of the file being read: it yields wherever bytes must be loaded before it can go on. */
export type Reading<T> = Generator<void, T, void>;

/** Names, operators and shapes are short; what is longer is not a model but an attack on memory. */
const longestText = 16 * 1024;
const longestHeader = 20;
const sequentialBytes = 128 * 1024;
const jumpBytes = 8 * 1024;

/** Bounds on what a file may make us keep or look at. Real graphs of 10,000 nodes stay under a twentieth of it. */
const mostFields = 8_000_000;
const mostRetainedBytes = 256 * 1024 * 1024;

/**
 * Walks a protobuf file through a small window, so that weights are stepped over and never loaded.
 * Usage: while (cursor.position < end) { if (cursor.lacksField(end)) yield; cursor.field(end); switch (cursor.number) … }
 */
export class WireCursor {
  position = 0;
  readonly size: number;
  readonly path: string;
  /** The field last read. `end` is where its payload ends; `value` is a varint's value. */
  number = 0;
  wireType = 0;
  end = 0;
  value = 0;
  /** Set once the file has begun as ONNX files do: then a length beyond its end means a cut, not a different format. */
  isModel = false;
  private window = Buffer.alloc(sequentialBytes);
  private windowStart = 0;
  private windowEnd = 0;
  private wanted = 0;
  private fields = 0;
  private retainedBytes = 0;

  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
  }

  /** True where the next field's header is not in the window: yield, and it will be. */
  lacksField(end: number): boolean {
    return this.lacks(Math.min(longestHeader, end - this.position));
  }

  /** True where the payload of the current field is not in the window. Throws where it is longer than a name may be. */
  lacksText(): boolean {
    if (this.isLongText()) throw this.damaged(`a name of ${this.end - this.position} bytes`);
    return this.lacks(this.end - this.position);
  }

  lacks(bytes: number): boolean {
    this.wanted = bytes;
    return this.position < this.windowStart || this.position + bytes > this.windowEnd;
  }

  /** Loads the window at the position; called by whoever drives the reading. */
  async load(file: FileHandle): Promise<void> {
    const continues = this.position >= this.windowStart && this.position <= this.windowEnd;
    const length = Math.max(this.wanted, continues ? sequentialBytes : jumpBytes);
    const { bytesRead } = await file.read(
      this.window,
      0,
      Math.min(length, this.window.length),
      this.position,
    );
    if (bytesRead < this.wanted)
      throw new ModelFailure('truncated', `${this.path} became shorter while it was read.`);
    this.windowStart = this.position;
    this.windowEnd = this.position + bytesRead;
  }

  /** Reads the next field's header; `end` is the end of the message around it. */
  field(end: number): void {
    if (++this.fields > mostFields) throw this.absurd('holds millions of fields where a model has thousands');
    const tag = this.varint(end);
    this.number = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (!(this.number >= 1 && this.number < 2 ** 29)) throw this.damaged(`a field numbered ${this.number}`);
    switch (this.wireType) {
      case wire.varint:
        this.value = this.varint(end);
        this.end = this.position;
        return;
      case wire.fixed64:
        return this.payload(8, end);
      case wire.fixed32:
        return this.payload(4, end);
      case wire.bytes:
        return this.payload(this.varint(end), end);
      default:
        throw this.damaged(`wire type ${this.wireType}, which ONNX does not use`);
    }
  }

  /** Steps over the payload of the current field. */
  skip(): void {
    this.position = this.end;
  }

  /** The current field as text, stepping over it. Names that are not UTF-8 are read byte by byte, so that they stay distinct. */
  text(): string {
    const [from, to] = [this.position - this.windowStart, this.end - this.windowStart];
    const text = this.window.toString('utf8', from, to);
    this.skip();
    this.retain(2 * text.length + 32);
    return text.includes('\uFFFD') ? this.window.toString('latin1', from, to) : text;
  }

  /** A copy of the current field's payload, stepping over it. */
  bytes(): Buffer {
    const copy = Buffer.from(
      this.window.subarray(this.position - this.windowStart, this.end - this.windowStart),
    );
    this.skip();
    this.retain(copy.length + 100);
    return copy;
  }

  /** True where the payload of the current field is longer than any name. */
  isLongText(): boolean {
    return this.end - this.position > longestText;
  }

  /** The float32 at the position; the bytes must be in the window. */
  float32(end: number): number {
    return this.window.readFloatLE(this.take(4, end));
  }

  /** The float64 at the position; the bytes must be in the window. */
  float64(end: number): number {
    return this.window.readDoubleLE(this.take(8, end));
  }

  /** The varint at the position, as a signed 64-bit integer (exact up to 2⁵³). */
  varint(end: number): number {
    let low = 0;
    let scale = 1;
    for (let count = 0; count < 7; count++) {
      const byte = this.byte(end);
      low += (byte & 0x7f) * scale;
      if (byte < 0x80) return low;
      scale *= 128;
    }
    let high = 0n;
    for (let shift = 0n; shift < 21n; shift += 7n) {
      const byte = this.byte(end);
      high |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, (high << 49n) | BigInt(low)));
    }
    throw this.damaged('a number of more than ten bytes');
  }

  /** Accounts for something kept in memory; refuses files that would fill it. */
  retain(bytes: number): void {
    this.retainedBytes += bytes;
    if (this.retainedBytes > mostRetainedBytes)
      throw this.absurd('would fill the memory with its graph alone');
  }

  damaged(what: string): ModelFailure {
    return new ModelFailure(
      'not-protobuf',
      `${this.path} is damaged or no ONNX file: at byte ${this.position} it has ${what}.`,
    );
  }

  absurd(what: string): ModelFailure {
    return new ModelFailure('graph-invalid', `${this.path} ${what}.`);
  }

  private payload(length: number, end: number): void {
    if (length < 0) throw this.damaged('a negative length');
    this.end = this.position + length;
    if (this.end <= end) return;
    if (end === this.size && this.isModel) {
      throw new ModelFailure(
        'truncated',
        `${this.path} is cut off: ${this.end - end} bytes are missing at its end.`,
      );
    }
    throw this.damaged('a field that reaches beyond the message around it');
  }

  /** Steps over some bytes of the window and tells where they start in it. */
  private take(bytes: number, end: number): number {
    if (this.position + bytes > end) throw this.damaged('a number that reaches beyond the message around it');
    const at = this.position - this.windowStart;
    this.position += bytes;
    return at;
  }

  private byte(end: number): number {
    if (this.position >= end) {
      if (end !== this.size) throw this.damaged('a number that reaches beyond the message around it');
      throw new ModelFailure('truncated', `${this.path} is cut off in the middle of a number.`);
    }
    return this.window[this.position++ - this.windowStart] ?? 0;
  }
}

/** Runs a reading to its end, loading the file's bytes where it asks for them. */
export async function drive<T>(reading: Reading<T>, cursor: WireCursor, file: FileHandle): Promise<T> {
  for (let step = reading.next(); ; step = reading.next()) {
    if (step.done) return step.value;
    await cursor.load(file);
  }
}
