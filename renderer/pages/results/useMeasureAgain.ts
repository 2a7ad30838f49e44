import { ElMessage } from 'element-plus';
import { useRouter } from 'vue-router';
import type { Result } from '../../../preload/contract.ts';
import { useFormat } from '../../format/useFormat.ts';
import { useText } from '../../locales/i18n.ts';
import { useRuns } from '../../stores/runs.ts';
import { againLosses, againQuery, type SharedSetting } from '../run/again.ts';

const settingNames = {
  provider: 'machine.provider',
  use: 'results.use',
  inputSize: 'run.inputSize',
  threads: 'run.threads',
  affinity: 'results.affinity',
  arena: 'run.arena',
  options: 'results.providerOptions',
  mode: 'mode.title',
} as const satisfies Record<SharedSetting, string>;

/**
 * Opens the run page set to what these results measured, by the plan of the first; the person may change it before starting, and is
 * told what one run cannot keep of them.
 */
export function useMeasureAgain() {
  const { t } = useText();
  const format = useFormat();
  const router = useRouter();
  const runs = useRuns();

  return async (results: readonly Result[]): Promise<void> => {
    const [first] = results;
    if (first === undefined) return;
    const configurations = results.map(({ configuration }) => configuration);
    const plan = await runs.planOf(first);
    await router.push({ name: 'run', query: againQuery(configurations, plan) });
    const { unshared, combinations } = againLosses(configurations);
    const names = unshared.map((name) => t(settingNames[name])).join(', ');
    const said = [
      ...(names === '' ? [] : [t('results.againUnshared', { names })]),
      ...(combinations === null
        ? []
        : [t('results.againAll', { chosen: results.length, count: format.value.whole(combinations) })]),
    ];
    if (said.length === 0) return;
    const told = ElMessage.info({ message: said.join(' '), duration: 12_000, showClose: true });
    // It speaks of the run page alone.
    const stop = router.afterEach(({ name }) => {
      if (name === 'run') return;
      told.close();
      stop();
    });
  };
}
