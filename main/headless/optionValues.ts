import { InvalidArgumentError } from 'commander';
import { Affinity } from '../../preload/contract.ts';

/** Parsers of option values; each names what is accepted. Commander puts the option's name in front. */

export function wholeNumber(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Expected a number above 0, such as 30 or 12.5.');
  return value;
}

export function percentage(text: string): number {
  const value = Number(text.replace(/%$/, ''));
  if (text.trim() === '' || !Number.isFinite(value) || value < 0 || value > 100)
    throw new InvalidArgumentError('Expected a percentage from 0 to 100.');
  return value;
}

/** "90%" or 0.9 as 0.9; at least one half, below 1. */
export function share(text: string): number {
  const value = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() === '' || !(value >= 0.5 && value <= 0.999))
    throw new InvalidArgumentError('Expected a probability from 50% to 99.9%.');
  return value;
}

export function listOf<T>(parse: (text: string) => T) {
  return (text: string): T[] => {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    if (parts.length === 0) throw new InvalidArgumentError('Expected a list with commas, such as a,b,c.');
    return parts.map(parse);
  };
}

export function oneOf<T extends string>(choices: readonly T[]) {
  return (text: string): T => {
    const found = choices.find((choice) => choice.toLowerCase() === text.trim().toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`Expected one of: ${choices.join(', ')}.`);
    return found;
  };
}

const byteUnits: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** "700MB", "0.7 GB", "512MiB": K, M and G are powers of 1,024, as memory is counted. */
export function byteSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmg]?)(i?b)?\s*$/i.exec(text);
  const unit = byteUnits[(match?.[2] ?? '').toLowerCase()];
  const value = Number(match?.[1]);
  if (match === null || unit === undefined || value <= 0)
    throw new InvalidArgumentError('Expected a size such as 700MB or 1.4GB.');
  return value * unit;
}

/** "25M", "1.5G", "4200000": K, M and G are powers of 1,000. */
export function count(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmg]?)\s*$/i.exec(text);
  const value =
    Number(match?.[1]) *
    { '': 1, k: 1e3, m: 1e6, g: 1e9 }[(match?.[2] ?? '').toLowerCase() as '' | 'k' | 'm' | 'g'];
  if (match === null || !(value > 0)) throw new InvalidArgumentError('Expected a count such as 25M or 4.1G.');
  return value;
}

/** "latencyMs=2,params=0.5": a weight from 0 to 100 for each of some names. */
export function weights<T extends string>(names: readonly T[]) {
  return (text: string): Partial<Record<T, number>> => {
    const parsed: Partial<Record<T, number>> = {};
    for (const part of listOf((entry) => entry)(text)) {
      const [key = '', value = ''] = part.split('=');
      const known = names.find((candidate) => candidate.toLowerCase() === key.trim().toLowerCase());
      const weight = Number(value);
      if (known === undefined || value.trim() === '' || !(weight >= 0 && weight <= 100))
        throw new InvalidArgumentError(
          `Expected weights from 0 to 100, such as ${names[0] ?? ''}=2; names: ${names.join(', ')}.`,
        );
      parsed[known] = weight;
    }
    return parsed;
  };
}

/** "key=value", once or several times; later values replace earlier ones. */
export function namedValues(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('Expected name=value, such as preferredLayout=NHWC.');
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}

/** "0-3,6": logical processors from 0. */
export function processorListOption(text: string): string {
  if (!Affinity.safeParse(text).success)
    throw new InvalidArgumentError('Expected logical processors, such as 0-3 or 0,2.');
  return text;
}

/** "1%" or "1": half the width of an interval as a share of its middle, from 0.1 to 100 %. */
export function halfWidth(text: string): number {
  const share = Number(text.replace(/%$/, '')) / 100;
  if (text.trim() === '' || !(share >= 0.001 && share <= 1))
    throw new InvalidArgumentError('Expected a percentage from 0.1% to 100%.');
  return share;
}
