import type { Gpu } from '../../preload/contract.ts';
import { isSoftwareAdapter } from './softwareAdapter.ts';

export interface Adapter {
  readonly name: string | null;
  readonly software: boolean;
}

/**
 * Which adapter WebGPU computed on. ONNX Runtime never says (not in its verbose log either), so:
 * 1. Linux: the Vulkan loader, run with VK_LOADER_DEBUG=all, prints `Using "NAME" with driver: "PATH"` for the device
 *    that was opened. That is proof.
 * 2. Linux without that line (an old or foreign loader): a process that holds no GPU device file open computed in software.
 * 3. Elsewhere (Direct3D, Metal) only the list of GPUs is left: WebGPU asks for the high-performance adapter, so it takes a
 *    hardware one where there is one.
 */
export function adapterUsed(
  errorOutput: string,
  devices: readonly string[],
  gpus: readonly Gpu[],
  platform: NodeJS.Platform,
): Adapter {
  const used = [...errorOutput.matchAll(/Using "([^"]+)" with driver: "([^"]*)"/g)].at(-1);
  if (used?.[1] !== undefined) {
    const [, name, driver] = used;
    return { name, software: isSoftwareAdapter(name) || /swiftshader|libvulkan_lvp/i.test(driver ?? '') };
  }
  const hardware = gpus.filter((gpu) => !gpu.software);
  if (platform === 'linux' && devices.length === 0) return { name: null, software: true };
  const likely = hardware.toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0))[0];
  if (likely !== undefined) return { name: likely.name, software: false };
  // A Mac always has its Metal GPU, and an open device file on Linux is one, named or not.
  return { name: gpus[0]?.name ?? null, software: platform === 'win32' };
}

/** Names of the Vulkan devices that the loader listed, used or not: they explain why no adapter was good enough. */
export function vulkanDevices(errorOutput: string): string[] {
  const names = [...errorOutput.matchAll(/DRIVER:\s+\[\d+\] (.+?)\s*$/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)];
}
