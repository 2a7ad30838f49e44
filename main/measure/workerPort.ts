import { Socket } from 'node:net';
import { encodeFrame, FrameReader } from './frames.ts';

/** A worker's end of the channel to its parent. */
export interface WorkerPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Told when the parent is gone. */
  onClose(listener: () => void): void;
}

/** The file descriptor of the pipe to the parent, where the worker is a plain Node process. */
export const pipeDescriptor = 3;

/** What Electron gives a utility process in place of a pipe. */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/** The channel that this process was started with: Electron's port in a utility process, our pipe in Node. */
export function openWorkerPort(): WorkerPort {
  const parentPort = Reflect.get(process, 'parentPort') as ElectronParentPort | undefined;
  return parentPort === undefined ? overPipe() : overParentPort(parentPort);
}

function overParentPort(port: ElectronParentPort): WorkerPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    // Electron ends its utility processes itself.
    onClose: () => undefined,
  };
}

function overPipe(): WorkerPort {
  const socket = new Socket({ fd: pipeDescriptor, readable: true, writable: true });
  const reader = new FrameReader();
  return {
    post: (message) => socket.write(encodeFrame(message)),
    onMessage: (listener) =>
      socket.on('data', (chunk) => {
        for (const message of reader.push(chunk)) listener(message);
      }),
    onClose: (listener) => {
      socket.on('close', listener);
      // A parent that was killed leaves a broken pipe; the close that follows says all there is to say.
      socket.on('error', () => undefined);
    },
  };
}
