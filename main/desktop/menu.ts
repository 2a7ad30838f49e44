import type { MenuItemConstructorOptions } from 'electron';
import type { Texts } from './texts/texts.ts';
import type { UpdateState } from './updates.ts';

/** What the menu shows. */
export interface MenuState {
  readonly platform: NodeJS.Platform;
  /** Developer tools and reload exist in a development build only. */
  readonly development: boolean;
  readonly running: boolean;
  readonly notifyAtEnd: boolean;
  readonly drawWithoutGpu: boolean;
  readonly checkForUpdates: boolean;
  readonly update: UpdateState;
}

/** What the menu does. */
export interface MenuActions {
  go(page: string): void;
  open(): void;
  showDataFolder(): void;
  showLogs(): void;
  showLicences(): void;
  showRun(): void;
  cancelRun(): void;
  setNotifyAtEnd(on: boolean): void;
  setDrawWithoutGpu(on: boolean): void;
  setCheckForUpdates(on: boolean): void;
  checkForUpdates(): void;
  restartToUpdate(): void;
  about(): void;
  quit(): void;
}

/** Pages in the order of the side navigation; the digits follow it. */
const pages = [
  ['home', '/'],
  ['find', '/find'],
  ['machine', '/machine'],
  ['run', '/run'],
  ['runs', '/runs'],
  ['results', '/results'],
  ['charts', '/charts'],
  ['recommend', '/recommend'],
  ['models', '/models'],
] as const satisfies readonly (readonly [keyof Texts['pages'], string])[];

const separator: MenuItemConstructorOptions = { type: 'separator' };

/** The native menu for a state: a pure function, rebuilt whenever the language or the state changes. */
export function menuTemplate(
  texts: Texts,
  state: MenuState,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = state.platform === 'darwin';
  const role = (name: keyof Texts['roles']): MenuItemConstructorOptions => ({
    role: name,
    label: texts.roles[name],
  });
  const settings: MenuItemConstructorOptions = {
    label: texts.pages.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.go('/settings'),
  };
  const quit: MenuItemConstructorOptions = {
    label: texts.menu.quit,
    accelerator: 'CmdOrCtrl+Q',
    click: () => actions.quit(),
  };
  const about: MenuItemConstructorOptions = { label: texts.menu.about, click: () => actions.about() };

  const application: MenuItemConstructorOptions = {
    label: 'Backbench',
    submenu: [
      about,
      separator,
      settings,
      separator,
      role('hide'),
      role('hideOthers'),
      role('unhide'),
      separator,
      quit,
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: texts.menu.file,
    submenu: [
      { label: texts.menu.open, accelerator: 'CmdOrCtrl+O', click: () => actions.open() },
      separator,
      { label: texts.menu.dataFolder, click: () => actions.showDataFolder() },
      { label: texts.menu.logs, click: () => actions.showLogs() },
      separator,
      ...(mac ? [role('close')] : [settings, separator, quit]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: texts.menu.edit,
    submenu: [
      role('undo'),
      role('redo'),
      separator,
      role('cut'),
      role('copy'),
      role('paste'),
      role('selectAll'),
    ],
  };
  const go: MenuItemConstructorOptions = {
    label: texts.menu.go,
    submenu: pages.map(([page, address], index) => ({
      label: texts.pages[page],
      accelerator: `CmdOrCtrl+${index + 1}`,
      click: () => actions.go(address),
    })),
  };
  const run: MenuItemConstructorOptions = {
    label: texts.menu.run,
    submenu: [
      { label: texts.menu.showRun, enabled: state.running, click: () => actions.showRun() },
      { label: texts.menu.cancelRun, enabled: state.running, click: () => actions.cancelRun() },
      separator,
      {
        label: texts.menu.notifyAtEnd,
        type: 'checkbox',
        checked: state.notifyAtEnd,
        click: ({ checked }) => actions.setNotifyAtEnd(checked),
      },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: texts.menu.view,
    submenu: [
      role('resetZoom'),
      role('zoomIn'),
      role('zoomOut'),
      separator,
      role('togglefullscreen'),
      separator,
      {
        label: texts.menu.drawWithoutGpu,
        type: 'checkbox',
        checked: state.drawWithoutGpu,
        click: ({ checked }) => actions.setDrawWithoutGpu(checked),
      },
      ...(state.development
        ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]
        : []),
    ],
  };
  const help: MenuItemConstructorOptions = {
    label: texts.menu.help,
    role: 'help',
    submenu: [
      ...updateItems(texts, state, actions),
      { label: texts.menu.licences, click: () => actions.showLicences() },
      ...(mac ? [] : [separator, about]),
    ],
  };
  const window: MenuItemConstructorOptions = { label: texts.menu.window, role: 'windowMenu' };
  return mac ? [application, file, edit, go, run, view, window, help] : [file, edit, go, run, view, help];
}

/** Nothing where this build has no feed to look at. */
function updateItems(
  texts: Texts,
  { update, checkForUpdates }: MenuState,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  if (update.kind === 'unavailable') return [];
  const busy = update.kind === 'checking' || update.kind === 'fetching';
  return [
    update.kind === 'ready'
      ? { label: texts.menu.restartToUpdate, click: () => actions.restartToUpdate() }
      : { label: texts.menu.checkNow, enabled: !busy, click: () => actions.checkForUpdates() },
    {
      label: texts.menu.checkForUpdates,
      type: 'checkbox',
      checked: checkForUpdates,
      click: ({ checked }) => actions.setCheckForUpdates(checked),
    },
    separator,
  ];
}
