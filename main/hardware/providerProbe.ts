import { readdirSync, readlinkSync } from 'node:fs';
import { z } from 'zod';
import { ProviderName } from '../../preload/contract.ts';
import { probeProviderVariable, type ProbeMessage } from './probeMessage.ts';
import { probeInput, probeModelBytes } from './probeModel.ts';

/**
 * Entry file of a probe's process: runs one tiny convolution on one provider, says what happened and ends. Kept apart
 * from everything else because drivers may crash, hang or leave a process unusable.
 */
async function probe(): Promise<ProbeMessage> {
  const provider = ProviderName.parse(process.env[probeProviderVariable]);
  const loaded = await import('onnxruntime-node').then(
    (ort) => ({ ort }),
    (error: unknown) => ({ error: messageOf(error) }),
  );
  if ('error' in loaded) return { kind: 'no-runtime', error: loaded.error };
  const { ort } = loaded;
  const built = ort.listSupportedBackends().map((backend) => backend.name);
  if (!built.includes(provider)) return { kind: 'not-built', built };
  try {
    const session = await ort.InferenceSession.create(probeModelBytes(), {
      executionProviders: [provider],
      // Else ONNX Runtime quietly computes on the CPU what the provider leaves, and the probe would prove nothing.
      ...(provider === 'cpu' ? {} : { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
    });
    const feeds = { [probeInput.name]: new ort.Tensor('float32', probeInput.values, [...probeInput.shape]) };
    const results = await session.run(feeds);
    const output = z.instanceof(Float32Array).parse(results.y?.data);
    return { kind: 'ran', output: [...output], built, devices: openDevices() };
  } catch (error) {
    return { kind: 'failed', error: messageOf(error), built };
  }
}

function openDevices(): string[] {
  try {
    const files = readdirSync('/proc/self/fd').flatMap((name) => {
      try {
        return [readlinkSync(`/proc/self/fd/${name}`)];
      } catch {
        return [];
      }
    });
    return [...new Set(files.filter((file) => /^\/dev\/(?:dri|nvidia|dxg|kfd|mali|kgsl)/.test(file)))];
  } catch {
    return [];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Electron's utilityProcess gives its children a parentPort where Node's fork gives process.send. */
function send(message: ProbeMessage): void {
  const port = (process as { parentPort?: { postMessage(message: unknown): void } }).parentPort;
  if (port !== undefined) {
    port.postMessage(message);
    setTimeout(() => process.exit(0), 50);
  } else {
    process.send?.(message, () => process.exit(0));
  }
}

send(await probe());
