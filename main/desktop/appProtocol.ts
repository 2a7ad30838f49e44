import { readRendererFiles, securityHeaders, type RendererFile } from '../headless/rendererFiles.ts';
import type { ProtocolApi } from './electronApi.ts';

const scheme = 'app';
const host = 'backbench';

/** The address of the app's one document. */
export const appAddress = `${scheme}://${host}/index.html`;

/** Whether an address is one of our own pages. */
export function isAppAddress(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === `${scheme}:` && url.host === host;
  } catch {
    return false;
  }
}

/** Must be called before Electron is ready. Standard and secure: relative addresses, localStorage and modules work as on https. */
export function claimScheme(protocol: ProtocolApi): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built renderer under app://backbench/. Rejects where the files cannot be read. */
export async function serveApp(protocol: ProtocolApi, rendererFolder: string): Promise<void> {
  const files = await readRendererFiles(rendererFolder);
  protocol.handle(scheme, (request) => answer(request, files));
}

/** The answer to one request: a file of the list, or an error without a body that anybody could use. */
export function answer(request: Request, files: ReadonlyMap<string, RendererFile>): Response {
  const refuse = (status: number): Response => new Response(null, { status, headers: securityHeaders });
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  if (!isAppAddress(request.url)) return refuse(404);
  // Not decoded: no file of ours has a name that needs it, so an encoded slash, dot or NUL matches nothing.
  const { pathname } = new URL(request.url);
  const file = files.get(pathname === '/' ? '/index.html' : pathname);
  if (file === undefined) return refuse(404);
  return new Response(request.method === 'HEAD' ? null : file.bytes, {
    headers: { ...securityHeaders, 'Content-Type': file.type, 'Cache-Control': 'no-cache' },
  });
}
