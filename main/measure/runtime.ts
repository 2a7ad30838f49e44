import type * as onnxruntime from 'onnxruntime-node';
import { repeatable } from './failure.ts';

export type OnnxRuntime = typeof onnxruntime;

/** The oldest Node that runs us: type stripping without a flag, and Node-API 9 for the native modules. */
const oldestNode = [22, 18] as const;

/**
 * Loads ONNX Runtime, once it is known that this Node can: under older ones native modules may end the process without
 * a word. Throws a TrialFailure.
 */
export async function loadRuntime(): Promise<OnnxRuntime> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw repeatable(
      'node-too-old',
      `The worker runs on Node ${process.versions.node}, which is too old.`,
      `Start Backbench with Node ${oldestNode.join('.')} or newer; "npm install" brings one along.`,
    );
  }
  // onnxruntime-node 1.30 makes Float16Array tensors where the type exists, and then cannot read them ("not enough
  // space: expected 96, got 0"). Without it half floats are Uint16Arrays of bits on every Node, and work.
  Reflect.deleteProperty(globalThis, 'Float16Array');
  return import('onnxruntime-node');
}
