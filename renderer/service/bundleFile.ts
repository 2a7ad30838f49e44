import { mostBundleBytes, type Answer, type ImportedBundle } from '../../preload/contract.ts';
import { bridge } from './bridge.ts';

/** Hands a bundle that the person chose or dropped to the service; `tooLarge` says in words what is read no more. */
export async function importBundleFile(file: File, tooLarge: () => string): Promise<Answer<ImportedBundle>> {
  if (file.size > mostBundleBytes)
    return { ok: false, failure: { code: 'too-large', message: tooLarge(), remedy: null } };
  return bridge.call('importBundle', { fileName: file.name, base64: await base64Of(file) });
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, ''));
    reader.readAsDataURL(file);
  });
}
