import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import { z } from 'zod';

const storageKey = 'backbench.answers';
const mostAnswers = 6;

/** A question that was asked and the backbone that answered it. The figures are asked anew when it is opened. */
const KeptAnswer = z.object({
  /** The recommendation page's query, which holds the whole question. */
  query: z.record(z.string(), z.string()),
  winner: z.string().nullable(),
  askedAt: z.iso.datetime(),
});
export type KeptAnswer = z.infer<typeof KeptAnswer>;

export function parseAnswers(text: string | null): KeptAnswer[] {
  try {
    const parsed = z.array(KeptAnswer).safeParse(JSON.parse(text ?? '[]'));
    return parsed.success ? parsed.data.slice(0, mostAnswers) : [];
  } catch {
    return [];
  }
}

/** Puts an answer first; the same question asked again replaces its older answer. */
export function keepAnswer(kept: readonly KeptAnswer[], answer: KeptAnswer): KeptAnswer[] {
  const question = (of: KeptAnswer): string => JSON.stringify(Object.entries(of.query).sort());
  return [answer, ...kept.filter((other) => question(other) !== question(answer))].slice(0, mostAnswers);
}

/** The last recommendations asked for in this browser profile. */
export const useAnswers = defineStore('answers', () => {
  const kept = ref(parseAnswers(localStorage.getItem(storageKey)));
  watch(kept, (answers) => localStorage.setItem(storageKey, JSON.stringify(answers)));
  function keep(answer: KeptAnswer): void {
    kept.value = keepAnswer(kept.value, answer);
  }
  function forget(): void {
    kept.value = [];
  }
  return { kept, keep, forget };
});
