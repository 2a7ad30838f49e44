import { providerNames } from '../../preload/contract.ts';
import type { Words } from './statementText.ts';

/** The name of an execution provider; a reference device has others, which are called what their source calls them. */
export function providerName(provider: string, { t }: Pick<Words, 't'>): string {
  return providerNames.some((known) => known === provider) ? t(`provider.${provider}`) : provider;
}
