import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { useSettings } from '../stores/settings.ts';
import { places } from './places.ts';

/** How long "g" waits for the letter of a page. */
const sequenceMs = 1200;

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
      target.role === 'combobox')
  );
}

/** Listens for the application's shortcuts; ShortcutHelp lists them. */
export function useShortcuts(actions: { palette: () => void; help: () => void }): void {
  const router = useRouter();
  const settings = useSettings();
  let goPressedAt = -Infinity;

  function onKey(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      actions.palette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !settings.bareKeys || takesText(event.target))
      return;
    if (document.querySelector('dialog[open]') !== null) return;
    if (event.timeStamp - goPressedAt < sequenceMs) {
      goPressedAt = -Infinity;
      const place = places.find(({ key }) => key === event.key);
      if (place !== undefined) {
        event.preventDefault();
        void router.push({ name: place.route });
      }
      return;
    }
    if (event.key === 'g') {
      goPressedAt = event.timeStamp;
    } else if (event.key === '?') {
      event.preventDefault();
      actions.help();
    } else if (event.key === '/') {
      const search = document.querySelector<HTMLInputElement>(
        'main [data-page-search] input, main input[data-page-search]',
      );
      if (search !== null) {
        event.preventDefault();
        search.focus();
      }
    }
  }

  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
