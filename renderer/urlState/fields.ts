/** One view setting as it stands in the address: its value when absent, how it is read and how it is written. */
export interface Field<T> {
  readonly fallback: T;
  /** undefined where the text is not a value of this field: a bad link then shows the fallback. */
  parse(text: string): T | undefined;
  format(value: T): string;
}

/** The fields of a view whose settings are S. */
export type Fields<S> = { readonly [K in keyof S]: Field<S[K]> };

export function textField(fallback = ''): Field<string> {
  return { fallback, parse: (text) => text, format: (value) => value };
}

export function flagField(fallback: boolean): Field<boolean> {
  return {
    fallback,
    parse: (text) => (text === '1' ? true : text === '0' ? false : undefined),
    format: (value) => (value ? '1' : '0'),
  };
}

export function choiceField<const T extends string>(choices: readonly T[], fallback: NoInfer<T>): Field<T> {
  return { fallback, parse: (text) => choices.find((choice) => choice === text), format: (value) => value };
}

/** A number or nothing; nothing is the fallback. */
export function numberField(min: number, max: number): Field<number | null> {
  return {
    fallback: null,
    parse(text) {
      const value = text.trim() === '' ? NaN : Number(text);
      return Number.isFinite(value) && value >= min && value <= max ? value : undefined;
    },
    format: (value) => (value === null ? '' : String(value)),
  };
}

export function wholeField(fallback: number, min: number, max: number): Field<number> {
  return {
    fallback,
    parse(text) {
      const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    },
    format: (value) => String(value),
  };
}

const escaped: Record<string, string> = { '%': '%25', ',': '%2C' };

/** Several texts; a comma within one is escaped. Empty texts do not occur in a list. */
export function listField(fallback: readonly string[] = []): Field<readonly string[]> {
  return {
    fallback,
    parse: (text) =>
      text
        .split(',')
        .filter((item) => item !== '')
        .map((item) => item.replace(/%(25|2C)/g, (code) => (code === '%25' ? '%' : ','))),
    format: (value) => value.map((item) => item.replace(/[%,]/g, (mark) => escaped[mark] ?? mark)).join(','),
  };
}
