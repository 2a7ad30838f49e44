import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { ModelFailure } from '../failure.ts';
import type { ExternalReference } from './tensor.ts';

/**
 * Checks that every tensor kept outside the model file lies inside the model's own folder and is there in full.
 * Nothing is opened. Throws ModelFailure('external-data-refused') for a place that a model has no business with,
 * and 'external-data-missing' where the file does not exist.
 */
export async function checkExternalData(
  modelPath: string,
  references: readonly ExternalReference[],
): Promise<void> {
  if (references.length === 0) return;
  const folder = await realpath(path.dirname(modelPath));
  const sizes = new Map<string, number>();
  for (const reference of references) {
    const location = reference.entries.get('location') ?? '';
    const refuse = (why: string) =>
      new ModelFailure(
        'external-data-refused',
        `${modelPath}: tensor '${reference.tensor}' refers to external data ${why}.`,
      );
    const reason = refusalOf(location);
    if (reason) throw refuse(reason);
    const size = sizes.get(location) ?? (await sizeInside(folder, location, modelPath, refuse));
    sizes.set(location, size);
    const offset = naturalNumber(reference.entries.get('offset') ?? '0');
    const length = naturalNumber(reference.entries.get('length') ?? `${reference.neededBytes}`);
    if (offset === undefined || length === undefined)
      throw refuse('with an offset or length that is no natural number');
    if (length !== reference.neededBytes) {
      throw refuse(`of ${length} bytes, where its shape needs ${reference.neededBytes}`);
    }
    if (offset + length > size)
      throw refuse(`up to byte ${offset + length} of '${location}', which has ${size}`);
  }
}

/** Why a location is refused by its text alone, or undefined where it is a plain relative path. */
function refusalOf(location: string): string | undefined {
  if (location === '') return 'without a location';
  if (location.includes('\0')) return 'with a NUL in its location';
  if (location.includes('\\')) return "with a backslash in its location ('/' separates folders in ONNX)";
  if (location.length > 1024) return 'with an absurdly long location';
  if (location.startsWith('/') || /^[A-Za-z]:/.test(location)) return `at the absolute path '${location}'`;
  if (location.split('/').includes('..')) return `outside the model's folder ('${location}')`;
  return undefined;
}

/** Bytes of the file at `location`, links followed; refuses what is not a plain file inside the folder. */
async function sizeInside(
  folder: string,
  location: string,
  modelPath: string,
  refuse: (why: string) => ModelFailure,
): Promise<number> {
  let real: string;
  try {
    real = await realpath(path.join(folder, location));
  } catch {
    throw new ModelFailure(
      'external-data-missing',
      `${modelPath} keeps weights in '${location}', which is not in its folder.`,
    );
  }
  const relative = path.relative(folder, real);
  if (relative.startsWith('..') || path.isAbsolute(relative)) {
    throw refuse(`through a link that leads out of the model's folder ('${location}')`);
  }
  const found = await stat(real);
  if (!found.isFile()) throw refuse(`at '${location}', which is not a file`);
  return found.size;
}

/** A decimal number as the format writes it; undefined for signs, fractions and what exceeds 2⁵³. */
function naturalNumber(text: string): number | undefined {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}
