import {
  acceptedValues,
  providerOptionTable,
  type HardwareReport,
  type ProviderName,
  type ProviderOption,
  type ProviderOptions,
} from '../../preload/contract.ts';
import { affinityPlatforms, processorList, processorsOf } from '../measure/affinity.ts';
import { PlanFailure } from './planFailure.ts';

/**
 * A provider's options with the types that ONNX Runtime wants; a terminal gives everything as text. Throws PlanFailure for
 * an option that the provider does not have or a value that it does not take.
 */
export function providerOptionsOf(provider: ProviderName, asked: ProviderOptions): ProviderOptions {
  const known = providerOptionTable[provider];
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => {
      const option = known.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
      if (option === undefined) {
        const names = known.map((candidate) => candidate.name).join(', ');
        throw new PlanFailure(
          'provider-option-unknown',
          `${provider} has no option '${name}'.`,
          names === '' ? `${provider} has no options.` : `Its options: ${names}.`,
        );
      }
      return [option.name, valueOf(provider, option, value)];
    }),
  );
}

function valueOf(
  provider: ProviderName,
  option: ProviderOption,
  value: string | number | boolean,
): string | number | boolean {
  const { takes } = option;
  const text = String(value).trim();
  switch (takes.kind) {
    case 'whole-number':
      if (/^\d+$/.test(text) && Number(text) >= takes.min && Number(text) <= takes.max) return Number(text);
      break;
    case 'yes-no':
      if (text === 'true' || text === 'false') return text === 'true';
      break;
    case 'choice': {
      const choice = takes.values.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
      if (choice !== undefined) return choice;
    }
  }
  throw new PlanFailure(
    'provider-option-unknown',
    `${provider}'s option '${option.name}' does not take '${text}'.`,
    `It takes ${acceptedValues(option)}.`,
  );
}

/** The processors to keep a worker on, spelt the one way that is part of a result's key. Throws PlanFailure. */
export function settableAffinity(
  affinity: string | null,
  { machine }: Pick<HardwareReport, 'machine'>,
): string | null {
  if (affinity === null) return null;
  const { platform } = process;
  if (!affinityPlatforms.includes(platform)) {
    throw new PlanFailure(
      'affinity-unavailable',
      'This system does not let a program choose its processors.',
      'Leave the affinity out.',
    );
  }
  const processors = processorsOf(affinity);
  const last = machine.cpu.logicalCores - 1;
  if (processors.length === 0 || processors.some((processor) => processor > last)) {
    throw new PlanFailure(
      'affinity-unavailable',
      `There are no processors '${affinity}' here.`,
      `This machine has the logical processors 0 to ${last}.`,
    );
  }
  return processorList(processors);
}
