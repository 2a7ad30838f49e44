import { deserialize, serialize } from 'node:v8';

/**
 * How messages cross the pipe between a worker and its parent: a length (four bytes, little endian) and the value in
 * V8's serialisation, which keeps typed arrays. Node's own IPC channel is not used because one broken message on it
 * throws inside the parent, outside anybody's reach, and ends the app.
 */
const headerBytes = 4;
/** A million samples are 8 MB; whatever claims to be larger than this is garbage. */
const longestMessageBytes = 256 * 1024 * 1024;

export function encodeFrame(message: unknown): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(headerBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, headerBytes);
  return frame;
}

/** Bytes that are no message. They are handed on as they came; no message schema accepts them. */
export class Garbage {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** Cuts a stream of bytes into messages. After the first garbage there is no telling where the next message starts. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);
  #lost = false;

  /** The messages that `chunk` completes, in order. Never throws. */
  push(chunk: Buffer): unknown[] {
    if (this.#lost) return [];
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const messages: unknown[] = [];
    while (this.#pending.length >= headerBytes) {
      const end = headerBytes + this.#pending.readUInt32LE(0);
      if (end > longestMessageBytes) return [...messages, this.#give(this.#pending)];
      if (this.#pending.length < end) break;
      const body = this.#pending.subarray(headerBytes, end);
      this.#pending = this.#pending.subarray(end);
      try {
        messages.push(deserialize(body));
      } catch {
        return [...messages, this.#give(body)];
      }
    }
    return messages;
  }

  #give(bytes: Buffer): Garbage {
    this.#lost = true;
    this.#pending = Buffer.alloc(0);
    return new Garbage(bytes);
  }
}
