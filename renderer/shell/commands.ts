import { computed, type ComputedRef } from 'vue';
import { useRouter } from 'vue-router';
import { useText } from '../locales/i18n.ts';
import { useCancelRun } from '../pages/run/useCancelRun.ts';
import { useCatalog } from '../stores/catalog.ts';
import { useHardware } from '../stores/hardware.ts';
import { useRuns } from '../stores/runs.ts';
import { localeNames, themeNames, useSettings } from '../stores/settings.ts';
import { places } from './places.ts';

/** Something that the command palette can do. */
export interface Command {
  id: string;
  group: string;
  title: string;
  act: () => unknown;
}

/** Every command that makes sense now. */
export function useCommands(): ComputedRef<readonly Command[]> {
  const { t } = useText();
  const router = useRouter();
  const settings = useSettings();
  const runs = useRuns();
  const hardware = useHardware();
  const catalog = useCatalog();
  const { confirmAndCancel } = useCancelRun();

  return computed(() => {
    const commands: Command[] = places.map((place) => ({
      id: `go.${place.route}`,
      group: t('palette.go'),
      title: t(place.title),
      act: () => router.push({ name: place.route }),
    }));
    const { active } = runs;
    if (active !== null) {
      commands.push(
        {
          id: 'showRun',
          group: t('palette.do'),
          title: t('palette.showRun'),
          act: () => router.push({ name: 'runDetail', params: { runId: active.id } }),
        },
        {
          id: 'cancelRun',
          group: t('palette.do'),
          title: t('run.cancel'),
          act: () => confirmAndCancel(active.id),
        },
      );
    }
    commands.push({
      id: 'probeAgain',
      group: t('palette.do'),
      title: t('machine.probeAgain'),
      act: async () => {
        await router.push({ name: 'machine' });
        await hardware.refresh();
      },
    });
    for (const theme of themeNames) {
      commands.push({
        id: `theme.${theme}`,
        group: t('settings.theme'),
        title: t(`settings.themes.${theme}`),
        act: () => (settings.theme = theme),
      });
    }
    for (const locale of localeNames) {
      commands.push({
        id: `locale.${locale}`,
        group: t('settings.language'),
        title: locale === 'en' ? 'English' : '简体中文',
        act: () => (settings.locale = locale),
      });
    }
    for (const { name, family } of catalog.backbones) {
      commands.push(
        {
          id: `model.${name}`,
          group: family,
          title: name,
          act: () => router.push({ name: 'modelDetail', params: { name } }),
        },
        {
          id: `measure.${name}`,
          group: family,
          title: t('palette.measure', { model: name }),
          act: () => router.push({ name: 'run', query: { models: name } }),
        },
      );
    }
    return commands;
  });
}

/** The commands whose title or group holds every word typed, those whose title starts with the text first. */
export function matchCommands(commands: readonly Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const start = typed.trim().toLowerCase();
  return commands
    .filter(({ title, group }) => {
      const text = `${title} ${group}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort(
      (a, b) =>
        Number(b.title.toLowerCase().startsWith(start)) - Number(a.title.toLowerCase().startsWith(start)),
    );
}
