import type { Page } from 'playwright-core';

/** Messages that the page prints as errors from now on, and errors that nothing catches. */
export function noteErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}
