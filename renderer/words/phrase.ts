import { shallowRef } from 'vue';

/** Of the language on screen; English is what the service says already. */
const phrases = shallowRef<(english: string) => string>((english) => english);

/** A sentence of the service in the language of the screen, following its changes where it is written by a component. */
export function phrase(english: string): string {
  return phrases.value(english);
}

/** Takes another language's phrases up. */
export function speak(translate: (english: string) => string): void {
  phrases.value = translate;
}
