import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether a CSS media query holds now, following changes. */
export function useMediaQuery(text: string): Readonly<Ref<boolean>> {
  const query = window.matchMedia(text);
  const holds = ref(query.matches);
  const follow = (): void => {
    holds.value = query.matches;
  };
  query.addEventListener('change', follow);
  onScopeDispose(() => query.removeEventListener('change', follow));
  return holds;
}
