/** Where a link of ours may lead: papers, model sources and the makers of drivers and runtimes. */
const allowedHosts: readonly string[] = [
  'arxiv.org',
  'github.com',
  'onnxruntime.ai',
  'pytorch.org',
  'huggingface.co',
  'developer.nvidia.com',
  'docs.nvidia.com',
  'learn.microsoft.com',
];

/**
 * The address to hand to the system's browser, or null. Only https, only hosts of the list, no name or password in it: what a system
 * does with other schemes is not ours to find out.
 */
export function externalAddress(address: string): string | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return null;
  const known = allowedHosts.some((host) => url.hostname === host || url.hostname === `www.${host}`);
  return known ? url.href : null;
}
