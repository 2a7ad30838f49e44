const softwareNames =
  /swiftshader|llvmpipe|lavapipe|softpipe|swrast|microsoft basic render|basic display|\bwarp\b|software (?:adapter|rasterizer|renderer)/i;

/** Whether a graphics adapter of this name computes on the CPU: it may run WebGPU, but never is a GPU. */
export function isSoftwareAdapter(name: string): boolean {
  return softwareNames.test(name);
}
