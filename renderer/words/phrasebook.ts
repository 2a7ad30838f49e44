/** Sentences of the service in another language, by what they are in English; {1}, {2} … stand for what differs. */
export type Phrases = Readonly<Record<string, string>>;

interface Pattern {
  readonly matches: RegExp;
  /** The blanks of the English text, in their order there. */
  readonly blanks: readonly string[];
  readonly text: string;
}

/** A sentence may hold another one, and that a third; deeper than this nothing is meant. */
const deepest = 4;

/**
 * Translates what the service says in English: failures, reasons, methods and remedies, also those that older versions have
 * stored. A sentence that is not known stays as it is, as do the parts that are quoted from elsewhere.
 */
export function phrasebook(phrases: Phrases): (english: string) => string {
  const patterns = Object.entries(phrases)
    .filter(([english]) => /\{\d\}/.test(english))
    // The most particular first: "… does not work: {1}" must not take what has a sentence of its own.
    .sort(([a], [b]) => literalLength(b) - literalLength(a))
    .map(([english, text]): Pattern => {
      const parts = english.split(/(\{\d\})/);
      const source = parts.map((part) => (/^\{\d\}$/.test(part) ? '([\\s\\S]*?)' : escaped(part))).join('');
      return {
        matches: new RegExp(`^${source}$`),
        blanks: parts.filter((part) => /^\{\d\}$/.test(part)),
        text,
      };
    });

  function translated(english: string, depth: number): string {
    const whole = phrases[english];
    if (whole !== undefined) return whole;
    if (depth === deepest) return english;
    for (const { matches, blanks, text } of patterns) {
      const found = matches.exec(english);
      if (found === null) continue;
      const values = new Map(blanks.map((blank, i) => [blank, translated(found[i + 1] ?? '', depth + 1)]));
      return text.replace(/\{\d\}/g, (blank) => values.get(blank) ?? blank);
    }
    return english;
  }

  return (english) => translated(english, 0);
}

function literalLength(english: string): number {
  return english.replace(/\{\d\}/g, '').length;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
